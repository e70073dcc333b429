//! `outlay report`: a month or a range of days.

use clap::{Args, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  $ outlay report
  $ outlay report month 2026-06 --by model,provider
  $ outlay report range 2026-06-01 2026-06-07
  $ outlay report month 2026-06 --json";

/// What a month or a range of days cost.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Report {
    #[command(subcommand)]
    period: Option<Period>,
    /// Break the spend down, by one or more of these
    #[arg(long, global = true, value_delimiter = ',', default_value = "type,model", value_name = "BY")]
    by: Vec<By>,
}

#[derive(Debug, Subcommand)]
enum Period {
    /// A calendar month, the current one without a name
    #[command(after_help = MONTH_EXAMPLES)]
    Month {
        /// Written 2026-06
        #[arg(value_name = "YYYY-MM")]
        month: Option<String>,
    },
    /// Days, the first and the last included
    #[command(after_help = RANGE_EXAMPLES)]
    Range {
        /// Written 2026-06-01
        from: String,
        /// Written 2026-06-07
        to: String,
    },
}

const MONTH_EXAMPLES: &str = "\
Examples:
  $ outlay report month
  $ outlay report month 2026-06 --json";

const RANGE_EXAMPLES: &str = "\
Examples:
  $ outlay report range 2026-06-01 2026-06-07";

/// What the spend is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// By generation type
    Type,
    /// By model
    Model,
    /// By provider
    Provider,
    /// By application
    Application,
}
