//! What the reports are asked for: months and ranges of the ledger's years, drawn from a seed, so that
//! every program that is measured gets the same questions.

use chrono::{DateTime, Months, NaiveDate, TimeDelta};
use outlay_bench::ledger_rows;
use outlay_bench::random::Random;

/// A span of days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

const MONTHS: u64 = 36;

impl Span {
    /// The current month.
    pub(crate) fn current_month() -> Self {
        Self::month_before(0)
    }

    fn month_before(months: u32) -> Self {
        let current = chrono::Datelike::with_day(&ledger_rows::last_day(), 1).unwrap_or_default();
        let first = current - Months::new(months);
        Self { first, last: first + Months::new(1) - TimeDelta::days(1) }
    }

    /// `count` calendar months of the three years, the current one among them.
    pub(crate) fn months(count: usize) -> Vec<Self> {
        let mut random = Random::of_row(7, 0);
        (0..count).map(|_| Self::month_before(random.below(MONTHS) as u32)).collect()
    }

    /// `count` ranges of 30 days of the three years.
    pub(crate) fn thirty_days(count: usize) -> Vec<Self> {
        let mut random = Random::of_row(7, 1);
        let latest = u64::from(ledger_rows::DAYS) - 30;
        let range = |before: i64| {
            let last = ledger_rows::last_day() - TimeDelta::days(before);
            Self { first: last - TimeDelta::days(29), last }
        };
        (0..count).map(|_| range(random.below(latest) as i64)).collect()
    }

    /// `2026-08`.
    pub(crate) fn month(&self) -> String {
        self.first.format("%Y-%m").to_string()
    }

    /// The first instant, and the first after, as the ledger writes them: text that sorts.
    pub(crate) fn bounds(&self) -> [String; 2] {
        [self.first, self.last + TimeDelta::days(1)].map(|day| format!("{day}T00:00:00.000000Z"))
    }

    /// The same in microseconds since 1970.
    pub(crate) fn micros(&self) -> [i64; 2] {
        let start = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
        [self.first, self.last + TimeDelta::days(1)].map(|day| DateTime::timestamp_micros(&start(day)))
    }
}
