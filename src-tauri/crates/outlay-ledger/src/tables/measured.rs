//! A stored row as what is to be priced: its columns count inclusively, prices need disjoint buckets.
//!
//! What it costs is `outlay_core::price`'s to say.

use std::collections::BTreeMap;

use outlay_core::fact::Variant;
use outlay_core::instant::Instant;
use outlay_core::price::Usage;
use outlay_core::tokens::Tokens;

use super::calls::GenerationRow;
use crate::error::LedgerError;
use crate::repricing::variant;

/// What a row's price depends on, beside its model and its instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Disjoint token buckets.
    pub tokens: Tokens,
    /// Other counted units.
    pub other_units: BTreeMap<String, i64>,
    /// What changes the price. Whether cache writes were split by lifetime is not stored: it changes no amount.
    pub variant: Variant,
    /// Whether the row sums several calls.
    pub aggregate: bool,
    /// How many calls, where the source says so.
    pub request_count: Option<i64>,
}

impl GenerationRow {
    /// What its price depends on.
    ///
    /// # Errors
    /// A stored text that this program cannot read.
    pub fn measured(&self) -> Result<Measured, LedgerError> {
        let units = self.other_units.as_deref().unwrap_or("{}");
        let other_units = serde_json::from_str(units)
            .map_err(|_| LedgerError::Unreadable { what: "other units", value: units.to_owned() })?;
        Ok(Measured {
            tokens: Tokens {
                uncached_input: self.tokens_input - self.cached_tokens - self.cache_write_tokens,
                cache_read: self.cached_tokens,
                cache_write: self.cache_write_tokens - self.cache_write_long_tokens,
                cache_write_long: self.cache_write_long_tokens,
                output: self.tokens_output,
                reasoning: self.reasoning_tokens,
            },
            other_units,
            variant: variant(self.service_tier.clone().unwrap_or_default(), self.batch, &self.variant)?,
            aggregate: Usage::sums_calls(self.period_end, self.request_count),
            request_count: self.request_count,
        })
    }
}

impl Measured {
    /// The same at an instant.
    pub fn at(&self, at: Instant) -> Usage<'_> {
        Usage {
            at,
            tokens: &self.tokens,
            other_units: &self.other_units,
            variant: &self.variant,
            aggregate: self.aggregate,
            request_count: self.request_count,
        }
    }
}
