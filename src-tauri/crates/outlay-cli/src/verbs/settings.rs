//! `outlay settings`: time zone and other settings of the ledger.

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  $ outlay settings
  $ outlay settings set time_zone Europe/Berlin";

/// Time zone and other settings of the ledger.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Settings {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Change one setting
    #[command(after_help = "Examples:\n  $ outlay settings set time_zone Europe/Berlin")]
    Set {
        /// The setting, as `outlay settings` shows it
        name: String,
        /// Its new value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}
