//! What a sync will do, decided from what this machine knows and what the server says of itself: a pure function.
//!
//! Everything that needs no look at rows is decided here: whether to sync at all, as which device, what must be
//! reconciled, what may be pushed, how much is compared. Doing it is the engine's.

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use uuid::Uuid;

use crate::look::{Look, look};
use crate::state::{Judgement, Member, Reconcile, State, judge};
use crate::table::Scope;

/// What the server says of itself, in one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// Which ledger it is; this survives dump and restore.
    pub ledger: Uuid,
    /// The oldest schema that a reader must know.
    pub oldest_reader: i32,
    /// The oldest schema that a writer must know.
    pub oldest_writer: i32,
    /// Who the login is; `None` for nobody.
    pub member: Option<Member>,
    /// Whether the member may write.
    pub can_write: bool,
    /// Whether nothing can be written at present: a standby, or a server that is set so.
    pub is_read_only: bool,
    /// The counters; `None` where the database has no place for them.
    pub counters: Option<Counters>,
    /// The server's clock.
    pub now: Instant,
}

/// The devices' counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// That of the device that asks; 0 if the server does not know it.
    pub mine: u64,
    /// A number that is another one when any other device's counter is: their sum.
    pub others: u64,
}

/// What a host asks for, and all that the engine may not find out by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The clock of this machine.
    pub now: Instant,
    /// A random id, used if this machine must become another device.
    pub fresh_device: Uuid,
    /// The schema that this program knows.
    pub schema: i32,
    /// How much is asked for.
    pub purpose: Purpose,
    /// Which way rows go.
    pub direction: Direction,
    /// The most rows of one statement and one local transaction: 5,000 but in tests.
    pub page: usize,
}

/// How much is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What is new; everything when it is due.
    Sync,
    /// Everything, and to say whether both sides are identical.
    Verify,
}

/// Which way rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    Both,
    /// Rows that wait are pushed; nothing is compared or pulled, and alerts and records stay as they are.
    Push,
    /// What is lacking here is pulled; nothing is sent but the counter, which vouches for what is pulled.
    Pull,
}

/// Why there is no sync. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The address leads to another team's ledger.
    #[error("the server holds another ledger ({found}) than the one that this machine belongs to ({known})")]
    AnotherLedger {
        /// The one that this machine belongs to.
        known: Uuid,
        /// The one that is there.
        found: Uuid,
    },
    /// This program cannot read the server's schema.
    #[error("the server needs a program that knows schema {needed}; this one knows {known}")]
    TooOld {
        /// The oldest schema that would do.
        needed: i32,
        /// The one that this program knows.
        known: i32,
    },
    /// The login is nobody there.
    #[error("the login is no member of the team")]
    NotAMember,
    /// The login stands for somebody else than before: whose rows these are is no longer known.
    #[error("the login stands for another member than before")]
    AnotherMember,
}

/// Why nothing is pushed. What waits goes on waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushing {
    /// It is.
    Allowed,
    /// Nobody asked for it.
    NotAsked,
    /// The server takes nothing at present, and may lag behind another one.
    ServerIsReadOnly,
    /// The member may not write, or no longer.
    MemberMayNot,
    /// This program is too old to write.
    ProgramIsTooOld,
}

/// What happened since the last sync that a person may want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The server was set back to an earlier state.
    ServerWasSetBack,
    /// This ledger was restored from a copy, or is one.
    LedgerWasCopied,
    /// The member sees other rows than before.
    ScopeChanged,
    /// This machine's clock is off by so many microseconds (positive: ahead).
    ClockIsOff(i64),
}

/// What a sync will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the machine knows from now on; kept before anything else happens.
    pub state: State,
    /// Whose rows are compared.
    pub scope: Scope,
    /// Whether rows are pushed.
    pub pushing: Pushing,
    /// The counter that the server holds for this device; `None` if it keeps none, or takes none at present.
    pub counter: Option<u64>,
    /// How much is compared, unless pushing shows that it must be everything.
    pub look: Look,
    /// The others' counters before anything was compared.
    pub others: Option<u64>,
    /// The server's clock.
    pub server_now: Instant,
    /// What a person may want to know.
    pub notices: Vec<Notice>,
}

/// A clock that is off by less is not spoken of, in microseconds.
const TOLERATED_OFFSET: i64 = MICROS_PER_DAY / 720;

/// Decides what a sync does.
///
/// # Errors
/// [`Stop`] if there must be none.
pub fn plan(known: &State, server: &Handshake, request: &Request) -> Result<Plan, Stop> {
    let member = admitted(known, server, request)?;
    let mut state = known.clone();
    let mut notices = Vec::new();
    notices.extend(heed_counter(&mut state, server, request));
    notices.extend(heed_scope(&mut state, &member));
    notices.extend(clock_offset(server, request).map(Notice::ClockIsOff));
    let scope = member.reads;
    state.ledger = Some(server.ledger);
    state.member = Some(member);
    let is_other_device = state.device != known.device;
    let held = |counters: Counters| if is_other_device { 0 } else { counters.mine };
    Ok(Plan {
        scope,
        pushing: pushing(server, request),
        counter: server.counters.filter(|_| hindrance(server, request).is_none()).map(held),
        look: look(&state, server, request.purpose),
        others: server.counters.map(|counters| counters.others),
        server_now: server.now,
        notices,
        state,
    })
}

fn heed_counter(state: &mut State, server: &Handshake, request: &Request) -> Option<Notice> {
    // A standby may lag behind: its counter proves nothing, and a new device could not be announced.
    let counters = server.counters.filter(|_| !server.is_read_only)?;
    match judge(counters.mine, state.acknowledged, state.sent) {
        Judgement::AsKnown => {
            // What was sent without an answer has arrived: from now on the server must hold it.
            state.acknowledged = counters.mine;
            None
        }
        Judgement::SetBack => {
            // The counter stays ahead of the server until a statement raises it there: no number is ever used
            // twice, so a second rewind is noticed as well.
            state.reconcile = Reconcile::PushAgain;
            Some(Notice::ServerWasSetBack)
        }
        Judgement::Copied => {
            state.become_device(request.fresh_device);
            Some(Notice::LedgerWasCopied)
        }
    }
}

fn heed_scope(state: &mut State, member: &Member) -> Option<Notice> {
    let before = state.member.as_ref().filter(|before| before.reads != member.reads)?;
    // Own rows that others hold as well were seen and are not any longer: pushing them again tells which.
    let narrowed = member.reads < before.reads;
    let reconcile = if narrowed { Reconcile::PushAgain } else { Reconcile::Compare };
    state.reconcile = state.reconcile.max(reconcile);
    Some(Notice::ScopeChanged)
}

fn clock_offset(server: &Handshake, request: &Request) -> Option<i64> {
    let offset = request.now.micros().saturating_sub(server.now.micros());
    (offset.abs() > TOLERATED_OFFSET).then_some(offset)
}

fn admitted(known: &State, server: &Handshake, request: &Request) -> Result<Member, Stop> {
    if let Some(ledger) = known.ledger.filter(|ledger| *ledger != server.ledger) {
        return Err(Stop::AnotherLedger { known: ledger, found: server.ledger });
    }
    if request.schema < server.oldest_reader {
        return Err(Stop::TooOld { needed: server.oldest_reader, known: request.schema });
    }
    let member = server.member.clone().ok_or(Stop::NotAMember)?;
    if known.member.as_ref().is_some_and(|before| before.user != member.user) {
        return Err(Stop::AnotherMember);
    }
    Ok(member)
}

fn pushing(server: &Handshake, request: &Request) -> Pushing {
    match hindrance(server, request) {
        Some(Pushing::ServerIsReadOnly) => Pushing::ServerIsReadOnly,
        _ if request.direction == Direction::Pull => Pushing::NotAsked,
        hindrance => hindrance.unwrap_or(Pushing::Allowed),
    }
}

/// Why nothing can be written, whoever asks for it.
const fn hindrance(server: &Handshake, request: &Request) -> Option<Pushing> {
    if server.is_read_only {
        Some(Pushing::ServerIsReadOnly)
    } else if !server.can_write {
        Some(Pushing::MemberMayNot)
    } else if request.schema < server.oldest_writer {
        Some(Pushing::ProgramIsTooOld)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
