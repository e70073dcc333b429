//! `authorize`: holds money for a call that is about to be made, if every budget that it falls under has room.
//!
//! Spend, what is held and the new reservation are one immediate transaction: whoever asks at the same time waits, so
//! that twenty together cannot pass a limit.

use outlay_core::budget::{Account, BudgetMode, BudgetScope, GateDecision, Refusal, Scope, first_refusal};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_core::price::Book;
use outlay_core::report::Count;
use outlay_ledger::{Reader, Reservation, Writer};
use serde::{Deserialize, Serialize};

use super::check::{CANNOT_TELL, REFUSED, is_not_known, scope_of, way_out};
use super::moment;
use super::preview;
use super::settle::ReservationRow;
use super::{Unknown, WhenUnknown, chosen, money};
use crate::app::App;
use crate::error::{ApiError, AppError, Code};
use crate::generations;
use crate::users;

/// What is to be held.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct AuthorizeRequest {
    /// How much, in dollars: what the call costs at most.
    pub amount: String,
    /// For how long at most, in seconds: ten minutes when absent, a day at most.
    #[serde(default)]
    pub ttl_seconds: Option<Count>,
    /// The name or id of a budget that the call falls under; instead of provider and model.
    #[serde(default)]
    pub budget: Option<String>,
    /// Who bills the call; of a known model its maker when absent.
    #[serde(default)]
    pub provider: Option<String>,
    /// The model of the call.
    #[serde(default)]
    pub model: Option<String>,
    /// What to say when it cannot be told; the setting when absent.
    #[serde(default)]
    pub when_unknown: Option<WhenUnknown>,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// Whether the call may be made, and what is held for it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Authorization {
    /// `outlay.authorization/1`.
    pub schema: &'static str,
    /// Whether the call may be made.
    pub decision: GateDecision,
    /// The same for a shell: 0 allowed, 1 refused, 69 cannot tell.
    pub exit_code: u8,
    /// What is held; null where nothing is.
    pub reservation: Option<ReservationRow>,
    /// The budgets that the call falls under, the broadest first.
    pub budgets: Vec<BudgetRoom>,
    /// The broadest budget without room.
    pub refused_by: Option<String>,
    /// What to know about what is held: a model's name that may be a slip, which counts against no budget of a model.
    pub warning: Option<String>,
    /// Why it is not allowed, or cannot be told.
    pub reason: Option<String>,
    /// What to do then.
    pub hint: Option<String>,
    /// What applied where it cannot be told.
    pub when_unknown: Option<Unknown>,
}

/// How much room a budget has.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct BudgetRoom {
    /// Its name.
    pub name: String,
    /// Which calls fall under it.
    pub scope: BudgetScope,
    /// What happens when it is reached.
    pub mode: BudgetMode,
    /// Whether the user set or confirmed it.
    pub confirmed: bool,
    /// What the month may cost.
    pub amount: Money,
    /// What it cost so far.
    pub spent: Money,
    /// What is held, this call included.
    pub reserved: Money,
    /// The amount without both.
    pub remaining: Money,
}

const DEFAULT_TTL: i64 = 600;
const LONGEST_TTL: i64 = 86_400;

/// Holds money for a call.
///
/// # Errors
/// Only those of a request that is wrong in itself; all else is answered.
pub fn authorize(app: &App, request: AuthorizeRequest) -> Result<Authorization, ApiError> {
    let amount = money("amount", &request.amount)?;
    let ttl = ttl(request.ttl_seconds)?;
    check_call(&request)?;
    match app.write(|writer| decide(app, writer, &request, amount, ttl)) {
        // A ledger that cannot be written now refuses nobody who set no limit.
        Err(error) if error.code == Code::Storage && nothing_blocks(app, &request) => Ok(Authorization {
            reason: Some(format!("nothing was held, and no limit blocks: {}", error.message)),
            ..Authorization::allowed(Vec::new())
        }),
        Err(error) if is_not_known(&error) => {
            let unknown = Unknown::now(app, request.when_unknown);
            Ok(Authorization {
                decision: GateDecision::Unknown,
                exit_code: unknown.exit_code(CANNOT_TELL),
                reason: Some(error.message),
                hint: Some(error.hint).filter(|hint| !hint.is_empty()),
                when_unknown: Some(unknown),
                ..Authorization::allowed(Vec::new())
            })
        }
        answered => answered,
    }
}

/// Whether the ledger says that no limit of the user blocks; a ledger that cannot be read says nothing.
fn nothing_blocks(app: &App, request: &AuthorizeRequest) -> bool {
    let none = app.read(|reader| {
        app.shows_own()?;
        let user = users::one_user(reader, request.user.as_deref())?;
        call_of(reader, &user, request)?;
        Ok(!moment::usual(reader, &user)?.iter().any(|(_, budget)| budget.blocks()))
    });
    none.unwrap_or(false)
}

fn ttl(seconds: Option<Count>) -> Result<i64, AppError> {
    let seconds = seconds.map_or(DEFAULT_TTL, |Count(seconds)| seconds);
    if (1..=LONGEST_TTL).contains(&seconds) {
        return Ok(seconds);
    }
    let problem = format!("is {seconds}: it takes 1 to {LONGEST_TTL} seconds, which is a day");
    Err(AppError::Field { field: "ttl_seconds", problem })
}

fn check_call(request: &AuthorizeRequest) -> Result<(), AppError> {
    let named = request.provider.is_some() || request.model.is_some();
    if request.budget.is_some() && named {
        let problem = "is named beside a provider or a model: say the one or the other".to_owned();
        return Err(AppError::Field { field: "budget", problem });
    }
    for (field, text) in [("provider", &request.provider), ("model", &request.model)] {
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            return Err(AppError::Field { field, problem: "is empty".to_owned() });
        }
    }
    Ok(())
}

fn decide(
    app: &App,
    writer: Writer<'_>,
    request: &AuthorizeRequest,
    amount: Money,
    ttl: i64,
) -> Result<Authorization, AppError> {
    // Whoever asks means the own ledger, whatever is looked at.
    app.shows_own()?;
    let reader = writer.reader();
    let user = users::one_user(&reader, request.user.as_deref())?;
    let (provider, model) = call_of(&reader, &user, request)?;
    let warning = warning(&reader, &user, (&provider, &model))?;
    let now = app.now();
    let is_noted = writer.note_gate_time(now)?;
    let month = Month::containing(writer.identity().zone.day_of(now));
    let mut accounts = moment::accounts(&reader, &user, (&provider, &model), (month, now))?;
    if let Some(refusal) = first_refusal(&accounts, amount) {
        let hint = way_out(&refusal.budget, request.user.as_deref(), month);
        if is_noted {
            writer.commit_reservations()?;
        }
        return Ok(Authorization { warning, ..Authorization::refused(&accounts, refusal, hint) });
    }
    let held = reservation(app, &user, (provider, model), amount, (now, ttl));
    writer.reserve(&held)?;
    writer.commit_reservations()?;
    for account in &mut accounts {
        account.reserved = account.reserved.saturating_add(amount);
    }
    let reservation = Some(ReservationRow::of(held, now));
    Ok(Authorization { reservation, warning, ..Authorization::allowed(rooms(&accounts)) })
}

/// What to know of a call's model: nothing, where a price or a row has its name.
fn warning(
    reader: &Reader<'_>,
    user: &str,
    (provider, model): (&str, &str),
) -> Result<Option<String>, AppError> {
    if model.is_empty() || Book::embedded().resolve(provider, model).is_ok() {
        return Ok(None);
    }
    preview::not_known(reader, user, &Scope::Model(model.to_owned()))
}

/// The provider and the model of the call; empty where it is not said.
fn call_of(
    reader: &Reader<'_>,
    user: &str,
    request: &AuthorizeRequest,
) -> Result<(String, String), AppError> {
    let scope = match &request.budget {
        Some(name) => {
            let named = chosen(moment::usual(reader, user)?, std::slice::from_ref(name))?;
            named.into_iter().next().map_or(Scope::All, |(_, budget)| budget.scope)
        }
        None => Scope::All,
    };
    let (of_budget, model_of_budget) = scope_of(&scope);
    let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
    let model = trimmed(&request.model).unwrap_or(model_of_budget);
    let told = trimmed(&request.provider).or_else(|| Some(of_budget).filter(|named| !named.is_empty()));
    let provider = told.or_else(|| generations::maker_of(&model)).unwrap_or_default();
    Ok((provider, model))
}

fn reservation(
    app: &App,
    user: &str,
    (provider, model): (String, String),
    amount: Money,
    (now, ttl): (Instant, i64),
) -> Reservation {
    Reservation {
        id: app.new_id(now),
        user_id: user.to_owned(),
        provider,
        model,
        amount,
        created_at: now,
        expires_at: Instant::from_micros(now.micros() + ttl * 1_000_000),
        ended: None,
        ended_at: None,
        cost: None,
        generation: None,
    }
}

fn rooms(accounts: &[Account]) -> Vec<BudgetRoom> {
    let room = |account: &Account| BudgetRoom {
        name: account.budget.name.clone(),
        scope: account.budget.scope.named(),
        mode: account.budget.mode,
        confirmed: account.budget.confirmed,
        amount: account.budget.amount,
        spent: account.spent,
        reserved: account.reserved,
        remaining: account.remaining(),
    };
    accounts.iter().map(room).collect()
}

impl Authorization {
    const fn allowed(budgets: Vec<BudgetRoom>) -> Self {
        Self {
            schema: "outlay.authorization/1",
            decision: GateDecision::Allow,
            exit_code: 0,
            reservation: None,
            budgets,
            refused_by: None,
            warning: None,
            reason: None,
            hint: None,
            when_unknown: None,
        }
    }

    fn refused(accounts: &[Account], refusal: Refusal, hint: String) -> Self {
        Self {
            decision: GateDecision::Deny,
            exit_code: REFUSED,
            hint: Some(hint),
            refused_by: Some(refusal.budget),
            reason: Some(refusal.reason),
            ..Self::allowed(rooms(accounts))
        }
    }
}
