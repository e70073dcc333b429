//! The cost of a fact: the source's own figure where it gives one, else tokens at the dated price.
//!
//! The arithmetic is `outlay_core::price`; here each combination of texts is resolved once, and the
//! texts that are stored with a row are made once per price.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetId, Facets, Fact};
use outlay_core::money::Money;
use outlay_core::price::{Book, Guess, PriceRef, Priced, Resolved, UnpricedReason, Usage};
use outlay_ledger::Costing;
use rustc_hash::FxHashMap;

/// The texts, the price, what was supposed, and whether cache writes were not split by lifetime.
type PricedAs = (FacetId, PriceRef<'static>, Option<Guess>, bool);

/// Prices facts of one file, or a call.
#[derive(Debug, Default)]
pub(crate) struct Pricer {
    resolved: FxHashMap<FacetId, Result<Resolved<'static>, String>>,
    texts: FxHashMap<PricedAs, (String, String)>,
    unpriced: FxHashMap<(FacetId, UnpricedReason), String>,
}

impl Pricer {
    /// The cost of a fact with these texts.
    pub(crate) fn cost_of(&mut self, facets: &Facets, fact: &Fact) -> Costing<'_> {
        match fact.charge {
            Charge::Billed { cost, list, exact } => plain(CostBasis::Billed, cost, list, exact),
            Charge::Estimated(cost) => plain(CostBasis::Estimated, cost, None, true),
            Charge::Included(list) => plain(CostBasis::Included, Money::ZERO, list, true),
            Charge::Free => plain(CostBasis::Free, Money::ZERO, None, true),
            Charge::ByPriceBook => self.by_price_book(facets, fact),
        }
    }

    fn by_price_book(&mut self, facets: &Facets, fact: &Fact) -> Costing<'_> {
        let Self { resolved, texts, unpriced } = self;
        let resolved = resolved.entry(fact.facets).or_insert_with(|| {
            Book::embedded()
                .resolve(&facets.provider, &facets.model)
                .map_err(|unresolved| unresolved.to_string())
        });
        let resolved = match resolved {
            Ok(resolved) => resolved,
            Err(why) => {
                return Costing { price_note: why, ..plain(CostBasis::Unpriced, Money::ZERO, None, true) };
            }
        };
        let usage = Usage {
            at: fact.created_at,
            tokens: &fact.tokens,
            other_units: &fact.other_units,
            variant: &facets.variant,
            // What sums calls says nothing about the size of one prompt.
            aggregate: fact.period_end.is_some() || fact.request_count != Some(1),
            request_count: fact.request_count,
        };
        let unsplit = facets.variant.unsplit_cache_write && fact.tokens.all_cache_writes() > 0;
        match resolved.price(&usage) {
            Priced::Cost { cost, guess, price } => {
                let estimated = unsplit || guess.is_some_and(Guess::is_estimate);
                let basis = if estimated { CostBasis::Estimated } else { CostBasis::Computed };
                let (price_id, price_note) = texts
                    .entry((fact.facets, price, guess, unsplit))
                    .or_insert_with(|| (price.to_string(), note(resolved, guess, unsplit)));
                Costing { price_id, price_note, ..plain(basis, cost, Some(cost), true) }
            }
            Priced::Free { price } => {
                let (price_id, price_note) = texts
                    .entry((fact.facets, price, None, false))
                    .or_insert_with(|| (price.to_string(), note(resolved, None, false)));
                Costing { price_id, price_note, ..plain(CostBasis::Free, Money::ZERO, None, true) }
            }
            Priced::Unpriced(why) => {
                let note = unpriced.entry((fact.facets, why.clone())).or_insert_with(|| why.to_string());
                Costing { price_note: note, ..plain(CostBasis::Unpriced, Money::ZERO, None, true) }
            }
        }
    }
}

/// How the name was read and what was supposed, as a text to keep with the row.
fn note(resolved: &Resolved<'_>, guess: Option<Guess>, unsplit: bool) -> String {
    let supposed = guess.map(|guess| match guess {
        Guess::BaseTierOfAggregate => "a sum of calls, at the rates of small prompts",
        Guess::HourOfAggregate => "a sum of calls, at the rates of its first hour",
        Guess::AssumedVariant => "the variant's first known price",
        Guess::CurrentListPrice => "only today's list price is known",
    });
    let unsplit = unsplit.then_some("cache writes at the short lifetime's rate");
    let parts = [resolved.normalisations_text(), supposed.map(str::to_owned), unsplit.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A cost that no price of the book was needed for.
fn plain(basis: CostBasis, cost: Money, list: Option<Money>, exact: bool) -> Costing<'static> {
    Costing { basis, cost, list, exact, price_id: "", price_note: "" }
}
