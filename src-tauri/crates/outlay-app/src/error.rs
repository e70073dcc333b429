//! Errors: what can go wrong, and the one place where it becomes words for a person.
//!
//! A message says what happened, a hint what to do. A code exists while somebody matches on it: the
//! terminal maps codes to its exit codes.

use std::path::PathBuf;

use outlay_core::alert::{InvalidRule, SnoozeFault};
use outlay_core::budget::BudgetFault;
use outlay_core::cost_config::InvalidValue;
use outlay_core::import::ImportError;
use outlay_core::instant::Instant;
use outlay_core::period::PeriodError;
use outlay_ledger::LedgerError;
use serde::Serialize;
use thiserror::Error;

use crate::import::FileError;
use crate::mail::{MailFailure, SecretError};
use crate::notifications::NotShown;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
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
    #[error("this program shows no notifications")]
    NoNotifier,
    #[error(transparent)]
    NotShown(#[from] NotShown),
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
    #[error("the alert is resolved already")]
    ResolvedAlready,
    #[error("this is sample data, and nothing of your own goes into it")]
    SampleShown,
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let message = error.to_string();
        let (code, hint) = match &error {
            AppError::Ledger(ledger) => return of_ledger(ledger),
            AppError::NoBackup { .. } => {
                (Code::UnreadableInput, "Choose a file that `outlay backup` of this version or an earlier one wrote.".to_owned())
            }
            AppError::SameScope { budget, .. } => {
                (Code::Refused, format!("Change it: `outlay budget set {} --amount USD`.", crate::budgets::quoted(budget)))
            }
            AppError::BelowSpend(_) => {
                (Code::Refused, "Nothing was changed. With --below-spend it is kept.".to_owned())
            }
            AppError::CapStays => (
                Code::Refused,
                "`outlay config set block_on_cap false` makes it warn only.".to_owned(),
            ),
            AppError::Released { .. } => (
                Code::Refused,
                "Nothing was changed. `outlay log` records a call that was made all the same.".to_owned(),
            ),
            AppError::Period(_) | AppError::Value(_) | AppError::Budget(_) | AppError::Field { .. } => {
                (Code::Usage, String::new())
            }
            AppError::Snooze(_) | AppError::Rule(_) => (Code::Usage, String::new()),
            AppError::ResolvedAlready => (Code::Refused, "Nothing was changed.".to_owned()),
            AppError::UnknownCommand(_) | AppError::UnknownSetting { .. } | AppError::Request { .. } => {
                (Code::Usage, String::new())
            }
            AppError::Response { .. } => (Code::Storage, "Please report this.".to_owned()),
            AppError::NoSuchFile(_) => (Code::NoSuchFile, "Check the path.".to_owned()),
            AppError::AlreadyThere(_) => {
                (Code::Refused, "Nothing is overwritten: choose another name.".to_owned())
            }
            AppError::FolderInUse(_) => (
                Code::Refused,
                "A backup goes into an empty data folder: choose one with --data-dir, or move the ledger away."
                    .to_owned(),
            ),
            AppError::CannotWrite { .. } | AppError::Output(_) => {
                (Code::Storage, "Check that the folder is there, writable and not full.".to_owned())
            }
            AppError::TooLong { .. } => {
                (Code::TooLarge, "Import it where it lies, with `outlay import FILE`.".to_owned())
            }
            AppError::File(file) => of_file(file),
            AppError::Mapping(_) => (
                Code::Usage,
                "Say FIELD=COLUMN for a column or FIELD:=TEXT for every row; fields are created_at, model, \
                 input_tokens, output_tokens, cached_tokens, cache_write_tokens, cost, currency, id, provider, \
                 project, generation_type, request_count."
                    .to_owned(),
            ),
            AppError::Strict { .. } => (
                Code::Refused,
                "Without --strict the good rows go in, and `outlay quarantine list` shows the others.".to_owned(),
            ),
            AppError::Mail(failure) => (Code::Unavailable, failure.hint().to_owned()),
            AppError::Secret(error) => (Code::Unavailable, of_secret(error).to_owned()),
            AppError::NoMail => {
                (Code::Refused, "`outlay mail set` sets it up: server, sender and recipient.".to_owned())
            }
            AppError::NoNotifier => (Code::Refused, "Outlay's own window does: try it there.".to_owned()),
            AppError::NotShown(_) => (
                Code::Unavailable,
                "Let Outlay notify in the system's settings. Alerts stay in the inbox all the same.".to_owned(),
            ),
            AppError::NoPassword { .. } => (
                Code::Unavailable,
                "Set it with `outlay mail set`, or put it into the environment variable OUTLAY_SMTP_PASSWORD.".to_owned(),
            ),
            AppError::UnreadableSetting { .. } => (Code::Storage, "Set it again.".to_owned()),
            AppError::PlanChanged { .. } => {
                (Code::Refused, "Look at the new plan, then confirm it.".to_owned())
            }
            AppError::SampleShown => (Code::Refused, "Remove the sample data first.".to_owned()),
            AppError::NothingYet(_) => {
                (Code::Refused, "Import a file or log a call first.".to_owned())
            }
        };
        Self { code, message, hint }
    }
}

const fn of_secret(error: &SecretError) -> &'static str {
    match error {
        SecretError::NoStore(_) => {
            "Put the password into the environment variable OUTLAY_SMTP_PASSWORD of `outlay serve` and `outlay mail`, and \
             set mail up without one. It was stored nowhere."
        }
        SecretError::Locked(_) => "Unlock the keychain and try again. Nothing was changed.",
        SecretError::Failed(_) => {
            "Try again, or use the environment variable OUTLAY_SMTP_PASSWORD. Nothing was changed."
        }
    }
}

fn of_file(error: &FileError) -> (Code, String) {
    match error {
        FileError::Missing(_) => (Code::NoSuchFile, "Check the path.".to_owned()),
        FileError::Folder(_) => {
            (Code::UnreadableInput, "Name the files in it, such as FOLDER/*.csv.".to_owned())
        }
        FileError::Unreadable { .. } => {
            (Code::UnreadableInput, "Check who may read the file. Nothing was written.".to_owned())
        }
        FileError::Changed(_) => (
            Code::UnreadableInput,
            "Import it again once nobody writes to it. Nothing was written.".to_owned(),
        ),
        FileError::RememberedMapping(_) => (
            Code::UnreadableInput,
            "Give it anew with --map created_at=COLUMN --map model=COLUMN --map cost=COLUMN. Nothing was written."
                .to_owned(),
        ),
        FileError::Format(ImportError::UnknownHeader(_)) => (
            Code::UnreadableInput,
            "With --map created_at=COLUMN --map model=COLUMN --map cost=COLUMN it goes in, and files like it later."
                .to_owned(),
        ),
        FileError::Format(ImportError::AmbiguousDates { .. }) => (
            Code::UnreadableInput,
            "Add `--map date_order=day_first` or `--map date_order=month_first` to what you said. Nothing was written."
                .to_owned(),
        ),
        FileError::Format(ImportError::Io(_)) => (
            Code::UnreadableInput,
            "Copy the file to another disk and import the copy. Nothing was written.".to_owned(),
        ),
        FileError::Format(_) => (Code::UnreadableInput, String::new()),
        FileError::Ledger(ledger) => {
            let ApiError { code, hint, .. } = of_ledger(ledger);
            (code, hint)
        }
    }
}

fn of_ledger(error: &LedgerError) -> ApiError {
    let (code, hint) = match error {
        LedgerError::Busy => (
            Code::Storage,
            "Nothing was written. Wait until the other Outlay has finished, or close it, and try again.",
        ),
        LedgerError::ReadOnly(_) => (
            Code::Storage,
            "Make its folder and all files in it writable (outlay.db, -wal, -shm), or choose another with --data-dir.",
        ),
        LedgerError::CannotOpen { .. } => {
            (Code::Storage, "Check who may read and write the folder, or choose another with --data-dir.")
        }
        LedgerError::Missing(_) => (Code::Refused, "Import a file or log a call first."),
        LedgerError::Corrupt { .. } => (
            Code::Storage,
            "Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.",
        ),
        LedgerError::Foreign(_) => (
            Code::Storage,
            "It is another program's database and was not touched. Choose another folder with --data-dir.",
        ),
        LedgerError::Newer { .. } => (
            Code::Storage,
            "A newer Outlay wrote this ledger: install that version or a later one. Nothing was written.",
        ),
        LedgerError::Older { .. } => (
            Code::Storage,
            "An earlier Outlay wrote this ledger: open it once where it can be written, which brings it up to date.",
        ),
        LedgerError::DiskFull => (Code::Storage, "Nothing was written. Free some space and try again."),
        LedgerError::Disk(_) => (
            Code::Storage,
            "Nothing was written. Check that the disk works and has space, within your quota too, and try again.",
        ),
        LedgerError::Cancelled => (Code::Cancelled, "Nothing was written."),
        LedgerError::NotFound { .. } => (Code::NotFound, "The list shows what there is."),
        LedgerError::Ambiguous { .. } => (Code::Refused, "Use the whole id."),
        LedgerError::AlreadySo { .. } => (Code::Refused, ""),
        LedgerError::MergeCircle(_) => (Code::Refused, "Undo the other merge first."),
        LedgerError::Overflow => (Code::Refused, "Check the amounts: no ledger holds that much."),
        LedgerError::IdentityClash(_) | LedgerError::Unreadable { .. } => {
            (Code::Storage, "`outlay doctor` looks for damage. Nothing was written.")
        }
        LedgerError::Migration(_) => (
            Code::Storage,
            "The ledger is as it was. Free some space and try again, or use the version before.",
        ),
        LedgerError::Sqlite(_) => (Code::Storage, "Nothing was written. `outlay doctor` looks for damage."),
        LedgerError::Io(_) => (Code::Storage, "Check that the folder is there, writable and not full."),
    };
    ApiError { code, message: error.to_string(), hint: hint.to_owned() }
}
