//! A month that is not over: what is spent, and which days are open.

use super::{DayShare, Outlook};
use crate::money::Money;
use crate::period::Day;

/// The current month, seen from within today.
#[derive(Debug)]
pub(super) struct OpenMonth {
    complete: Money,
    today: Day,
    spent_today: Money,
    passed: DayShare,
    /// Days before today that no source speaks about, and all days after today.
    open: Vec<Day>,
    unobserved: usize,
}

impl OpenMonth {
    pub(super) fn of(outlook: &Outlook<'_>) -> Self {
        let (first, last) = (outlook.month.first_day(), outlook.month.last_day());
        let complete = outlook.observed.range(first..outlook.today).map(|(_, &spend)| spend).sum();
        let elapsed = first.through(outlook.today.previous());
        let mut open: Vec<Day> = elapsed.filter(|day| !outlook.observed.contains_key(day)).collect();
        let unobserved = open.len();
        open.extend(outlook.today.next().through(last));
        let &Outlook { today, spent_today, passed, .. } = outlook;
        Self { complete, today, spent_today, passed, open, unobserved }
    }

    /// What is known to be spent.
    pub(super) const fn spent(&self) -> Money {
        self.complete.saturating_add(self.spent_today)
    }

    /// How many days before today no source speaks about.
    pub(super) const fn unobserved(&self) -> usize {
        self.unobserved
    }

    /// The month's spend if every open day costs what `usual` says, which is never below zero.
    pub(super) fn end(&self, mut usual: impl FnMut(Day) -> Money) -> Money {
        let today = self.end_of_today(usual(self.today));
        let open: Money = self.open.iter().map(|&day| usual(day)).sum();
        self.complete.saturating_add(today).saturating_add(open)
    }

    /// The part of today that is over counts as its spend, or as the usual share of it where that is
    /// more (sources lag); the rest of today is usual.
    fn end_of_today(&self, usual: Money) -> Money {
        let share = usual.scaled(self.passed.passed, self.passed.whole).unwrap_or(usual);
        let rest = usual.saturating_add(-share);
        self.spent_today.max(share).saturating_add(rest)
    }
}
