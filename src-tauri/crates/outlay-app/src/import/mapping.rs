//! Mappings of tables that are no known export: given as pairs, remembered by the header's signature.

use std::path::Path;

use outlay_core::import::{Field, Mapping};
use outlay_ledger::{Reader, Writer};

use super::file::{self, FileError};
use crate::error::AppError;

/// The mapping of `FIELD=COLUMN` and `FIELD:=TEXT` pairs; `None` where there are no pairs. Pairs that are no
/// whole mapping correct the one that is remembered for this header.
pub(super) fn given(writer: &Writer<'_>, pairs: &[String], path: &Path) -> Result<Option<Mapping>, AppError> {
    if pairs.is_empty() {
        return Ok(None);
    }
    let mapping = read(pairs, Mapping::default())?;
    match file::unknown_header(path) {
        Some(signature) if !mapping.missing().is_empty() => {
            let earlier = remembered(&writer.reader(), &signature).map_err(AppError::from)?;
            read(pairs, earlier.unwrap_or_default()).map(Some)
        }
        _ => Ok(Some(mapping)),
    }
}

/// Remembers the mapping of a file that went in, for the next file with its header.
pub(super) fn remember(writer: &Writer<'_>, mapping: &Mapping, path: &Path) -> Result<(), FileError> {
    let Some(signature) = file::unknown_header(path) else { return Ok(()) };
    Ok(writer.set_mapping(&signature, &serde_json::json!(mapping).to_string())?)
}

fn read(pairs: &[String], mut mapping: Mapping) -> Result<Mapping, AppError> {
    for pair in pairs {
        let (name, value) = pair.split_once('=').ok_or_else(|| wrong(pair))?;
        let (name, is_constant) = match name.strip_suffix(':') {
            Some(name) => (name, true),
            None => (name, false),
        };
        match name {
            "input_tokens_are" => mapping.input_tokens = word(pair, value)?,
            "cost_is" => mapping.cost_meaning = word(pair, value)?,
            "cost_in" => mapping.cost_unit = word(pair, value)?,
            "date_order" => mapping.date_order = Some(word(pair, value)?),
            "decimal" => mapping.decimal = Some(word(pair, value)?),
            _ => {
                let field: Field = word(pair, name)?;
                let into = if is_constant { &mut mapping.constants } else { &mut mapping.fields };
                into.insert(field, value.to_owned());
            }
        }
    }
    Ok(mapping)
}

/// The mapping that was used for this header before.
pub(super) fn remembered(reader: &Reader<'_>, signature: &str) -> Result<Option<Mapping>, FileError> {
    let stored = reader.mapping(signature)?;
    let mapping = stored.map(|stored| serde_json::from_str(&stored));
    mapping.transpose().map_err(FileError::RememberedMapping)
}

/// A word of the mapping's vocabulary.
fn word<Word: serde::de::DeserializeOwned>(pair: &str, text: &str) -> Result<Word, AppError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| wrong(pair))
}

fn wrong(pair: &str) -> AppError {
    AppError::Mapping(pair.to_owned())
}
