//! Where exported rows go, in the form that was asked for.

use std::io::Write;

use outlay_core::export::formula_safe;

use super::ExportFormat;
use super::columns::COLUMNS;
use crate::error::AppError;
use crate::generations::Generation;

/// An export that was begun.
pub(super) enum Sink<'a> {
    /// Rows of a table.
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    /// Rows of an array, and what stands before the next of them.
    Json(&'a mut dyn Write, &'static str),
}

impl<'a> Sink<'a> {
    /// Writes what stands before the first row.
    pub(super) fn begin(format: ExportFormat, output: &'a mut dyn Write) -> Result<Self, AppError> {
        match format {
            ExportFormat::Csv => {
                let mut table = csv::Writer::from_writer(output);
                table.write_record(COLUMNS.iter().map(|(name, _)| name)).map_err(of_csv)?;
                Ok(Self::Csv(Box::new(table)))
            }
            ExportFormat::Json => {
                output.write_all(b"{\"schema\":\"outlay.calls/1\",\"calls\":[").map_err(AppError::Output)?;
                Ok(Self::Json(output, "\n"))
            }
        }
    }

    /// Writes a row.
    pub(super) fn row(&mut self, row: &Generation) -> Result<(), AppError> {
        match self {
            Self::Csv(table) => {
                for (_, cell) in COLUMNS {
                    table.write_field(formula_safe(&cell(row)).as_bytes()).map_err(of_csv)?;
                }
                table.write_record(None::<&[u8]>).map_err(of_csv)
            }
            Self::Json(output, before) => {
                output.write_all(before.as_bytes()).map_err(AppError::Output)?;
                *before = ",\n";
                serde_json::to_writer(output, row).map_err(|error| AppError::Output(error.into()))
            }
        }
    }

    /// Writes what stands after the last row.
    pub(super) fn end(self) -> Result<(), AppError> {
        match self {
            Self::Csv(mut table) => table.flush(),
            Self::Json(output, _) => output.write_all(b"\n]}\n").and_then(|()| output.flush()),
        }
        .map_err(AppError::Output)
    }
}

fn of_csv(error: csv::Error) -> AppError {
    AppError::Output(error.into())
}
