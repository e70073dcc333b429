//! Rows for a ledger of any size: three years, five applications, four types, eight models, each sold by
//! three providers, oldest first. Whoever takes them decides how they are stored.

use chrono::NaiveDate;

use crate::random::Random;
use crate::working_hours::WorkingHours;

/// How many applications the rows name.
pub const APPLICATIONS: usize = 5;
/// The types that the rows name.
pub const TYPES: [&str; 4] = ["chat", "agent", "embedding", "summary"];

/// How many days the rows cover.
pub const DAYS: u32 = 3 * 365;

/// The last day of the rows.
pub fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 31).unwrap_or_default()
}

/// One call with its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerRow {
    /// Microseconds since 1970.
    pub created_at: i64,
    /// The application's number, below [`APPLICATIONS`].
    pub application: usize,
    /// One of [`TYPES`].
    pub generation_type: &'static str,
    /// The model.
    pub model: &'static str,
    /// Who bills it.
    pub provider: &'static str,
    /// All input, cached tokens included.
    pub tokens_input: i64,
    /// The part of the input that was read from a cache.
    pub cached_tokens: i64,
    /// All output.
    pub tokens_output: i64,
    /// Money out, in nano-dollars.
    pub cost_nanos: i64,
    /// In milliseconds.
    pub duration_ms: i64,
}

/// Who sells the models: every provider sells all, so that all combinations occur.
pub const PROVIDERS: [&str; 3] = ["openrouter", "azure", "bedrock"];

/// Model, and nano-dollars per token of input, cached input and output.
const MODELS: [(&str, i64, i64, i64); 8] = [
    ("gpt-5", 1250, 125, 10_000),
    ("claude-sonnet-4-5", 3000, 300, 15_000),
    ("gpt-5-mini", 250, 25, 2000),
    ("claude-haiku-4-5", 1000, 100, 5000),
    ("gemini-2.5-flash", 300, 30, 2500),
    ("gpt-5-nano", 50, 5, 400),
    ("gemini-2.5-pro", 1250, 310, 10_000),
    ("claude-opus-4-5", 5000, 500, 25_000),
];

/// The rows of a seed, oldest first.
#[derive(Debug)]
pub struct LedgerRows {
    next: u64,
    count: u64,
    seed: u64,
    hours: WorkingHours,
}

impl LedgerRows {
    /// `rows` rows over the [`DAYS`] that end with [`last_day`].
    pub fn new(rows: u64, seed: u64) -> Self {
        Self { next: 0, count: rows, seed, hours: WorkingHours::until(last_day(), DAYS) }
    }
}

impl Iterator for LedgerRows {
    type Item = LedgerRow;

    fn next(&mut self) -> Option<LedgerRow> {
        if self.next == self.count {
            return None;
        }
        let mut random = Random::of_row(self.seed, self.next);
        let created_at = self.hours.instant(self.next, self.count, random.number());
        self.next += 1;
        let (model, input, cached, output) = random.choose(&MODELS);
        let tokens_input = 100 + random.mostly_small(120_000) as i64;
        let cached_tokens = if random.chance(60) { random.below(tokens_input as u64) as i64 } else { 0 };
        let tokens_output = 1 + random.mostly_small(12_000) as i64;
        Some(LedgerRow {
            created_at,
            application: random.below(APPLICATIONS as u64) as usize,
            generation_type: random.choose(&TYPES),
            model,
            provider: random.choose(&PROVIDERS),
            tokens_input,
            cached_tokens,
            tokens_output,
            cost_nanos: (tokens_input - cached_tokens) * input
                + cached_tokens * cached
                + tokens_output * output,
            duration_ms: 300 + tokens_output * (5 + random.below(20) as i64),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.count - self.next) as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for LedgerRows {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_seed_is_a_ledger() {
        insta::assert_debug_snapshot!(LedgerRows::new(10_000_000, 1).next(), @r#"
    Some(
        LedgerRow {
            created_at: 1693612857863170,
            application: 2,
            generation_type: "chat",
            model: "gpt-5-mini",
            provider: "openrouter",
            tokens_input: 13883,
            cached_tokens: 2581,
            tokens_output: 1718,
            cost_nanos: 6326025,
            duration_ms: 10608,
        },
    )
    "#);
    }

    #[test]
    fn three_years_in_order_with_everything_in_them() {
        let rows: Vec<LedgerRow> = LedgerRows::new(30_000, 1).collect();
        assert_eq!(rows.len(), 30_000);
        assert!(rows.is_sorted_by_key(|row| row.created_at));
        let days = (rows[29_999].created_at - rows[0].created_at) / 86_400_000_000;
        assert_eq!(days, i64::from(DAYS) - 1, "from within the first day to within the last");
        assert_eq!(rows.iter().map(|row| row.model).collect::<HashSet<_>>().len(), 8);
        assert_eq!(rows.iter().map(|row| row.provider).collect::<HashSet<_>>().len(), 3);
        assert_eq!(rows.iter().map(|row| row.application).collect::<HashSet<_>>().len(), APPLICATIONS);
        assert_eq!(rows.iter().map(|row| row.generation_type).collect::<HashSet<_>>().len(), TYPES.len());
        assert!(rows.iter().all(|row| row.cost_nanos > 0 && row.cached_tokens <= row.tokens_input));
    }
}
