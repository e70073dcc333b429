//! Where the current month is heading.
//!
//! Two figures stand side by side. `run_rate` is the plain one: spend so far, divided by the days
//! elapsed (today included), times the days of the month. `likely` knows weekdays from weekends:
//! the spend of complete days, and a usual day for every day that is open. Around it stands a likely
//! range, from months drawn out of recent days and widened to what past projections missed.
//!
//! Same data, same numbers: the draws are seeded from the data. A month that is over is a fact and a
//! month to come has no spend; neither has a projection. Budgets and alerts are not decided here.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::instant::Instant;
use crate::money::Money;
use crate::period::{Day, Month, Zone};

mod draw;
mod history;
mod open_month;
mod path;

use history::{History, LevelShift};
use open_month::OpenMonth;
pub use path::{Expected, path, usual_today};

/// What is known when the month is projected.
#[derive(Debug, Clone, Copy)]
pub struct Outlook<'a> {
    /// The month that is asked about.
    pub month: Month,
    /// The current day.
    pub today: Day,
    /// The spend of each day before today that some source speaks about. A day that is missing was
    /// not observed, which is not a day of zero.
    pub observed: &'a BTreeMap<Day, Money>,
    /// What is known of today's spend.
    pub spent_today: Money,
    /// How much of today is over.
    pub passed: DayShare,
}

/// How much of a day is over, in microseconds; days of 23 and 25 hours included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayShare {
    passed: i64,
    whole: i64,
}

impl DayShare {
    /// The day has just begun.
    pub const NONE: Self = Self { passed: 0, whole: 1 };

    /// The day is over.
    pub const WHOLE: Self = Self { passed: 1, whole: 1 };

    /// How much of the local day that holds `now` is over.
    pub fn at(now: Instant, zone: Zone) -> Self {
        let day = zone.day_of(now);
        let (start, end) = zone.bounds(day, day);
        let passed = now.micros() - start.micros();
        Self { passed, whole: (end.micros() - start.micros()).max(1) }
    }
}

/// Where a month is heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Projection {
    /// Spend so far, divided by the days elapsed, times the days of the month.
    pub run_rate: Money,
    /// The likely month-end; null under seven complete days of history.
    pub likely: Option<Money>,
    /// The lower end of the likely range.
    pub low: Option<Money>,
    /// The upper end of the likely range.
    pub high: Option<Money>,
    /// How the figures came about, in words.
    pub method: String,
}

impl Projection {
    /// The same, whose method says that rows of the month have no price, if there are such.
    pub(crate) fn without_price(mut self, rows: i64) -> Self {
        match rows {
            0 => {}
            1 => self.method += "; at least: 1 row has no price",
            _ => self.method += &format!("; at least: {rows} rows have no price"),
        }
        self
    }
}

/// Complete days without which there is no likely month-end.
const LEAST_DAYS: usize = 7;

/// The projection of the current month; `None` for any other.
pub fn project(outlook: &Outlook<'_>) -> Option<Projection> {
    if Month::containing(outlook.today) != outlook.month {
        return None;
    }
    let month = OpenMonth::of(outlook);
    let run_rate = run_rate(outlook, month.spent());
    let history = History::before(outlook.today, outlook.observed);
    if history.len() < LEAST_DAYS {
        let method = format!("not enough history: {} of {LEAST_DAYS} complete days", history.len());
        return Some(Projection { run_rate, likely: None, low: None, high: None, method });
    }
    let likely = month.end(|day| history.mean(day));
    let misses = past_misses(outlook);
    let (low, high) = likely_range(&month, &history, likely, &misses);
    Some(Projection {
        run_rate,
        likely: Some(likely),
        low: Some(low),
        high: Some(high),
        method: method(&month, &history, &misses),
    })
}

fn run_rate(outlook: &Outlook<'_>, spent: Money) -> Money {
    let elapsed = outlook.today.days_since(outlook.month.first_day()) + 1;
    spent.scaled(i64::from(outlook.month.days()), i64::from(elapsed)).unwrap_or(spent)
}

/// A past projection: what it added to the spend that was known, and how far it was off.
#[derive(Debug, Clone, Copy)]
struct Miss {
    projected: Money,
    off: Money,
    truth: Money,
}

/// How far the projections of the last three months, made on the same day of the month, were off.
/// Months that were not observed as a whole, or had too little history, teach nothing.
fn past_misses(outlook: &Outlook<'_>) -> Vec<Miss> {
    let day_of_month = outlook.today.days_since(outlook.month.first_day());
    let months = std::iter::successors(Some(outlook.month.previous()), |month| Some(month.previous()));
    months.take(3).filter_map(|month| past_miss(month, day_of_month, outlook.observed)).collect()
}

fn past_miss(month: Month, day_of_month: i32, observed: &BTreeMap<Day, Money>) -> Option<Miss> {
    let days = month.first_day().through(month.last_day());
    let truth: Money =
        days.map(|day| observed.get(&day).copied()).collect::<Option<Vec<_>>>()?.into_iter().sum();
    let today = month.first_day().plus(day_of_month).min(month.last_day());
    let history = History::before(today, observed);
    let at_the_time =
        OpenMonth::of(&Outlook { month, today, observed, spent_today: Money::ZERO, passed: DayShare::NONE });
    let predicted = at_the_time.end(|day| history.mean(day));
    let off = predicted.checked_sub(truth)?.abs();
    let projected = predicted.checked_sub(at_the_time.spent())?;
    (history.len() >= LEAST_DAYS).then_some(Miss { projected, off, truth })
}

/// The 10th to the 90th percentile of 1,000 drawn months, widened until it would have held the worst
/// of the past misses, in proportion to what is still open; never below what is spent.
fn likely_range(month: &OpenMonth, history: &History, likely: Money, misses: &[Miss]) -> (Money, Money) {
    let (low, high) = draw::tenth_and_ninetieth(month, history);
    let open = likely.checked_sub(month.spent()).unwrap_or(Money::ZERO);
    let margin = misses.iter().map(|miss| margin(open, *miss)).max().unwrap_or(Money::ZERO);
    let (below, above) = (likely.saturating_add(-margin), likely.saturating_add(margin));
    (low.min(below).min(likely).max(month.spent()), high.max(above).max(likely))
}

/// What a miss of the same proportion would be now; all that is open at most, for one wild month
/// must not make the range meaningless.
fn margin(open: Money, miss: Miss) -> Money {
    if miss.off >= miss.projected {
        return if miss.off > Money::ZERO { open } else { Money::ZERO };
    }
    open.scaled(miss.off.nanos(), miss.projected.nanos()).unwrap_or(open)
}

fn method(month: &OpenMonth, history: &History, misses: &[Miss]) -> String {
    let mut words = format!(
        "usual weekdays and weekend days of the last 28 days ({} with data), range from 1,000 drawn months",
        history.len()
    );
    match misses.iter().filter(|miss| miss.off > Money::ZERO).count() {
        0 => {}
        1 => words += ", widened by what one past month missed",
        missed => words += &format!(", widened by what {missed} past months missed"),
    }
    words += &past_record(misses).unwrap_or_default();
    if month.unobserved() > 0 {
        words += &format!("; days of this month without data, counted as usual: {}", month.unobserved());
    }
    if let Some(shift) = LevelShift::within(history) {
        let end = month.end(|day| shift.usual(day));
        words += &format!("; recent days run {}× the usual, if that stays: {}", shift.times(), dollars(end));
    }
    words
}

/// How far off the same was in the months before, on the same day: the misses together as a share of what those
/// months cost, in whole percent.
fn past_record(misses: &[Miss]) -> Option<String> {
    let truth = misses.iter().map(|miss| miss.truth).sum::<Money>();
    let off = misses.iter().map(|miss| miss.off).sum::<Money>();
    let percent = off.scaled(100, truth.nanos())?.nanos();
    let months = match misses.len() {
        1 => "last month".to_owned(),
        months => format!("last {months} months"),
    };
    Some(format!("; {months}, asked on the same day: off by {percent} %"))
}

/// Dollars and cents, as words hold them.
fn dollars(amount: Money) -> String {
    let cents = amount.scaled(1, 10_000_000).unwrap_or_default().nanos();
    format!("${}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests;
