//! The columns of an exported table: the original's first, by their names, then what was added.

use outlay_core::report::Count;

use crate::generations::Generation;

/// A column's cell of a row, as text.
type Cell = fn(&Generation) -> String;

/// Every column with its name.
pub(super) const COLUMNS: &[(&str, Cell)] = &[
    ("id", |row| row.id.clone()),
    ("user_id", |row| row.user_id.clone()),
    ("application_id", |row| row.application.as_ref().map_or_else(String::new, |known| known.id.clone())),
    ("generation_type", |row| row.generation_type.clone()),
    ("model_used", |row| row.model_used.clone()),
    ("tokens_input", |row| row.tokens_input.0.to_string()),
    ("tokens_output", |row| row.tokens_output.0.to_string()),
    ("cost_usd", |row| row.cost.to_string()),
    ("input_summary", |row| text(&row.input_summary)),
    ("output_summary", |row| text(&row.output_summary)),
    ("duration_ms", |row| count(row.duration_ms)),
    ("error", |row| text(&row.error)),
    ("cached_tokens", |row| row.cached_tokens.0.to_string()),
    ("created_at", |row| row.created_at.to_string()),
    ("cost_basis", |row| row.basis.to_string()),
    ("cost_exact", |row| row.cost_exact.to_string()),
    ("list_usd", |row| shown(row.list_value)),
    ("request_count", |row| count(row.request_count)),
    ("period_end", |row| shown(row.period_end)),
    ("cache_write_tokens", |row| row.cache_write_tokens.0.to_string()),
    ("cache_write_long_tokens", |row| row.cache_write_long_tokens.0.to_string()),
    ("reasoning_tokens", |row| row.reasoning_tokens.0.to_string()),
    ("other_units", |row| text(&row.other_units)),
    ("application", |row| row.application.as_ref().map_or_else(String::new, |known| known.name.clone())),
    ("provider", |row| row.provider.clone()),
    ("account", |row| row.account.clone()),
    ("source", |row| row.source.clone()),
    ("source_key", |row| row.source_key.clone()),
    ("fingerprint", |row| row.fingerprint.clone()),
    ("import_id", |row| text(&row.import_id)),
    ("file_name", |row| text(&row.file_name)),
    ("source_line", |row| count(row.source_line)),
    ("price_id", |row| text(&row.price_id)),
    ("price_note", |row| text(&row.price_note)),
    ("priced_at", |row| shown(row.priced_at)),
    ("service_tier", |row| text(&row.service_tier)),
    ("batch", |row| row.batch.to_string()),
    ("variant", |row| row.variant.clone()),
    ("labels", |row| row.labels.clone()),
    ("money_left_out", |row| row.money_left_out.to_string()),
    ("usage_left_out", |row| row.usage_left_out.to_string()),
    ("left_out_reason", |row| text(&row.left_out_reason)),
];

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn count(value: Option<Count>) -> String {
    shown(value.map(|Count(count)| count))
}

fn shown<Value: std::fmt::Display>(value: Option<Value>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
