//! Raising the cap or a named budget for the running month alone: the next month has the old limit again. What is raised
//! and why stays in the history; it ends early by taking it back.

use outlay_core::budget::Budget;
use outlay_core::figures::dollars;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_ledger::{Raise, Reader};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::moment::{self, Kept, Moment};
use super::preview::BudgetPreview;
use super::{chosen, money};
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::users;

/// What the running month may cost instead.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RaiseBudgetRequest {
    /// The id or the name of a budget; `All` of the monthly cap.
    pub budget: String,
    /// What this month may cost, in dollars: more than every month may. Absent or null takes a raise back.
    #[serde(default)]
    pub amount: Option<String>,
    /// Why, in at most 500 letters.
    pub reason: String,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// What one month may cost instead of what every month may.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetRaise {
    /// The budget's id; null of the monthly cap.
    pub budget: Option<String>,
    /// The month.
    pub month: Month,
    /// What it may cost; null where a raise was taken back.
    pub amount: Option<Money>,
    /// Why.
    pub reason: String,
    /// When that was said.
    pub at: Instant,
}

/// Raises a budget for the running month, or takes that back. Alerts about it end, or are raised, with it.
///
/// # Errors
/// No such budget; an amount that every month may cost anyway; a cap that nobody confirmed; no reason.
pub fn raise(app: &App, request: RaiseBudgetRequest) -> Result<BudgetPreview, ApiError> {
    let reason = alerts::reason(&request.reason)?;
    let amount = request.amount.as_deref().map(|text| money("amount", text)).transpose()?;
    app.write(|writer| {
        let reader = writer.reader();
        let user = users::one_user(&reader, request.user.as_deref())?;
        let moment = Moment::of(app, &reader)?;
        let (id, usual) = found(moment::usual(&reader, &user)?, &request.budget)?;
        check(&usual, amount)?;
        let raise =
            Raise { budget: id, month: moment.month, amount, reason: reason.to_owned(), at: moment.now };
        writer.keep_raise(&user, &raise)?;
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        let budget = standing(&moment, &reader, &user, (id, usual.raised_to(amount)))?;
        writer.commit()?;
        Ok(budget)
    })
}

pub(super) fn found(all: Vec<Kept>, budget: &str) -> Result<(Option<Uuid>, Budget), AppError> {
    let none =
        || AppError::from(outlay_ledger::LedgerError::NotFound { kind: "budget", id: budget.to_owned() });
    chosen(all, &[budget.to_owned()])?.into_iter().next().ok_or_else(none)
}

fn check(usual: &Budget, amount: Option<Money>) -> Result<(), AppError> {
    let refused = |field, problem| Err(AppError::Field { field, problem });
    match amount {
        _ if !usual.confirmed => {
            refused("budget", "is a default that nobody confirmed: set the cap first".to_owned())
        }
        Some(amount) if amount <= usual.amount => refused(
            "amount",
            format!("is {}: every month may cost {} already", dollars(amount), dollars(usual.amount)),
        ),
        _ => Ok(()),
    }
}

fn standing(moment: &Moment, reader: &Reader<'_>, user: &str, kept: Kept) -> Result<BudgetPreview, AppError> {
    let budget = moment.standings(reader, user, &[kept])?.remove(0);
    Ok(BudgetPreview { schema: "outlay.budget/1", budget, warnings: Vec::new(), needs_confirmation: false })
}

impl From<Raise> for BudgetRaise {
    fn from(raise: Raise) -> Self {
        let Raise { budget, month, amount, reason, at } = raise;
        Self { budget: budget.map(|id| id.to_string()), month, amount, reason, at }
    }
}
