//! Which days each source speaks about, so that a gap is seen before a sum is believed.

use outlay_core::period::Day;
use outlay_core::report::{Coverage, Sources};
use outlay_ledger::Whose;
use serde::Deserialize;

use crate::app::App;
use crate::error::ApiError;
use crate::reports;

/// Which days.
#[derive(Debug, Clone, Copy, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct CoverageRequest {
    /// The first day; 89 days before the last when absent.
    pub from: Option<Day>,
    /// The last day, which is included; today when absent.
    pub to: Option<Day>,
}

/// Days of a range that names no beginning, besides its last.
const USUAL_DAYS: i32 = 89;

/// Which days each source speaks about, whoever's rows it brings.
///
/// # Errors
/// A range that ends before it begins or is longer than ten years; those of the ledger.
pub fn show(app: &App, request: CoverageRequest) -> Result<Coverage, ApiError> {
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let today = app.today(zone);
        let to = request.to.unwrap_or(today);
        let from = request.from.unwrap_or(to.plus(-USUAL_DAYS));
        reports::check_range(from, to)?;
        let dimensions = reader.dimensions_of(&Whose::All)?;
        let sources = Sources::known(today, &reader.row_spans(&dimensions)?, &reader.file_spans()?);
        let rows = reports::day_rows(reader, from, to, zone)?;
        Ok(sources.coverage(from, to, zone, &rows, &dimensions))
    })
}
