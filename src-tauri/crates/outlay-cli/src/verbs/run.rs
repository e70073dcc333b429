//! `outlay run`: a command that is started only if a budget has room for what it may cost.

use std::ffi::OsString;

use clap::Args;
use outlay_app::Money;
use outlay_app::budget::GateDecision;
use outlay_app::budgets::{self, Authorization, AuthorizeRequest, FinishRequest};
use outlay_app::report::Count;
use outlay_app::{ApiError, budget};

use super::budget::{OnUnknown, ended, explain};
use crate::child;
use crate::failure::Failure;
use crate::render::amount::money;
use crate::session::{Session, seconds};

const EXAMPLES: &str = "\
The command has our standard input and outputs as they are, and its exit code is ours; of one that a signal ended
128 and the signal's number, 127 where there is no such command, 126 where it may not be run. Refused, it is not
started, and the exit code is 1; where the gate cannot tell it is 69.

Examples:
  $ outlay run --budget All --reserve 2 -- echo evaluated
  $ outlay run --reserve 0.50 --fail-open -- echo summarised";

/// Run a command if a budget has room for it, and hold the money until it ends.
///
/// What is recorded meanwhile for the budget settles the reservation; if that is nothing, the reservation is released.
/// A call that another reservation may claim, too, settles neither, and counts as spend all the same.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Run {
    /// The budget that the command's calls fall under, by name
    #[arg(long, value_name = "NAME", default_value = budget::CAP)]
    budget: String,
    /// What the command costs at most, in dollars
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    reserve: String,
    /// For how long the money is held if this process does not see the command end, up to 24h
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = seconds)]
    ttl: i64,
    #[command(flatten)]
    unknown: OnUnknown,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    /// Runs the command, or refuses to.
    ///
    /// # Errors
    /// The gate refuses or cannot tell; the command does not end well.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let before = self.authorize(session)?;
        if before.exit_code != 0 {
            return ended(before.exit_code);
        }
        session.interrupt.leave_to_another();
        let outcome = child::run(&self.command);
        if let Err(error) = Self::finish(session, &before) {
            session.printer.warn(&format!("the reservation stays until its time is over: {}", error.message));
        }
        match outcome {
            Ok(0) => Ok(()),
            Ok(code) => Err(Failure::Ended(code)),
            Err(error) => {
                let command =
                    self.command.first().map(|program| program.to_string_lossy()).unwrap_or_default();
                session.printer.message(&format!("error: {command} cannot be started: {error}"));
                Err(Failure::Ended(child::code_of_no_start(&error)))
            }
        }
    }

    fn authorize(&self, session: &Session) -> Result<Authorization, Failure> {
        let request = AuthorizeRequest {
            amount: self.reserve.clone(),
            ttl_seconds: Some(Count(self.ttl)),
            budget: Some(self.budget.clone()),
            when_unknown: self.unknown.chosen(),
            user: session.user.clone(),
            ..AuthorizeRequest::default()
        };
        let answer = budgets::authorize(&session.app, request)?;
        let (reason, hint) = (answer.reason.as_deref(), answer.hint.as_deref());
        if answer.decision != GateDecision::Allow {
            explain(session, answer.decision, (reason, hint), answer.when_unknown);
        }
        Ok(answer)
    }

    /// Settles with what was recorded meanwhile; releases where that is nothing.
    fn finish(session: &Session, before: &Authorization) -> Result<(), ApiError> {
        let Some(held) = &before.reservation else { return Ok(()) };
        let ended = budgets::finish(&session.app, FinishRequest { id: held.id.clone() })?;
        if ended.unclear > Money::ZERO {
            session.printer.warn(&format!(
                "{} recorded meanwhile may be of another reservation, and settles neither; it counts as spend",
                money(ended.unclear)
            ));
        }
        Ok(())
    }
}
