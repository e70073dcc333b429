//! What can go wrong with the book. The words for a person are made in one place, in `outlay-app`.

use std::path::PathBuf;

use thiserror::Error;

/// Why the ledger could not do what was asked.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// Another process holds the write lock and did not let go in time.
    #[error("another process is writing to the ledger")]
    Busy,
    /// The file or its folder cannot be written.
    #[error("the ledger {0} cannot be written")]
    ReadOnly(PathBuf),
    /// The file cannot be opened or created.
    #[error("the ledger {path} cannot be opened: {source}")]
    CannotOpen {
        /// The ledger's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no ledger yet, and the caller only reads.
    #[error("there is no ledger at {0}")]
    Missing(PathBuf),
    /// The file is not an SQLite database, or its pages are damaged.
    #[error("the ledger {path} is damaged: {detail}")]
    Corrupt {
        /// The ledger's file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The file is a database of another program.
    #[error("{0} is not an Outlay ledger")]
    Foreign(PathBuf),
    /// The file was made by a newer Outlay.
    #[error("the ledger needs schema {found}, this program knows {known}")]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The file was made by an earlier Outlay, and the caller only reads: who opens it for writing first brings it
    /// to the newest schema.
    #[error("the ledger has schema {found}, this program knows {known}")]
    Older {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The disk refused, as a broken one does, and one whose quota is spent.
    #[error("the disk cannot be read or written: {0}")]
    Disk(String),
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// An id that is not in the ledger.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// What was looked for.
        kind: &'static str,
        /// The id or name that was asked for.
        id: String,
    },
    /// A name that more than one thing in the ledger has.
    #[error("more than one {kind} is called {id}")]
    Ambiguous {
        /// What was looked for.
        kind: &'static str,
        /// The name that was asked for.
        id: String,
    },
    /// An import or a re-pricing is already undone, or was never.
    #[error("the {kind} {id} is {}", if *undone { "already undone" } else { "not undone" })]
    AlreadySo {
        /// What it is.
        kind: &'static str,
        /// Its id.
        id: uuid::Uuid,
        /// Whether it is undone.
        undone: bool,
    },
    /// An application would be merged into itself.
    #[error("the application {0} would be merged into itself")]
    MergeCircle(uuid::Uuid),
    /// A total would pass what an integer of nano-dollars holds.
    #[error("a total is beyond 9.2 billion dollars")]
    Overflow,
    /// Two different facts would share one id.
    #[error("two different rows have the id {0}")]
    IdentityClash(uuid::Uuid),
    /// A migration failed; the ledger is as it was.
    #[error("the ledger could not be brought to the newest schema: {0}")]
    Migration(Box<refinery::Error>),
    /// A stored value that this program cannot read.
    #[error("the ledger holds `{value}` as {what}, which this program cannot read")]
    Unreadable {
        /// What the value should be.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// Anything else that SQLite refused.
    #[error("the ledger refused: {0}")]
    Sqlite(rusqlite::Error),
    /// A file beside the ledger (a backup) failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error.to_string()),
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            _ => Self::Sqlite(error),
        }
    }
}

impl LedgerError {
    /// Adds the file's path to what SQLite says about the file as a whole.
    pub fn about(self, path: &std::path::Path) -> Self {
        use rusqlite::ErrorCode;
        let Self::Sqlite(error) = self else { return self };
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { path: path.to_owned(), detail: error.to_string() }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(path.to_owned()),
            Some(ErrorCode::CannotOpen) => {
                Self::CannotOpen { path: path.to_owned(), source: std::io::Error::other(error.to_string()) }
            }
            _ => Self::Sqlite(error),
        }
    }
}
