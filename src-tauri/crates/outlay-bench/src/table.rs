//! The printed table: what was asked, what was measured, and the peer of the same run.

use std::time::Duration;

use comfy_table::{Table, presets};

/// One line of it.
#[derive(Debug)]
pub(crate) struct Line {
    /// What was measured.
    pub(crate) name: String,
    /// The goal: at most this.
    pub(crate) asked: String,
    /// What it came to.
    pub(crate) measured: String,
    /// The peer of the same run, or what else to hold it against.
    pub(crate) beside: String,
}

/// The table as text.
pub(crate) fn render(lines: &[Line]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["name", "asked, at most", "measured", "beside it"]);
    for line in lines {
        table.add_row([&line.name, &line.asked, &line.measured, &line.beside]);
    }
    table.to_string()
}

/// How the times of many runs lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spread {
    /// The one in the middle; of an even number the lower of the two.
    pub(crate) median: Duration,
    /// The time that 95 of 100 runs do not pass.
    pub(crate) p95: Duration,
    /// The time that 99 of 100 runs do not pass.
    pub(crate) p99: Duration,
    /// The slowest.
    pub(crate) max: Duration,
}

impl Spread {
    /// The spread of some times; `None` of none.
    pub(crate) fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        let at = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
        Some(Self { median: at(50), p95: at(95), p99: at(99), max: times[last] })
    }
}

/// The one in the middle; of an even number the lower of the two.
pub(crate) fn median<T: Ord + Copy>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// `2.41 s`, `3.1 ms`.
pub(crate) fn time(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        return format!("{}.{} ms", duration.as_millis(), duration.as_micros() / 100 % 10);
    }
    format!("{:.2} s", duration.as_secs_f64())
}

/// `0.24`, one time as a part of the other.
pub(crate) fn ratio(part: Duration, whole: Duration) -> String {
    let percent = (part.as_micros() * 100).checked_div(whole.as_micros()).unwrap_or_default();
    format!("{}.{:02}", percent / 100, percent % 100)
}

/// `113 MB`.
pub(crate) fn memory(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(time(Duration::from_micros(2_414_900)), "2.41 s");
        assert_eq!(time(Duration::from_micros(3_190)), "3.1 ms");
        assert_eq!(ratio(Duration::from_millis(240), Duration::from_secs(1)), "0.24");
        assert_eq!(ratio(Duration::from_secs(3), Duration::from_secs(2)), "1.50");
        assert_eq!(memory(113_400_000), "113 MB");
        assert_eq!(median(vec![3, 1, 2, 9, 4]), Some(3));
        assert_eq!(median(Vec::<u8>::new()), None);
    }

    #[test]
    fn a_spread_is_of_times_that_occurred() {
        let millis = |numbers: &[u64]| numbers.iter().map(|&n| Duration::from_millis(n)).collect();
        let [median, p95, p99, max] = [100, 190, 198, 200].map(Duration::from_millis);
        let spread = Spread::of(millis(&(1..=200).rev().collect::<Vec<_>>()));
        assert_eq!(spread, Some(Spread { median, p95, p99, max }));
        let [only] = [7].map(Duration::from_millis);
        assert_eq!(Spread::of(millis(&[7])), Some(Spread { median: only, p95: only, p99: only, max: only }));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
