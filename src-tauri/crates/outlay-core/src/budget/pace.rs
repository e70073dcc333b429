//! How fast a budget is used: its used share beside the share of the month that is gone.

use serde::Serialize;

use crate::period::Day;
use crate::report::Ratio;
use crate::text::words;

words! {
    /// How the used share of a budget compares with the share of the month that is gone.
    pub enum Pace("pace") {
        /// Less than 85 % of it.
        Under = "under",
        /// Between 85 % and 105 % of it.
        OnPace = "on_pace",
        /// More than 105 % of it.
        Ahead = "ahead",
        /// The budget is passed.
        Over = "over",
    }
}

/// The used share beside the share of the month that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct BudgetPace {
    /// Spend as a share of the budget.
    pub used: Ratio,
    /// The days of the month that have begun, as a share of all.
    pub month_gone: Ratio,
    /// How the one compares with the other.
    pub word: Pace,
}

impl BudgetPace {
    /// The pace of a month from `first` to `last`; `None` on its first day, which says nothing yet.
    pub(super) fn of(used: Ratio, is_over: bool, (first, last): (Day, Day), today: Day) -> Option<Self> {
        let gone = today.min(last).days_since(first) + 1;
        let whole = last.days_since(first) + 1;
        let month_gone = Ratio::of_counts(i64::from(gone), i64::from(whole))?;
        (gone > 1).then(|| Self { used, month_gone, word: pace(used, month_gone, is_over) })
    }
}

pub(crate) fn pace(used: Ratio, month_gone: Ratio, is_over: bool) -> Pace {
    let (used, gone) = (used.ten_thousandths().saturating_mul(100), month_gone.ten_thousandths());
    match used {
        _ if is_over => Pace::Over,
        _ if used < gone * 85 => Pace::Under,
        _ if used > gone * 105 => Pace::Ahead,
        _ => Pace::OnPace,
    }
}
