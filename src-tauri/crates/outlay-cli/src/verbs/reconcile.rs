//! `outlay reconcile`: what providers bill against what usage comes to, and whose money counts.

use clap::{Args, ValueEnum};

use outlay_app::reconcile::authority::{self, Authority, AuthorityRequest};
use outlay_app::reconcile::{self, ReconcileRequest};
use outlay_app::report::reconcile::BillSide;
use outlay_app::{Day, Month};

use crate::failure::Failure;
use crate::render::reconcile as render;
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay reconcile
  $ outlay reconcile --month 2026-06 --by model
  $ outlay reconcile --from 2026-06-01 --to 2026-06-07 --provider anthropic --json
  $ outlay reconcile --month 2026-06 --use usage --yes
  $ outlay reconcile --month 2026-06 --use billed --yes

Both sides agree where they differ by at most 1 % or 0.05 USD. A day's money counts once: `--use` says whose.";

/// What providers bill, held against tokens times their price
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Reconcile {
    /// A month of UTC days, written 2026-06; the current one without
    #[arg(long, value_name = "YYYY-MM", conflicts_with_all = ["from", "to"])]
    month: Option<String>,
    /// The first UTC day, in place of a month
    #[arg(long, value_name = "YYYY-MM-DD", requires = "to")]
    from: Option<String>,
    /// The last UTC day, which is included
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from")]
    to: Option<String>,
    /// Only what this provider bills
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// Only this account
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// What the lines are
    #[arg(long, value_enum, default_value_t = By::Day, value_name = "BY")]
    by: By,
    /// Whose money counts on these days: that of the cost export, or what usage comes to
    #[arg(long = "use", value_enum, value_name = "SIDE")]
    side: Option<Side>,
    /// Do not ask
    #[arg(long, short, requires = "side")]
    yes: bool,
}

/// What the lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// By UTC day
    Day,
    /// By model
    Model,
    /// By key
    Key,
    /// By project or workspace
    Project,
    /// By month, the last twelve
    Month,
}

/// Whose money counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    /// What the provider bills
    Billed,
    /// Tokens times their price
    Usage,
}

impl Reconcile {
    /// Prints both sides, or changes which one counts.
    ///
    /// # Errors
    /// Days that are none, a no, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let month = self.month.as_deref().map(parsed::<Month>).transpose()?;
        let from = self.from.as_deref().map(parsed::<Day>).transpose()?;
        let to = self.to.as_deref().map(parsed::<Day>).transpose()?;
        let (provider, account) = (self.provider, self.account);
        let Some(side) = self.side else {
            let request = ReconcileRequest { month, from, to, provider, account };
            let found = reconcile::show(&session.app, request)?;
            let width = session.printer.terminal.width;
            session.printer.show(&found, |found| render::both_sides(found, self.by, width))?;
            if !found.has_billed {
                session.printer.hint("`outlay import FILE...` takes both exports of your provider at once");
            }
            return Ok(());
        };
        let speaks = match side {
            Side::Billed => BillSide::Billed,
            Side::Usage => BillSide::Usage,
        };
        let request = AuthorityRequest { speaks, month, from, to, provider, account, plan_id: None };
        choose(session, request, self.yes)
    }
}

fn choose(session: &Session, mut request: AuthorityRequest, yes: bool) -> Result<(), Failure> {
    if !yes {
        let planned = authority::plan(&session.app, request.clone())?;
        if !changes(&planned) {
            return session.printer.show(&planned, render::chosen);
        }
        if !session.printer.terminal.can_ask {
            session.printer.show(&planned, render::choice)?;
            return Err(Failure::refused(
                "needs_yes",
                "nobody was asked, so nothing was changed",
                "`--yes` does it without being asked",
            ));
        }
        session.printer.message(&render::choice(&planned));
        if !session.ask("Let it count so?")? {
            return Err(Failure::refused("not_agreed", "nothing was changed", ""));
        }
        request.plan_id = Some(planned.plan_id);
    }
    let narrowed = narrowed(&request);
    let chosen = authority::set(&session.app, request)?;
    session.printer.show(&chosen, render::chosen)?;
    if chosen.done {
        let back = chosen.speaks.other();
        session.printer.hint(&format!(
            "`outlay reconcile --from {} --to {}{narrowed} --use {back}` takes it back",
            chosen.from, chosen.to
        ));
    }
    Ok(())
}

/// The flags that say whose bill is meant.
fn narrowed(request: &AuthorityRequest) -> String {
    let flag = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!(" --{name} '{value}'")).unwrap_or_default()
    };
    format!("{}{}", flag("provider", &request.provider), flag("account", &request.account))
}

fn changes(planned: &Authority) -> bool {
    planned.accounts.iter().any(|account| account.changed.0 > 0)
}
