//! Limits of a month, the cap and every named budget alike: warned of, reached, and likely to be passed. Once per
//! month, amount and threshold, so that another amount, another threshold and another month arm the alert anew.

use std::fmt::{self, Display, Formatter};

use super::{AlertType, Measure, Notice, OpenAlert, Resolution, Severity, Situation};
use crate::budget::{Budget, Scope};
use crate::figures::{apart, dollars, hedged, month_words, percent};
use crate::forecast::Projection;
use crate::money::Money;
use crate::period::Month;
use crate::report::Headline;
use uuid::Uuid;

/// A budget and what its month cost so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetSpend {
    /// Its id, the same whatever it is called; `None` of the cap.
    pub id: Option<Uuid>,
    /// The budget.
    pub budget: Budget,
    /// What its month cost so far.
    pub spend: Headline,
    /// Where its month is heading.
    pub projection: Option<Projection>,
}

/// The month's spend as words say it.
fn spent(headline: &Headline, amount: &str) -> String {
    hedged(amount, headline.at_least, headline.about)
}

pub(super) fn notices(situation: &Situation<'_>) -> Vec<Notice> {
    let month = situation.month;
    let of = |limit: &BudgetSpend| [warning(month, limit), reached(month, limit), forecast(month, limit)];
    situation.limits.iter().flat_map(of).flatten().collect()
}

fn warning(month: Month, limit: &BudgetSpend) -> Option<Notice> {
    let BudgetSpend { budget, spend, .. } = limit;
    let (cap, threshold) = (budget.amount, budget.warned_from());
    let (actual, warned) = apart(spend.spend, threshold);
    let standing = match cap.saturating_add(-spend.spend) {
        over if over < Money::ZERO => format!("{} over it", dollars(-over)),
        left => format!("{} left", dollars(left)),
    };
    let message = format!(
        "{}: {} spent, {} of {} of {}, {standing}. The warning comes at {} %, which is {warned}",
        month_words(month),
        spent(spend, &actual),
        percent(spend.spend, cap),
        called(budget),
        dollars(cap),
        budget.warn_at_pct,
    );
    (spend.spend >= threshold).then(|| Notice {
        alert_type: AlertType::MonthlyCapWarning,
        severity: Severity::Medium,
        dedupe_key: Key { month, limit, alert_type: AlertType::MonthlyCapWarning }.to_string(),
        message,
        measure: Measure::Money { threshold, actual: spend.spend },
    })
}

fn reached(month: Month, limit: &BudgetSpend) -> Option<Notice> {
    let BudgetSpend { budget, spend, .. } = limit;
    let cap = budget.amount;
    let (actual, amount) = apart(spend.spend, cap);
    let standing = match spend.spend.saturating_add(-cap) {
        Money::ZERO => format!("which is {} of {amount}", called(budget)),
        over => format!("{} over {} of {amount}", dollars(over), called(budget)),
    };
    let message = format!(
        "{}: {} spent, {standing} ({})",
        month_words(month),
        spent(spend, &actual),
        percent(spend.spend, cap),
    );
    (spend.spend >= cap).then(|| Notice {
        alert_type: AlertType::MonthlyCapReached,
        severity: if budget.blocks() { Severity::Critical } else { Severity::High },
        dedupe_key: Key { month, limit, alert_type: AlertType::MonthlyCapReached }.to_string(),
        message,
        measure: Measure::Money { threshold: cap, actual: spend.spend },
    })
}

fn forecast(month: Month, limit: &BudgetSpend) -> Option<Notice> {
    let BudgetSpend { budget, spend, projection, .. } = limit;
    let cap = budget.amount;
    let Projection { likely: Some(likely), low, high, .. } = projection.as_ref()? else { return None };
    let (expected, amount) = apart(*likely, cap);
    let range = low.zip(*high).map(|(low, high)| format!(" ({} to {})", dollars(low), dollars(high)));
    let of =
        if budget.scope == Scope::All { String::new() } else { format!(" for {}", budget.scope.words()) };
    let message = format!(
        "{}{of} is likely to end at {expected}{}, {} over {} of {amount}; {} spent so far",
        month_words(month),
        range.unwrap_or_default(),
        dollars(likely.saturating_add(-cap)),
        called(budget),
        spent(spend, &dollars(spend.spend)),
    );
    // A month that has cost nothing yet is not heading anywhere.
    let is_on_its_way = spend.spend > Money::ZERO && spend.spend < cap;
    (*likely > cap && is_on_its_way).then(|| Notice {
        alert_type: AlertType::ForecastOverCap,
        severity: Severity::Low,
        dedupe_key: Key { month, limit, alert_type: AlertType::ForecastOverCap }.to_string(),
        message,
        measure: Measure::Money { threshold: cap, actual: *likely },
    })
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

/// How an alert about a limit ends: with its month, with its limit, or because it no longer holds.
pub(super) fn resolution(situation: &Situation<'_>, open: &OpenAlert<'_>) -> Option<Resolution> {
    let told = Told::read(open.dedupe_key)?;
    // An alert of a month to come stands: the clock was set back.
    if told.month != situation.month {
        return (told.month < situation.month).then_some(Resolution::AutoResolved);
    }
    // A budget that was removed limits nothing any more.
    let Some(limit) = situation.limits.iter().find(|limit| told.is_about(limit)) else {
        return Some(Resolution::AutoResolved);
    };
    let BudgetSpend { budget, spend, projection, .. } = limit;
    let now = Key { month: situation.month, limit, alert_type: open.alert_type };
    if open.dedupe_key != now.to_string() {
        let increased = budget.amount > told.amount;
        return Some(if increased { Resolution::CapIncreased } else { Resolution::AutoResolved });
    }
    let (spend, cap) = (spend.spend, budget.amount);
    let holds = match open.alert_type {
        AlertType::MonthlyCapWarning => spend >= budget.warned_from(),
        AlertType::MonthlyCapReached => spend >= cap,
        // Without a projection nobody knows; once the cap is reached, that is told instead.
        _ => spend < cap && projection.as_ref().and_then(|p| p.likely).is_none_or(|end| end > cap),
    };
    (!holds).then_some(Resolution::AutoResolved)
}

fn called(budget: &Budget) -> String {
    match (&budget.scope, budget.confirmed) {
        (Scope::All, true) => "the cap".to_owned(),
        (Scope::All, false) => "the default cap".to_owned(),
        (scope, _) => format!("the budget {} for {}", budget.name, scope.words()),
    }
}

/// What stands before the amount of a cap that nobody confirmed.
const DEFAULT: &str = "default-";

/// What makes an alert about a limit the same when it is noticed again.
///
/// Of the cap the month and the amount: `2026-06/200`, a warning's with its threshold (`2026-06/200/80`), and
/// `2026-06/default-10` of a cap that nobody confirmed, so that confirming it arms the alerts that then are sent and
/// may block. Of a named budget the threshold always, then its id and what it is of:
/// `2026-06/50/80/ID/provider=openai`. Not its name: another name is no news, and a budget that was removed and comes
/// again is another one.
struct Key<'a> {
    month: Month,
    limit: &'a BudgetSpend,
    alert_type: AlertType,
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

/// What a key says.
pub(super) struct Told<'a> {
    pub(super) month: Month,
    amount: Money,
    /// The id of the budget; `None` of the cap.
    id: Option<&'a str>,
    /// What the budget is of: `provider=openai`.
    scope: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn read(key: &'a str) -> Option<Self> {
        let mut parts = key.splitn(5, '/');
        let (month, amount) = (parts.next()?.parse().ok()?, parts.next()?);
        let amount = amount.strip_prefix(DEFAULT).unwrap_or(amount).parse().ok()?;
        Some(Self { month, amount, id: parts.nth(1), scope: parts.next() })
    }

    /// What the budget is of, if it begins so.
    pub(super) fn of(&self, kind: &str) -> Option<String> {
        self.scope?.strip_prefix(kind).map(str::to_owned)
    }

    fn is_about(&self, limit: &BudgetSpend) -> bool {
        self.id == limit.id.map(|id| id.to_string()).as_deref()
    }
}
