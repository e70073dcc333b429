//! `outlay budget reserve`, `settle`, `release`, `reservations`: money that is held for calls.

use clap::Args;

use outlay_app::budgets::{
    self, AuthorizeRequest, ReleaseReservationRequest, ReservationsRequest, SettleRequest, Settlement,
};
use outlay_app::report::Count;

use super::budget::{OnUnknown, ended, explain};
use super::log::{CallDetails, CallFigures};
use crate::failure::Failure;
use crate::render;
use crate::session::{Session, seconds};

const RESERVE_EXAMPLES: &str = "\
Prints the reservation's id and nothing else; `settle` or `release` ends it, and its time does. Exit codes: 0 held,
1 refused, 69 cannot tell.

Examples:
  $ outlay budget reserve --amount 0.50
  $ outlay budget reserve --amount 2 --ttl 1h --model gpt-5 --json";

const SETTLE_EXAMPLES: &str = "\
  id=$(outlay budget reserve --amount 0.50 --model gpt-5) || exit

Examples:
  $ outlay budget settle \"$id\" --type chat --model gpt-5 --input 1200 --output 300
  $ outlay budget settle \"$id\" --cost 0.12";

/// Hold money for a call, if every budget that it falls under has room: all calls, its provider, its model.
#[derive(Debug, Args)]
#[command(after_help = RESERVE_EXAMPLES)]
pub(crate) struct Reserve {
    /// What the call costs at most, in dollars
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    amount: String,
    /// For how long at most, up to 24h
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = seconds)]
    ttl: i64,
    /// The budget that the call falls under, by name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["provider", "model"])]
    budget: Option<String>,
    /// Who bills the call
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The model of the call; its maker is the provider if none is said
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    #[command(flatten)]
    unknown: OnUnknown,
}

impl Reserve {
    /// Holds the money and prints the id.
    ///
    /// # Errors
    /// The gate refuses or cannot tell.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let request = AuthorizeRequest {
            amount: self.amount,
            ttl_seconds: Some(Count(self.ttl)),
            budget: self.budget,
            provider: self.provider,
            model: self.model,
            when_unknown: self.unknown.chosen(),
            user: session.user.clone(),
        };
        let answer = budgets::authorize(&session.app, request)?;
        let printer = &session.printer;
        if printer.json {
            printer.json(&answer)?;
        } else {
            explain(
                session,
                answer.decision,
                (answer.reason.as_deref(), answer.hint.as_deref()),
                answer.when_unknown,
            );
            if let Some(warning) = &answer.warning {
                printer.warn(warning.trim_end_matches('.'));
            }
            if let Some(held) = &answer.reservation {
                printer.text(&held.id)?;
                printer.say(&render::budgets::held(held));
            }
        }
        ended(answer.exit_code)
    }
}

/// End a reservation whose call was made: record the call, or say what it cost.
///
/// Say --type and --model to record the call as `outlay log` does; with --cost alone nothing is recorded, because an
/// import will bring the call or it is recorded already. Asked twice, it answers the same.
#[derive(Debug, Args)]
#[command(after_help = SETTLE_EXAMPLES)]
pub(crate) struct Settle {
    /// The reservation's id
    id: String,
    /// What the call cost, in dollars
    #[arg(long, value_name = "USD", allow_hyphen_values = true, required_unless_present = "model")]
    cost: Option<String>,
    /// What kind of generation: chat, agent, embedding, or a word of your own
    #[arg(long = "type", value_name = "TYPE", requires = "model")]
    generation_type: Option<String>,
    /// The model, as the provider writes it
    #[arg(long, requires = "generation_type")]
    model: Option<String>,
    /// All input tokens, those read from or written to a cache included
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    input: i64,
    /// All output tokens, reasoning included
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    output: i64,
    #[command(flatten)]
    details: CallDetails,
}

impl Settle {
    /// Ends the reservation.
    ///
    /// # Errors
    /// There is none; it was released; the call is refused.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { id, cost, generation_type, model, input, output, details } = self;
        let request = match (generation_type, model) {
            (Some(generation_type), Some(model)) => {
                let figures = CallFigures { generation_type, model, input, output, cost };
                SettleRequest { id, cost: None, call: Some(details.request(session, figures)?) }
            }
            _ => SettleRequest { id, cost, call: None },
        };
        shown(session, &budgets::settle(&session.app, request)?)
    }
}

/// Give a reservation back. Asked twice, or of one that ended otherwise, it says so and is done.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ outlay budget release \"$id\"")]
pub(crate) struct Release {
    /// The reservation's id
    id: String,
}

impl Release {
    /// Ends the reservation.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let request = ReleaseReservationRequest { id: self.id };
        shown(session, &budgets::release(&session.app, request)?)
    }
}

/// What is held for calls that are about to be made.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  $ outlay budget reservations\n  $ outlay budget reservations --all --json"
)]
pub(crate) struct Reservations {
    /// Those that ended, too: the newest 100
    #[arg(long)]
    all: bool,
}

impl Reservations {
    /// Lists them.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let request = ReservationsRequest { user: session.user.clone(), ended_too: self.all, limit: None };
        let found = budgets::reservations(&session.app, request)?;
        let width = session.printer.terminal.width;
        session.printer.show(&found, |found| render::budgets::reservations(&found.reservations, width))
    }
}

fn shown(session: &Session, ended: &Settlement) -> Result<(), Failure> {
    session.printer.show(ended, render::budgets::settlement)
}
