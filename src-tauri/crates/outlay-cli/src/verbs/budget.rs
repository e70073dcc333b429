//! `outlay budget`: budgets beside the cap, and the gate for scripts. What holds money is in `reservation`.

use clap::{Args, Subcommand};

use outlay_app::budget::{BudgetMode, GateDecision};
use outlay_app::budgets::{
    self, BudgetCheck, BudgetsRequest, CheckRequest, RemoveBudgetRequest, SetBudgetRequest, Unknown,
    WhenUnknown,
};
use outlay_app::report::Count;

use super::raise::Raise;
use super::reservation::{Release, Reservations, Reserve, Settle};
use crate::failure::{Exit, Failure};
use crate::render;
use crate::session::{Session, seconds};

const EXAMPLES: &str = "\
The monthly cap is the budget `All`; `outlay config set monthly_ai_cap_usd` sets it, too.

Examples:
  $ outlay budget
  $ outlay budget set CI --provider openai --amount 50 --block
  $ outlay budget check --estimate 0.42";

const SET_EXAMPLES: &str = "\
Examples:
  $ outlay budget set CI --provider openai --amount 50 --block
  $ outlay budget set Evals --model gpt-5 --amount 20 --warn 50";

const CHECK_EXAMPLES: &str = "\
Exit codes: 0 within, 1 over (or --estimate or --forecast would pass it), 2 wrong usage, 69 cannot tell
(no such budget, the ledger cannot be read, or another program holds it for longer than --timeout), 75 the data is older than --max-age. Only a confirmed cap
that blocks and budgets with --block ever refuse.

In a script, a pipeline or a git hook:
  outlay budget check --quiet || exit 0        before a nightly job that can wait
  outlay budget check --max-age 24h            as a step of a pipeline
  outlay budget check --forecast               in .git/hooks/pre-push

Examples:
  $ outlay budget check
  $ outlay budget check All --estimate 0.42
  $ outlay budget check --forecast --max-age 7d --json";

/// Budgets beside the monthly cap, and the gate for scripts.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Budget {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Budgets and where they stand
    #[command(after_help = "Examples:\n  $ outlay budget list\n  $ outlay budget list --json")]
    List,
    /// Set a named budget for a month, new or changed
    #[command(after_help = SET_EXAMPLES)]
    Set(Set),
    /// Remove a named budget; its history stays
    Rm {
        /// Its name
        name: String,
    },
    /// Raise a budget for this month alone, with a reason
    Raise(Raise),
    /// May another call be made? It reads, and reserves nothing
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Hold money for a call, if every budget that it falls under has room
    Reserve(Reserve),
    /// End a reservation whose call was made: record the call, or say what it cost
    Settle(Box<Settle>),
    /// Give a reservation back
    Release(Release),
    /// What is held for calls that are about to be made
    Reservations(Reservations),
}

#[derive(Debug, Args)]
struct Set {
    /// Its name, up to 80 characters
    name: String,
    /// What a month may cost, in dollars; as it is without
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    amount: Option<String>,
    /// Of the calls that this provider bills
    #[arg(long, value_name = "NAME", conflicts_with = "model")]
    provider: Option<String>,
    /// Of the calls of this model, under every name that the price book knows of it, dated ones too
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Refuse once it is reached: `check` fails, `reserve` and `run` refuse
    #[arg(long, conflicts_with = "notify")]
    block: bool,
    /// Only tell, which is what a new budget does
    #[arg(long)]
    notify: bool,
    /// The part at which a warning comes, in percent; 80 of a new one
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true)]
    warn: Option<i64>,
    /// Keep it also when the month has cost more already
    #[arg(long)]
    below_spend: bool,
}

#[derive(Debug, Args)]
struct Check {
    /// Budgets by name; all of them without
    names: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// What the next call is estimated to cost, in dollars
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    estimate: Option<String>,
    /// Refuse, too, when the month is likely to end beyond a budget
    #[arg(long)]
    forecast: bool,
    /// How old the newest data may be, such as 24h
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    max_age: Option<i64>,
    /// How long to wait for a ledger that another program holds; then it cannot be told
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = seconds)]
    timeout: i64,
    #[command(flatten)]
    unknown: OnUnknown,
}

/// What to do when the gate cannot tell.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OnUnknown {
    /// Go on when it cannot be told; the setting gate_when_unknown without
    #[arg(long, conflicts_with = "fail_closed")]
    fail_open: bool,
    /// Stop when it cannot be told
    #[arg(long)]
    fail_closed: bool,
}

impl OnUnknown {
    pub(crate) const fn chosen(self) -> Option<WhenUnknown> {
        match (self.fail_open, self.fail_closed) {
            (true, _) => Some(WhenUnknown::Open),
            (_, true) => Some(WhenUnknown::Closed),
            _ => None,
        }
    }
}

impl Budget {
    /// Lists, sets or removes budgets, or asks the gate.
    ///
    /// # Errors
    /// What the app refuses, and what the gate does.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action.unwrap_or(Action::List) {
            Action::List => {
                let budgets = budgets::list(&session.app, BudgetsRequest { user: session.user.clone() })?;
                let width = session.printer.terminal.width;
                session.printer.show(&budgets, |all| render::budgets::list(&all.budgets, width))
            }
            Action::Set(set) => set.run(session),
            Action::Rm { name } => {
                let request = RemoveBudgetRequest { budget: name.clone(), user: session.user.clone() };
                let left = budgets::remove(&session.app, request)?;
                session.printer.say(&format!("{name} is removed; its history stays"));
                let width = session.printer.terminal.width;
                session.printer.show(&left, |all| render::budgets::list(&all.budgets, width))
            }
            Action::Raise(verb) => verb.run(session),
            Action::Check(check) => check.run(session),
            Action::Reserve(verb) => verb.run(session),
            Action::Settle(verb) => verb.run(session),
            Action::Release(verb) => verb.run(session),
            Action::Reservations(verb) => verb.run(session),
        }
    }
}

impl Set {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let mode = match (self.block, self.notify) {
            (true, _) => Some(BudgetMode::Block),
            (_, true) => Some(BudgetMode::Notify),
            _ => None,
        };
        let request = SetBudgetRequest {
            id: None,
            name: self.name,
            provider: self.provider,
            model: self.model,
            amount: self.amount,
            mode,
            warn_at_pct: self.warn.map(Count),
            confirm_below_spend: self.below_spend,
            user: session.user.clone(),
        };
        let kept = budgets::set(&session.app, request)?;
        for warning in &kept.warnings {
            session.printer.warn(warning.message.trim_end_matches('.'));
        }
        let width = session.printer.terminal.width;
        session.printer.show(&kept, |kept| render::budgets::kept(&kept.budget, width))
    }
}

impl Check {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let request = CheckRequest {
            names: self.names,
            estimate: self.estimate,
            forecast: self.forecast,
            max_age_seconds: self.max_age.map(Count),
            timeout_seconds: Some(Count(self.timeout)),
            when_unknown: self.unknown.chosen(),
            user: session.user.clone(),
        };
        let check = budgets::check(&session.app, request)?;
        let printer = &session.printer;
        if !printer.quiet {
            if printer.json {
                printer.json(&check)?;
            } else {
                for line in render::budgets::lines(&check.budgets) {
                    printer.text(&line)?;
                }
                said(session, &check);
                if !session.app.ledger_path().exists() {
                    printer
                        .hint(&format!("there is no ledger yet at {}", session.app.ledger_path().display()));
                }
            }
        }
        ended(check.exit_code)
    }
}

/// Why the gate does not simply allow it.
fn said(session: &Session, check: &BudgetCheck) {
    let BudgetCheck { decision, reason, hint, when_unknown, .. } = check;
    explain(session, *decision, (reason.as_deref(), hint.as_deref()), *when_unknown);
}

/// Says on stderr why the gate refuses or cannot tell, and what applied then.
pub(crate) fn explain(
    session: &Session,
    decision: GateDecision,
    (reason, hint): (Option<&str>, Option<&str>),
    unknown: Option<Unknown>,
) {
    let printer = &session.printer;
    let Some(reason) = reason else { return };
    let said = match decision {
        GateDecision::Unknown => format!("cannot tell: {reason}"),
        GateDecision::Deny => format!("refused: {reason}"),
        GateDecision::Allow => reason.to_owned(),
    };
    printer.message(&said);
    if let Some(unknown) = unknown {
        printer.message(render::budgets::applied(unknown));
    }
    if let Some(hint) = hint {
        printer.hint(hint.trim_end_matches('.'));
    }
}

/// The end of the process that the gate's exit code asks for.
pub(crate) const fn ended(exit_code: u8) -> Result<(), Failure> {
    match exit_code {
        0 => Ok(()),
        69 => Err(Failure::Shown(Exit::Unavailable)),
        75 => Err(Failure::Shown(Exit::TooOld)),
        _ => Err(Failure::Shown(Exit::Refused)),
    }
}
