//! Own prices as a file that a person can read, keep and give on.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::own::PriceToSet;
use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};
use crate::import::FileError;
use crate::pricing;

/// The name of the file's form.
const SCHEMA: &str = "outlay.prices/1";

/// Own prices, as a file holds them.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct PriceFile {
    /// `outlay.prices/1`.
    pub schema: String,
    /// The prices.
    pub prices: Vec<PriceToSet>,
}

/// All prices of the user's own that hold, as a file holds them.
///
/// # Errors
/// Those of the ledger.
pub fn export(app: &App, _request: Nothing) -> Result<PriceFile, ApiError> {
    app.read(|reader| {
        let prices = pricing::prices(reader)?;
        let shown = prices.own().iter().map(|own| super::OwnPriceShown::from(own).price).collect();
        Ok(PriceFile { schema: SCHEMA.to_owned(), prices: shown })
    })
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
