//! `outlay imports`: the history, and undo and redo of a whole import.

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  $ outlay imports list
  $ outlay imports show latest
  $ outlay imports undo latest --yes
  $ outlay imports redo latest --yes";

/// The imports so far.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Imports {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All imports, the newest first
    #[command(after_help = "Examples:\n  $ outlay imports list")]
    List,
    /// Everything that is known of one import
    #[command(after_help = "Examples:\n  $ outlay imports show latest")]
    Show {
        /// Its id, the beginning of it, or `latest`
        id: String,
    },
    /// Take an import back: its rows no longer count, nothing is deleted
    #[command(after_help = "Examples:\n  $ outlay imports undo latest --yes")]
    Undo(Change),
    /// Let an import that was undone count again
    #[command(after_help = "Examples:\n  $ outlay imports undo latest --yes\n  $ outlay imports redo latest --yes")]
    Redo(Change),
}

#[derive(Debug, Args)]
struct Change {
    /// Its id, the beginning of it, or `latest`
    id: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}
