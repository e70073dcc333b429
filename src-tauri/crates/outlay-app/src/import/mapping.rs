//! Mappings of tables that are no known export: given as pairs, remembered by the header's signature.

use outlay_core::import::{Field, Mapping};
use outlay_ledger::Writer;

use crate::error::{ApiError, Code};

/// The mapping of `FIELD=COLUMN` and `FIELD:=TEXT` pairs; `None` where there are no pairs.
pub(super) fn given(pairs: &[String]) -> Result<Option<Mapping>, ApiError> {
    if pairs.is_empty() {
        return Ok(None);
    }
    let mut mapping = Mapping::default();
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
    Ok(Some(mapping))
}

/// The mapping that was used for this header before.
pub(super) fn remembered(writer: &Writer<'_>, signature: &str) -> Option<Mapping> {
    let stored = writer.reader().mapping(signature).ok().flatten()?;
    serde_json::from_str(&stored).ok()
}

/// A word of the mapping's vocabulary.
fn word<Word: serde::de::DeserializeOwned>(pair: &str, text: &str) -> Result<Word, ApiError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| wrong(pair))
}

fn wrong(pair: &str) -> ApiError {
    ApiError {
        code: Code::Usage,
        message: format!("`{pair}` is no part of a mapping"),
        hint: Some(
            "Say FIELD=COLUMN for a column or FIELD:=TEXT for every row; fields are created_at, model, input_tokens, \
             output_tokens, cached_tokens, cache_write_tokens, cost, currency, id, provider, project and others"
                .to_owned(),
        ),
    }
}
