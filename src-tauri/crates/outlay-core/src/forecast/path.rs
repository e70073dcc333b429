//! The way to the projected end: what the month is likely to have cost by each day that is left.

use super::history::History;
use super::open_month::OpenMonth;
use super::{LEAST_DAYS, Outlook, Projection};
use crate::money::Money;
use crate::period::Day;

/// What the month is likely to have cost by the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The day.
    pub day: Day,
    /// The likely sum.
    pub likely: Money,
    /// The lower end of the likely range.
    pub low: Money,
    /// The upper end of the likely range.
    pub high: Money,
}

/// What a day like today usually costs; `None` under seven days of history.
pub fn usual_today(outlook: &Outlook<'_>) -> Option<Money> {
    let history = History::before(outlook.today, outlook.observed);
    (history.len() >= LEAST_DAYS).then(|| history.mean(outlook.today))
}

/// The days after today, from what is spent now to exactly the projection's figures on the last day. What is
/// open is spread over them as usual days cost. On the last day of a month there is but that day.
pub fn path(outlook: &Outlook<'_>, projection: &Projection) -> Vec<Expected> {
    let Projection { likely: Some(likely), low: Some(low), high: Some(high), .. } = *projection else {
        return Vec::new();
    };
    let spent = OpenMonth::of(outlook).spent();
    let last = outlook.month.last_day();
    let weights = weights(outlook, outlook.today.next().min(last), last);
    let whole: i64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut passed = 0;
    let expected = |(day, weight): (Day, i64)| {
        passed += weight;
        let towards = |end: Money| {
            let open = end.saturating_add(-spent);
            spent.saturating_add(open.scaled(passed, whole).unwrap_or(open))
        };
        Expected { day, likely: towards(likely), low: towards(low), high: towards(high) }
    };
    weights.into_iter().map(expected).collect()
}

/// What each day usually costs; the same for all where usual days cost nothing.
fn weights(outlook: &Outlook<'_>, first: Day, last: Day) -> Vec<(Day, i64)> {
    let history = History::before(outlook.today, outlook.observed);
    let usual: Vec<_> = first.through(last).map(|day| (day, history.mean(day).nanos())).collect();
    match usual.iter().any(|(_, nanos)| *nanos > 0) {
        true => usual,
        false => usual.into_iter().map(|(day, _)| (day, 1)).collect(),
    }
}
