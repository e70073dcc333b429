//! Rows as CSV or JSON, for other programs: every stored column, and sums that are the reports' sums.
//!
//! A part of a row that another source speaks for reads zero, as in the view `counted_generations`,
//! unless rows that do not count are asked for too; then every row reads as it is stored.

mod columns;
mod sink;

use std::io::{self, Write};
use std::path::Path;

use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::{Filter, Order, Page, Reader};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::generations::{self, Generation, Selection};
use sink::Sink;

/// Rows to write to a file.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// A file that is not there yet.
    pub path: String,
    /// How they are written.
    pub format: ExportFormat,
    /// Which rows.
    #[serde(default)]
    pub select: Selection,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values with a header; cells that a spreadsheet would run are defused.
    Csv,
    /// One object with the rows in it.
    Json,
}

/// Rows that were written.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Exported {
    /// `outlay.export/1`.
    pub schema: &'static str,
    /// The file; null where the host took the bytes.
    pub path: Option<String>,
    /// How many rows.
    pub rows: Count,
    /// The sum of their cost.
    pub spend: Money,
}

/// How many rows are in memory at a time.
const CHUNK: u32 = 5_000;

/// Writes rows to a new file.
///
/// # Errors
/// The file is there already or cannot be written; those of the ledger.
pub fn to_file(app: &App, request: ExportRequest) -> Result<Exported, ApiError> {
    let ExportRequest { path, format, select } = request;
    let exported = new_file(Path::new(&path), |file| write(app, select, format, file))?;
    Ok(Exported { path: Some(path), ..exported })
}

/// Lends a new file to `write`, for the owner's eyes only. What was not written whole does not stay.
pub(crate) fn new_file<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => AppError::AlreadyThere(path.to_owned()),
        _ => AppError::CannotWrite { path: path.to_owned(), source },
    };
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    // Summaries of what was said are for the owner's eyes.
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = io::BufWriter::new(options.open(path).map_err(refused)?);
    let written = write(&mut file);
    let flushed = written.and_then(|written| match file.flush() {
        Ok(()) => Ok(written),
        Err(source) => Err(refused(source).into()),
    });
    match flushed {
        Ok(written) => Ok(written),
        // Half an export would pass for a whole one.
        Err(error) => fs_err::remove_file(path).map_err(refused).map_err(ApiError::from).and(Err(error)),
    }
}

/// Writes rows to wherever the host wants them.
///
/// # Errors
/// Those of the writer and of the ledger.
pub fn write(
    app: &App,
    select: Selection,
    format: ExportFormat,
    output: &mut dyn Write,
) -> Result<Exported, ApiError> {
    app.read(|reader| {
        let as_stored = select.left_out_too;
        let filter = generations::filter(app, reader, select)?;
        let mut sink = Sink::begin(format, output)?;
        let mut exported =
            Exported { schema: "outlay.export/1", path: None, rows: Count(0), spend: Money::ZERO };
        each_row(reader, &filter, |mut row| {
            if !as_stored {
                leave_out(&mut row);
            }
            exported.rows.0 += 1;
            exported.spend = exported.spend.saturating_add(row.cost);
            sink.row(&row)
        })?;
        sink.end()?;
        Ok(exported)
    })
}

fn each_row(
    reader: &Reader<'_>,
    filter: &Filter,
    mut take: impl FnMut(Generation) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mut after = None;
    loop {
        let rows = reader.generations(filter, Order::Newest, Page { after, limit: CHUNK })?;
        after = rows.last().map(|row| (row.cost, row.id));
        for row in rows {
            take(row.into())?;
        }
        if after.is_none() {
            return Ok(());
        }
    }
}

/// What another source speaks for reads zero.
fn leave_out(row: &mut Generation) {
    if row.money_left_out {
        (row.cost, row.list_value) = (Money::ZERO, None);
    }
    if row.usage_left_out {
        let nothing = Count(0);
        (row.tokens_input, row.tokens_output, row.cached_tokens) = (nothing, nothing, nothing);
        (row.cache_write_tokens, row.cache_write_long_tokens) = (nothing, nothing);
        (row.reasoning_tokens, row.request_count) = (nothing, Some(nothing));
    }
}
