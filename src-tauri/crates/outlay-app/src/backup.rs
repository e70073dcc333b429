//! Copies of the ledger: out to a file, and back into an empty data folder.

use std::path::{Path, PathBuf};

use outlay_core::instant::Instant;
use outlay_core::report::Count;
use outlay_ledger::{Access, Ledger, LedgerError};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{ApiError, AppError};

/// Where the copy goes.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct BackupRequest {
    /// A file that is not there yet.
    pub target: String,
}

/// Where the copy is.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// A file that `backup` wrote.
    pub backup: String,
}

/// A copy that was made.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Copied {
    /// `outlay.backup/1`.
    pub schema: &'static str,
    /// The file that was written.
    pub path: String,
    /// Its length in bytes.
    pub bytes: Count,
    /// The newest row that counts in it.
    pub newest: Option<Instant>,
}

/// Writes a copy of the ledger to a new file, while others may go on writing.
///
/// # Errors
/// There is no ledger, or it is damaged; the file is there already or cannot be written.
pub fn backup(app: &App, request: BackupRequest) -> Result<Copied, ApiError> {
    let target = PathBuf::from(request.target);
    let ledger = app.ledger_path();
    let open = match Ledger::open(&ledger, &Access::Read) {
        Err(LedgerError::Missing(path)) => return Err(AppError::NothingYet(path).into()),
        opened => opened.map_err(AppError::from)?,
    };
    // A copy of a damaged ledger would be taken for a good one on the day that it is needed.
    check_pages(&open, &ledger).map_err(AppError::from)?;
    open.backup(&target).map_err(|error| writing(&target, error))?;
    described(app, &target)
}

/// Brings a backup into a data folder that has no ledger.
///
/// # Errors
/// The folder has a ledger; the file is not there or is no backup.
pub fn restore(app: &App, request: RestoreRequest) -> Result<Copied, ApiError> {
    app.shows_own()?;
    let backup = PathBuf::from(request.backup);
    let target = app.ledger_path();
    // A write-ahead log without its ledger would be taken for the new one's.
    let log = target.with_extension("db-wal");
    if target.exists() || log.exists() {
        let folder = target.parent().unwrap_or(&target).to_owned();
        return Err(AppError::FolderInUse(folder).into());
    }
    check_backup(&backup)?;
    Ledger::restore(&backup, &target).map_err(|error| writing(&target, error))?;
    described(app, &target)
}

/// A backup is read as a whole before anything is written.
fn check_backup(backup: &Path) -> Result<(), AppError> {
    let no_backup = |reason| match reason {
        LedgerError::Missing(path) => AppError::NoSuchFile(path),
        reason => AppError::NoBackup { path: backup.to_owned(), reason },
    };
    let open = Ledger::open(backup, &Access::Look).map_err(no_backup)?;
    check_pages(&open, backup).map_err(no_backup)
}

fn check_pages(open: &Ledger, path: &Path) -> Result<(), LedgerError> {
    let findings = open.read(|reader| reader.check_file()).map_err(|error: LedgerError| error.about(path))?;
    match findings.integrity.into_iter().next() {
        Some(detail) => Err(LedgerError::Corrupt { path: path.to_owned(), detail }),
        None => Ok(()),
    }
}

fn writing(target: &Path, error: LedgerError) -> AppError {
    match error {
        LedgerError::Io(source) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            AppError::AlreadyThere(target.to_owned())
        }
        LedgerError::Io(source) => AppError::CannotWrite { path: target.to_owned(), source },
        other => other.into(),
    }
}

fn described(app: &App, written: &Path) -> Result<Copied, ApiError> {
    let newest = app.read(|reader| app.newest(reader))?;
    let bytes = fs_err::metadata(written)
        .map_err(|source| AppError::CannotWrite { path: written.to_owned(), source })?
        .len();
    Ok(Copied {
        schema: "outlay.backup/1",
        path: written.display().to_string(),
        bytes: Count(i64::try_from(bytes).unwrap_or(i64::MAX)),
        newest,
    })
}
