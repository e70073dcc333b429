//! `outlay doctor`: is the ledger sound?

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  $ outlay doctor
  $ outlay doctor --rebuild";

/// Check the ledger: the file, its references, and that every total follows from the rows.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    /// Compute anew what is derived from the rows
    #[arg(long)]
    rebuild: bool,
}
