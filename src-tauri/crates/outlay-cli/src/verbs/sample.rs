//! `outlay --sample`: a ledger of made-up calls, apart from the user's own.

use crate::failure::Failure;
use crate::session::Session;

/// Brings the sample ledger up to the present.
///
/// # Errors
/// Those of the app.
pub(crate) fn fill(session: &Session) -> Result<(), Failure> {
    session.printer.say("This is sample data: made-up calls of three months; your own ledger is elsewhere");
    Ok(session.long(outlay_app::sample::fill)?)
}
