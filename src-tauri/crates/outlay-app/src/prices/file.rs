//! Own prices as a file that a person can read, keep and give on.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::own::PriceToSet;
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::export::new_file;
use crate::import::FileError;
use crate::pricing;

/// The name of the file's form.
const SCHEMA: &str = "outlay.prices/1";

/// Where own prices go.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct ExportPrices {
    /// A file that is not there yet; when absent, only the answer holds them: a browser saves it by itself.
    pub path: Option<PathBuf>,
}

/// Own prices, as a file holds them.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct PriceFile {
    /// `outlay.prices/1`.
    pub schema: String,
    /// The prices.
    pub prices: Vec<PriceToSet>,
}

/// All prices of the user's own that hold, as a file holds them; written to one where one is named.
///
/// # Errors
/// The file is there already or cannot be written; those of the ledger.
pub fn export(app: &App, request: ExportPrices) -> Result<PriceFile, ApiError> {
    let file = app.read(|reader| {
        let prices = pricing::prices(reader)?;
        let shown = prices.own().iter().map(|own| super::OwnPriceShown::from(own).price).collect();
        Ok(PriceFile { schema: SCHEMA.to_owned(), prices: shown })
    })?;
    if let Some(path) = request.path {
        new_file(&path, |output| {
            let failed = |source| AppError::CannotWrite { path: path.clone(), source };
            serde_json::to_writer_pretty(&mut *output, &file).map_err(|error| failed(error.into()))?;
            Ok(output.write_all(b"\n").map_err(failed)?)
        })?;
    }
    Ok(file)
}

/// Reads such a file.
pub(super) fn read(path: &str) -> Result<Vec<PriceToSet>, AppError> {
    let path = PathBuf::from(path);
    let text = fs_err::read_to_string(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => FileError::Missing(path.clone()),
        _ => FileError::Unreadable { path: path.clone(), source },
    })?;
    let wrong =
        |problem: String| AppError::Field { field: "file", problem: format!("{} {problem}", path.display()) };
    let file: PriceFile = serde_json::from_str(&text).map_err(|error| {
        wrong(format!("is no file of prices: line {}, column {}: {error}", error.line(), error.column()))
    })?;
    if file.schema != SCHEMA {
        return Err(wrong(format!("says `{}` where `{SCHEMA}` is expected", file.schema)));
    }
    Ok(file.prices)
}
