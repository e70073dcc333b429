//! The day that a row belongs to.
//!
//! A provider's bucket of whole UTC days is that provider's day: it keeps its own UTC date in
//! whatever zone the ledger is set to, so that June here is June at the provider. Calls and shorter
//! buckets are placed by instant.

use rustc_hash::FxHashMap;

use super::zone::{day_between, utc_day_of};
use super::{Day, Zone};
use crate::instant::{Instant, MICROS_PER_DAY};

/// The day of a row that begins at `created_at` and, for an aggregate, ends at `period_end`.
pub fn place(created_at: Instant, period_end: Option<Instant>, zone: Zone) -> Day {
    if is_whole_utc_days(created_at, period_end) { utc_day_of(created_at) } else { zone.day_of(created_at) }
}

/// Which quarter of an hour an instant lies in, counted from 1970-01-01T00:00Z.
pub const fn quarter_hour(instant: Instant) -> i64 {
    instant.micros().div_euclid(15 * 60 * 1_000_000)
}

fn is_whole_utc_days(created_at: Instant, period_end: Option<Instant>) -> bool {
    let at_midnight = |instant: Instant| instant.micros().rem_euclid(MICROS_PER_DAY) == 0;
    period_end.is_some_and(|end| end > created_at && at_midnight(created_at) && at_midnight(end))
}

/// [`place`] for many rows of one zone: looks each day up in the zone's table once.
#[derive(Debug)]
pub struct Placer {
    zone: Zone,
    /// Where the local day of each UTC date begins and ends.
    bounds: FxHashMap<Day, (Instant, Instant)>,
}

impl Placer {
    /// For rows of a ledger in `zone`.
    pub fn new(zone: Zone) -> Self {
        Self { zone, bounds: FxHashMap::default() }
    }

    /// The same as [`place`].
    pub fn place(&mut self, created_at: Instant, period_end: Option<Instant>) -> Day {
        let day = utc_day_of(created_at);
        if is_whole_utc_days(created_at, period_end) {
            return day;
        }
        let &mut (start, end) = self.bounds.entry(day).or_insert_with(|| self.zone.bounds(day, day));
        day_between(day, created_at, start, end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(created_at: &str, period_end: Option<&str>, zone: &str, expected: &str) {
        let instant = |text| Instant::parse(text).expect("an instant");
        let day = place(instant(created_at), period_end.map(instant), zone.parse().expect("a zone"));
        assert_eq!(day.to_string(), expected, "{created_at} to {period_end:?} in {zone}");
    }

    #[test]
    fn a_bucket_of_utc_days_keeps_its_date() {
        let (start, end) = ("2026-06-01T00:00:00Z", Some("2026-06-02T00:00:00Z"));
        check(start, end, "America/Los_Angeles", "2026-06-01");
        check(start, end, "Asia/Kathmandu", "2026-06-01");
        check(start, Some("2026-07-01T00:00:00Z"), "America/Los_Angeles", "2026-06-01");
    }

    #[test]
    fn all_else_is_placed_by_instant() {
        check("2026-06-01T00:00:00Z", None, "America/Los_Angeles", "2026-05-31");
        check("2026-06-01T00:00:00Z", Some("2026-06-01T01:00:00Z"), "America/Los_Angeles", "2026-05-31");
        check("2026-06-01T00:00:00Z", Some("2026-06-01T00:00:00Z"), "America/Los_Angeles", "2026-05-31");
        check("2026-06-01T01:00:00Z", Some("2026-06-02T01:00:00Z"), "America/Los_Angeles", "2026-05-31");
        check("2026-06-01T18:15:00Z", None, "Asia/Kathmandu", "2026-06-02");
        check("2026-06-01T18:14:59Z", None, "Asia/Kathmandu", "2026-06-01");
    }

    #[test]
    fn quarters_of_an_hour_are_counted_from_1970() {
        assert_eq!(quarter_hour(Instant::from_micros(0)), 0);
        assert_eq!(quarter_hour(Instant::parse("1970-01-02T00:14:59Z").expect("an instant")), 96);
    }

    proptest! {
        #[test]
        fn the_placer_places_alike(
            zone in proptest::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
            rows in proptest::collection::vec((0..4_102_444_800_i64, proptest::option::of(0..3_i64)), 1..40),
        ) {
            let zone: Zone = zone.name().parse().expect("a zone");
            let mut placer = Placer::new(zone);
            for (seconds, days) in rows {
                // Half of the buckets start at midnight.
                let seconds = if seconds % 2 == 0 { seconds } else { seconds - seconds.rem_euclid(86_400) };
                let created_at = Instant::from_micros(seconds * 1_000_000);
                let period_end = days.map(|days| Instant::from_micros(created_at.micros() + days * MICROS_PER_DAY));
                prop_assert_eq!(placer.place(created_at, period_end), place(created_at, period_end, zone));
            }
        }
    }
}
