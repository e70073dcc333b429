//! A row as it crosses to a host: every stored column, ids and times as text, money as decimals.

use outlay_core::basis::CostBasis;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::GenerationRow;
use serde::Serialize;

/// One call, or one bucket that a provider aggregated.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Generation {
    /// Its id.
    pub id: String,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The end of the bucket; null for a call.
    pub period_end: Option<Instant>,
    /// How many requests; null where the source gives none.
    pub request_count: Option<Count>,
    /// Whose it is.
    pub user_id: String,
    /// The application that it names.
    pub application: Option<ApplicationName>,
    /// The original's type.
    pub generation_type: String,
    /// The model as the source writes it.
    pub model_used: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// Money out.
    pub cost: Money,
    /// What the cost rests on.
    pub basis: CostBasis,
    /// Whether the cost was decimal at its source.
    pub cost_exact: bool,
    /// The value at list price, where known.
    pub list_value: Option<Money>,
    /// All input tokens.
    pub tokens_input: Count,
    /// All output tokens.
    pub tokens_output: Count,
    /// Input read from a cache.
    pub cached_tokens: Count,
    /// Input written to a cache.
    pub cache_write_tokens: Count,
    /// Of these, with the longer lifetime.
    pub cache_write_long_tokens: Count,
    /// Output spent on reasoning.
    pub reasoning_tokens: Count,
    /// Other counted units, as a JSON object.
    pub other_units: Option<String>,
    /// The service tier.
    pub service_tier: Option<String>,
    /// Run as a batch.
    pub batch: bool,
    /// What else changes the price, as a JSON object.
    pub variant: String,
    /// The provider's names for user, key and the like, as a JSON object.
    pub labels: String,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<Count>,
    /// The error it ended in.
    pub error: Option<String>,
    /// What came in, redacted.
    pub input_summary: Option<String>,
    /// What came out, redacted.
    pub output_summary: Option<String>,
    /// The price that was applied.
    pub price_id: Option<String>,
    /// How the model's name was read and what was guessed.
    pub price_note: Option<String>,
    /// When it was priced anew; null for the first pricing.
    pub priced_at: Option<Instant>,
    /// The kind of source.
    pub source: String,
    /// The natural key at the source.
    pub source_key: String,
    /// The hash of its content.
    pub fingerprint: String,
    /// The import that brought it.
    pub import_id: Option<String>,
    /// The name of the imported file.
    pub file_name: Option<String>,
    /// The line of that file.
    pub source_line: Option<Count>,
    /// Its money does not count.
    pub money_left_out: bool,
    /// Its tokens and calls do not count.
    pub usage_left_out: bool,
    /// Why not.
    pub left_out_reason: Option<String>,
}

/// An application, by id and name.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ApplicationName {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl From<GenerationRow> for Generation {
    fn from(row: GenerationRow) -> Self {
        let application = row.application.map(|(id, name)| ApplicationName { id: id.to_string(), name });
        let (import_id, file_name) = row.import.map(|(id, name)| (id.to_string(), name)).unzip();
        let (money_left_out, usage_left_out, left_out_reason) = match row.left_out {
            Some((money, usage, reason)) => (money, usage, Some(reason)),
            None => (false, false, None),
        };
        Self {
            id: row.id.to_string(),
            created_at: row.created_at,
            period_end: row.period_end,
            request_count: row.request_count.map(Count),
            user_id: row.user_id,
            application,
            generation_type: row.generation_type,
            model_used: row.model_used,
            provider: row.provider,
            account: row.account,
            cost: row.cost,
            basis: row.cost_basis,
            cost_exact: row.cost_exact,
            list_value: row.list,
            tokens_input: Count(row.tokens_input),
            tokens_output: Count(row.tokens_output),
            cached_tokens: Count(row.cached_tokens),
            cache_write_tokens: Count(row.cache_write_tokens),
            cache_write_long_tokens: Count(row.cache_write_long_tokens),
            reasoning_tokens: Count(row.reasoning_tokens),
            other_units: row.other_units,
            service_tier: row.service_tier,
            batch: row.batch,
            variant: row.variant,
            labels: row.labels,
            duration_ms: row.duration_ms.map(Count),
            error: row.error,
            input_summary: row.input_summary,
            output_summary: row.output_summary,
            price_id: row.price_id,
            price_note: row.price_note,
            priced_at: row.priced_at,
            source: row.source,
            source_key: row.source_key,
            fingerprint: row.fingerprint,
            import_id,
            file_name,
            source_line: row.source_line.map(Count),
            money_left_out,
            usage_left_out,
            left_out_reason,
        }
    }
}
