//! Where sync stands, without asking the server: what waits, what was verified, what a person must look at.

use outlay_core::instant::Instant;
use outlay_core::report::Count;
use outlay_ledger::Reader;
use outlay_ledger::sync::{Scope, SyncRemote};
use outlay_sync::adoption::Choices;
use outlay_sync::server::Address;
use serde::{Deserialize, Serialize};

use super::adoption::choices_of;
use super::server::remote;
use super::what_leaves::{self, Leaving};
use super::{password, schedule, words};
use crate::app::App;
use crate::error::{ApiError, AppError, Code};
use crate::secrets::PasswordState;

/// How much of it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct SyncStatusRequest {
    /// Whether to look where the password is. That asks the keychain, which may ask its user.
    pub password: bool,
}

/// Where sync stands.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SyncStatus {
    /// `outlay.sync-status/1`.
    pub schema: &'static str,
    /// The team; null while this ledger belongs to none.
    pub team: Option<Team>,
    /// What leaves this machine, or would.
    pub leaves: Vec<Leaving>,
}

/// The team that this ledger belongs to.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Team {
    /// The server's address, without a password.
    pub address: String,
    /// The machine, as a person calls it.
    pub host: String,
    /// The login there.
    pub login: String,
    /// How both sides are compared: `universal`.
    pub tier: &'static str,
    /// Whom the server takes the owner for; null until the first sync.
    pub member: Option<String>,
    /// Whether everybody's rows are read, or the owner's own.
    pub reads_all: bool,
    /// Since when.
    pub connected_at: Instant,
    /// When a sync came to its end last.
    pub synced_at: Option<Instant>,
    /// When everything was found to be identical last.
    pub verified_at: Option<Instant>,
    /// Rows that wait to be pushed.
    pub waiting: Count,
    /// Rows that the server does not take; each is put aside with its reason.
    pub quarantined: Count,
    /// Own rows that the server had and has no longer.
    pub missing: Count,
    /// What both sides say differently and nobody has looked at.
    pub conflicts: Count,
    /// Rows of other members that are here.
    pub rows_of_others: Count,
    /// Whether summaries are sent.
    pub sends_summaries: bool,
    /// Whether the window and the server sync by themselves.
    pub background: bool,
    /// When that happens next.
    pub next_at: Option<Instant>,
    /// Where the password is; null where nobody asked.
    pub password: Option<PasswordState>,
    /// Why it cannot be read or kept; null where it can, or none is needed.
    pub password_problem: Option<ApiError>,
    /// By how many seconds this machine's clock was ahead of the server's.
    pub clock_ahead_seconds: Option<Count>,
    /// What to do about it, where that is more than two minutes either way.
    pub clock_warning: Option<String>,
    /// The table of another program that is read in place of a team's ledger; null where there is none.
    pub adopted: Option<AdoptedTable>,
    /// Why the last sync failed; null if it did not.
    pub failure: Option<SyncFailed>,
    /// All of it in one line.
    pub sentence: String,
}

/// A table of another program that is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AdoptedTable {
    /// As `schema.table`.
    pub table: String,
    /// What it calls this ledger's owner.
    pub me: String,
    /// Whether own rows are added to it.
    pub writes: bool,
}

/// A sync that failed.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SyncFailed {
    /// When.
    pub at: Instant,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// What kind of failure it is.
    pub code: Code,
    /// Whether it is not tried again by itself.
    pub needs_person: bool,
}

/// Where sync stands, for somebody who looks at sync itself.
pub(super) fn whole(app: &App) -> Result<SyncStatus, ApiError> {
    show(app, SyncStatusRequest { password: true })
}

/// Where sync stands.
///
/// # Errors
/// Those of the ledger.
pub fn show(app: &App, request: SyncStatusRequest) -> Result<SyncStatus, ApiError> {
    let (remote, mut team) = app.read(|reader| {
        let Some(remote) = remote(reader)? else { return Ok((None, None)) };
        let team = described(reader, &remote)?;
        Ok((Some(remote), Some(team)))
    })?;
    if let (Some(remote), Some(team)) = (&remote, &mut team) {
        if request.password {
            let address: Address = remote.address.parse().map_err(AppError::from)?;
            let found = password::find(app, &address, None);
            (team.password, team.password_problem) = (Some(found.state), found.problem.map(ApiError::from));
        }
        team.sentence = words::standing(team, app.now());
    }
    let adopted = team.as_ref().and_then(|team: &Team| team.adopted.as_ref());
    let leaves = match adopted {
        Some(adopted) => what_leaves::to_adopted(adopted.writes),
        None => what_leaves::list(remote.is_some_and(|remote| remote.sends_summaries)),
    };
    Ok(SyncStatus { schema: "outlay.sync-status/1", team, leaves })
}

fn described(reader: &Reader<'_>, remote: &SyncRemote) -> Result<Team, AppError> {
    let address: Address = remote.address.parse()?;
    let aside = reader.aside_counts(remote.number)?;
    let schedule = schedule::read(reader)?;
    let choices = choices_of(remote)?;
    Ok(Team {
        address: remote.address.clone(),
        host: address.host.to_string(),
        login: address.user,
        tier: "universal",
        member: remote.state.member.as_ref().map(|member| member.user.clone()),
        reads_all: remote.state.member.as_ref().is_some_and(|member| member.reads == Scope::Team),
        connected_at: remote.connected_at,
        synced_at: remote.last_ok_at,
        verified_at: remote.state.verified_at,
        waiting: waiting(reader, remote, choices.as_ref())?,
        quarantined: count(aside.refused),
        missing: count(aside.missing),
        conflicts: count(reader.sync_conflicts(remote.number)?.len() as u64),
        rows_of_others: count(reader.rows_of_others()?),
        sends_summaries: remote.sends_summaries,
        background: schedule.background,
        next_at: schedule.next_at,
        password: None,
        password_problem: None,
        clock_ahead_seconds: remote.clock_offset.map(|micros| Count(micros / 1_000_000)),
        clock_warning: words::clock(remote.clock_offset),
        adopted: choices.map(|choices| AdoptedTable {
            table: [choices.schema, choices.table].map(Option::unwrap_or_default).join("."),
            me: choices.me.unwrap_or_default(),
            writes: choices.writes,
        }),
        failure: schedule.failed.map(|failed| SyncFailed {
            at: failed.at,
            message: failed.message,
            hint: failed.hint,
            code: failed.code,
            needs_person: failed.needs_person,
        }),
        sentence: String::new(),
    })
}

/// Rows that wait to be pushed: none where nothing is written, and only calls where nothing else has a place.
pub(super) fn waiting(
    reader: &Reader<'_>,
    remote: &SyncRemote,
    adopted: Option<&Choices>,
) -> Result<Count, AppError> {
    Ok(match adopted {
        None => count(reader.waiting_row_count(remote.number)?),
        Some(Choices { writes: true, .. }) => count(reader.waiting_call_count(remote.number)?),
        Some(Choices { writes: false, .. }) => Count(0),
    })
}

/// A number as it crosses.
pub(super) fn count(number: u64) -> Count {
    Count(i64::try_from(number).unwrap_or(i64::MAX))
}
