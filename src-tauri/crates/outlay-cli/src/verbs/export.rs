//! `outlay export`: all rows, to a file or a pipe.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  $ outlay export --csv -o june.csv --from 2026-06-01 --to 2026-06-30
  $ outlay export --json > calls.json";

/// Write rows that count as CSV or JSON, with every digit.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// CSV, safe to open in a spreadsheet; this is the default
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// The file to write, `-` for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// From this day, written 2026-06-01
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// To this day, which is included
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Rows that do not count too, each with the reason
    #[arg(long)]
    all: bool,
}
