//! Errors: what can go wrong, and the one place where it becomes words for a person.
//!
//! A message says what happened, a hint what to do. A code exists while somebody matches on it: the
//! terminal maps codes to its exit codes.

mod hints;

use std::path::PathBuf;

use outlay_core::alert::{InvalidRule, SnoozeFault};
use outlay_core::budget::BudgetFault;
use outlay_core::cost_config::InvalidValue;
use outlay_core::instant::Instant;
use outlay_core::period::PeriodError;
use outlay_ledger::LedgerError;
use outlay_sync::adoption::OnlyRead;
use outlay_sync::server::adoption::AdoptedError;
use outlay_sync::server::{AddressError, Failure, PassfileError, SetupError};
use outlay_sync::{MachineError, Stop};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::import::FileError;
use crate::mail::MailFailure;
use crate::notifications::NotShown;
use crate::secrets::SecretError;

/// Why a command did not do what was asked, in words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Error, specta::Type)]
#[error("{message}")]
pub struct ApiError {
    /// What kind of failure it is.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// What to do; empty where the message says it.
    pub hint: String,
}

/// Kinds of failure that hosts tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is wrong in itself, whatever the ledger holds.
    Usage,
    /// The request is right, and the ledger or the folder does not allow it.
    Refused,
    /// The id or name is not in the ledger.
    NotFound,
    /// A file cannot be read as what it should be.
    UnreadableInput,
    /// A file is not there.
    NoSuchFile,
    /// The ledger cannot be read or written; nothing was changed.
    Storage,
    /// The person cancelled; nothing was changed.
    Cancelled,
    /// What was sent is longer than is taken.
    TooLarge,
    /// Something outside of the ledger is not there or does not do its part: a mail server, a keychain.
    Unavailable,
    /// The team's server asks for a password, and there is none.
    PasswordNeeded,
    /// The team's server does not let the login do this.
    NotAllowed,
    /// The host does not know who asks: the session has ended, or never was.
    NoSession,
}

/// What can go wrong in a command.
#[derive(Debug, Error)]
pub(crate) enum AppError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Period(#[from] PeriodError),
    #[error(transparent)]
    Value(#[from] InvalidValue),
    #[error(transparent)]
    Budget(#[from] BudgetFault),
    #[error("{budget} is of {scope} already")]
    SameScope { budget: String, scope: String },
    #[error("{0}")]
    BelowSpend(String),
    #[error("the monthly cap cannot be removed")]
    CapStays,
    #[error("the reservation {id} was released{}", at.map(|at| format!(" at {at}")).unwrap_or_default())]
    Released { id: String, at: Option<Instant> },
    #[error("there is no command `{0}`")]
    UnknownCommand(String),
    #[error("`{command}`: {detail}")]
    Request { command: &'static str, detail: String },
    #[error("the answer of `{command}` cannot be written as JSON: {detail}")]
    Response { command: &'static str, detail: String },
    #[error("`{field}` {problem}")]
    Field { field: &'static str, problem: String },
    #[error("there is no setting `{name}`; there are: {known}")]
    UnknownSetting { name: String, known: String },
    #[error("the file {0} is not there")]
    NoSuchFile(PathBuf),
    #[error("{0} is there already")]
    AlreadyThere(PathBuf),
    #[error("the data folder {0} already has a ledger")]
    FolderInUse(PathBuf),
    #[error("{path} cannot be restored: {reason}")]
    NoBackup { path: PathBuf, reason: LedgerError },
    #[error("{path} cannot be written: {source}")]
    CannotWrite { path: PathBuf, source: std::io::Error },
    #[error("{path} is longer than {gigabytes} GB")]
    TooLong { path: PathBuf, gigabytes: u64 },
    #[error("the rows cannot be written: {0}")]
    Output(#[source] std::io::Error),
    #[error("there is no ledger yet at {0}")]
    NothingYet(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{0}` is no part of a mapping")]
    Mapping(String),
    #[error("{path} has {rows} rows that cannot be read, so nothing was imported")]
    Strict { path: String, rows: i64 },
    #[error(transparent)]
    Mail(#[from] MailFailure),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("mail is not set up")]
    NoMail,
    #[error("there is no password for {host}")]
    NoPassword { host: String },
    #[error("the setting `{name}` in the ledger cannot be read")]
    UnreadableSetting { name: &'static str },
    #[error("{what} changed since the plan was made, so nothing was done")]
    PlanChanged { what: &'static str },
    #[error(transparent)]
    Snooze(#[from] SnoozeFault),
    #[error(transparent)]
    Rule(#[from] InvalidRule),
    #[error("this program shows no notifications")]
    NoNotifier,
    #[error(transparent)]
    NotShown(#[from] NotShown),
    #[error(transparent)]
    Server(#[from] Failure),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    TeamSecret(SecretError),
    #[error(transparent)]
    PasswordFile(PassfileError),
    #[error("this ledger belongs to no team")]
    NotConnected,
    #[error("this ledger belongs to the team at {0}")]
    ConnectedElsewhere(String),
    #[error("there is no team's ledger in this database")]
    NoTeamLedger,
    #[error("the login is no member of the team")]
    NoMember,
    #[error("the team's ledger needs a newer Outlay")]
    ProgramTooOld,
    #[error("the team's ledger is of an earlier version than this Outlay writes")]
    TeamLedgerTooOld,
    #[error("{0}")]
    OtherEngine(String),
    #[error("this database has tables of another program that are called as Outlay's")]
    ForeignTables,
    #[error("there is no table of calls (ai_generations) in this database that the login may read")]
    NothingToAdopt,
    #[error("this database holds a team's ledger, which Outlay made")]
    TeamLedgerThere,
    #[error("the table cannot be adopted: {0}")]
    CannotAdopt(String),
    #[error("something must be said first: {0}")]
    AdoptionAsks(String),
    #[error("own rows cannot be added there: {0}")]
    CannotWriteThere(OnlyRead),
    #[error("the database was adopted in another way before")]
    AdoptedOtherwise,
    #[error("this ledger reads an adopted database, which has no members")]
    NoMembersThere,
    #[error(transparent)]
    Adopted(AdoptedError),
    #[error(transparent)]
    SyncStopped(#[from] Stop),
    #[error(transparent)]
    Machine(#[from] MachineError),
    #[error("the server does not keep what it is told; it may be several servers that do not agree")]
    Unsteady,
    #[error("there is no open question {0}")]
    NoSuchQuestion(i32),
    #[error("`{0}` cannot be taken over here")]
    CannotTake(String),
    #[error("{member} imported {file}, and in a team only they can undo or redo that")]
    ImportOfAnother { file: String, member: String },
    #[error("the alert is resolved already")]
    ResolvedAlready,
    #[error("this is sample data, and nothing of your own goes into it")]
    SampleShown,
}
