//! `outlay status`, and `outlay` alone: the month in a line.

use outlay_app::status::{self, Status, StatusRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

pub(crate) const EXAMPLES: &str = "\
Examples:
  $ outlay status
  $ outlay status --json";

/// Prints the month in a line.
///
/// # Errors
/// What the app refuses.
pub(crate) fn run(session: &Session) -> Result<(), Failure> {
    let status = show(session)?;
    session.printer.show(&status, |status| render::status::line(status, session.sample))
}

/// The same, with what to do next; on an empty ledger, how to begin.
///
/// # Errors
/// What the app refuses.
pub(crate) fn greet(session: &Session) -> Result<(), Failure> {
    let status = show(session)?;
    if status.newest.is_none() {
        return session.printer.show(&status, |_| render::status::beginning(&session.app.ledger_path()));
    }
    session.printer.show(&status, |status| render::status::line(status, session.sample))?;
    session.printer.hint("`outlay report` shows what it was spent on, `outlay --help` everything else");
    Ok(())
}

fn show(session: &Session) -> Result<Status, Failure> {
    Ok(status::show(&session.app, StatusRequest { user: session.user.clone() })?)
}
