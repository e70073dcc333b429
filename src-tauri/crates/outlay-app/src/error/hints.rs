//! What to do about each failure, and of which kind it is for those who match on it.

use outlay_core::import::ImportError;
use outlay_ledger::LedgerError;
use outlay_sync::server::{Failure, SetupError};
use outlay_sync::{MachineError, Stop};

use super::{ApiError, AppError, Code};
use crate::import::FileError;
use crate::secrets::SecretError;

// What can be done on the page and in the terminal is said of both: the same words are read in either.
const LOOK_FOR_DAMAGE: &str =
    "Nothing was written. Look for damage: in the settings under Data, or with `outlay doctor`.";
const LET_IN: &str =
    "Whoever runs the server lets it in: on the screen Sync, or with `outlay sync members add LOGIN`.";

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let message = error.to_string();
        let (code, hint) = match &error {
            AppError::Ledger(ledger) | AppError::Machine(MachineError::Ledger(ledger)) => {
                return of_ledger(ledger);
            }
            AppError::NoBackup { .. } => {
                (Code::UnreadableInput, "Choose a file that `outlay backup` of this version or an earlier one wrote.".to_owned())
            }
            AppError::SameScope { budget, .. } => {
                (Code::Refused, format!("Change that one: on the page, or with `outlay budget set {} --amount USD`.", crate::budgets::quoted(budget)))
            }
            AppError::BelowSpend(_) => {
                (Code::Refused, "Nothing was changed. With --below-spend it is kept.".to_owned())
            }
            AppError::CapStays => (
                Code::Refused,
                "Let it warn only: on the page, or with `outlay config set block_on_cap false`.".to_owned(),
            ),
            AppError::Released { .. } => (
                Code::Refused,
                "Nothing was changed. `outlay log` records a call that was made all the same.".to_owned(),
            ),
            AppError::Period(_) | AppError::Value(_) | AppError::Budget(_) | AppError::Field { .. } => {
                (Code::Usage, String::new())
            }
            AppError::Snooze(_) | AppError::Rule(_) => (Code::Usage, String::new()),
            AppError::ImportOfAnother { .. } => (
                Code::Refused,
                "Nothing was changed. Ask them: once they have undone or redone it, a sync brings that here.".to_owned(),
            ),
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
                (
                    Code::Refused,
                    "Say server, sender and recipient: in the settings, or with `outlay mail set`.".to_owned(),
                )
            }
            AppError::NoPassword { .. } => (
                Code::Unavailable,
                "Give it in the settings or with `outlay mail set`, or put it into the environment variable OUTLAY_SMTP_PASSWORD."
                    .to_owned(),
            ),
            AppError::UnreadableSetting { .. } => (Code::Storage, "Set it again.".to_owned()),
            AppError::PlanChanged { .. } => {
                (Code::Refused, "Look at the new plan, then confirm it.".to_owned())
            }
            AppError::SampleShown => (Code::Refused, "Remove the sample data first.".to_owned()),
            AppError::NoNotifier => (Code::Refused, "Outlay's own window does: try it there.".to_owned()),
            AppError::NotShown(_) => (
                Code::Unavailable,
                "Let Outlay notify in the system's settings. Alerts stay in the inbox all the same.".to_owned(),
            ),
            AppError::Server(_)
            | AppError::Setup(_)
            | AppError::Address(_)
            | AppError::TeamSecret(_)
            | AppError::PasswordFile(_)
            | AppError::NotConnected
            | AppError::ConnectedElsewhere(_)
            | AppError::NoTeamLedger
            | AppError::NoMember
            | AppError::ProgramTooOld
            | AppError::TeamLedgerTooOld
            | AppError::OtherEngine(_)
            | AppError::ForeignTables
            | AppError::NothingToAdopt
            | AppError::TeamLedgerThere
            | AppError::CannotAdopt(_)
            | AppError::AdoptionAsks(_)
            | AppError::CannotWriteThere(_)
            | AppError::AdoptedOtherwise
            | AppError::NoMembersThere
            | AppError::Adopted(_)
            | AppError::NoSuchQuestion(_)
            | AppError::SyncStopped(_)
            | AppError::Unsteady
            | AppError::Machine(_)
            | AppError::CannotTake(_) => of_sync(&error),
            AppError::NothingYet(_) => {
                (Code::Refused, "Import a file or log a call first.".to_owned())
            }
        };
        Self { code, message, hint }
    }
}

/// What a team's server, or the way there, does not do.
fn of_sync(error: &AppError) -> (Code, String) {
    let (code, hint) = match error {
        AppError::Server(failure) => (of_server(failure), failure.hint()),
        AppError::Setup(SetupError::Failure(failure)) => (of_server(failure), failure.hint()),
        AppError::Setup(_) => (Code::Refused, ""),
        AppError::Address(error) => (Code::Usage, error.hint()),
        AppError::TeamSecret(_) => (
            Code::Unavailable,
            "Put the password into the file that PGPASSFILE names or into the environment variable OUTLAY_SYNC_PASSWORD.",
        ),
        AppError::PasswordFile(error) => (Code::Unavailable, error.hint()),
        AppError::NotConnected => {
            (Code::Refused, "Connect it: on the screen Sync, or with `outlay sync connect ADDRESS`.")
        }
        AppError::ConnectedElsewhere(_) => {
            (Code::Refused, "Leave it first: on the screen Sync, or with `outlay sync leave`.")
        }
        AppError::NoTeamLedger => {
            (Code::Refused, "Set it up: on the screen Sync, or with `outlay sync init ADDRESS`.")
        }
        AppError::NoMember => (Code::NotAllowed, LET_IN),
        AppError::ProgramTooOld => {
            (Code::Refused, "Update Outlay on this machine. What waits goes on waiting.")
        }
        AppError::TeamLedgerTooOld => (
            Code::Refused,
            "Whoever set it up brings it up to date: on the screen Sync, or with `outlay sync init ADDRESS`. What is there stays.",
        ),
        AppError::SyncStopped(Stop::AnotherLedger { .. }) => (
            Code::Refused,
            "Nothing was sent or taken. Connect to the right database, or leave the team and connect anew.",
        ),
        AppError::SyncStopped(Stop::TooOld { .. }) => {
            (Code::Refused, "Update Outlay on this machine. What waits goes on waiting.")
        }
        AppError::SyncStopped(Stop::NotAMember) => (
            Code::NotAllowed,
            "Your rows stay here. Whoever runs the server lets the login in: on the screen Sync, or with `outlay sync members add LOGIN`.",
        ),
        AppError::SyncStopped(Stop::AnotherMember) => (
            Code::Refused,
            "Nothing was sent or taken. Leave the team and connect anew if this ledger is theirs from now on.",
        ),
        AppError::Machine(MachineError::AlreadySyncing) => (Code::Refused, "Wait until it has ended."),
        AppError::Machine(MachineError::CannotLock { .. }) => {
            (Code::Storage, "Check that the data folder is there and writable.")
        }
        AppError::Machine(_) => (Code::Storage, LOOK_FOR_DAMAGE),
        AppError::Unsteady => (
            Code::Refused,
            "Connect to the one server that is written to. Nothing is lost; what waits goes on waiting.",
        ),
        AppError::ForeignTables => {
            (Code::Refused, "Nothing was touched. `outlay sync adopt ADDRESS` shows what can be taken over.")
        }
        AppError::NothingToAdopt => (Code::Refused, "`outlay sync init ADDRESS` creates a ledger there."),
        AppError::TeamLedgerThere => (Code::Refused, "`outlay sync connect ADDRESS` connects to it."),
        AppError::CannotAdopt(_) => (Code::Refused, "Nothing was written, there or here."),
        AppError::AdoptionAsks(_) => (
            Code::Refused,
            "`outlay sync adopt ADDRESS` shows the questions. Nothing was written, there or here.",
        ),
        AppError::CannotWriteThere(_) => {
            (Code::Refused, "Without --write it can be adopted and read. Nothing was kept, there or here.")
        }
        AppError::AdoptedOtherwise => (
            Code::Refused,
            "Leave it first, then adopt it anew: `outlay sync leave --remove`. Only --write can be changed while it is adopted.",
        ),
        AppError::NoMembersThere => (Code::Refused, "Whoever runs that database lets logins in."),
        AppError::Adopted(_) => (
            Code::Refused,
            "What is here stays. Put the table back as it was, or leave it and adopt it anew.",
        ),
        AppError::CannotTake(_) => (Code::Refused, "Both sides keep what they have; nothing was changed."),
        AppError::NoSuchQuestion(_) => (Code::NotFound, "The list shows what there is."),
        _ => (Code::Refused, ""),
    };
    (code, hint.to_owned())
}

const fn of_server(failure: &Failure) -> Code {
    match failure {
        Failure::PasswordNeeded => Code::PasswordNeeded,
        Failure::WrongPassword
        | Failure::LoginRefused(_)
        | Failure::UnknownLogin { .. }
        | Failure::NotAllowed(_) => Code::NotAllowed,
        Failure::NoDatabase(_)
        | Failure::OtherSchema(_)
        | Failure::RowRefused(_)
        | Failure::Server(_)
        | Failure::BadRoots { .. } => Code::Refused,
        _ => Code::Unavailable,
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
        LedgerError::IdentityClash(_) | LedgerError::Unreadable { .. } => (Code::Storage, LOOK_FOR_DAMAGE),
        LedgerError::Migration(_) => (
            Code::Storage,
            "The ledger is as it was. Free some space and try again, or use the version before.",
        ),
        LedgerError::Sqlite(_) => (Code::Storage, LOOK_FOR_DAMAGE),
        LedgerError::Io(_) => (Code::Storage, "Check that the folder is there, writable and not full."),
    };
    ApiError { code, message: error.to_string(), hint: hint.to_owned() }
}
