//! `outlay config`: the monthly cap and what happens around it.

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  $ outlay config
  $ outlay config set monthly_ai_cap_usd 200
  $ outlay config set block_on_cap false
  $ outlay config --json";

/// The monthly cap and what happens around it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Config {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Change one field; setting the cap confirms it
    #[command(after_help = "Examples:\n  $ outlay config set monthly_ai_cap_usd 200")]
    Set {
        /// The field, as `outlay config` shows it
        field: String,
        /// Its new value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}
