//! `outlay backup` and `outlay restore`: a copy of the ledger, and back.

use std::path::PathBuf;

use clap::Args;

use outlay_app::backup::{self, BackupRequest, Copied, RestoreRequest};

use crate::failure::Failure;
use crate::render::amount::count;
use crate::render::days::utc;
use crate::session::Session;

/// Write a copy of the ledger, while others may use it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ outlay backup outlay-backup.db")]
pub(crate) struct Backup {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Put a copy back into an empty data folder.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ outlay restore outlay-backup.db --data-dir restored")]
pub(crate) struct Restore {
    /// A copy that `outlay backup` wrote
    file: PathBuf,
}

impl Backup {
    /// Writes the copy.
    ///
    /// # Errors
    /// There is no ledger, or the file cannot be written.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let copied = backup::backup(&session.app, BackupRequest { target: self.file.display().to_string() })?;
        session.printer.show(&copied, |copied| written("Backed up to", copied))?;
        session.printer.hint("`outlay restore FILE --data-dir DIR` puts it into an empty folder");
        Ok(())
    }
}

impl Restore {
    /// Puts the copy back.
    ///
    /// # Errors
    /// The folder has a ledger, or the file is no copy of one.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let request = RestoreRequest { backup: self.file.display().to_string() };
        let copied = backup::restore(&session.app, request)?;
        session.printer.show(&copied, |copied| written("Restored to", copied))
    }
}

fn written(what: &str, copied: &Copied) -> String {
    let bytes = count(copied.bytes.0);
    match copied.newest {
        Some(newest) => format!("{what} {} ({bytes} bytes, newest row {})", copied.path, utc(newest)),
        None => format!("{what} {} ({bytes} bytes, no rows that count)", copied.path),
    }
}
