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
    /// How many at most; all when absent.
    pub limit: Option<u32>,
}

/// Quarantined rows.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Quarantine {
    /// `outlay.quarantine/1`.
    pub schema: &'static str,
    /// In the order of file and line.
    pub rows: Vec<QuarantinedRow>,
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

/// Rows of files that could not be read.
///
/// # Errors
/// No such import.
pub fn list(app: &App, request: QuarantineRequest) -> Result<Quarantine, ApiError> {
    app.read(|reader| {
        let import = request.import.as_deref().map(|id| imports::find(reader, id)).transpose()?;
        let rows = reader.quarantine(import, request.limit.unwrap_or(u32::MAX))?;
        Ok(Quarantine {
            schema: "outlay.quarantine/1",
            rows: rows.into_iter().map(QuarantinedRow::from).collect(),
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
