//! `outlay sync`: one ledger on many machines, through a PostgreSQL of the team's own.
//!
//! A password comes from the keychain, from the file that PGPASSFILE names, from standard input, or is typed unseen;
//! never as an argument. Who belongs to the team is in `members`, what sync could not decide in `sync_questions`.

use clap::{Args, Subcommand};
use outlay_app::secrets::Secret;
use outlay_app::sync::{
    self, ConnectRequest, InitRequest, LeaveRequest, OthersRows, RunRequest, SyncDirection, SyncSetting,
    SyncStatusRequest, Synced, TrialRequest,
};
use outlay_app::{ApiError, Code};

use super::adopt::Adopt;
use super::members::MembersVerb;
use super::sync_questions::{Questions, Settle};
use crate::failure::{Exit, Failure};
use crate::render;
use crate::session::Session;
use crate::typed_password;

const EXAMPLES: &str = "\
Nothing leaves this machine before `connect`, and nothing by itself before `set --background on`. An address is
postgres://LOGIN@HOST/DATABASE or host=HOST user=LOGIN dbname=DATABASE, without a password: that comes from the
keychain, the file that PGPASSFILE names, the environment variable OUTLAY_SYNC_PASSWORD, or is asked for.

Begin with:
  outlay sync init postgres://admin@db.example.org/spend       once, as a login that may create tables and roles
  outlay sync members add ada --address postgres://admin@db.example.org/spend
  outlay sync connect postgres://ada@db.example.org/spend      on each machine
  outlay sync run                                              as often as you like

A database that another program made, with its own table of calls, is read by `outlay sync adopt ADDRESS`.

Exit codes: 0 done, 1 something needs you (a conflict, rows put aside, a refusal), 69 the server cannot be reached,
77 the login may not, or its password is missing or wrong

Examples:
  $ outlay sync
  $ outlay sync status --json";

/// One ledger on many machines, through a PostgreSQL of your own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sync {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Where sync stands
    Status(Status),
    /// Create the team's ledger on a server, or bring it up to date
    Init(Init),
    /// Connect this ledger to the team's
    Connect(Connect),
    /// Read a database that another program made; look first
    Adopt(Adopt),
    /// Try a server step by step: name, network, TLS, login, database, rights
    Test(Test),
    /// Sync both ways: rows, undo, alerts, caps, budgets
    Run(Run),
    /// Push what waits, and nothing else
    Push(Password),
    /// Pull what is lacking here, and send nothing
    Pull(Password),
    /// Compare everything, make both sides the same, and say whether they are
    Verify(Password),
    /// What sync does by itself, and what it sends
    Set(Set),
    /// What sync could not decide: values that clash, rows put aside
    Questions(Questions),
    /// Answer what sync could not decide
    Settle(Settle),
    /// Who belongs to the team; let logins in and out
    Members(MembersVerb),
    /// Leave the team; your own rows stay here
    Leave(Leave),
}

#[derive(Debug, Default, Args)]
struct Status {
    /// Show what leaves this machine, field by field, and what never does
    #[arg(long)]
    fields: bool,
}

/// How a password may come.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Password {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct Init {
    /// The server, as a login that may create tables and roles
    address: String,
    /// The login's person in the team; this ledger's owner without
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Let that person read their own rows only
    #[arg(long)]
    own_rows_only: bool,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
struct Connect {
    /// The server, as your own login
    address: String,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
struct Test {
    /// The server; the connected one without
    address: Option<String>,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
struct Run {
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
struct Set {
    /// Sync by itself while the window or `outlay serve` runs
    #[arg(long, value_name = "on|off", value_parser = on_or_off)]
    background: Option<bool>,
    /// Send the summaries of calls that were recorded with them
    #[arg(long, value_name = "on|off", value_parser = on_or_off)]
    summaries: Option<bool>,
}

#[derive(Debug, Args)]
struct Leave {
    /// Keep the rows of other members here
    #[arg(long, conflicts_with = "remove")]
    keep: bool,
    /// Remove them; what your own files say too stays
    #[arg(long)]
    remove: bool,
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("say on or off".to_owned()),
    }
}

impl Sync {
    /// Does what was asked about sync.
    ///
    /// # Errors
    /// What the app refuses; a sync that needs a person.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (app, printer) = (&session.app, &session.printer);
        match self.action.unwrap_or(Action::Status(Status::default())) {
            Action::Status(Status { fields }) => printer
                .show(&sync::show(app, SyncStatusRequest { password: true })?, |status| {
                    render::sync::status(status, fields)
                }),
            Action::Init(init) => init.run(session),
            Action::Connect(connect) => connect.run(session),
            Action::Adopt(adopt) => adopt.run(session),
            Action::Test(test) => test.run(session),
            Action::Run(run) if run.dry_run => run.look_ahead(session),
            Action::Run(run) => once(session, run.password, SyncDirection::Both),
            Action::Push(password) => once(session, password, SyncDirection::Push),
            Action::Pull(password) => once(session, password, SyncDirection::Pull),
            Action::Verify(password) => verify(session, password),
            Action::Set(set) => {
                let request = SyncSetting { background: set.background, sends_summaries: set.summaries };
                printer.show(&sync::set(app, request)?, |status| render::sync::status(status, false))
            }
            Action::Questions(verb) => verb.run(session),
            Action::Settle(verb) => verb.run(session),
            Action::Members(verb) => verb.run(session),
            Action::Leave(leave) => leave.run(session),
        }
    }
}

impl Password {
    /// Does `ask`, and once more with a typed password if the server asks for one and somebody is there to type it.
    pub(crate) fn with<T>(
        self,
        session: &Session,
        ask: impl Fn(Option<Secret>) -> Result<T, ApiError>,
    ) -> Result<T, Failure> {
        if self.password_stdin {
            return Ok(ask(Some(typed_password::from_standard_input()?))?);
        }
        match ask(None) {
            Err(error) if error.code == Code::PasswordNeeded && session.printer.terminal.can_ask => {
                match typed_password::asked(session, "Password of the login:")? {
                    Some(password) => Ok(ask(Some(password))?),
                    None => Err(error.into()),
                }
            }
            answer => Ok(answer?),
        }
    }
}

impl Init {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { address, name, own_rows_only, password } = self;
        let done = password.with(session, |password| {
            let (address, name) = (address.clone(), name.clone());
            sync::init(&session.app, InitRequest { address, password, name, reads_all: Some(!own_rows_only) })
        })?;
        session.printer.show(&done, render::sync::initialized)?;
        if !done.done {
            return Err(Failure::Shown(Exit::NotAllowed));
        }
        session.printer.hint(&format!("`outlay sync connect {}` connects this ledger", done.address));
        Ok(())
    }
}

impl Connect {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { address, password } = self;
        let status = password.with(session, |password| {
            sync::connect(&session.app, ConnectRequest { address: address.clone(), password })
        })?;
        if let Some(problem) = status.team.as_ref().and_then(|team| team.password_problem.as_ref()) {
            session.printer.warn(&format!("the password was not kept: {}", problem.message));
            session.printer.hint(problem.hint.trim_end_matches('.'));
        }
        session.printer.say("connected; nothing was sent yet, `outlay sync run` syncs");
        session.printer.show(&status, |status| render::sync::status(status, true))
    }
}

impl Test {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { address, password } = self;
        let trial = password.with(session, |password| {
            sync::test(&session.app, TrialRequest { address: address.clone(), password })
        })?;
        session.printer.show(&trial, render::sync::trial)?;
        let failed = trial.steps.iter().find(|step| step.state == "failed");
        match failed.map(|step| step.stage) {
            None => Ok(()),
            Some("login" | "rights") => Err(Failure::Shown(Exit::NotAllowed)),
            Some("name" | "network" | "tls") => Err(Failure::Shown(Exit::Unavailable)),
            Some(_) => Err(Failure::Shown(Exit::Refused)),
        }
    }
}

impl Run {
    fn look_ahead(self, session: &Session) -> Result<(), Failure> {
        let outlook = self.password.with(session, |password| {
            sync::plan(&session.app, RunRequest { direction: SyncDirection::Both, password })
        })?;
        session.printer.show(&outlook, render::sync::outlook)
    }
}

impl Leave {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let others = match (self.keep, self.remove) {
            (true, _) => OthersRows::Keep,
            (_, true) => OthersRows::Remove,
            _ => {
                return Err(Failure::usage(
                    "say what becomes of the rows of other members",
                    "add `--keep` or `--remove`; your own rows stay here in any case",
                ));
            }
        };
        let status = session.long(|app| sync::leave(app, LeaveRequest { others }))?;
        session.printer.show(&status, |status| render::sync::status(status, false))
    }
}

fn once(session: &Session, password: Password, direction: SyncDirection) -> Result<(), Failure> {
    let done = password
        .with(session, |password| session.long(|app| sync::run(app, RunRequest { direction, password })))?;
    session.printer.show(&done, render::sync::synced)?;
    told(session, &done);
    needs_nobody(&done)
}

fn verify(session: &Session, password: Password) -> Result<(), Failure> {
    let verified = password.with(session, |password| {
        session.long(|app| sync::verify(app, RunRequest { direction: SyncDirection::Both, password }))
    })?;
    session.printer.show(&verified, render::sync::verified)?;
    told(session, &verified.sync);
    if !verified.identical {
        return Err(Failure::Shown(Exit::Refused));
    }
    needs_nobody(&verified.sync)
}

fn told(session: &Session, done: &Synced) {
    done.notices.iter().for_each(|notice| session.printer.warn(notice));
}

/// Whether a script may go on without a person.
fn needs_nobody(done: &Synced) -> Result<(), Failure> {
    let open = done.conflicts.0 + done.quarantined.0 + done.missing.0;
    if open == 0 && done.verified != Some(false) { Ok(()) } else { Err(Failure::Shown(Exit::Refused)) }
}
