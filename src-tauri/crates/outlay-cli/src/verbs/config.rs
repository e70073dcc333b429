//! `outlay config`: the monthly cap and what happens around it.

use clap::{Args, Subcommand};

use outlay_app::cost_config::{self, CostConfigRequest, SetCostConfigRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, parsed};

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
        /// Keep a cap also when the month has cost more already
        #[arg(long)]
        below_spend: bool,
    },
}

impl Config {
    /// Shows the configuration, or changes one field of it.
    ///
    /// # Errors
    /// An unknown field, a value that it does not take, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let user = session.user.clone();
        let config = match self.action {
            None => cost_config::get(&session.app, CostConfigRequest { user })?,
            Some(Action::Set { field, value, below_spend }) => {
                let confirm_below_spend = Some(below_spend);
                let request =
                    SetCostConfigRequest { field: parsed(&field)?, value, confirm_below_spend, user };
                let config = cost_config::set(&session.app, request)?;
                session.printer.say(&format!("{field} is set"));
                config
            }
        };
        session.printer.show(&config, render::settings::config)
    }
}
