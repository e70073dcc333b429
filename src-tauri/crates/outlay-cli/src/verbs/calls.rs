//! `outlay calls`: the rows behind the figures.

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  $ outlay calls
  $ outlay calls --top 5 --from 2026-06-01 --to 2026-06-30
  $ outlay calls --over 0.50 --model gpt-5
  $ outlay calls --all --json";

/// The rows behind the figures, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Calls {
    /// The N costliest instead of the newest
    #[arg(long, value_name = "N", conflicts_with = "limit")]
    top: Option<u32>,
    /// Only rows that cost at least this, in dollars
    #[arg(long, value_name = "USD")]
    over: Option<String>,
    /// Only this model, as the source writes it
    #[arg(long)]
    model: Option<String>,
    /// Only this provider
    #[arg(long)]
    provider: Option<String>,
    /// From this day, written 2026-06-01
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// To this day, which is included
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// Rows that do not count too, each with the reason
    #[arg(long)]
    all: bool,
}
