//! `outlay --sample`: a ledger of made-up calls, apart from the user's own.

use crate::failure::Failure;
use crate::session::Session;

/// Fills the sample ledger if it is empty.
///
/// # Errors
/// What the app refuses.
pub(crate) fn fill(_session: &Session) -> Result<(), Failure> {
    Ok(())
}
