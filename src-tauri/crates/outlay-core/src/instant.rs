//! An instant: microseconds UTC, the only form in which time is stored.
//!
//! Days and months are calendar periods of a time zone and live in `period`.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, specta::Type)]
#[specta(transparent)]
pub struct Instant(#[specta(type = String)] i64);

/// Microseconds in a day of 24 hours, which every UTC day has.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Instant {
    /// The earliest instant that a ledger takes: ids hold 48 bits of milliseconds from 1970.
    pub const EARLIEST: Self = Self(0);
    /// The first instant that a ledger does not take: 9999-12-31 in ISO text still sorts as text.
    pub const LATEST: Self = Self(253_402_214_400_000_000);

    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since 1970, or `None` outside of what a ledger takes.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(1_000_000).map(Self).filter(|instant| instant.is_storable())
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whether a ledger takes this instant: from 1970 to the end of 9999.
    pub fn is_storable(self) -> bool {
        (Self::EARLIEST..Self::LATEST).contains(&self)
    }

    /// Reads RFC 3339 (`2026-06-19T15:42:10Z`, with or without a fraction, any offset).
    pub fn parse(text: &str) -> Option<Self> {
        let instant = Self(DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros());
        instant.is_storable().then_some(instant)
    }

    /// The same instant for calendar arithmetic.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_micros())
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC with six decimals (`2026-06-19T15:42:10.000000Z`), so that texts sort as instants.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not an RFC 3339 time")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_printed_instant_reads_back(micros in 0..Instant::LATEST.0) {
            let instant = Instant(micros);
            prop_assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
        }

        #[test]
        fn texts_sort_as_instants(a in 0..Instant::LATEST.0, b in 0..Instant::LATEST.0) {
            prop_assert_eq!(a.cmp(&b), Instant(a).to_string().cmp(&Instant(b).to_string()));
        }
    }

    #[test]
    fn an_offset_is_honoured() {
        assert_eq!(Instant::parse("1970-01-01T02:00:00+02:00"), Some(Instant(0)));
        assert_eq!(Instant::parse("1969-12-31T23:59:59Z"), None);
        assert_eq!(Instant::parse("2026-06-19"), None);
    }
}
