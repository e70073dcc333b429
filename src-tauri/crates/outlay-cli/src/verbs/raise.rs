//! `outlay budget raise`: more of a budget for this month alone. Setting it for every month is in `budget`.

use clap::Args;
use outlay_app::budgets::{self, RaiseBudgetRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
The next month has the old limit again.

Examples:
  $ outlay budget set CI --provider openai --amount 50
  $ outlay budget raise CI --amount 80 --because 'the release'
  $ outlay budget raise CI --back --because 'it came earlier'";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Raise {
    /// Its name; All of the monthly cap
    name: String,
    /// What this month may cost, in dollars: more than every month may
    #[arg(long, value_name = "USD", allow_hyphen_values = true, required_unless_present = "back")]
    amount: Option<String>,
    /// Why; it stays in the history
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// Take a raise of this month back
    #[arg(long, conflicts_with = "amount")]
    back: bool,
}

impl Raise {
    /// Raises a budget, or takes that back.
    ///
    /// # Errors
    /// What the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let request = RaiseBudgetRequest {
            budget: self.name,
            amount: self.amount,
            reason: self.because,
            user: session.user.clone(),
        };
        let kept = budgets::raise(&session.app, request)?;
        let width = session.printer.terminal.width;
        session.printer.show(&kept, |kept| render::budgets::kept(&kept.budget, width))
    }
}
