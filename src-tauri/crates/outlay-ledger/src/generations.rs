//! The table of rows: how one is written. Reading them for people is in `tables/calls`.

use outlay_core::fact::Fact;
use outlay_core::identity::Fingerprint;
use outlay_core::money::Money;
use rusqlite::{CachedStatement, Connection, params};

use crate::error::LedgerError;
use crate::rollup::Numbers;

/// A row as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredRow {
    pub(crate) id: [u8; 16],
    pub(crate) numbers: Numbers,
    pub(crate) detail: i64,
    pub(crate) import_number: Option<i64>,
    pub(crate) source_line: Option<i64>,
    pub(crate) cache_write_long_tokens: i64,
    pub(crate) other_units: Option<String>,
    pub(crate) priced_at: Option<i64>,
    pub(crate) source_key: String,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) duration_ms: Option<i64>,
    pub(crate) error: Option<String>,
    pub(crate) input_summary: Option<String>,
    pub(crate) output_summary: Option<String>,
}

/// What the price of a fact comes to, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costing<'a> {
    /// What the cost rests on.
    pub basis: outlay_core::basis::CostBasis,
    /// Money out.
    pub cost: Money,
    /// The value at list price, where known.
    pub list: Option<Money>,
    /// Whether the cost was decimal at its source.
    pub exact: bool,
    /// The price that was applied; empty where none was.
    pub price_id: &'a str,
    /// How the model's name was read and what was guessed; usually empty.
    pub price_note: &'a str,
}

impl StoredRow {
    /// The row of a fact that a file brought.
    pub(crate) fn of_import(
        id: [u8; 16],
        fact: Fact,
        costing: &Costing<'_>,
        dimension: i64,
        detail: i64,
        import: i64,
    ) -> Self {
        let numbers = Numbers {
            dimension,
            created_at: fact.created_at,
            period_end: fact.period_end,
            request_count: fact.request_count,
            tokens_input: fact.tokens.input(),
            tokens_output: fact.tokens.output,
            cached_tokens: fact.tokens.cache_read,
            cache_write_tokens: fact.tokens.all_cache_writes(),
            reasoning_tokens: fact.tokens.reasoning,
            cost_nanos: costing.cost.nanos(),
            list_nanos: costing.list.map(Money::nanos),
            exact: costing.exact,
        };
        let other_units =
            (!fact.other_units.is_empty()).then(|| serde_json::json!(fact.other_units).to_string());
        Self {
            id,
            numbers,
            detail,
            import_number: Some(import),
            source_line: i64::try_from(fact.line).ok(),
            cache_write_long_tokens: fact.tokens.cache_write_long,
            other_units,
            priced_at: None,
            source_key: fact.source_key,
            fingerprint: fact.fingerprint,
            duration_ms: fact.duration_ms,
            error: fact.error,
            input_summary: None,
            output_summary: None,
        }
    }
}

/// The statement that `insert` runs, to be prepared once for many rows.
pub(crate) fn prepare_insert(connection: &Connection) -> Result<CachedStatement<'_>, LedgerError> {
    let sql = "INSERT INTO generations (id, source_key, fingerprint, import_number, created_at, dimension_id, detail_id,
            source_line, period_end, request_count, tokens_input, tokens_output, cached_tokens, cache_write_tokens,
            cache_write_long_tokens, reasoning_tokens, other_units, cost_nanos, list_nanos, cost_exact, priced_at,
            duration_ms, error, input_summary, output_summary)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
            ?22, ?23, ?24, ?25)";
    Ok(connection.prepare_cached(sql)?)
}

/// Writes a row. It is never changed afterwards.
pub(crate) fn insert(statement: &mut CachedStatement<'_>, row: &StoredRow) -> Result<(), LedgerError> {
    let numbers = &row.numbers;
    statement.execute(params![
        row.id,
        row.source_key,
        row.fingerprint.0,
        row.import_number,
        numbers.created_at.micros(),
        numbers.dimension,
        row.detail,
        row.source_line,
        numbers.period_end.map(outlay_core::instant::Instant::micros),
        numbers.request_count,
        numbers.tokens_input,
        numbers.tokens_output,
        numbers.cached_tokens,
        numbers.cache_write_tokens,
        row.cache_write_long_tokens,
        numbers.reasoning_tokens,
        row.other_units,
        numbers.cost_nanos,
        numbers.list_nanos,
        numbers.exact,
        row.priced_at,
        row.duration_ms,
        row.error,
        row.input_summary,
        row.output_summary,
    ])?;
    Ok(())
}
