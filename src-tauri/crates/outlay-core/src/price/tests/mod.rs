//! Tests of the price book: its content, the names it knows, what rows cost.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::*;
use crate::fact::Variant;
use crate::instant::Instant;
use crate::tokens::Tokens;

mod content;
mod costs;
mod explained;
mod names;
mod own;
mod properties;

/// A row to be priced, with what most rows have.
struct Row {
    at: &'static str,
    tokens: Tokens,
    units: &'static [(&'static str, i64)],
    variant: Variant,
    aggregate: bool,
    request_count: Option<i64>,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            at: "2026-10-20T12:00:00Z",
            tokens: Tokens::default(),
            units: &[],
            variant: Variant::default(),
            aggregate: false,
            request_count: Some(1),
        }
    }
}

impl Row {
    fn price(&self, provider: &str, model: &str) -> Priced<'static> {
        static OF_BOOK: LazyLock<Prices> = LazyLock::new(Prices::of_book);
        let found = OF_BOOK.find(provider, model);
        found.in_book().expect("a model of the book");
        self.with(|usage| found.price(usage))
    }

    /// Hands it over as what is to be priced.
    fn with<T>(&self, price: impl FnOnce(&Usage<'_>) -> T) -> T {
        let units: BTreeMap<String, i64> =
            self.units.iter().map(|&(unit, count)| (unit.to_owned(), count)).collect();
        price(&Usage {
            at: Instant::parse(self.at).expect("an instant"),
            tokens: &self.tokens,
            other_units: &units,
            variant: &self.variant,
            aggregate: self.aggregate,
            request_count: self.request_count,
        })
    }
}

/// Uncached input, cache reads, writes, long writes, output.
fn tokens(counts: [i64; 5]) -> Tokens {
    let [uncached_input, cache_read, cache_write, cache_write_long, output] = counts;
    Tokens { uncached_input, cache_read, cache_write, cache_write_long, output, reasoning: 0 }
}
