//! A calendar month, and the budget month that may begin on another day than the first.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::{Day, PeriodError};
use crate::text::serde_as_text;

/// A calendar month, written `2026-06`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, specta::Type)]
#[specta(transparent)]
pub struct Month(#[specta(type = String)] Day);

serde_as_text!(Month);

impl Month {
    /// A month of a year, counted from 1; `None` where there is no such month.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|date| Self(Day::from_date(date)))
    }

    /// The month that a day lies in.
    pub fn containing(day: Day) -> Self {
        Self(day.plus(1 - day.date().day() as i32))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.date().year()
    }

    /// The month of the year, from 1.
    pub fn month(self) -> u32 {
        self.0.date().month()
    }

    /// The first day.
    pub const fn first_day(self) -> Day {
        self.0
    }

    /// The last day.
    pub fn last_day(self) -> Day {
        self.next().0.previous()
    }

    /// How many days it has: 28 to 31.
    pub fn days(self) -> i32 {
        self.next().0.days_since(self.0)
    }

    /// The month after.
    pub fn next(self) -> Self {
        // No month is longer than 31 days, so 31 days later lies in the next one.
        Self::containing(self.0.plus(31))
    }

    /// The month before.
    pub fn previous(self) -> Self {
        Self::containing(self.0.previous())
    }

    /// The first and the last day of the budget month that begins in this month.
    pub fn budget_days(self, start: StartDay) -> (Day, Day) {
        let first = |month: Self| month.0.plus(i32::from(start.0) - 1);
        (first(self), first(self.next()).previous())
    }

    /// The month in which the budget month that holds `day` begins.
    pub fn of_budget(day: Day, start: StartDay) -> Self {
        Self::containing(day.plus(1 - i32::from(start.0)))
    }
}

impl FromStr for Month {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let first: Result<Day, _> = format!("{text}-01").parse();
        first.map(Self).map_err(|_| PeriodError::NotAMonth(text.to_owned()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{:04}-{:02}", self.year(), self.month()))
    }
}

/// The day of the month on which a budget month begins: 1 to 28, which every month has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StartDay(u8);

impl StartDay {
    /// A day of the month.
    ///
    /// # Errors
    /// [`PeriodError::StartDay`] outside of 1 to 28.
    pub fn new(day: u32) -> Result<Self, PeriodError> {
        u8::try_from(day)
            .ok()
            .filter(|day| (1..=28).contains(day))
            .map(Self)
            .ok_or(PeriodError::StartDay(day))
    }

    /// The day of the month, from 1 to 28.
    pub fn day(self) -> u32 {
        u32::from(self.0)
    }
}

impl Default for StartDay {
    /// The first: a budget month is a calendar month.
    fn default() -> Self {
        Self(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(month: &str, first: &str, last: &str, days: i32) {
        let month: Month = month.parse().expect("a month");
        assert_eq!(month.first_day().to_string(), first);
        assert_eq!(month.last_day().to_string(), last);
        assert_eq!(month.days(), days);
    }

    #[test]
    fn months_end_where_they_end() {
        check("2026-06", "2026-06-01", "2026-06-30", 30);
        check("2026-12", "2026-12-01", "2026-12-31", 31);
        check("2024-02", "2024-02-01", "2024-02-29", 29);
        check("2100-02", "2100-02-01", "2100-02-28", 28);
    }

    #[test]
    fn refuses_what_is_no_month() {
        for text in ["2026", "2026-13", "2026-6", "06-2026", "2026-06-01", "", "2026-00"] {
            assert_eq!(text.parse::<Month>(), Err(PeriodError::NotAMonth(text.to_owned())));
        }
        assert_eq!(StartDay::new(29), Err(PeriodError::StartDay(29)));
        assert_eq!(StartDay::new(0), Err(PeriodError::StartDay(0)));
    }

    #[test]
    fn a_budget_month_may_begin_later() {
        let june: Month = "2026-06".parse().expect("a month");
        let start = StartDay::new(15).expect("a start day");
        let (first, last) = june.budget_days(start);
        assert_eq!((first.to_string(), last.to_string()), ("2026-06-15".into(), "2026-07-14".into()));
    }

    proptest! {
        #[test]
        fn a_printed_month_reads_back(number in 0..2_900_000_i32) {
            let month = Month::containing(Day::from_number(number));
            prop_assert_eq!(month.to_string().parse(), Ok(month));
            prop_assert_eq!(Month::new(month.year(), month.month()), Some(month));
            prop_assert_eq!(month.next().previous(), month);
        }

        #[test]
        fn every_day_lies_in_one_budget_month(number in 0..2_900_000_i32, start in 1_u32..=28) {
            let (day, start) = (Day::from_number(number), StartDay::new(start).expect("a start day"));
            let (first, last) = Month::of_budget(day, start).budget_days(start);
            prop_assert!(first <= day && day <= last);
        }
    }
}
