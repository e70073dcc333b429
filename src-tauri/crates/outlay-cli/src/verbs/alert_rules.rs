//! `outlay alerts rules`: what watches, how much it takes, and what it would have told.

use clap::{ArgGroup, Args, Subcommand};

use outlay_app::alerts::rules::{self, RuleRequest, RulesRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay alerts rules
  $ outlay alerts rules preview daily_spike --sensitivity sensitive
  $ outlay alerts rules set daily_spike --sensitivity only_large";

const OF_SET: &str = "\
Examples:
  $ outlay alerts rules set daily_spike --sensitivity sensitive
  $ outlay alerts rules set source_stale --sensitivity 7d
  $ outlay alerts rules set single_call_high --sensitivity 1.25
  $ outlay alerts rules set forecast_over_cap --off";

const OF_PREVIEW: &str = "\
Examples:
  $ outlay alerts rules preview daily_spike
  $ outlay alerts rules preview single_call_high --sensitivity 0.25";

/// What raises alerts: whether it watches, and how much it takes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AlertRules {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Turn a rule on or off, or set how much it takes
    ///
    /// What a rule told and still holds is not told again. Turning it off resolves nothing.
    #[command(after_help = OF_SET)]
    #[command(group = ArgGroup::new("change").args(["on", "off", "sensitivity"]).required(true).multiple(true))]
    Set {
        /// The rule, as `outlay alerts rules` shows it
        rule: String,
        /// It watches
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// It tells nothing any more
        #[arg(long)]
        off: bool,
        /// How much it takes: sensitive, usual or only_large for a spike; 2x to 10x its usual gap or 1d to 90d for a
        /// source; dollars for a single call
        #[arg(long, value_name = "VALUE")]
        sensitivity: Option<String>,
    },
    /// What a rule would have told in the last 90 days; nothing is written
    #[command(after_help = OF_PREVIEW)]
    Preview {
        /// The rule, as `outlay alerts rules` shows it
        rule: String,
        /// How much it would take
        #[arg(long, value_name = "VALUE")]
        sensitivity: Option<String>,
    },
}

impl AlertRules {
    /// Lists the rules, sets one, or looks back.
    ///
    /// # Errors
    /// An unknown rule, a sensitivity that it does not take.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (printer, user) = (&session.printer, session.user.clone());
        match self.action {
            None => {
                let rules = rules::list(&session.app, RulesRequest { user })?;
                let width = printer.terminal.width;
                printer.show(&rules, |rules| render::alert_rules::rules(rules, width))
            }
            Some(Action::Set { rule, on, off, sensitivity }) => {
                let on = (on || off).then_some(on);
                let request = RuleRequest { rule: parsed(&rule)?, on, sensitivity, user };
                let set = rules::set(&session.app, request)?;
                printer.show(&set, render::alert_rules::set)
            }
            Some(Action::Preview { rule, sensitivity }) => {
                let request = RuleRequest { rule: parsed(&rule)?, on: None, sensitivity, user };
                let preview = rules::preview(&session.app, request)?;
                let width = printer.terminal.width;
                printer.show(&preview, |preview| render::alert_rules::preview(preview, width))
            }
        }
    }
}
