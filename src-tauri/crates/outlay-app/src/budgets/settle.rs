//! How a reservation ends: the call was made and is settled, or nothing came of it and it is released.
//!
//! A command that ran (`finish`) is settled with what was recorded meanwhile.
//!
//! All answer the same when they are asked twice, so that a script may always ask at its end. A reservation whose
//! time was over can still be settled: the call was made, and its cost is true.

use outlay_core::budget::{BudgetScope, Claim, Recorded, recorded};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::{Ended, LedgerError, Reader, Reservation, Writer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::generations::{self, Generation, LogRequest};
use crate::users;

/// Whose reservations.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct ReservationsRequest {
    /// A user's name; the owner when absent.
    pub user: Option<String>,
    /// Those that ended, too: the newest of all.
    pub ended_too: bool,
    /// How many of all; 100 when absent.
    pub limit: Option<Count>,
}

/// A reservation whose call was made.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SettleRequest {
    /// The reservation's id.
    pub id: String,
    /// What the call cost, in dollars, when an import will bring it or it is recorded already.
    #[serde(default)]
    pub cost: Option<String>,
    /// The call, which is recorded now.
    #[serde(default)]
    pub call: Option<LogRequest>,
}

/// A reservation whose command has ended.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct FinishRequest {
    /// The reservation's id.
    pub id: String,
}

/// A reservation that nothing came of.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ReleaseReservationRequest {
    /// The reservation's id.
    pub id: String,
}

/// How a reservation ended.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Settlement {
    /// `outlay.settlement/1`.
    pub schema: &'static str,
    /// The reservation.
    pub reservation: ReservationRow,
    /// The call that was recorded with it.
    pub call: Option<Generation>,
    /// It had ended before: nothing was changed now.
    pub already: bool,
    /// It was settled after its time was over.
    pub late: bool,
    /// What was recorded meanwhile and another reservation may claim, too; zero where nobody asked what was recorded.
    pub unclear: Money,
}

/// Reservations.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Reservations {
    /// `outlay.reservations/1`.
    pub schema: &'static str,
    /// The newest first.
    pub reservations: Vec<ReservationRow>,
}

/// Money that is held, or was.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ReservationRow {
    /// Its id.
    pub id: String,
    /// The provider and the model of the call, as far as they were said.
    pub scope: BudgetScope,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: ReservationState,
    /// Since when.
    pub created_at: Instant,
    /// Until when at most.
    pub expires_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// What it came to, of a settled one.
    pub cost: Option<Money>,
    /// The call that was recorded with it.
    pub call_id: Option<String>,
}

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReservationState {
    /// It counts.
    Open,
    /// The call was made.
    Settled,
    /// It was given back.
    Released,
    /// Its time was over.
    Expired,
}

impl ReservationState {
    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }
}

const MOST: i64 = 1_000;
const USUAL: i64 = 100;

/// Reservations that are open; with those that ended the newest of all.
///
/// # Errors
/// Those of the ledger.
pub fn reservations(app: &App, request: ReservationsRequest) -> Result<Reservations, ApiError> {
    app.read(|reader| {
        let user = users::one_user(reader, request.user.as_deref())?;
        let limit = request.limit.map_or(USUAL, |Count(limit)| limit.clamp(1, MOST));
        let found = reader.reservations(&user, app.now(), request.ended_too.then_some(limit))?;
        let now = reader.gate_now(app.now())?;
        let reservations = found.into_iter().map(|held| ReservationRow::of(held, now)).collect();
        Ok(Reservations { schema: "outlay.reservations/1", reservations })
    })
}

/// Settles a reservation: with the call, which is recorded, or with its cost alone.
///
/// # Errors
/// There is none; it was released; the call is refused as `log_generation` refuses it.
pub fn settle(app: &App, request: SettleRequest) -> Result<Settlement, ApiError> {
    let id = id(&request.id)?;
    let cost = request.cost.as_deref().map(cost).transpose()?;
    match (&cost, &request.call) {
        (None, None) => {
            let problem = "is missing: say what the call cost, or record it".to_owned();
            return Err(AppError::Field { field: "cost", problem }.into());
        }
        (Some(_), Some(_)) => {
            let problem = "stands beside a call, whose cost is its own".to_owned();
            return Err(AppError::Field { field: "cost", problem }.into());
        }
        _ => {}
    }
    app.shows_own()?;
    refuse_no_ledger(app, &request.id)?;
    app.write(|writer| {
        let now = app.now();
        writer.note_gate_time(now)?;
        let held = writer.reader().reservation(id)?;
        match held.ended {
            Some(Ended::Settled) => answer(&writer, held, now, true),
            Some(Ended::Released) => Err(AppError::Released { id: request.id.clone(), at: held.ended_at }),
            Some(Ended::Expired) | None => close(app, writer, &held, cost, request.call),
        }
    })
}

/// Gives a reservation back.
///
/// # Errors
/// There is none.
pub fn release(app: &App, request: ReleaseReservationRequest) -> Result<Settlement, ApiError> {
    let id = id(&request.id)?;
    app.shows_own()?;
    refuse_no_ledger(app, &request.id)?;
    app.write(|writer| {
        let now = app.now();
        writer.note_gate_time(now)?;
        let held = writer.reader().reservation(id)?;
        let already = held.ended.is_some();
        let held = match held.ended {
            None => writer.end_reservation(id, Ended::Released, None, None, now)?,
            Some(_) => held,
        };
        let answer = answer(&writer, held, now, already)?;
        writer.commit_reservations()?;
        Ok(answer)
    })
}

/// Ends a reservation whose command has ended: settled with the calls that were made meanwhile and fall under it, or
/// given back if there is none. A call that another reservation may claim, too, settles neither of them; which month it
/// is does not matter.
///
/// # Errors
/// There is none.
pub fn finish(app: &App, request: FinishRequest) -> Result<Settlement, ApiError> {
    let id = id(&request.id)?;
    app.shows_own()?;
    refuse_no_ledger(app, &request.id)?;
    app.write(|writer| {
        let now = app.now();
        writer.note_gate_time(now)?;
        let held = writer.reader().reservation(id)?;
        if matches!(held.ended, Some(Ended::Settled | Ended::Released)) {
            return answer(&writer, held, now, true);
        }
        let Recorded { own, unclear } = recorded_for(&writer.reader(), &held, now)?;
        let end = if own.is_some() { Ended::Settled } else { Ended::Released };
        let ended = writer.end_reservation(id, end, own, None, now)?;
        let answer = Settlement { unclear, ..answer(&writer, ended, now, false)? };
        writer.commit_reservations()?;
        Ok(answer)
    })
}

fn recorded_for(reader: &Reader<'_>, held: &Reservation, now: Instant) -> Result<Recorded, AppError> {
    let claim = Claim { scope: held.scope(), from: held.created_at, to: now };
    let span = (claim.from, claim.to);
    let (others, calls) = (reader.other_claims(held, span)?, reader.recorded_calls(&held.user_id, span)?);
    Ok(recorded(&claim, &others, &calls))
}

fn close(
    app: &App,
    writer: Writer<'_>,
    held: &Reservation,
    cost: Option<Money>,
    call: Option<LogRequest>,
) -> Result<Settlement, AppError> {
    let now = app.now();
    let Some(call) = call else {
        let ended = writer.end_reservation(held.id, Ended::Settled, cost, None, now)?;
        let answer = answer(&writer, ended, now, false)?;
        writer.commit_reservations()?;
        return Ok(answer);
    };
    // Whoever reserved made the call.
    let call = LogRequest { user: call.user.or_else(|| Some(held.user_id.clone())), ..call };
    let generation = generations::record(app, &writer, &call)?;
    let recorded = writer.reader().generation(generation)?;
    let ended =
        writer.end_reservation(held.id, Ended::Settled, Some(recorded.cost), Some(generation), now)?;
    let answer = answer(&writer, ended, now, false)?;
    writer.commit()?;
    Ok(answer)
}

fn answer(
    writer: &Writer<'_>,
    held: Reservation,
    now: Instant,
    already: bool,
) -> Result<Settlement, AppError> {
    let generation = held.generation.map(|id| writer.reader().generation(id)).transpose()?;
    let late = held.ended == Some(Ended::Settled) && held.ended_at.is_some_and(|at| at >= held.expires_at);
    Ok(Settlement {
        schema: "outlay.settlement/1",
        call: generation.map(Generation::from),
        reservation: ReservationRow::of(held, now),
        already,
        late,
        unclear: Money::ZERO,
    })
}

fn id(text: &str) -> Result<Uuid, AppError> {
    let problem = || AppError::Field { field: "id", problem: format!("is no id of a reservation: `{text}`") };
    text.trim().parse().map_err(|_| problem())
}

/// A settled cost may be nothing: a call that failed costs nothing.
fn cost(text: &str) -> Result<Money, AppError> {
    let read = text.trim().parse::<Money>();
    let field = |problem: String| AppError::Field { field: "cost", problem };
    let amount = read.map_err(|error| field(format!("is no amount: {error}")))?;
    match amount {
        Money::ZERO => Ok(amount),
        amount => Ok(outlay_core::budget::amount("cost", amount)?),
    }
}

/// Nothing is reserved where no ledger is, and asking creates none.
fn refuse_no_ledger(app: &App, id: &str) -> Result<(), AppError> {
    match app.ledger_path().try_exists() {
        Ok(false) => Err(LedgerError::NotFound { kind: "reservation", id: id.to_owned() }.into()),
        _ => Ok(()),
    }
}

impl ReservationRow {
    /// As it stands at `now`.
    pub(super) fn of(held: Reservation, now: Instant) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let state = match held.ended {
            Some(Ended::Settled) => ReservationState::Settled,
            Some(Ended::Released) => ReservationState::Released,
            Some(Ended::Expired) => ReservationState::Expired,
            None if held.expires_at <= now => ReservationState::Expired,
            None => ReservationState::Open,
        };
        Self {
            id: held.id.to_string(),
            scope: BudgetScope { provider: some(held.provider), model: some(held.model) },
            amount: held.amount,
            state,
            created_at: held.created_at,
            expires_at: held.expires_at,
            ended_at: held.ended_at,
            cost: held.cost,
            call_id: held.generation.map(|id| id.to_string()),
        }
    }
}
