//! `outlay calls`: the rows behind the figures.

use clap::Args;

use outlay_app::generations::{self, ListRequest, Selection, Sorting};
use outlay_app::{Nothing, settings};

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay calls
  $ outlay calls --top 5 --from 2026-06-01 --to 2026-06-30
  $ outlay calls --over 0.50 --model gpt-5
  $ outlay calls --all --json

`outlay explain ID` writes out why a row costs what it costs; the end of its id is enough.";

/// The rows behind the figures, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Calls {
    /// The N costliest instead of the newest
    #[arg(long, value_name = "N", conflicts_with = "limit")]
    top: Option<u32>,
    /// Only rows that cost at least this, in dollars
    #[arg(long, value_name = "USD")]
    over: Option<String>,
    /// Only this model, as the source writes it
    #[arg(long)]
    model: Option<String>,
    /// Only this provider
    #[arg(long)]
    provider: Option<String>,
    /// From this day, written 2026-06-01
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// To this day, which is included
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// Only rows of which no price is known
    #[arg(long)]
    unpriced: bool,
    /// Rows that do not count too, each with the reason
    #[arg(long)]
    all: bool,
}

impl Calls {
    /// Prints the rows.
    ///
    /// # Errors
    /// A day or an amount that is none, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let pages = self.top.is_none();
        let calls = generations::list(&session.app, self.request(session)?)?;
        let zone = settings::get(&session.app, Nothing {})?.time_zone;
        let zone = session.zone.unwrap_or(zone);
        let width = session.printer.terminal.width;
        session.printer.show(&calls, |calls| render::calls::calls(calls, zone, width))?;
        if calls.next.is_some() && pages {
            session
                .printer
                .hint("there are more: `--limit N` shows more of them, `outlay export` writes them all");
        }
        Ok(())
    }

    fn request(self, session: &Session) -> Result<ListRequest, Failure> {
        let select = Selection {
            from: self.from.as_deref().map(parsed).transpose()?,
            to: self.to.as_deref().map(parsed).transpose()?,
            user: session.user.clone(),
            model: self.model,
            provider: self.provider,
            at_least: self.over.as_deref().map(parsed).transpose()?,
            unpriced: self.unpriced,
            left_out_too: self.all,
            ..Selection::default()
        };
        let order = if self.top.is_some() { Sorting::Costliest } else { Sorting::Newest };
        Ok(ListRequest { select, order, after: None, limit: Some(self.top.unwrap_or(self.limit)) })
    }
}
