//! `outlay alerts`: what needs attention.

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  $ outlay alerts list
  $ outlay alerts list --all --json";

/// What needs attention, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Alerts {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Unresolved alerts
    #[command(after_help = "Examples:\n  $ outlay alerts list")]
    List {
        /// Resolved alerts too
        #[arg(long)]
        all: bool,
    },
    /// Resolve an alert
    Resolve {
        /// Its id
        id: String,
        /// How it ended: acknowledged or cap_increased
        #[arg(long = "as", value_name = "RESOLUTION", default_value = "acknowledged")]
        resolution: String,
    },
}
