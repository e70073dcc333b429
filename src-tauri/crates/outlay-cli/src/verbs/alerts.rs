//! `outlay alerts`: what needs attention.

use clap::{Args, Subcommand};

use outlay_app::Nothing;
use outlay_app::alerts::{self, AlertsRequest, ResolveRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay alerts list
  $ outlay alerts list --all --json
  $ outlay alerts check";

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
    /// Look now at what time alone changes: a month that ended, a source that fell silent
    ///
    /// All else is looked at with every call and every import; the window and `outlay serve` do this every hour.
    #[command(after_help = "Examples:\n  $ outlay alerts check\n  $ outlay alerts check --json")]
    Check,
    /// Resolve an alert
    Resolve {
        /// Its id
        id: String,
        /// How it ended: acknowledged or cap_increased
        #[arg(long = "as", value_name = "RESOLUTION", default_value = "acknowledged")]
        resolution: String,
    },
}

impl Alerts {
    /// Lists alerts, brings them up to date, or resolves one.
    ///
    /// # Errors
    /// An unknown id or word, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let width = session.printer.terminal.width;
        match self.action.unwrap_or(Action::List { all: false }) {
            Action::List { all } => {
                let request = AlertsRequest { user: session.user.clone(), resolved_too: all };
                let alerts = alerts::list(&session.app, request)?;
                session.printer.show(&alerts, |alerts| render::alerts::alerts(alerts, width))
            }
            Action::Check => {
                let checked = alerts::check(&session.app, Nothing {})?;
                session.printer.show(&checked, |checked| render::alerts::checked(checked, width))
            }
            Action::Resolve { id, resolution } => {
                let request = ResolveRequest { id, resolution: Some(parsed(&resolution)?) };
                let alerts = alerts::resolve(&session.app, request)?;
                session.printer.show(&alerts, |alerts| render::alerts::alerts(alerts, width))
            }
        }
    }
}
