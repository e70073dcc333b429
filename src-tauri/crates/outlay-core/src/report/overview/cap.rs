//! The spend as it adds up over the month, beside the cap.

use serde::Serialize;

use super::View;
use crate::forecast::{Expected, path};
use crate::money::Money;
use crate::period::Day;

/// The spend as it adds up over the month, beside the cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AgainstCap {
    /// Every day of the month.
    pub days: Vec<CapDay>,
    /// Half of the cap, the warning threshold and the cap, in rising order.
    pub marks: Vec<CapMark>,
}

/// Where the spend of the month stands at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct CapDay {
    /// The day.
    pub day: Day,
    /// What the month cost up to and with this day; null for days to come.
    pub spent: Option<Money>,
    /// What it is likely to have cost by then; of the last day this is the projection. Null for days that
    /// have begun (except the last of the month), and without a projection.
    pub likely: Option<Money>,
    /// The lower end of the likely range.
    pub low: Option<Money>,
    /// The upper end of the likely range.
    pub high: Option<Money>,
}

/// A part of the cap, and when it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct CapMark {
    /// The part, in percent.
    pub percent: u8,
    /// The same in dollars.
    pub amount: Money,
    /// The day on which the spend reached it; null when it did not.
    pub reached_on: Option<Day>,
    /// The day on which the likely spend reaches it; null when it is reached, and when it is not likely to be.
    pub likely_on: Option<Day>,
    /// The day on which the upper end of the range reaches it; null when it is reached, and when not even that does.
    pub earliest_on: Option<Day>,
}

pub(super) fn against_cap(view: &View<'_>) -> AgainstCap {
    let report = &view.material.report;
    let expected = report
        .projection
        .as_ref()
        .map_or_else(Vec::new, |projection| path(&view.material.outlook, projection));
    let mut total = Money::ZERO;
    let mut days = Vec::new();
    for point in &report.body.daily {
        total = total.saturating_add(point.spend);
        let ahead = expected.iter().find(|expected| expected.day == point.day);
        days.push(CapDay {
            day: point.day,
            spent: (point.day <= view.until).then_some(total),
            likely: ahead.map(|expected| expected.likely),
            low: ahead.map(|expected| expected.low),
            high: ahead.map(|expected| expected.high),
        });
    }
    let config = &view.material.config;
    let mut percents = vec![50, config.alert_threshold_pct, 100];
    percents.sort_unstable();
    percents.dedup();
    let mark = |percent: u8| {
        let amount = config.monthly_ai_cap_usd.scaled(i64::from(percent), 100);
        mark(percent, amount.unwrap_or(config.monthly_ai_cap_usd), &days, &expected)
    };
    let marks = percents.into_iter().map(mark).collect();
    AgainstCap { days, marks }
}

fn mark(percent: u8, amount: Money, days: &[CapDay], expected: &[Expected]) -> CapMark {
    let reached = days.iter().find(|day| day.spent.is_some_and(|spent| spent >= amount));
    let reached_on = reached.map(|day| day.day);
    let first = |sum: fn(&Expected) -> Money| {
        let ahead = expected.iter().find(|expected| sum(expected) >= amount);
        ahead.map(|expected| expected.day).filter(|_| reached_on.is_none())
    };
    CapMark {
        percent,
        amount,
        reached_on,
        likely_on: first(|expected| expected.likely),
        earliest_on: first(|expected| expected.high),
    }
}
