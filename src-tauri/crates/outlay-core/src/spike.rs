//! A day that costs far more than its like, told by the days before it.
//!
//! The rule: above the median of the same class of days (weekdays or weekend days) of the last 28 days
//! by more than four times their median deviation, at least twice the median, and at least 5 dollars.
//! Whether somebody is told of it is decided where alerts are evaluated.

use std::collections::BTreeMap;

use crate::money::{Money, NANOS_PER_DOLLAR};
use crate::period::Day;

/// Days that the usual is taken from.
const WINDOW: i32 = 28;
/// Days of a class without which nothing is usual.
const LEAST_OF_A_CLASS: usize = 4;
/// What a spike costs at least.
const LEAST: Money = Money::from_nanos(5 * NANOS_PER_DOLLAR);

/// A day that costs far more than its like, and by what measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spike {
    /// The median of its class: weekdays or weekend days.
    pub usual: Money,
    /// The median deviation from it.
    pub deviation: Money,
    /// How many days of its class the two are taken from.
    pub days: usize,
    /// The spend from which, or beyond which, the day is a spike.
    pub limit: Money,
    /// Which part of the rule gives the limit.
    pub decided: Decided,
}

/// The part of the rule that asks for most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// Above the median by more than four deviations.
    Deviation,
    /// Twice the median at least.
    Twice,
    /// Five dollars at least.
    Least,
}

/// The measure of a day, if it is a spike; `None` if it is none.
///
/// `observed` are the days that some source speaks about. A first spend ever is new and no spike.
pub fn spike(day: Day, spend: Money, observed: &BTreeMap<Day, Money>) -> Option<Spike> {
    let window = || observed.range(day.plus(-WINDOW)..day);
    let like: Vec<Money> = window()
        .filter(|(before, _)| before.is_weekend() == day.is_weekend())
        .map(|(_, &spend)| spend)
        .collect();
    if like.len() < LEAST_OF_A_CLASS || window().all(|(_, spend)| *spend == Money::ZERO) {
        return None;
    }
    let days = like.len();
    let usual = median(like.clone()).max(Money::ZERO);
    let deviation = median(like.iter().map(|&spend| difference(spend, usual).abs()).collect());
    let beyond = usual.saturating_add(deviation.scaled(4, 1)?);
    let twice = usual.saturating_add(usual);
    let (limit, decided) = match twice.max(LEAST) {
        from if beyond >= from => (beyond, Decided::Deviation),
        from if from == LEAST => (LEAST, Decided::Least),
        from => (from, Decided::Twice),
    };
    let is_spike = spend > beyond && spend >= limit;
    is_spike.then_some(Spike { usual, deviation, days, limit, decided })
}

/// What a day like this usually costs, if it is a spike; `None` if it is none.
pub fn usual_if_spike(day: Day, spend: Money, observed: &BTreeMap<Day, Money>) -> Option<Money> {
    spike(day, spend, observed).map(|spike| spike.usual)
}

fn difference(one: Money, other: Money) -> Money {
    one.saturating_add(-other)
}

/// The middle one; of two in the middle half of their sum.
fn median(mut amounts: Vec<Money>) -> Money {
    amounts.sort_unstable();
    let half = amounts.len() / 2;
    match amounts.len() % 2 {
        _ if amounts.is_empty() => Money::ZERO,
        1 => amounts[half],
        _ => amounts[half - 1].saturating_add(amounts[half]).scaled(1, 2).unwrap_or(amounts[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOLLAR: i64 = NANOS_PER_DOLLAR;

    /// Weekdays of 4 and 6 dollars in turn, weekend days of 1, for four weeks before Friday, 19 June.
    fn four_weeks() -> BTreeMap<Day, Money> {
        let friday = friday();
        let spend = |day: Day| match (day.is_weekend(), day.number() % 2) {
            (true, _) => DOLLAR,
            (false, 0) => 4 * DOLLAR,
            _ => 6 * DOLLAR,
        };
        friday.plus(-28).through(friday.previous()).map(|day| (day, Money::from_nanos(spend(day)))).collect()
    }

    fn friday() -> Day {
        "2026-06-19".parse().expect("a day")
    }

    #[track_caller]
    fn check(day: Day, cents: i64, observed: &BTreeMap<Day, Money>, expected: Option<&str>) {
        let usual = usual_if_spike(day, Money::from_nanos(cents * DOLLAR / 100), observed);
        assert_eq!(usual.map(|usual| usual.to_string()).as_deref(), expected, "{day}: {cents} cents");
    }

    #[test]
    fn a_spike_is_beyond_deviation_and_twice_the_usual() {
        // Weekdays: median 5, deviation 1, so the limit is 9 and twice the usual is 10.
        check(friday(), 999, &four_weeks(), None);
        check(friday(), 1000, &four_weeks(), Some("5"));
        // Saturdays: median 1, no deviation; 5 dollars is the least.
        check(friday().next(), 499, &four_weeks(), None);
        check(friday().next(), 500, &four_weeks(), Some("1"));
    }

    #[test]
    fn what_is_new_is_no_spike() {
        check(friday(), 5000, &BTreeMap::new(), None);
        let zeros: BTreeMap<_, _> = four_weeks().into_keys().map(|day| (day, Money::ZERO)).collect();
        check(friday(), 5000, &zeros, None);
        let few: BTreeMap<_, _> = four_weeks().into_iter().skip(25).collect();
        check(friday(), 5000, &few, None);
    }

    #[test]
    fn weekends_without_spend_have_a_usual_of_zero() {
        let quiet = |(day, spend): (Day, Money)| (day, if day.is_weekend() { Money::ZERO } else { spend });
        let observed = four_weeks().into_iter().map(quiet).collect();
        check(friday().next(), 600, &observed, Some("0"));
    }
}
