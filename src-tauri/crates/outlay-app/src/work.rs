//! Long work, as far as somebody else may stop it.

use serde::Serialize;

use crate::app::{App, Nothing};
use crate::error::ApiError;

/// That work was asked to stop.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct CancelAsked {
    /// `outlay.cancel/1`.
    pub schema: &'static str,
}

/// Stops the change or the plan that is being made; it ends as `cancelled` and leaves no trace. Where there is
/// none, nothing happens, also to the next one. Reports are not stopped.
///
/// # Errors
/// None.
pub fn cancel(app: &App, _request: Nothing) -> Result<CancelAsked, ApiError> {
    app.cancel_work();
    Ok(CancelAsked { schema: "outlay.cancel/1" })
}
