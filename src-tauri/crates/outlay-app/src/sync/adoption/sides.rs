//! A sync with an adopted table: the same engine as with a team's server, and, where everything is to be verified, a
//! comparison of every row, for nobody keeps rows there from being changed.

use outlay_ledger::Ledger;
use outlay_ledger::sync::SyncRemote;
use outlay_sync::adoption::Choices;
use outlay_sync::server::adoption::{Adopted, AdoptedError};
use outlay_sync::server::{Address, Limits};
use outlay_sync::{Counted, Look, Machine, Progress, Purpose, Report, Request, Reviewed, Step, Verified};

use crate::app::App;
use crate::error::AppError;
use crate::secrets::Secret;
use crate::sync::running::{PAGE, engine, finish, watch};
use crate::sync::server::password_for;
use outlay_ledger::LedgerError;

/// What a person decided about the table that a ledger is connected to; `None` for a team's server.
pub(in crate::sync) fn choices_of(remote: &SyncRemote) -> Result<Option<Choices>, AppError> {
    if remote.mapping == "{}" {
        return Ok(None);
    }
    let choices = serde_json::from_str(&remote.mapping);
    choices.map(Some).map_err(|_| AppError::UnreadableSetting { name: "sync" })
}

/// Syncs once with an adopted table.
pub(in crate::sync) fn once(
    app: &App,
    ledger: &mut Ledger,
    (remote, address, choices): (&SyncRemote, &Address, &Choices),
    asked: &Request,
    given: Option<&Secret>,
) -> Result<Report, AppError> {
    let mut table = open(app, ledger, address, choices, given)?;
    let mut machine = Machine::open(ledger, remote.number, app.now())?;
    let is_known = remote.state.member.is_some();
    let reviewed = match asked.purpose {
        Purpose::Verify if is_known => review(app, &mut table, &mut machine).map(Some),
        Purpose::Verify | Purpose::Sync => Ok(None),
    };
    let outcome = reviewed.and_then(|reviewed| {
        let mut report = engine(app, &mut table, &mut machine, asked)?;
        if report.compared == Some(Look::All) {
            report.quarantined += machine.set_aside(table.refused()?)?;
        }
        Ok((report, reviewed))
    });
    finish(app, &mut machine, table.moved_bytes())?;
    let (report, reviewed) = outcome?;
    drop(machine);
    let Some(reviewed) = reviewed else { return Ok(report) };
    if reviewed.disputed > 0 {
        let writer = ledger.writer()?;
        let mut state = writer.reader().remote(remote.number)?.state;
        (state.verified_at, state.is_alarmed) = (None, true);
        writer.keep_remote_state(remote.number, &state)?;
        writer.commit_aside()?;
    }
    Ok(with_review(report, &reviewed))
}

/// Connects to the table that a ledger is connected to.
pub(in crate::sync) fn open(
    app: &App,
    ledger: &Ledger,
    address: &Address,
    choices: &Choices,
    given: Option<&Secret>,
) -> Result<Adopted, AppError> {
    let password = password_for(app, address, given);
    let known = ledger.read(|reader| reader.adopted_imports())?;
    let way = (address, password.as_ref(), Limits::default());
    let opened = Adopted::connect(way, choices, known.into_iter().collect(), app.now());
    opened.map_err(|error| match error {
        AdoptedError::Failure(failure) => AppError::Server(failure),
        error => AppError::Adopted(error),
    })
}

/// Compares every row with the one that is here.
fn review(app: &App, table: &mut Adopted, machine: &mut Machine<'_>) -> Result<Reviewed, AppError> {
    let mut all = Reviewed::default();
    let mut after = None;
    loop {
        if watch(app, Progress { step: Step::Verifying, done: all.rows, of: 0 }).is_break() {
            return Err(AppError::Ledger(LedgerError::Cancelled));
        }
        let (rows, last) = table.page(after, PAGE)?;
        if last.is_none() {
            return Ok(all);
        }
        after = last;
        let page = machine.review(rows, |here, there| table.agrees(here, there))?;
        all.rows += page.rows;
        all.new += page.new;
        all.disputed += page.disputed;
        all.here = sum(all.here, page.here);
        all.there = sum(all.there, page.there);
    }
}

fn sum(one: outlay_core::money::Money, other: outlay_core::money::Money) -> outlay_core::money::Money {
    outlay_core::money::Money::from_nanos(one.nanos().saturating_add(other.nanos()))
}

fn with_review(mut report: Report, reviewed: &Reviewed) -> Report {
    let Reviewed { rows, here, there, disputed, new } = *reviewed;
    report.conflicts += disputed;
    report.pulled += new;
    report.verified = report.verified.map(|verified| match verified {
        Verified::Identical { .. } if disputed == 0 => Verified::Identical { rows, spend: there },
        Verified::Identical { .. } => Verified::Different {
            buckets: 0,
            here: Counted { rows, spend: here },
            there: Counted { rows, spend: there },
        },
        Verified::Different { buckets, .. } => Verified::Different {
            buckets,
            here: Counted { rows, spend: here },
            there: Counted { rows, spend: there },
        },
    });
    report
}
