//! What makes an alert about a limit the same when it is noticed again. When one holds and ends is decided in `caps`.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use super::caps::BudgetSpend;
use super::{AlertType, Notice};
use crate::budget::Scope;
use crate::money::Money;
use crate::period::Month;

/// What stands before the amount of a cap that nobody confirmed.
const DEFAULT: &str = "default-";
/// What stands before how often it was told.
const AGAIN: char = '~';

/// What makes an alert about a limit the same when it is noticed again.
///
/// Of the cap the month and the amount: `2026-06/200`, a warning's with its threshold (`2026-06/200/80`), and
/// `2026-06/default-10` of a cap that nobody confirmed, so that confirming it arms the alerts that then are sent and
/// may block. Of a named budget the threshold always, then its id and what it is of:
/// `2026-06/50/80/ID/provider=openai`. Not its name: another name is no news, and a budget that was removed and comes
/// again is another one.
pub(super) struct Key<'a> {
    pub(super) month: Month,
    pub(super) limit: &'a BudgetSpend,
    pub(super) alert_type: AlertType,
}

impl Display for Key<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { month, limit: BudgetSpend { id, budget, .. }, alert_type } = self;
        let default = if budget.confirmed { "" } else { DEFAULT };
        write!(formatter, "{month}/{default}{}", budget.amount)?;
        let threshold = match alert_type {
            AlertType::MonthlyCapWarning => Some(budget.warn_at_pct),
            _ => None,
        };
        let percent = threshold.unwrap_or(100);
        match (id, &budget.scope) {
            (None, _) | (_, Scope::All) => {
                threshold.map_or(Ok(()), |percent| write!(formatter, "/{percent}"))
            }
            (Some(id), Scope::Provider(of)) => write!(formatter, "/{percent}/{id}/provider={of}"),
            (Some(id), Scope::Model(of)) => write!(formatter, "/{percent}/{id}/model={of}"),
        }
    }
}

/// Under which keys an alert may be told, in turn: each time that it ended by itself it may come again within its
/// month. An undone import, a credit or a cap that was raised and lowered again has then ended it, and whoever looks
/// must see that it holds.
///
/// Counted in the month's part, which nobody names: `2026-06~2/200`.
pub(super) fn keys(key: &str) -> impl Iterator<Item = String> {
    let (month, rest) = key.split_once('/').unwrap_or((key, ""));
    let again = move |time: u32| format!("{month}{AGAIN}{time}/{rest}");
    std::iter::once(key.to_owned()).chain((2..).map(again))
}

/// The key under which it was told at first.
pub(super) fn uncounted(key: &str) -> Cow<'_, str> {
    match key.split_once('/').and_then(|(month, rest)| Some((month.split_once(AGAIN)?.0, rest))) {
        Some((month, rest)) => format!("{month}/{rest}").into(),
        None => key.into(),
    }
}

/// What a key says.
pub(super) struct Told<'a> {
    pub(super) month: Month,
    pub(super) amount: Money,
    /// The id of the budget; `None` of the cap.
    id: Option<&'a str>,
    /// What the budget is of: `provider=openai`.
    scope: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn read(key: &'a str) -> Option<Self> {
        let mut parts = key.splitn(5, '/');
        let (month, amount) = (parts.next()?, parts.next()?);
        let month = month.split_once(AGAIN).map_or(month, |(month, _)| month).parse().ok()?;
        let amount = amount.strip_prefix(DEFAULT).unwrap_or(amount).parse().ok()?;
        Some(Self { month, amount, id: parts.nth(1), scope: parts.next() })
    }

    /// What the budget is of, if it begins so.
    pub(super) fn of(&self, kind: &str) -> Option<String> {
        self.scope?.strip_prefix(kind).map(str::to_owned)
    }

    pub(super) fn is_about(&self, limit: &BudgetSpend) -> bool {
        self.id == limit.id.map(|id| id.to_string()).as_deref()
    }
}

/// Whether an alert is about a cap that nobody confirmed.
pub fn is_of_default_cap(notice: &Notice) -> bool {
    use AlertType::{ForecastOverCap, MonthlyCapReached, MonthlyCapWarning};
    let is_of_a_cap = matches!(notice.alert_type, MonthlyCapWarning | MonthlyCapReached | ForecastOverCap);
    let amount = notice.dedupe_key.split('/').nth(1);
    is_of_a_cap && amount.is_some_and(|amount| amount.starts_with(DEFAULT))
}

/// Whether an alert of this type and key is about a named budget.
pub fn is_of_named_budget(alert_type: AlertType, dedupe_key: &str) -> bool {
    use AlertType::{ForecastOverCap, MonthlyCapReached, MonthlyCapWarning};
    let is_of_a_limit = matches!(alert_type, MonthlyCapWarning | MonthlyCapReached | ForecastOverCap);
    is_of_a_limit && Told::read(dedupe_key).is_some_and(|told| told.id.is_some())
}
