//! `outlay settings`: time zone and other settings of the ledger.

use clap::{Args, Subcommand};

use outlay_app::Nothing;
use outlay_app::settings::{self, SetSettingRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  $ outlay settings
  $ outlay settings set time_zone Europe/Berlin
  $ outlay settings set quiet_hours 22:00-07:00
  $ outlay settings set gate_when_unknown open";

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

impl Settings {
    /// Shows the settings, or changes one.
    ///
    /// # Errors
    /// An unknown name, a value that it does not take, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let settings = match self.action {
            None => settings::get(&session.app, Nothing {})?,
            Some(Action::Set { name, value }) => {
                let settings = settings::set(&session.app, SetSettingRequest { name: name.clone(), value })?;
                session.printer.say(&format!("{name} is set"));
                if let Some(problem) = &settings.ledger_problem {
                    session.printer.warn(&format!(
                        "it lies in a file beside the ledger, which was not touched and cannot be read: {problem}; what \
                        else is shown is what a new ledger would have"
                    ));
                }
                settings
            }
        };
        session.printer.show(&settings, render::settings::settings)
    }
}
