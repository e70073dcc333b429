//! The recent days that say what a usual day is: up to 28 complete days, in two classes.

use std::collections::BTreeMap;

use crate::money::Money;
use crate::period::Day;

/// Complete days that the usual is taken from.
const WINDOW: i32 = 28;
/// Days of a class without which the class says nothing of its own.
const LEAST_OF_A_CLASS: usize = 4;
/// Days in a row that make a new level.
const RECENT: usize = 5;

/// The observed days of a window, oldest first.
#[derive(Debug, Clone)]
pub(super) struct History {
    days: Vec<(Day, Money)>,
    spends: Vec<Money>,
    weekdays: Vec<Money>,
    weekends: Vec<Money>,
}

impl History {
    /// The observed days among the 28 days before `today`.
    pub(super) fn before(today: Day, observed: &BTreeMap<Day, Money>) -> Self {
        let window = observed.range(today.plus(-WINDOW)..today);
        Self::of(window.map(|(&day, &spend)| (day, spend)).collect())
    }

    fn of(days: Vec<(Day, Money)>) -> Self {
        let of_class = |weekend: bool| {
            let class = days.iter().filter(|(day, _)| day.is_weekend() == weekend);
            class.map(|&(_, spend)| spend).collect()
        };
        let spends = days.iter().map(|&(_, spend)| spend).collect();
        let (weekdays, weekends) = (of_class(false), of_class(true));
        Self { days, spends, weekdays, weekends }
    }

    /// How many days were observed.
    pub(super) const fn len(&self) -> usize {
        self.days.len()
    }

    /// The observed days and their spend, oldest first.
    pub(super) fn days(&self) -> &[(Day, Money)] {
        &self.days
    }

    /// The spends of the days that `day` is like: its class, or all where the class is too small.
    pub(super) fn like(&self, day: Day) -> &[Money] {
        let class = if day.is_weekend() { &self.weekends } else { &self.weekdays };
        if class.len() >= LEAST_OF_A_CLASS { class } else { &self.spends }
    }

    /// The mean spend of the days that `day` is like; credits never make a usual day negative.
    pub(super) fn mean(&self, day: Day) -> Money {
        let like = self.like(day);
        let sum: Money = like.iter().copied().sum();
        let count = i64::try_from(like.len()).unwrap_or(i64::MAX);
        sum.scaled(1, count).unwrap_or_default().max(Money::ZERO)
    }
}

/// The last five days all cost more, or all less, than any like day of the window before them.
#[derive(Debug)]
pub(super) struct LevelShift {
    earlier: History,
    recent: Money,
    expected: Money,
}

impl LevelShift {
    pub(super) fn within(history: &History) -> Option<Self> {
        let (earlier, recent) = history.days().split_at_checked(history.len().checked_sub(RECENT)?)?;
        let earlier = History::of(earlier.to_vec());
        let beyond = |outside: fn(&Money, &Money) -> bool| {
            earlier.len() >= super::LEAST_DAYS
                && recent
                    .iter()
                    .all(|(day, spend)| earlier.like(*day).iter().all(|usual| outside(spend, usual)))
        };
        let shifted = beyond(|spend, usual| spend > usual) || beyond(|spend, usual| spend < usual);
        let expected: Money = recent.iter().map(|&(day, _)| earlier.mean(day)).sum();
        let recent: Money = recent.iter().map(|&(_, spend)| spend).sum();
        (shifted && expected > Money::ZERO).then_some(Self { earlier, recent, expected })
    }

    /// What a day like `day` costs if the new level stays.
    pub(super) fn usual(&self, day: Day) -> Money {
        let before = self.earlier.mean(day);
        before.scaled(self.recent.nanos(), self.expected.nanos()).unwrap_or(before)
    }

    /// How many times the level before it runs, to one decimal.
    pub(super) fn times(&self) -> String {
        let ten = Money::from_nanos(10).scaled(self.recent.nanos(), self.expected.nanos());
        let tenths = ten.unwrap_or_default().nanos();
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}
