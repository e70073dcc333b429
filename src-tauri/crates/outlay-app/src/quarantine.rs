//! Rows of files that could not be read, verbatim, with what was expected and what to do.

use std::path::PathBuf;

use outlay_core::export::formula_safe;
use outlay_core::report::Count;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::{export, imports};

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

/// Quarantined rows as CSV.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct QuarantineExportRequest {
    /// A file that is not there yet; when absent, the answer holds the text: a browser saves it by itself.
    pub path: Option<PathBuf>,
    /// Only of this import, by its id or the end of it; of all that are not undone when absent.
    pub import: Option<String>,
}

/// Quarantined rows that were written.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct QuarantineExported {
    /// `outlay.quarantine-export/1`.
    pub schema: &'static str,
    /// The file; null where the answer holds the text.
    pub path: Option<PathBuf>,
    /// The text where no file was named.
    pub csv: Option<String>,
    /// How many rows.
    pub rows: Count,
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

/// Quarantined rows as CSV, each verbatim with where it stood and why it could not be read.
///
/// # Errors
/// The file is there already or cannot be written; no such import.
pub fn export(app: &App, request: QuarantineExportRequest) -> Result<QuarantineExported, ApiError> {
    let QuarantineExportRequest { path, import } = request;
    let schema = "outlay.quarantine-export/1";
    let Some(path) = path else {
        let mut csv = String::new();
        let rows = lines(app, import, |line| {
            csv.push_str(line);
            Ok(())
        })?;
        return Ok(QuarantineExported { schema, path, csv: Some(csv), rows });
    };
    let rows = export::new_file(&path, |output| {
        lines(app, import, |line| {
            let failed = |source| AppError::CannotWrite { path: path.clone(), source };
            Ok(output.write_all(line.as_bytes()).map_err(failed)?)
        })
    })?;
    Ok(QuarantineExported { schema, path: Some(path), csv: None, rows })
}

/// Gives the lines of the CSV one by one, and says how many rows there were.
fn lines(
    app: &App,
    import: Option<String>,
    mut take: impl FnMut(&str) -> Result<(), ApiError>,
) -> Result<Count, ApiError> {
    take(CSV_HEADER)?;
    let mut rows = Count(0);
    let mut request = QuarantineRequest { import, ..QuarantineRequest::default() };
    loop {
        let page = list(app, request.clone())?;
        for row in &page.rows {
            take(&row.csv_line())?;
            rows.0 += 1;
        }
        if page.next.is_none() {
            return Ok(rows);
        }
        request.after = page.next;
    }
}

/// The header of quarantined rows as CSV.
pub const CSV_HEADER: &str = "file,line,column,expected,found,what to do,row\n";

impl QuarantinedRow {
    /// The row as a line of a CSV file, which no spreadsheet takes for a formula.
    pub fn csv_line(&self) -> String {
        let line = self.line.0.to_string();
        let cells =
            [&self.file_name, &line, &self.column, &self.expected, &self.found, &self.remedy, &self.record];
        let quoted = cells.map(|cell| format!("\"{}\"", formula_safe(cell).replace('"', "\"\"")));
        quoted.join(",") + "\n"
    }
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
