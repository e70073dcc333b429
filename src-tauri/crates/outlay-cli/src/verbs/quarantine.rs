//! `outlay quarantine`: rows that could not be read, with what to do about each.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  $ outlay quarantine list
  $ outlay quarantine export -o bad_rows.csv";

/// Rows that could not be read: they are kept as they are and count nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Quarantine {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What is wrong with which line, and what to do
    #[command(after_help = "Examples:\n  $ outlay quarantine list")]
    List {
        /// Only of this import: its id, the beginning of it, or `latest`
        #[arg(long = "import", value_name = "ID")]
        import: Option<String>,
    },
    /// Write the rows as CSV, each with its reason
    #[command(after_help = "Examples:\n  $ outlay quarantine export -o bad_rows.csv")]
    Export {
        /// The file to write, `-` for standard output
        #[arg(long, short, value_name = "FILE", default_value = "-")]
        output: PathBuf,
    },
}
