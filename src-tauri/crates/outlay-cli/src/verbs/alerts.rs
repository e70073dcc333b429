//! `outlay alerts`: what needs attention.

use clap::{Args, Subcommand};

use outlay_app::alerts::snooze::{self, SnoozeRequest, WakeRequest};
use outlay_app::alerts::{self, AlertsRequest, ExpectRequest, ResolveRequest};
use outlay_app::notifications::{self, PauseRequest};
use outlay_app::{Day, Nothing};

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, parsed};
use crate::verbs::alert_rules::AlertRules;

const EXAMPLES: &str = "\
Examples:
  $ outlay alerts list
  $ outlay alerts list --all --json
  $ outlay alerts rules
  $ outlay alerts check";

const OF_SNOOZE: &str = "\
Until 1h, tomorrow, 1w, any number of hours, days and weeks (4h, 3d, 2w), a day, or an instant.

Examples:
  $ outlay alerts snooze $alert --until tomorrow
  $ outlay alerts snooze $alert --until 1w --because \"the invoice comes on Friday\"";

/// What needs attention, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Alerts {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Open alerts, and with a range of days the resolved ones too
    #[command(
        after_help = "Examples:\n  $ outlay alerts list\n  $ outlay alerts list --since 2026-06-01 --until 2026-06-30"
    )]
    List(List),
    /// Look now at what time alone changes: a month that ended, a source that fell silent
    ///
    /// All else is looked at with every call and every import; the window and `outlay serve` do this every hour.
    #[command(after_help = "Examples:\n  $ outlay alerts check\n  $ outlay alerts check --json")]
    Check,
    /// Resolve an alert: you have seen it
    Resolve {
        /// Its id
        id: String,
    },
    /// Leave an alert alone for a while; then it comes back by itself
    ///
    /// It is not listed and not counted meanwhile. If what it tells of is over before, it is resolved as ever.
    #[command(after_help = OF_SNOOZE)]
    Snooze {
        /// Its id
        id: String,
        /// Until when
        #[arg(long, value_name = "WHEN")]
        until: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        because: Option<String>,
    },
    /// End a snooze
    #[command(after_help = "Examples:\n  $ outlay alerts wake $alert")]
    Wake {
        /// Its id
        id: String,
    },
    /// What raises alerts, and how much it takes
    Rules(AlertRules),
    /// Show no notification on the desktop for a while
    ///
    /// What comes meanwhile is told afterwards, as one. Mail is not held back. Quiet hours of every day: `outlay settings set quiet_hours 22:00-07:00`.
    #[command(
        after_help = "Examples:\n  $ outlay alerts pause\n  $ outlay alerts pause 120\n  $ outlay alerts pause --end"
    )]
    Pause {
        /// For how many minutes, up to a day
        #[arg(default_value_t = 60)]
        minutes: u32,
        /// Go on showing them
        #[arg(long, conflicts_with = "minutes")]
        end: bool,
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
    /// Resolved alerts, and those that are left alone, too
    #[arg(long)]
    all: bool,
    /// Alerts that are left alone for a while, too
    #[arg(long)]
    snoozed: bool,
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
        let (user, snoozed_too) = (session.user.clone(), self.snoozed);
        Ok(AlertsRequest { user, snoozed_too, resolved_too, since, until, limit: self.limit })
    }
}

impl Alerts {
    /// Lists alerts, brings them up to date, or resolves one.
    ///
    /// # Errors
    /// An unknown id or word, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (app, width) = (&session.app, session.printer.terminal.width);
        let alerts = match self.action.unwrap_or(Action::List(List::default())) {
            Action::List(list) => alerts::list(app, list.request(session)?)?,
            Action::Expect { id, because } => alerts::expect(app, ExpectRequest { id, reason: because })?,
            Action::Resolve { id } => alerts::resolve(app, ResolveRequest { id })?,
            Action::Snooze { id, until, because } => {
                snooze::snooze(app, SnoozeRequest { id, until, reason: because })?
            }
            Action::Wake { id } => snooze::wake(app, WakeRequest { id })?,
            Action::Rules(rules) => return rules.run(session),
            Action::Pause { minutes, end } => {
                let request = PauseRequest { minutes: (!end).then_some(minutes) };
                let settings = notifications::pause(app, request)?;
                return session.printer.show(&settings, render::settings::settings);
            }
            Action::Check => {
                let checked = alerts::check(app, Nothing {})?;
                return session.printer.show(&checked, |checked| render::alerts::checked(checked, width));
            }
        };
        session.printer.show(&alerts, |alerts| render::alerts::alerts(alerts, width))
    }
}
