//! A change of prices: what it does is shown first, and done after a yes.

use clap::{Args, ValueEnum};

use outlay_app::Instant;
use outlay_app::prices::{self, Applies, PriceRequest, PriceToSet};

use crate::failure::Failure;
use crate::render;
use crate::session::{Session, instant};

/// How a change of prices is made.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// From this day (UTC) or instant on; for all time without
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Which rows that are there get the price, too
    #[arg(long, value_name = "ROWS", default_value = "unpriced")]
    reprice: Rows,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Rows that are there.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rows {
    /// None: only what comes
    Nothing,
    /// Those without a price
    Unpriced,
    /// Those with a price of the price book or of your own, too
    Everything,
}

impl Change {
    /// From when on the price holds.
    ///
    /// # Errors
    /// Neither a day nor an instant.
    pub(crate) fn from(&self) -> Result<Option<Instant>, Failure> {
        let at = |text: &String| {
            if text.len() == "2026-06-19".len() {
                instant(&format!("{text}T00:00:00Z"))
            } else {
                instant(text)
            }
        };
        self.from.as_ref().map(at).transpose()
    }
}

/// Shows what a change does, asks, and does it.
///
/// # Errors
/// A price that is none, a no, and what the app refuses.
pub(crate) fn change(
    session: &Session,
    prices: Vec<PriceToSet>,
    file: Option<String>,
    how: Change,
) -> Result<(), Failure> {
    let apply = match how.reprice {
        Rows::Nothing => Applies::Nothing,
        Rows::Unpriced => Applies::Unpriced,
        Rows::Everything => Applies::Everything,
    };
    let mut request = PriceRequest { prices, file, apply, plan_id: None };
    if !how.yes {
        let planned = prices::plan(&session.app, request.clone())?;
        if !session.printer.terminal.can_ask {
            session.printer.show(&planned, render::prices::plan)?;
            let message = "nobody was asked, so nothing was changed";
            return Err(Failure::refused("needs_yes", message, "`--yes` does it without being asked"));
        }
        session.printer.message(&render::prices::plan(&planned));
        if !session.ask("Do it?")? {
            return Err(Failure::refused("not_agreed", "nothing was changed", ""));
        }
        request.plan_id = Some(planned.plan_id);
    }
    let done = prices::set(&session.app, request)?;
    session.printer.show(&done, render::prices::plan)?;
    if done.rows.0 > 0 {
        session.printer.hint("`outlay prices undo` takes it back");
    }
    Ok(())
}
