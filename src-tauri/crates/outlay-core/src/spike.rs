//! A day that costs far more than its like, told by the days before it.
//!
//! The rule: above the median of the same class of days (weekdays or weekend days) of the last 28 days
//! by more than four times their median deviation, at least twice the median, and at least 5 dollars; how many times
//! and how many dollars is the user's [`Sensitivity`]. Whether somebody is told of it is decided where alerts are
//! evaluated.

use std::collections::BTreeMap;

use crate::money::{Money, NANOS_PER_DOLLAR};
use crate::period::Day;
use crate::text::words;

/// Days that the usual is taken from.
const WINDOW: i32 = 28;
/// Days of a class without which nothing is usual.
const LEAST_OF_A_CLASS: usize = 4;

words! {
    /// How large a day must be to be a spike.
    #[derive(Default)]
    pub enum Sensitivity("sensitivity") {
        /// 1.5 times the usual, and 2 dollars.
        Sensitive = "sensitive",
        /// Twice the usual, and 5 dollars.
        #[default]
        Usual = "usual",
        /// 3 times the usual, and 20 dollars.
        OnlyLarge = "only_large",
    }
}

impl Sensitivity {
    /// What a spike costs at least, however little is usual.
    pub const fn least(self) -> Money {
        Money::from_nanos(
            NANOS_PER_DOLLAR
                * match self {
                    Self::Sensitive => 2,
                    Self::Usual => 5,
                    Self::OnlyLarge => 20,
                },
        )
    }

    /// How many times the median it costs at least, in words: `twice the median`.
    pub const fn times(self) -> &'static str {
        match self {
            Self::Sensitive => "1.5 times",
            Self::Usual => "twice",
            Self::OnlyLarge => "3 times",
        }
    }

    fn multiple(self, usual: Money) -> Money {
        let halves = match self {
            Self::Sensitive => 3,
            Self::Usual => 4,
            Self::OnlyLarge => 6,
        };
        usual.scaled(halves, 2).unwrap_or(Money::from_nanos(i64::MAX))
    }
}

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
    /// So many times the median at least.
    Times,
    /// So many dollars at least.
    Least,
}

/// The measure of a day, if it is a spike; `None` if it is none.
///
/// `observed` are the days that some source speaks about. A first spend ever is new and no spike.
pub fn spike(
    day: Day,
    spend: Money,
    observed: &BTreeMap<Day, Money>,
    sensitivity: Sensitivity,
) -> Option<Spike> {
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
    let least = sensitivity.least();
    let (limit, decided) = match sensitivity.multiple(usual).max(least) {
        from if beyond >= from => (beyond, Decided::Deviation),
        from if from == least => (least, Decided::Least),
        from => (from, Decided::Times),
    };
    let is_spike = spend > beyond && spend >= limit;
    is_spike.then_some(Spike { usual, deviation, days, limit, decided })
}

/// What a day like this usually costs, if it is a spike; `None` if it is none.
pub fn usual_if_spike(
    day: Day,
    spend: Money,
    observed: &BTreeMap<Day, Money>,
    sensitivity: Sensitivity,
) -> Option<Money> {
    spike(day, spend, observed, sensitivity).map(|spike| spike.usual)
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
        check_at(Sensitivity::Usual, day, cents, observed, expected);
    }

    #[track_caller]
    fn check_at(
        sensitivity: Sensitivity,
        day: Day,
        cents: i64,
        observed: &BTreeMap<Day, Money>,
        expected: Option<&str>,
    ) {
        let usual = usual_if_spike(day, Money::from_nanos(cents * DOLLAR / 100), observed, sensitivity);
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
    fn how_large_is_the_users_choice() {
        // Weekdays: median 5, deviation 1: beyond 9 in any case, 1.5 times is less, 3 times is 15, the least is 20.
        check_at(Sensitivity::Sensitive, friday(), 900, &four_weeks(), None);
        check_at(Sensitivity::Sensitive, friday(), 901, &four_weeks(), Some("5"));
        check_at(Sensitivity::OnlyLarge, friday(), 1999, &four_weeks(), None);
        check_at(Sensitivity::OnlyLarge, friday(), 2000, &four_weeks(), Some("5"));
        check_at(Sensitivity::Sensitive, friday().next(), 199, &four_weeks(), None);
        check_at(Sensitivity::Sensitive, friday().next(), 200, &four_weeks(), Some("1"));
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
