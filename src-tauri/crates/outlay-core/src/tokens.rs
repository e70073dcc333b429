//! Token counts in disjoint buckets.
//!
//! Providers disagree on whether "input" contains the cache. Here the five buckets never overlap,
//! so a price can be applied to each; the inclusive totals of the original columns are derived.

use serde::{Deserialize, Serialize};

/// Tokens of one row, in five disjoint buckets, and reasoning as a part of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Tokens {
    /// Input that neither came from a cache nor was written to one.
    pub uncached_input: i64,
    /// Input read from a cache.
    pub cache_read: i64,
    /// Input written to a cache with the short (default) lifetime.
    pub cache_write: i64,
    /// Input written to a cache with the provider's longer lifetime.
    pub cache_write_long: i64,
    /// Output, reasoning included.
    pub output: i64,
    /// Reasoning tokens within `output`.
    pub reasoning: i64,
}

impl Tokens {
    /// All input: uncached, read from a cache and written to one (`tokens_input` of the ledger).
    pub const fn input(&self) -> i64 {
        self.uncached_input + self.cache_read + self.cache_write + self.cache_write_long
    }

    /// All cache writes, short and long (`cache_write_tokens` of the ledger).
    pub const fn all_cache_writes(&self) -> i64 {
        self.cache_write + self.cache_write_long
    }

    /// The most tokens that one row may hold in a bucket: enough for any provider's year, and four
    /// buckets of it still add up within an `i64`.
    pub const LIMIT: i64 = 1_000_000_000_000_000;

    /// The first bucket that is below zero or absurd, by its name; reasoning beyond output counts too.
    pub fn fault(&self) -> Option<&'static str> {
        let named = [
            ("uncached input", self.uncached_input),
            ("cache read", self.cache_read),
            ("cache write", self.cache_write),
            ("long cache write", self.cache_write_long),
            ("output", self.output),
            ("reasoning", self.reasoning),
        ];
        let outside = named.into_iter().find(|(_, count)| !(0..=Self::LIMIT).contains(count));
        outside.map(|(name, _)| name).or((self.reasoning > self.output).then_some("reasoning"))
    }
}
