//! Why a row of another machine cannot be taken into any ledger. What becomes of it is not decided here.

use rustc_hash::FxHashSet;

use super::Refusal;
use crate::sync::names::millis_of;
use crate::sync::rows::Generation;

/// Looks at the rows of a page.
#[derive(Default)]
pub(super) struct Faults {
    /// Texts that are JSON objects: rows repeat few of them.
    objects: FxHashSet<String>,
}

impl Faults {
    /// Why no ledger takes the row.
    pub(super) fn of(&mut self, row: &Generation) -> Option<Refusal> {
        let counts = [
            row.tokens_input,
            row.tokens_output,
            row.cached_tokens,
            row.cache_write_tokens,
            row.cache_write_long_tokens,
            row.reasoning_tokens,
            row.request_count.unwrap_or(0),
            row.duration_ms.unwrap_or(0),
        ];
        if !row.created_at.is_storable() || row.period_end.is_some_and(|end| !end.is_storable()) {
            return Some(Refusal::TimeOutOfRange);
        }
        if millis_of(row.id.as_bytes()) != row.created_at.micros().div_euclid(1000) {
            return Some(Refusal::IdOfAnotherTime);
        }
        if counts.iter().any(|&count| count < 0)
            || row.cached_tokens.saturating_add(row.cache_write_tokens) > row.tokens_input
            || row.cache_write_long_tokens > row.cache_write_tokens
            || row.reasoning_tokens > row.tokens_output
        {
            return Some(Refusal::Counts);
        }
        let is_valid = self.is_object(&row.labels)
            && self.is_object(&row.variant)
            && row.other_units.as_deref().is_none_or(|units| self.is_object(units));
        (!is_valid).then_some(Refusal::NoObject)
    }

    fn is_object(&mut self, text: &str) -> bool {
        if text == "{}" || self.objects.contains(text) {
            return true;
        }
        let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok();
        if is_object {
            self.objects.insert(text.to_owned());
        }
        is_object
    }
}
