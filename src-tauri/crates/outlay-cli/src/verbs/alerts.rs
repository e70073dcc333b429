//! `outlay alerts`: what needs attention.

use clap::{Args, Subcommand};

use outlay_app::alerts::{self, AlertsRequest, ExpectRequest, ResolveRequest};
use outlay_app::{Day, Nothing};

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
    /// Unresolved alerts, and with a range of days the resolved ones too
    #[command(
        after_help = "Examples:\n  $ outlay alerts list\n  $ outlay alerts list --since 2026-06-01 --until 2026-06-30"
    )]
    List(List),
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
    /// Say why an alert was foreseen, and resolve it
    ///
    /// The day of a spike that was foreseen leaves what other days are measured against.
    Expect {
        /// Its id
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
}

/// Which alerts.
#[derive(Debug, Default, Args)]
struct List {
    /// Resolved alerts too
    #[arg(long)]
    all: bool,
    /// Those raised on this day or later, resolved or not
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<String>,
    /// Those raised on this day or earlier, resolved or not
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<String>,
    /// No more than so many, of these the newest
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
}

impl List {
    fn request(self, session: &Session) -> Result<AlertsRequest, Failure> {
        let day = |text: Option<String>| text.as_deref().map(parsed::<Day>).transpose();
        let resolved_too = self.all || self.since.is_some() || self.until.is_some();
        let (since, until) = (day(self.since)?, day(self.until)?);
        Ok(AlertsRequest { user: session.user.clone(), resolved_too, since, until, limit: self.limit })
    }
}

impl Alerts {
    /// Lists alerts, brings them up to date, or resolves one.
    ///
    /// # Errors
    /// An unknown id or word, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let width = session.printer.terminal.width;
        match self.action.unwrap_or(Action::List(List::default())) {
            Action::List(list) => {
                let alerts = alerts::list(&session.app, list.request(session)?)?;
                session.printer.show(&alerts, |alerts| render::alerts::alerts(alerts, width))
            }
            Action::Check => {
                let checked = alerts::check(&session.app, Nothing {})?;
                session.printer.show(&checked, |checked| render::alerts::checked(checked, width))
            }
            Action::Expect { id, because } => {
                let alerts = alerts::expect(&session.app, ExpectRequest { id, reason: because })?;
                session.printer.show(&alerts, |alerts| render::alerts::alerts(alerts, width))
            }
            Action::Resolve { id, resolution } => {
                let request = ResolveRequest { id, resolution: Some(parsed(&resolution)?) };
                let alerts = alerts::resolve(&session.app, request)?;
                session.printer.show(&alerts, |alerts| render::alerts::alerts(alerts, width))
            }
        }
    }
}
