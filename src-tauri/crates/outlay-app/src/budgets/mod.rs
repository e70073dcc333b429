//! Budgets: listed, set, removed, and looked at before they are kept. The gate is in `check` and `reserve`.

mod cap;
mod check;
pub(crate) mod moment;
mod preview;
mod raise;
mod reserve;
mod settle;
mod simulate;
mod unknown;

pub(crate) use check::quoted;
pub use check::{BudgetCheck, BudgetData, CheckRequest, check};
pub(crate) use preview::refuse_below_spend;
pub use preview::{BudgetPreview, BudgetWarning, preview};
pub use raise::{BudgetRaise, RaiseBudgetRequest, raise};
pub use reserve::{Authorization, AuthorizeRequest, BudgetRoom, authorize};
pub use settle::{
    FinishRequest, ReleaseReservationRequest, ReservationRow, ReservationState, Reservations,
    ReservationsRequest, SettleRequest, Settlement, finish, release, reservations, settle,
};
pub use simulate::{BudgetSimulation, SimulateRequest, SimulatedAlert, SimulatedWay, simulate};
pub use unknown::{ChosenBy, Unknown, WhenUnknown};
pub(crate) use unknown::{set as set_when_unknown, setting as when_unknown};

use outlay_core::budget::{self, Budget, BudgetMode, BudgetScope, BudgetStanding};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::{LedgerError, NamedBudget, Reader};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::users;
use moment::{Kept, Moment};

/// Whose budgets.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetsRequest {
    /// A user's name; the owner when absent.
    pub user: Option<String>,
}

/// A named budget to keep, new or another version of one.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SetBudgetRequest {
    /// The budget to change; without, the one of this name, which is new if there is none.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The provider whose calls these are.
    #[serde(default)]
    pub provider: Option<String>,
    /// The model whose calls these are. Without both, those of the budget as it is.
    #[serde(default)]
    pub model: Option<String>,
    /// What a month may cost, in dollars; as it is when absent.
    #[serde(default)]
    pub amount: Option<String>,
    /// What happens when it is reached; as it is when absent, and only told of a new one.
    #[serde(default)]
    pub mode: Option<BudgetMode>,
    /// The part at which a warning comes, in percent; as it is when absent, 80 of a new one.
    #[serde(default)]
    pub warn_at_pct: Option<Count>,
    /// The person knows that the month has cost more already.
    #[serde(default)]
    pub confirm_below_spend: bool,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// A budget that is to go.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RemoveBudgetRequest {
    /// Its id or its name.
    pub budget: String,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// Budgets and where they stand.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Budgets {
    /// `outlay.budgets/1`.
    pub schema: &'static str,
    /// The monthly cap, then those of providers, then those of models.
    pub budgets: Vec<BudgetStanding>,
    /// Every version of the named ones, removed ones too, the newest first.
    pub history: Vec<BudgetVersion>,
    /// What was raised for one month alone, of any of them, the newest first.
    pub raises: Vec<BudgetRaise>,
}

/// What a budget said from some time on.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetVersion {
    /// The budget's id.
    pub id: String,
    /// Its name then.
    pub name: String,
    /// Which calls fell under it.
    pub scope: BudgetScope,
    /// What a month could cost.
    pub amount: Money,
    /// What happened then.
    pub mode: BudgetMode,
    /// The part at which the warning came, in percent.
    pub warn_at_pct: u8,
    /// Whether it was removed then.
    pub removed: bool,
    /// Since when.
    pub at: Instant,
}

/// Budgets and where they stand, the broadest first.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, request: BudgetsRequest) -> Result<Budgets, ApiError> {
    app.read(|reader| {
        let user = users::one_user(reader, request.user.as_deref())?;
        listed(&Moment::of(app, reader)?, reader, &user)
    })
}

fn listed(moment: &Moment, reader: &Reader<'_>, user: &str) -> Result<Budgets, AppError> {
    let budgets = moment.standings(reader, user, &moment::all(reader, user, moment.month)?)?;
    let history = reader.budget_history(user)?.into_iter().map(BudgetVersion::from).collect();
    let raises = reader.raises(user)?.into_iter().map(BudgetRaise::from).collect();
    Ok(Budgets { schema: "outlay.budgets/1", budgets, history, raises })
}

/// Keeps a named budget, or the monthly cap by its name. Alerts about it are raised, or end, with it. The id of one
/// that was removed brings it back.
///
/// # Errors
/// A value that it does not take; a name or a scope that another has; an amount that is spent already, unless that
/// is confirmed.
pub fn set(app: &App, request: SetBudgetRequest) -> Result<BudgetPreview, ApiError> {
    if cap::is_meant(&request) {
        return cap::set(app, &request);
    }
    // Refused before a ledger is created for it.
    preview::values(&request)?;
    app.write(|writer| {
        let reader = writer.reader();
        let user = users::one_user(&reader, request.user.as_deref())?;
        let moment = Moment::of(app, &reader)?;
        let (before, budget) = preview::merged(&reader, &user, &request)?;
        let known = before.as_ref().map(|known| known.id);
        let id = match known {
            Some(id) => id,
            None => removed(&reader, &user, &request)?.unwrap_or_else(|| app.new_id(moment.now)),
        };
        let as_is = before.as_ref().map(|known| &known.budget);
        let preview = preview::of(&moment, &reader, &user, as_is, (Some(id), budget.clone()))?;
        if preview.needs_confirmation && !request.confirm_below_spend {
            return Err(AppError::BelowSpend(preview.said()));
        }
        writer.keep_budget(&user, id, &budget, false, moment.now)?;
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        writer.commit()?;
        Ok(preview)
    })
}

/// Removes a named budget; its history stays. Its alerts end.
///
/// # Errors
/// There is none of this id or name.
pub fn remove(app: &App, request: RemoveBudgetRequest) -> Result<Budgets, ApiError> {
    app.write(|writer| {
        let reader = writer.reader();
        let user = users::one_user(&reader, request.user.as_deref())?;
        if budget::folded(&request.budget) == budget::folded(budget::CAP) {
            return Err(AppError::CapStays);
        }
        let known = find(&reader, &user, &request.budget)?;
        writer.keep_budget(&user, known.id, &known.budget, true, app.now())?;
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        let left = listed(&Moment::of(app, &reader)?, &reader, &user)?;
        writer.commit()?;
        Ok(left)
    })
}

/// The named budget with an id or a name.
fn find(reader: &Reader<'_>, user: &str, wanted: &str) -> Result<NamedBudget, AppError> {
    let id: Option<Uuid> = wanted.trim().parse().ok();
    let fits = |known: &NamedBudget| {
        Some(known.id) == id || budget::folded(&known.budget.name) == budget::folded(wanted)
    };
    let none = || AppError::from(LedgerError::NotFound { kind: "budget", id: wanted.to_owned() });
    reader.budgets(user)?.into_iter().find(fits).ok_or_else(none)
}

/// The id of a request, if it is that of a budget that was removed.
fn removed(reader: &Reader<'_>, user: &str, request: &SetBudgetRequest) -> Result<Option<Uuid>, AppError> {
    let Some(id) = request.id.as_ref().and_then(|id| id.parse::<Uuid>().ok()) else { return Ok(None) };
    let newest = reader.budget_history(user)?.into_iter().find(|version| version.id == id);
    Ok(newest.filter(|version| version.removed).map(|version| version.id))
}

/// Of all budgets those of these names; all of them where none is named.
fn chosen(all: Vec<Kept>, names: &[String]) -> Result<Vec<Kept>, AppError> {
    if names.is_empty() {
        return Ok(all);
    }
    let one = |name: &String| {
        let known = |(id, budget): &&Kept| {
            budget::folded(&budget.name) == budget::folded(name)
                || id.is_some_and(|id| id.to_string() == *name)
        };
        let none = || AppError::from(LedgerError::NotFound { kind: "budget", id: name.clone() });
        all.iter().find(known).cloned().ok_or_else(none)
    };
    names.iter().map(one).collect()
}

/// An amount as it is typed; what is wrong with it names the field.
fn money(field: &'static str, text: &str) -> Result<Money, AppError> {
    let read = text.trim().parse::<Money>();
    let amount =
        read.map_err(|error| AppError::Field { field, problem: format!("is no amount: {error}") })?;
    Ok(budget::amount(field, amount)?)
}

impl From<NamedBudget> for BudgetVersion {
    fn from(version: NamedBudget) -> Self {
        let Budget { name, scope, amount, mode, warn_at_pct, .. } = version.budget;
        Self {
            id: version.id.to_string(),
            name,
            scope: scope.named(),
            amount,
            mode,
            warn_at_pct,
            removed: version.removed,
            at: version.at,
        }
    }
}
