//! The same calls for the original design's table, with its text ids, so that a peer can load them.

use std::io::{self, Write};

use chrono::DateTime;
use uuid::Uuid;

use crate::openrouter::{Call, Calls};
use crate::random::scramble;

/// The original table in SQLite's words, with the three indexes of its design.
pub const TABLE: &str = "
CREATE TABLE ai_generations (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, application_id TEXT, generation_type TEXT NOT NULL,
    model_used TEXT NOT NULL, tokens_input INTEGER, tokens_output INTEGER, cost_usd REAL, input_summary TEXT,
    output_summary TEXT, duration_ms INTEGER, error TEXT, cached_tokens INTEGER, created_at TEXT);
CREATE INDEX ai_generations_user ON ai_generations (user_id);
CREATE INDEX ai_generations_user_created ON ai_generations (user_id, created_at);
CREATE INDEX ai_generations_type ON ai_generations (generation_type);";

/// Writes the calls in the column order of [`TABLE`], newest first, without a header.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(calls: &Calls, out: &mut impl Write) -> io::Result<()> {
    (0..calls.count()).try_for_each(|index| write_row(&calls.call(index), out))?;
    out.flush()
}

fn write_row(call: &Call, out: &mut impl Write) -> io::Result<()> {
    let time = DateTime::from_timestamp_micros(call.created_at).unwrap_or_default();
    writeln!(
        out,
        "{},owner,{},chat,{},{},{},{}.{:06},,,{},,{},{}",
        random_uuid(call.key),
        random_uuid(call.app as u64 + 1),
        call.model(),
        call.prompt,
        call.completion,
        call.cost / 1_000_000,
        call.cost % 1_000_000,
        call.duration,
        call.cached,
        time.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
    )
}

/// A UUID as `gen_random_uuid()` would make it, always the same for the same key.
fn random_uuid(key: u64) -> Uuid {
    let bits = (u128::from(scramble(key)) << 64) | u128::from(scramble(!key));
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_columns_of_the_table() {
        let mut out = Vec::new();
        write_csv(&Calls::new(2, 1), &mut out).expect("memory takes everything");
        insta::assert_snapshot!(String::from_utf8(out).expect("text"), @"
    7ab40e09-0f36-4a7d-b375-9af4852e5904,owner,5692161d-100b-45e5-9a26-e52fa3730902,chat,google/gemini-2.5-flash,20874,2290,0.010939,,,20910,,3881,2026-07-16T13:32:57.666Z
    52ead7e3-6ea7-4ea8-ab47-721b00f39ddb,owner,b6bf613d-bebb-45dc-93fa-e6b03bb63e47,chat,openai/gpt-5-2025-08-07,25406,2282,0.035265,,,29966,,17166,2025-10-07T17:41:27.438Z
    ");
    }
}
