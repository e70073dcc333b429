//! A calendar day, without a zone: which instants it holds is [`super::Zone`]'s to say.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::PeriodError;
use crate::text::serde_as_text;

pub use chrono::Weekday;

/// A calendar day, kept as days since 1970-01-01; written `2026-06-19`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, specta::Type)]
#[specta(transparent)]
pub struct Day(#[specta(type = String)] i32);

serde_as_text!(Day);

impl Day {
    /// From days since 1970-01-01.
    pub const fn from_number(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day of a date.
    pub fn from_date(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }

    /// The same day for calendar arithmetic.
    pub fn date(self) -> NaiveDate {
        let outside = if self.0 < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        NaiveDate::from_epoch_days(self.0).unwrap_or(outside)
    }

    /// The day that comes `days` later, or earlier when negative.
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The day after.
    pub const fn next(self) -> Self {
        self.plus(1)
    }

    /// The day before.
    pub const fn previous(self) -> Self {
        self.plus(-1)
    }

    /// How many days lie from `earlier` to this one; negative when `earlier` is later.
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// This day and every one up to `last`, which is included; none when `last` is earlier.
    pub fn through(self, last: Self) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (self.0..=last.0).map(Self)
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        self.date().weekday()
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.weekday(), Weekday::Sat | Weekday::Sun)
    }
}

impl FromStr for Day {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = shaped.then(|| text.parse::<NaiveDate>().ok()).flatten();
        date.map(Self::from_date).ok_or_else(|| PeriodError::NotADay(text.to_owned()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.date().to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_only_full_iso_days() {
        assert_eq!("1970-01-01".parse(), Ok(Day(0)));
        assert_eq!("2024-02-29".parse::<Day>().map(Day::next), "2024-03-01".parse());
        for text in ["2026-02-29", "2026-6-1", "26-06-01", "2026-06-01T00", "", "20260601", "+026-06-01"] {
            assert_eq!(text.parse::<Day>(), Err(PeriodError::NotADay(text.to_owned())));
        }
    }

    #[test]
    fn knows_its_weekday() {
        let friday: Day = "2026-06-19".parse().expect("a day");
        assert_eq!(friday.weekday(), Weekday::Fri);
        let weekend: Vec<_> = friday
            .through(friday.plus(6))
            .filter(|day| day.is_weekend())
            .map(|day| day.to_string())
            .collect();
        assert_eq!(weekend, ["2026-06-20", "2026-06-21"]);
    }

    proptest! {
        #[test]
        fn a_printed_day_reads_back(number in 0..2_900_000_i32) {
            prop_assert_eq!(Day(number).to_string().parse(), Ok(Day(number)));
        }

        #[test]
        fn no_number_panics(number: i32) {
            let day = Day(number);
            let _ = (day.next(), day.previous(), day.weekday(), day.to_string());
        }
    }
}
