//! The loop that does what a plan says, over a server and a ledger that are given to it.
//!
//! First what waits is pushed, then both sides are compared and what is lacking here is pulled, then alerts and
//! records, and at the end what was to be reconciled is settled. Each step can be cut or ended anywhere: what it did
//! is kept, the rest is found again by the next sync. No SQL, no clock, no waiting is here.

mod compare;
mod preview;
mod push;
mod settle;

use std::ops::ControlFlow;

use crate::digest::Digests;
use crate::local::{Change, Local};
use crate::look::Look;
use crate::plan::{Direction, Notice, Plan, Purpose, Pushing, Request, plan};
use crate::remote::{Bump, Bumped, Cause, Extent, Failing, Remote};
use crate::report::{Progress, Report, Step, SyncError, Verified, Watch};
use crate::state::{Judgement, Reconcile, State, judge};
use crate::table::{Standing, Table};

pub use preview::{Outlook, preview};

/// How often a statement is tried whose way others stood in.
const TRIES: usize = 5;
/// A server that is set back more often than this within one sync is none that can be synced with.
const MOST_REWINDS: usize = 3;
/// What is known of own rows is known no longer when the server was set back.
const AFTER_A_REWIND: &[Standing] = &[Standing::Missing, Standing::Unseen, Standing::Disputed];

/// Why this sync ended early.
pub type Failure<R, L> = SyncError<<R as Remote>::Failure, <L as Local>::Failure>;
type Done<T, R, L> = Result<T, Failure<R, L>>;

/// Syncs once. The report says what was done, also if it ended early.
///
/// # Errors
/// [`SyncError`]; the next sync goes on from there.
pub fn sync<R, L>(
    remote: &mut R,
    local: &mut L,
    request: &Request,
    watch: Watch<'_>,
) -> (Report, Done<(), R, L>)
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    match Session::begin(remote, local, request, watch) {
        Ok(mut session) => {
            let outcome = session.run();
            (session.report, outcome)
        }
        Err(error) => (Report::new(Pushing::Allowed, Vec::new()), Err(error)),
    }
}

/// One sync under way.
struct Session<'a, R: Remote, L: Local> {
    remote: &'a mut R,
    local: &'a mut L,
    request: &'a Request,
    watch: Watch<'a>,
    plan: Plan,
    /// What is known now; what was kept of it is what the last change said.
    state: State,
    /// The counter that the server must hold now.
    held: u64,
    /// The server's digests, as they were when it was asked last.
    found_there: Option<(Look, Vec<(Table, Digests)>)>,
    report: Report,
    progress: Progress,
}

impl<'a, R, L> Session<'a, R, L>
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    fn begin(
        remote: &'a mut R,
        local: &'a mut L,
        request: &'a Request,
        watch: Watch<'a>,
    ) -> Done<Self, R, L> {
        let progress = Progress { step: Step::Greeting, done: 0, of: 0 };
        if watch(progress).is_break() {
            return Err(SyncError::Cancelled);
        }
        let known = local.state().map_err(SyncError::Local)?;
        let server = remote.handshake(known.device).map_err(SyncError::Remote)?;
        let plan = plan(&known, &server, request)?;
        let state = plan.state.clone();
        let ahead = request.now.micros().saturating_sub(server.now.micros());
        let report = Report { clock_ahead: Some(ahead), ..Report::new(plan.pushing, plan.notices.clone()) };
        let held = plan.counter.unwrap_or_default();
        let mut session = Self {
            remote,
            local,
            request,
            watch,
            plan,
            state: known.clone(),
            held,
            found_there: None,
            report,
            progress,
        };
        let mut change = Change::of(&state);
        if session.plan.notices.contains(&Notice::ServerWasSetBack) {
            change.again = AFTER_A_REWIND;
        } else if request.purpose == Purpose::Verify && session.pushes() {
            // Nobody can see whether the server still has what it does not show: offering it again tells.
            change.again = &[Standing::Unseen];
        }
        if state != known || !change.again.is_empty() {
            session.state = state;
            session.keep(change)?;
        }
        Ok(session)
    }

    fn run(&mut self) -> Done<(), R, L> {
        self.push()?;
        if self.request.direction == Direction::Push {
            return self.finish();
        }
        self.compare()?;
        self.local.complete().map_err(SyncError::Local)?;
        self.push()?;
        if self.remote.extent() == Extent::Everything {
            self.settle_alerts()?;
            self.settle_records()?;
        }
        self.verify()?;
        self.finish()
    }

    fn keep(&mut self, change: Change<R::Row, R::Body>) -> Done<(), R, L> {
        let aside = self.local.keep(change).map_err(SyncError::Local)?;
        self.report.conflicts += aside.disputed;
        self.report.quarantined += aside.refused;
        Ok(())
    }

    /// Says where it is, unless it is to end here.
    fn at(&mut self, step: Step, done: u64, of: u64) -> Done<(), R, L> {
        self.progress = Progress { step, done, of };
        self.go_on()
    }

    fn go_on(&mut self) -> Done<(), R, L> {
        match (self.watch)(self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(SyncError::Cancelled),
        }
    }

    /// Asks the server, again if only others were in the way.
    fn ask<T>(&mut self, mut statement: impl FnMut(&mut R) -> Result<T, R::Failure>) -> Done<T, R, L> {
        for _ in 1..TRIES {
            self.go_on()?;
            match statement(self.remote) {
                Err(failure) if failure.cause() == Cause::InTheWay => {}
                outcome => return outcome.map_err(SyncError::Remote),
            }
        }
        self.go_on()?;
        statement(self.remote).map_err(SyncError::Remote)
    }

    /// Asks the server for something that changes it, and raises the counter with it. The counter is kept as sent
    /// before; that it arrived is known afterwards and kept with whatever change comes next.
    fn change<T>(
        &mut self,
        mut statement: impl FnMut(&mut R, Option<Bump>) -> Result<Bumped<T>, R::Failure>,
    ) -> Done<T, R, L> {
        if self.plan.counter.is_none() {
            return Ok(self.ask(|remote| statement(remote, None))?.done);
        }
        let sent_before = self.state.sent;
        let counter = self.state.sent.max(self.state.acknowledged) + 1;
        self.state.sent = counter;
        self.keep(Change::of(&self.state))?;
        let bump = Bump { device: self.state.device, counter, at_least: self.held };
        let bumped = self.ask(|remote| statement(remote, Some(bump)))?;
        self.take_in(bumped.found.unwrap_or(sent_before), sent_before, counter)?;
        Ok(bumped.done)
    }

    /// What the counter says that was there before the statement. A pooler can hide that the server was replaced
    /// between two statements; the counter cannot.
    fn take_in(&mut self, found: u64, sent_before: u64, counter: u64) -> Done<(), R, L> {
        let judgement = judge(found, self.held, sent_before);
        let notice = match judgement {
            Judgement::AsKnown => {
                (self.state.acknowledged, self.held) = (counter, counter);
                return Ok(());
            }
            Judgement::SetBack => {
                // It was not raised, so it still says so if this is not kept.
                self.held = found;
                self.state.reconcile = Reconcile::PushAgain;
                Notice::ServerWasSetBack
            }
            Judgement::Copied => {
                self.held = 0;
                self.state.become_device(self.request.fresh_device);
                Notice::LedgerWasCopied
            }
        };
        self.report.notices.push(notice);
        // What was compared is no longer what is there.
        self.report.compared = None;
        if self.report.notices.iter().filter(|said| **said == notice).count() > MOST_REWINDS {
            return Err(SyncError::Unsteady);
        }
        let mut change = Change::of(&self.state);
        if judgement == Judgement::SetBack {
            change.again = AFTER_A_REWIND;
        }
        self.keep(change)
    }

    /// Raises the counter for what is pulled, also where nothing else is sent: it vouches that the server held that.
    /// `true` if the server turns out to be another than it was.
    fn vouch(&mut self) -> Done<bool, R, L> {
        let may_raise = matches!(self.report.pushing, Pushing::Allowed | Pushing::NotAsked);
        if self.plan.counter.is_none() || !may_raise {
            return Ok(false);
        }
        let said = self.report.notices.len();
        self.change(|remote, bump| match bump {
            Some(bump) => remote.bump(bump),
            None => Ok(Bumped { found: None, done: () }),
        })?;
        self.keep(Change::of(&self.state))?;
        Ok(self.report.notices.len() > said)
    }

    /// What was to be reconciled is settled, if all that it asks for could be done.
    fn finish(&mut self) -> Done<(), R, L> {
        let known = self.state.clone();
        // What was not looked at is as it was.
        let was_alarmed = known.is_alarmed && self.report.compared.is_none();
        self.state.is_alarmed = self.report.is_alarming() || was_alarmed;
        let is_settled = match self.report.pushing {
            Pushing::Allowed => true,
            Pushing::ServerIsReadOnly => false,
            // What is to be pushed again, records among it, waits until it may be.
            Pushing::NotAsked | Pushing::MemberMayNot | Pushing::ProgramIsTooOld => {
                known.reconcile != Reconcile::PushAgain
            }
        };
        if self.report.compared == Some(Look::All) && is_settled {
            self.state.reconcile = Reconcile::Done;
            self.state.others = self.plan.others;
            self.state.compared_at = Some(self.plan.server_now);
        }
        self.report.leaves_to_compare =
            self.state.reconcile == Reconcile::PushAgain && self.report.compared.is_none();
        if matches!(self.report.verified, Some(Verified::Identical { .. })) {
            self.state.verified_at = Some(self.plan.server_now);
        }
        if self.state == known { Ok(()) } else { self.keep(Change::of(&self.state)) }
    }
}
