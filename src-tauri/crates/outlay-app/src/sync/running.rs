//! Syncing once: what was done, in numbers and words, and a look ahead that does nothing.

use std::ops::ControlFlow;

use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::sync::{Scope, SyncRemote};
use outlay_ledger::{Ledger, LedgerError};
use outlay_sync::server::{Address, Failure, Limits, Team, known_schema};
use outlay_sync::{
    AlertBody, Direction, LedgerRow, Look, Machine, MachineError, Notice, Outlook, Progress, Purpose,
    Pushing, Remote, Report, Request, Step, SyncError, Verified, preview, sync,
};
use serde::{Deserialize, Serialize};

use super::adoption::{self, choices_of};
use super::server::{connected, password_for};
use super::status::{count, waiting};
use super::{schedule, words};
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::event::Unit;
use crate::secrets::Secret;

/// The most rows of one statement and one transaction.
pub(super) const PAGE: usize = 5_000;

/// Which way rows go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncDirection {
    /// Both ways, with alerts, caps and budgets.
    #[default]
    Both,
    /// Rows that wait go there.
    Push,
    /// What is lacking here comes.
    Pull,
}

/// How to sync.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct RunRequest {
    /// Which way rows go; both when absent.
    pub direction: SyncDirection,
    /// The password, for this time; when absent, it is looked for in the keychain and the password file.
    pub password: Option<Secret>,
}

/// How much was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ComparedPart {
    /// Nothing.
    Nothing,
    /// The last days.
    Recent,
    /// Everything.
    Everything,
}

/// What a sync did.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Synced {
    /// `outlay.sync/1`.
    pub schema: &'static str,
    /// How both sides are compared: `universal`.
    pub tier: &'static str,
    /// Rows that the server stored.
    pub pushed: Count,
    /// Rows that came from the server.
    pub pulled: Count,
    /// Rows that were offered and that the server held already.
    pub known: Count,
    /// Rows and values that both sides say differently.
    pub conflicts: Count,
    /// Rows that the server does not take.
    pub quarantined: Count,
    /// Whether both sides are identical; null where only the last days were compared.
    pub verified: Option<bool>,
    /// Own rows that the server had and has no longer.
    pub missing: Count,
    /// Own rows that wait to be pushed again, because the server was set back.
    pub pushed_again: Count,
    /// Alerts that went either way.
    pub alerts: Count,
    /// Caps and applications that went either way.
    pub records: Count,
    /// Rows that still wait.
    pub waiting: Count,
    /// How much was compared.
    pub compared: ComparedPart,
    /// The server.
    pub host: String,
    /// What happened since the last time, and why nothing was pushed.
    pub notices: Vec<String>,
}

/// Whether both sides are the same.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SyncVerified {
    /// `outlay.sync-verify/1`.
    pub schema: &'static str,
    /// Whether they are.
    pub identical: bool,
    /// Whether what counts was compared as well, and not the rows alone: what counts is decided over everybody's rows,
    /// so who reads only their own cannot come to the server's sums.
    pub sums_compared: bool,
    /// Rows that count, here.
    pub rows: Count,
    /// What they come to, here.
    pub spend: Money,
    /// Rows that count, on the server.
    pub rows_there: Count,
    /// What they come to there.
    pub spend_there: Money,
    /// What the comparison did to make both sides the same.
    pub sync: Synced,
}

/// What a sync would do.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SyncOutlook {
    /// `outlay.sync-plan/1`.
    pub schema: &'static str,
    /// Rows that wait.
    pub to_push: Count,
    /// Rows to pull, at least.
    pub to_pull: Count,
    /// Rows that the server lacks, at least.
    pub lacking_there: Count,
    /// Days and other parts that differ.
    pub differing_parts: Count,
    /// Whether everything would be compared.
    pub compares_everything: bool,
    /// The server.
    pub host: String,
    /// What happened since the last time, and why nothing would be pushed.
    pub notices: Vec<String>,
}

/// Syncs once. What was done before a failure stays done, and the next sync goes on from there.
///
/// # Errors
/// Nothing is connected; the server cannot be reached or refuses; another sync is going on; cancelled.
pub fn run(app: &App, request: RunRequest) -> Result<Synced, ApiError> {
    let direction = match request.direction {
        SyncDirection::Both => Direction::Both,
        SyncDirection::Push => Direction::Push,
        SyncDirection::Pull => Direction::Pull,
    };
    let done = once(app, Purpose::Sync, direction, request.password.as_ref())?;
    Ok(done.described())
}

/// Compares everything, makes both sides the same where they are not, and says whether they are.
///
/// # Errors
/// As [`run`].
pub fn verify(app: &App, request: RunRequest) -> Result<SyncVerified, ApiError> {
    let done = once(app, Purpose::Verify, Direction::Both, request.password.as_ref())?;
    let (here, there, identical) = match done.report.verified {
        Some(Verified::Identical { rows, spend }) => ((rows, spend), (rows, spend), true),
        Some(Verified::Different { here, there, .. }) => {
            ((here.rows, here.spend), (there.rows, there.spend), false)
        }
        None => ((0, Money::ZERO), (0, Money::ZERO), false),
    };
    Ok(SyncVerified {
        schema: "outlay.sync-verify/1",
        identical,
        sums_compared: done.report.scope == Some(Scope::Team),
        rows: count(here.0),
        spend: here.1,
        rows_there: count(there.0),
        spend_there: there.1,
        sync: done.described(),
    })
}

/// Says what a sync would do; nothing is written on either side.
///
/// # Errors
/// As [`run`].
pub fn plan(app: &App, request: RunRequest) -> Result<SyncOutlook, ApiError> {
    let (remote, address) = connected(app)?;
    let mut ledger = app.open_beside()?;
    let asked = asked(app, Purpose::Sync, Direction::Both);
    let given = request.password.as_ref();
    let (plan, outlook): (_, Outlook) = match choices_of(&remote)? {
        None => {
            let (mut team, mut machine) = both_sides(app, &mut ledger, &remote, &address, given)?;
            preview(&mut team, &mut machine, &asked).map_err(ended)?
        }
        Some(choices) => {
            let mut table = adoption::open(app, &ledger, &address, &choices, given)?;
            let mut machine = Machine::open(&mut ledger, remote.number, app.now()).map_err(AppError::from)?;
            preview(&mut table, &mut machine, &asked).map_err(ended)?
        }
    };
    Ok(SyncOutlook {
        schema: "outlay.sync-plan/1",
        to_push: count(outlook.to_push),
        to_pull: count(outlook.to_pull),
        lacking_there: count(outlook.lacking_there),
        differing_parts: count(outlook.buckets),
        compares_everything: plan.look == Look::All,
        host: address.host.to_string(),
        notices: notices(&plan.notices, plan.pushing),
    })
}

/// A sync that came to its end.
struct Done {
    report: Report,
    waiting: Count,
    host: String,
}

fn once(
    app: &App,
    purpose: Purpose,
    direction: Direction,
    password: Option<&Secret>,
) -> Result<Done, ApiError> {
    let (remote, address) = connected(app)?;
    app.begin_work();
    let mut ledger = app.open_beside()?;
    let asked = asked(app, purpose, direction);
    let choices = choices_of(&remote)?;
    let outcome = match &choices {
        None => {
            both_sides(app, &mut ledger, &remote, &address, password).and_then(|(mut team, mut machine)| {
                let outcome = engine(app, &mut team, &mut machine, &asked);
                finish(app, &mut machine, team.moved_bytes())?;
                outcome
            })
        }
        Some(choices) => adoption::once(app, &mut ledger, (&remote, &address, choices), &asked, password),
    };
    let outcome = outcome.map_err(ApiError::from);
    if let Ok(report) = &outcome {
        note_end(app, remote.number, report)?;
    }
    schedule::note(app, outcome.as_ref().map(|report| report.pushing))?;
    app.tell_changed();
    let waiting = app.read(|reader| waiting(reader, &remote, choices.as_ref()))?;
    let mut report = outcome?;
    if choices.is_some_and(|choices| !choices.writes) {
        // That nothing is written is what was agreed.
        report.pushing = Pushing::NotAsked;
    }
    Ok(Done { report, waiting, host: address.host.to_string() })
}

/// Syncs once over the two sides.
pub(super) fn engine<R>(
    app: &App,
    remote: &mut R,
    machine: &mut Machine<'_>,
    asked: &Request,
) -> Result<Report, AppError>
where
    R: Remote<Row = LedgerRow, Body = AlertBody, Failure = Failure>,
{
    let mut watch = |progress: Progress| watch(app, progress);
    let (report, outcome) = sync(remote, machine, asked, &mut watch);
    outcome.map_err(ended)?;
    Ok(report)
}

/// Lets alerts follow from what was pulled, whatever the outcome.
pub(super) fn finish(app: &App, machine: &mut Machine<'_>, moved: u64) -> Result<(), AppError> {
    machine.finish(moved, |writer, news| {
        let checked = alerts::evaluate(app, writer, Happened::Pulled(news))?;
        Ok::<_, AppError>(!checked.raised.is_empty() || !checked.resolved.is_empty())
    })
}

/// Notes when a sync came to its end.
fn note_end(app: &App, remote: i64, report: &Report) -> Result<(), ApiError> {
    app.write(|writer| {
        writer.note_sync(remote, app.now(), report.clock_ahead.unwrap_or_default())?;
        Ok(writer.commit_aside()?)
    })
}

fn both_sides<'l>(
    app: &App,
    ledger: &'l mut Ledger,
    remote: &SyncRemote,
    address: &Address,
    given: Option<&Secret>,
) -> Result<(Team, Machine<'l>), AppError> {
    let password = password_for(app, address, given);
    let machine = Machine::open(ledger, remote.number, app.now())?;
    let team = Team::connect(address, password.as_ref(), Limits::default())?;
    Ok((team, machine))
}

/// Why a sync ended early.
fn ended(error: SyncError<Failure, MachineError>) -> AppError {
    match error {
        SyncError::Stopped(stop) => AppError::SyncStopped(stop),
        SyncError::Remote(failure) => AppError::Server(failure),
        SyncError::Local(error) => error.into(),
        SyncError::Unsteady => AppError::Unsteady,
        SyncError::Cancelled => AppError::Ledger(LedgerError::Cancelled),
    }
}

fn asked(app: &App, purpose: Purpose, direction: Direction) -> Request {
    let now = app.now();
    Request { now, fresh_device: app.new_id(now), schema: known_schema(), purpose, direction, page: PAGE }
}

pub(super) fn watch(app: &App, progress: Progress) -> ControlFlow<()> {
    let what = match progress.step {
        Step::Greeting => "asking the server",
        Step::Pushing => "pushing",
        Step::Comparing => "comparing",
        Step::Pulling => "pulling",
        Step::Settling => "alerts and caps",
        Step::Verifying => "verifying",
    };
    app.progress(what, progress.done, progress.of, Unit::Rows);
    if app.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn notices(notices: &[outlay_sync::Notice], pushing: outlay_sync::Pushing) -> Vec<String> {
    let said = notices.iter().map(|notice| words::notice(*notice));
    said.chain(words::not_pushed(pushing).map(str::to_owned)).collect()
}

impl Done {
    fn described(self) -> Synced {
        let report = self.report;
        let mut notices = notices(&report.notices, report.pushing);
        if report.leaves_to_compare {
            // Nothing is pushed again that nobody looked for.
            notices.retain(|said| *said != words::notice(Notice::ServerWasSetBack));
            notices.push(words::LEFT_TO_COMPARE.to_owned());
        }
        Synced {
            schema: "outlay.sync/1",
            tier: "universal",
            pushed: count(report.pushed),
            pulled: count(report.pulled),
            known: count(report.known),
            conflicts: count(report.conflicts),
            quarantined: count(report.quarantined),
            verified: report.verified.map(|verified| matches!(verified, Verified::Identical { .. })),
            missing: count(report.missing),
            pushed_again: count(report.pushed_again),
            alerts: count(report.alerts),
            records: count(report.records),
            waiting: self.waiting,
            compared: match report.compared {
                None => ComparedPart::Nothing,
                Some(Look::Since(_)) => ComparedPart::Recent,
                Some(Look::All) => ComparedPart::Everything,
            },
            host: self.host,
            notices,
        }
    }
}
