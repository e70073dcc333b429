//! The daily trend: every day of the range is there, and a day without data is not a day of zero.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::cell::Sums;
use super::{Count, DayTotals};
use crate::money::Money;
use crate::period::Day;

/// One day of a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct DailyPoint {
    /// The day.
    pub day: Day,
    /// Money out.
    pub spend: Money,
    /// The true spend is at least this: rows without a known price are in the day.
    pub at_least: bool,
    /// Known requests.
    pub calls: Count,
    /// Whether any source speaks about this day; without, its zero means nothing.
    pub has_data: bool,
}

pub(super) fn daily(from: Day, to: Day, totals: &[DayTotals], covered: &BTreeSet<Day>) -> Vec<DailyPoint> {
    let mut sums: BTreeMap<Day, Sums> = BTreeMap::new();
    for entry in totals {
        sums.entry(entry.day).or_default().add(entry.basis, &entry.totals);
    }
    let point = |day: Day| {
        let known = sums.get(&day);
        let has_data = known.is_some() || covered.contains(&day);
        let sums = known.copied().unwrap_or_default();
        DailyPoint { day, spend: sums.spend, at_least: sums.at_least(), calls: Count(sums.calls), has_data }
    };
    from.through(to).map(point).collect()
}
