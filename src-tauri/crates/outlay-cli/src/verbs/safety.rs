//! `outlay backup` and `outlay restore`: a copy of the ledger, and back.

use std::path::PathBuf;

use clap::Args;

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
