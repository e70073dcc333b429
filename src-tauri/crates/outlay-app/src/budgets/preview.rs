//! A budget before it is kept: where it would stand, and what the person should know first. Nothing is written.

use outlay_core::budget::{self, Budget, BudgetMode, BudgetScope, BudgetStanding, Scope};
use outlay_core::figures::{dollars, hedged};
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_core::price::Book;
use outlay_core::report::Headline;
use outlay_ledger::{NamedBudget, Reader};
use serde::Serialize;

use super::moment::{Kept, Moment};
use super::{SetBudgetRequest, cap, find, money, removed};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::users;

/// A budget as it would stand.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetPreview {
    /// `outlay.budget/1`.
    pub schema: &'static str,
    /// Where it would stand.
    pub budget: BudgetStanding,
    /// What to know before it is kept.
    pub warnings: Vec<BudgetWarning>,
    /// Whether it is kept only with `confirm_below_spend`.
    pub needs_confirmation: bool,
}

/// What to know before a budget is kept.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetWarning {
    /// `below_spend`, `no_calls`, `above_cap`.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
}

impl BudgetPreview {
    /// The sentence that wants to be confirmed.
    pub(super) fn said(&self) -> String {
        let below = self.warnings.iter().find(|warning| warning.code == "below_spend");
        below.map(|warning| warning.message.clone()).unwrap_or_default()
    }
}

/// A budget as it would stand. Nothing is written.
///
/// # Errors
/// As [`super::set`], except for an amount that is spent already.
pub fn preview(app: &App, request: SetBudgetRequest) -> Result<BudgetPreview, ApiError> {
    let is_cap = cap::is_meant(&request);
    if !is_cap {
        values(&request)?;
    }
    app.read(|reader| {
        let user = users::one_user(reader, request.user.as_deref())?;
        let moment = Moment::of(app, reader)?;
        if is_cap {
            return cap::preview(&moment, reader, &user, &request);
        }
        let (before, budget) = merged(reader, &user, &request)?;
        let id = before.as_ref().map(|known| known.id);
        of(&moment, reader, &user, before.as_ref().map(|known| &known.budget), (id, budget))
    })
}

/// The values of a request that can be judged without a ledger.
pub(super) fn values(request: &SetBudgetRequest) -> Result<(), AppError> {
    budget::name(&request.name)?;
    if request.provider.is_some() || request.model.is_some() {
        budget::scope(&named(request))?;
    }
    request.amount.as_deref().map(|amount| money("amount", amount)).transpose()?;
    request.warn_at_pct.map(|percent| budget::warn_at(percent.0)).transpose()?;
    Ok(())
}

fn named(request: &SetBudgetRequest) -> BudgetScope {
    BudgetScope { provider: request.provider.clone(), model: request.model.clone() }
}

/// The budget as it is, and as the request makes it.
///
/// # Errors
/// Another budget has its name or its scope.
pub(super) fn merged(
    reader: &Reader<'_>,
    user: &str,
    request: &SetBudgetRequest,
) -> Result<(Option<NamedBudget>, Budget), AppError> {
    let name = budget::name(&request.name)?;
    let all = reader.budgets(user)?;
    let same_name = all.iter().find(|known| budget::folded(&known.budget.name) == budget::folded(&name));
    let before = match &request.id {
        Some(_) if removed(reader, user, request)?.is_some() => None,
        Some(id) => Some(find(reader, user, id)?),
        None => same_name.cloned(),
    };
    let is_other = |known: &NamedBudget| before.as_ref().is_none_or(|before| before.id != known.id);
    if same_name.is_some_and(is_other) {
        let problem = format!("is taken: there is a budget {name}");
        return Err(AppError::Field { field: "name", problem });
    }
    let names_scope = request.provider.is_some() || request.model.is_some();
    let scope = match &before {
        Some(before) if !names_scope => before.budget.scope.clone(),
        _ => budget::scope(&named(request))?,
    };
    // Two that were kept as different names of one model can still be changed.
    let is_new = before.as_ref().is_none_or(|before| before.budget.scope != scope);
    let is_taken = |known: &&NamedBudget| is_new && known.budget.scope.is_as(&scope) && is_other(known);
    if let Some(other) = all.iter().find(is_taken) {
        return Err(AppError::SameScope { budget: other.budget.name.clone(), scope: scope.words() });
    }
    let start = match &before {
        Some(before) => Budget { name, scope, ..before.budget.clone() },
        None => fresh(name, scope, request)?,
    };
    Ok((before, changed(start, request)?))
}

/// A budget that was not there before, with the mode and the warning that it has when nothing else is said.
fn fresh(name: String, scope: Scope, request: &SetBudgetRequest) -> Result<Budget, AppError> {
    if request.amount.is_none() {
        return Err(AppError::Field { field: "amount", problem: "is missing".to_owned() });
    }
    let (amount, mode) = (Money::ZERO, BudgetMode::Notify);
    Ok(Budget { name, scope, amount, mode, warn_at_pct: 80, confirmed: true, raised_from: None })
}

/// A budget with what the request says of its figures.
pub(super) fn changed(budget: Budget, request: &SetBudgetRequest) -> Result<Budget, AppError> {
    let amount = request.amount.as_deref().map(|amount| money("amount", amount)).transpose()?;
    let warn_at_pct = request.warn_at_pct.map(|percent| budget::warn_at(percent.0)).transpose()?;
    Ok(Budget {
        amount: amount.unwrap_or(budget.amount),
        mode: request.mode.unwrap_or(budget.mode),
        warn_at_pct: warn_at_pct.unwrap_or(budget.warn_at_pct),
        ..budget
    })
}

/// Where it would stand, and what to know first.
pub(super) fn of(
    moment: &Moment,
    reader: &Reader<'_>,
    user: &str,
    before: Option<&Budget>,
    kept: Kept,
) -> Result<BudgetPreview, AppError> {
    let raised = raised_to(reader, user, &kept, moment.month)?;
    let before = before.map(|before| before.clone().raised_to(raised));
    let kept = (kept.0, kept.1.raised_to(raised));
    let budget = kept.1.clone();
    let mut standings = moment.standings(reader, user, &[kept])?;
    let standing = standings.remove(0);
    let mut warnings = Vec::new();
    let needs_confirmation = budget.is_newly_passed(before.as_ref(), standing.spent);
    if needs_confirmation {
        let spend = Headline { spend: standing.spent, at_least: standing.at_least, about: standing.about };
        let message = below_spend(spend, budget.mode);
        warnings.push(BudgetWarning { code: "below_spend", message });
    }
    if let Some(message) = not_known(reader, user, &budget.scope)? {
        warnings.push(BudgetWarning { code: "no_calls", message });
    }
    let (_, cap) = reader.cost_config_in(user, moment.month)?;
    if budget.scope != Scope::All && cap.confirmed && budget.amount > cap.amount {
        let message = format!("The monthly cap of {} is reached before it.", dollars(cap.amount));
        warnings.push(BudgetWarning { code: "above_cap", message });
    }
    Ok(BudgetPreview { schema: "outlay.budget/1", budget: standing, warnings, needs_confirmation })
}

fn below_spend(spent: Headline, mode: BudgetMode) -> String {
    let now = match mode {
        BudgetMode::Block => "Saving blocks now.",
        BudgetMode::Notify => "Saving raises its alerts now.",
    };
    let spent = hedged(&dollars(spent.spend), spent.at_least, spent.about);
    format!("You have already spent {spent}. {now}")
}

/// What the month may cost instead of what a budget says that is not kept yet.
fn raised_to(
    reader: &Reader<'_>,
    user: &str,
    (id, budget): &Kept,
    month: Month,
) -> Result<Option<Money>, AppError> {
    if id.is_none() && budget.scope != Scope::All {
        return Ok(None);
    }
    Ok(reader.raised_to(user, *id, month)?)
}

/// Refuses a limit that the month has reached already, if that is news.
pub(crate) fn refuse_below_spend(
    app: &App,
    reader: &Reader<'_>,
    user: &str,
    (before, limit): (&Budget, &Budget),
) -> Result<(), AppError> {
    let moment = Moment::of(app, reader)?;
    let spent = reader.headline(user, &limit.scope, moment.days())?;
    let raised = raised_to(reader, user, &(None, limit.clone()), moment.month)?;
    let [before, limit] = [before, limit].map(|budget| budget.clone().raised_to(raised));
    match limit.is_newly_passed(Some(&before), spent.spend) {
        true => Err(AppError::BelowSpend(below_spend(spent, limit.mode))),
        false => Ok(()),
    }
}

/// The sentence about a scope whose name may be a slip: no call falls under it, and the price book has no such model.
pub(super) fn not_known(reader: &Reader<'_>, user: &str, scope: &Scope) -> Result<Option<String>, AppError> {
    let is_in_book = || matches!(scope, Scope::Model(model) if Book::embedded().has(model));
    if *scope == Scope::All || reader.has_rows_under(user, scope)? || is_in_book() {
        return Ok(None);
    }
    let no_price = if matches!(scope, Scope::Model(_)) { ", and no price of that name" } else { "" };
    Ok(Some(format!("No {} in the ledger so far{no_price}: check how it is written.", scope.words())))
}
