//! A time zone: which instants a local day and a local month hold.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};

use super::{Day, Month, PeriodError};
use crate::instant::{Instant, MICROS_PER_DAY};
use crate::text::serde_as_text;

/// A zone of the IANA database, written by its name (`Europe/Berlin`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, specta::Type)]
#[specta(transparent)]
pub struct Zone(#[specta(type = String)] Tz);

serde_as_text!(Zone);

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The local day that holds an instant.
    ///
    /// A day that has begun is not left again when a clock is set back over midnight.
    pub fn day_of(self, instant: Instant) -> Day {
        let day = utc_day_of(instant);
        day_between(day, instant, self.start_of(day), self.start_of(day.next()))
    }

    /// The first instant of a local day. Where midnight is skipped, the day begins after the gap;
    /// where it is repeated, with the first; a day that the zone leaves out is empty.
    pub fn start_of(self, day: Day) -> Instant {
        self.first(day.date().and_time(NaiveTime::MIN))
    }

    /// When a clock first shows a minute of a local day: 0 to 1439, counted from midnight. What it skips is shown with
    /// the first instant after the gap.
    pub fn minute_of(self, day: Day, minute: u16) -> Instant {
        let seconds = u32::from(minute) * 60;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN);
        self.first(day.date().and_time(time))
    }

    fn first(self, local: NaiveDateTime) -> Instant {
        let first = self.0.from_local_datetime(&local).earliest();
        let after_gap = || GapInfo::new(&local, &self.0).and_then(|gap| gap.end);
        let start = first.or_else(after_gap).map(|there| there.with_timezone(&Utc));
        Instant::from(start.unwrap_or(local.and_utc()))
    }

    /// The first instant of a local month, and the first after it.
    pub fn month_bounds(self, month: Month) -> (Instant, Instant) {
        self.bounds(month.first_day(), month.last_day())
    }

    /// The first instant of `first`, and the first after `last`.
    pub fn bounds(self, first: Day, last: Day) -> (Instant, Instant) {
        (self.start_of(first), self.start_of(last.next()))
    }

    /// The date and time that a clock in the zone shows.
    pub fn local(self, instant: Instant) -> NaiveDateTime {
        instant.to_utc().with_timezone(&self.0).naive_local()
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The UTC day of an instant.
pub(super) fn utc_day_of(instant: Instant) -> Day {
    let days = instant.micros().div_euclid(MICROS_PER_DAY);
    Day::from_number(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
}

/// The local day of an instant within the UTC day `day`: that one or a neighbour, for no zone is
/// more than a day from UTC. `start` and `end` are where the local day of the same date begins and ends.
pub(super) fn day_between(day: Day, instant: Instant, start: Instant, end: Instant) -> Day {
    if instant < start {
        day.previous()
    } else if instant < end {
        day
    } else {
        day.next()
    }
}

impl FromStr for Zone {
    type Err = PeriodError;

    fn from_str(name: &str) -> Result<Self, PeriodError> {
        let unknown = |_| PeriodError::UnknownZone { name: name.to_owned(), near: near_names(name) };
        name.parse().map(Self).map_err(unknown)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Up to three zone names that look like `name`, as a whole or by their city.
fn near_names(name: &str) -> Vec<String> {
    const ALIKE: f64 = 0.88;
    let wanted: String = name.chars().take(64).collect::<String>().to_lowercase().replace(' ', "_");
    let likeness = |zone: &Tz| {
        let known = zone.name().to_lowercase();
        let city = known.rsplit('/').next().unwrap_or(&known);
        strsim::jaro_winkler(&wanted, &known).max(strsim::jaro_winkler(&wanted, city))
    };
    let mut near: Vec<_> = TZ_VARIANTS.iter().map(|zone| (likeness(zone), zone.name())).collect();
    near.retain(|(alike, _)| *alike >= ALIKE);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(3).map(|(_, known)| known.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().expect("a zone")
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[track_caller]
    fn check(name: &str, date: &str, start: &str, minutes: i64) {
        let (first, end) = zone(name).bounds(day(date), day(date));
        assert_eq!(first.to_utc().to_rfc3339(), start, "start of {date} in {name}");
        assert_eq!((end.micros() - first.micros()) / 60_000_000, minutes, "minutes of {date} in {name}");
    }

    #[test]
    fn a_day_begins_at_its_first_instant() {
        check("UTC", "2026-06-19", "2026-06-19T00:00:00+00:00", 1440);
        check("Asia/Kathmandu", "2026-06-19", "2026-06-18T18:15:00+00:00", 1440);
        check("America/Los_Angeles", "2026-03-08", "2026-03-08T08:00:00+00:00", 23 * 60);
        check("America/Los_Angeles", "2026-11-01", "2026-11-01T07:00:00+00:00", 25 * 60);
        check("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00+00:00", 24 * 60 + 30);
        check("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00+00:00", 23 * 60 + 30);
    }

    #[test]
    fn a_skipped_midnight_begins_after_the_gap() {
        check("America/Santiago", "2026-09-06", "2026-09-06T04:00:00+00:00", 23 * 60);
        check("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00+00:00", 23 * 60);
    }

    #[test]
    fn a_repeated_midnight_begins_with_the_first() {
        check("America/Havana", "2026-11-01", "2026-11-01T04:00:00+00:00", 25 * 60);
        // Clocks went from 00:01 back to 23:01 of the day before, which had ended by then.
        check("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00+00:00", 25 * 60);
    }

    #[test]
    fn a_day_left_out_is_empty() {
        check("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00+00:00", 0);
    }

    #[test]
    fn an_unknown_zone_names_its_like() {
        insta::assert_snapshot!("Europe/Berln".parse::<Zone>().expect_err("a typo"),
            @"`Europe/Berln` is not a time zone; did you mean Europe/Berlin or Europe/Dublin or Europe/Belgrade?");
        insta::assert_snapshot!("berlin".parse::<Zone>().expect_err("a city"),
            @"`berlin` is not a time zone; did you mean Europe/Berlin?");
        insta::assert_snapshot!("xyzzy".parse::<Zone>().expect_err("nonsense"),
            @"`xyzzy` is not a time zone (write an IANA name such as Europe/Berlin or UTC)");
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        let special = ["America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"];
        let more = ["Africa/Cairo", "America/St_Johns", "Pacific/Apia", "Pacific/Kiritimati"];
        let named = proptest::sample::select([special, more].concat()).prop_map(zone);
        prop_oneof![named, proptest::sample::select(TZ_VARIANTS.to_vec()).prop_map(Zone)]
    }

    proptest! {
        #[test]
        fn days_partition_time(zone in any_zone(), micros in 0..4_102_444_800_000_000_i64) {
            let instant = Instant::from_micros(micros);
            let day = zone.day_of(instant);
            prop_assert!(zone.start_of(day) <= instant && instant < zone.start_of(day.next()));
        }

        #[test]
        fn starts_never_go_back(zone in any_zone(), number in 0..47_482_i32) {
            let day = Day::from_number(number);
            let (start, end) = zone.bounds(day, day);
            prop_assert!(start <= end);
            prop_assert!(end.micros() - start.micros() <= MICROS_PER_DAY + MICROS_PER_DAY);
            if start < end {
                prop_assert_eq!(zone.day_of(start), day);
                prop_assert_eq!(zone.day_of(Instant::from_micros(end.micros() - 1)), day);
            }
        }

        #[test]
        fn months_tile_a_year(zone in any_zone(), year in 1970..2100_i32) {
            let mut month = Month::new(year, 1).expect("a month");
            let (start, mut end) = zone.month_bounds(month);
            for _ in 1..12 {
                month = month.next();
                let (next_start, next_end) = zone.month_bounds(month);
                prop_assert_eq!(next_start, end);
                end = next_end;
            }
            let first = Day::from_date(chrono::NaiveDate::from_ymd_opt(year, 1, 1).expect("a date"));
            let last = Day::from_date(chrono::NaiveDate::from_ymd_opt(year, 12, 31).expect("a date"));
            prop_assert_eq!((start, end), zone.bounds(first, last));
        }
    }
}
