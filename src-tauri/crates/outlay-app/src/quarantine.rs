//! Rows of files that could not be read, verbatim, with what was expected and what to do.

use outlay_core::report::Count;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::ApiError;
use crate::imports;

/// Which quarantined rows.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct QuarantineRequest {
    /// Only of this import, by its id or the end of it; of all that are not undone when absent.
    pub import: Option<String>,
    /// After this row: the `next` of the page before.
    pub after: Option<Count>,
    /// How many rows, up to 10,000; 1,000 when absent.
    pub limit: Option<u32>,
}

/// Quarantined rows.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Quarantine {
    /// `outlay.quarantine/1`.
    pub schema: &'static str,
    /// In the order of file and line.
    pub rows: Vec<QuarantinedRow>,
    /// Where the next page begins; null on the last one.
    pub next: Option<Count>,
}

/// A row that could not be read.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct QuarantinedRow {
    /// The import that it belongs to.
    pub import_id: String,
    /// The file's name.
    pub file_name: String,
    /// The line of the file on which the row begins, from 1.
    pub line: Count,
    /// The column at fault; empty when the row as a whole is.
    pub column: String,
    /// The kind of fault.
    pub kind: String,
    /// What was expected there.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub remedy: String,
    /// The row, verbatim.
    pub record: String,
}

const USUAL_PAGE: u32 = 1_000;
const LARGEST_PAGE: u32 = 10_000;

/// Rows of files that could not be read, page by page.
///
/// # Errors
/// No such import.
pub fn list(app: &App, request: QuarantineRequest) -> Result<Quarantine, ApiError> {
    app.read(|reader| {
        let import = request.import.as_deref().map(|id| imports::find(reader, id)).transpose()?;
        let limit = request.limit.unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE);
        let after = request.after.unwrap_or_default().0;
        // One more than asked for tells whether there is a next page.
        let mut rows = reader.quarantine(import, after, limit + 1)?;
        let is_last = rows.len() <= limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| !is_last).map(|row| Count(row.id));
        Ok(Quarantine {
            schema: "outlay.quarantine/1",
            rows: rows.into_iter().map(QuarantinedRow::from).collect(),
            next,
        })
    })
}

impl From<outlay_ledger::Quarantined> for QuarantinedRow {
    fn from(row: outlay_ledger::Quarantined) -> Self {
        Self {
            import_id: row.import_id.to_string(),
            file_name: row.file_name,
            line: Count(row.line),
            column: row.column,
            kind: row.kind,
            expected: row.expected,
            found: row.found,
            remedy: row.remedy,
            record: row.record,
        }
    }
}
