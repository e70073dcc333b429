//! Limits of a month, the cap and every named budget alike: warned of, reached, and likely to be passed. Once per
//! month, amount and threshold, so that another amount, another threshold and another month arm the alert anew.

use super::limit_key::{Key, Told, uncounted};
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
    let of = |limit: &BudgetSpend| [warning(situation, limit), reached(month, limit), forecast(month, limit)];
    situation.limits.iter().flat_map(of).flatten().collect()
}

/// It is told once also of a limit that is reached at one go: so any order and grouping of rows that add raises the
/// same. It then is over at once, and comes again only where it is all there is to say.
fn warning(situation: &Situation<'_>, limit: &BudgetSpend) -> Option<Notice> {
    let month = situation.month;
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
        recurs: is_warning_enough(situation, limit),
    })
}

/// Whether a warning says all: what is reached is told instead, where that rule watches.
fn is_warning_enough(situation: &Situation<'_>, limit: &BudgetSpend) -> bool {
    limit.spend.spend < limit.budget.amount || !situation.rules.watch(AlertType::MonthlyCapReached)
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
        recurs: true,
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
        recurs: false,
    })
}

/// How an alert about a limit ends: with its month, with its limit, or because it no longer holds.
pub(super) fn resolution(situation: &Situation<'_>, open: &OpenAlert<'_>) -> Option<Resolution> {
    let told = Told::read(open.dedupe_key)?;
    // Of a month to come, too: the clock or the time zone was another. When that month is here it is told again.
    if told.month != situation.month {
        return Some(Resolution::AutoResolved);
    }
    // A budget that was removed limits nothing any more.
    let Some(limit) = situation.limits.iter().find(|limit| told.is_about(limit)) else {
        return Some(Resolution::AutoResolved);
    };
    let BudgetSpend { budget, spend, projection, .. } = limit;
    let now = Key { month: situation.month, limit, alert_type: open.alert_type };
    if uncounted(open.dedupe_key) != now.to_string() {
        let increased = budget.amount > told.amount;
        return Some(if increased { Resolution::CapIncreased } else { Resolution::AutoResolved });
    }
    let (spend, cap) = (spend.spend, budget.amount);
    let holds = match open.alert_type {
        AlertType::MonthlyCapWarning => spend >= budget.warned_from() && is_warning_enough(situation, limit),
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
