//! Instants as people and their agents make calls: by day more than by night, on weekdays more than
//! on weekends, spread over whole days in UTC.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

const HOURS_PER_DAY: u64 = 24;
const MICROS_PER_HOUR: u64 = 3_600_000_000;

/// A span of days in which every hour has its share of the calls.
#[derive(Debug)]
pub struct WorkingHours {
    /// Microseconds since 1970 at the start of the first day.
    start: i64,
    /// For each hour the sum of the shares up to its end.
    shares: Vec<u64>,
}

impl WorkingHours {
    /// The `days` that end with `last_day`.
    pub fn until(last_day: NaiveDate, days: u32) -> Self {
        let first_day = last_day - TimeDelta::days(i64::from(days) - 1);
        let mut sum = 0;
        let hours = first_day
            .iter_days()
            .take(days as usize)
            .flat_map(|day| (0..HOURS_PER_DAY).map(move |hour| (day, hour)));
        let shares = hours.map(|(day, hour)| {
            sum += share(day.weekday(), hour);
            sum
        });
        let start = first_day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
        Self { start, shares: shares.collect() }
    }

    /// When the call number `index` of `count` is made, in microseconds since 1970. `jitter` is any
    /// number: calls keep their order, but no pattern.
    pub fn instant(&self, index: u64, count: u64, jitter: u64) -> i64 {
        let total = self.shares.last().copied().unwrap_or_default();
        let within = u128::from(jitter >> 32);
        let place = ((u128::from(index) << 32) + within) * u128::from(total * MICROS_PER_HOUR)
            / (u128::from(count) << 32);
        // Below total * MICROS_PER_HOUR, which is an u64.
        let place = place as u64;
        let hour = self.shares.partition_point(|&sum| sum * MICROS_PER_HOUR <= place);
        let before = if hour == 0 { 0 } else { self.shares[hour - 1] };
        let micros = (place - before * MICROS_PER_HOUR) / (self.shares[hour] - before);
        self.start + (hour as u64 * MICROS_PER_HOUR + micros) as i64
    }
}

fn share(day: Weekday, hour: u64) -> u64 {
    match (day, hour) {
        (Weekday::Sat | Weekday::Sun, 9..20) => 3,
        (Weekday::Sat | Weekday::Sun, _) => 1,
        (_, 8..18) => 20,
        (_, 6..8 | 18..22) => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_keep_their_order_and_their_span() {
        let day = NaiveDate::from_ymd_opt(2026, 8, 31).unwrap();
        let hours = WorkingHours::until(day, 365);
        let instants: Vec<i64> = (0..10_000).map(|index| hours.instant(index, 10_000, index << 50)).collect();
        assert!(instants.is_sorted());
        let end = day.and_hms_opt(23, 59, 59).unwrap().and_utc().timestamp_micros() + 1_000_000;
        let start = end - 365 * 24 * 3_600_000_000;
        assert!(instants[0] >= start && instants[9_999] < end);
        assert!(hours.instant(9_999, 10_000, u64::MAX) < end);
        let at_work =
            instants.iter().filter(|&&instant| (8..18).contains(&(instant / 3_600_000_000 % 24))).count();
        assert!((6_000..9_000).contains(&at_work), "{at_work} of 10,000 calls in working hours");
    }
}
