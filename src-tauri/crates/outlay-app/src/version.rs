//! Which program this is, and which ledgers it knows.

use outlay_core::report::Count;
use outlay_ledger::LATEST_SCHEMA;
use serde::Serialize;

use crate::app::{App, Nothing};
use crate::error::ApiError;

/// The program's version.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Version {
    /// `outlay.version/1`.
    pub schema: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The newest ledger schema that it knows.
    pub ledger_schema: Count,
}

/// The program's version.
///
/// # Errors
/// None.
pub fn show(_app: &App, _request: Nothing) -> Result<Version, ApiError> {
    Ok(Version {
        schema: "outlay.version/1",
        version: env!("CARGO_PKG_VERSION"),
        ledger_schema: Count(LATEST_SCHEMA),
    })
}
