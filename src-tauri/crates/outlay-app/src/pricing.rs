//! The cost of a fact: the source's own figure where it gives one, else tokens at the dated price.
//!
//! The arithmetic is `outlay_core::price`; here each combination of texts is resolved once, and the
//! texts that are stored with a row are made once per price.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetId, Facets, Fact};
use outlay_core::money::Money;
use outlay_core::price::{Found, Guess, PriceRef, Priced, Prices, UnpricedReason, Usage};
use outlay_ledger::Costing;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The texts, the price, what was supposed, and whether cache writes were not split by lifetime.
type PricedAs = (FacetId, PriceRef<'static>, Option<Guess>, bool);

/// Prices facts of one file, or a call.
#[derive(Debug, Default)]
pub(crate) struct Pricer {
    found: FxHashMap<FacetId, Found<'static>>,
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
        let Self { found, texts, unpriced } = self;
        let found =
            found.entry(fact.facets).or_insert_with(|| prices().find(&facets.provider, &facets.model));
        let usage = Usage {
            at: fact.created_at,
            tokens: &fact.tokens,
            other_units: &fact.other_units,
            variant: &facets.variant,
            aggregate: Usage::sums_calls(fact.period_end, fact.request_count),
            request_count: fact.request_count,
        };
        let unsplit = facets.variant.unsplit_cache_write && fact.tokens.all_cache_writes() > 0;
        match found.price(&usage) {
            Priced::Cost { cost, guess, price } => {
                let estimated = unsplit || guess.is_some_and(Guess::is_estimate);
                let basis = if estimated { CostBasis::Estimated } else { CostBasis::Computed };
                let (price_id, price_note) = texts
                    .entry((fact.facets, price, guess, unsplit))
                    .or_insert_with(|| (price.to_string(), note(found, price, guess, unsplit)));
                Costing { price_id, price_note, ..plain(basis, cost, Some(cost), true) }
            }
            Priced::Free { price } => {
                let (price_id, price_note) = texts
                    .entry((fact.facets, price, None, false))
                    .or_insert_with(|| (price.to_string(), note(found, price, None, false)));
                Costing { price_id, price_note, ..plain(CostBasis::Free, Money::ZERO, None, true) }
            }
            Priced::Unpriced(why) => {
                let note = unpriced.entry((fact.facets, why.clone())).or_insert_with(|| why.to_string());
                Costing { price_note: note, ..plain(CostBasis::Unpriced, Money::ZERO, None, true) }
            }
        }
    }
}

/// The prices that hold.
pub(crate) fn prices() -> &'static Prices {
    static OF_BOOK: LazyLock<Prices> = LazyLock::new(Prices::of_book);
    &OF_BOOK
}

/// What is supposed of cache writes whose lifetime the source does not tell.
pub(crate) const UNSPLIT: &str = "cache writes at the short lifetime's rate";

/// What was supposed, in words.
pub(crate) fn supposed(guess: Guess) -> &'static str {
    match guess {
        Guess::BaseTierOfAggregate => "a sum of calls, at the rates of small prompts",
        Guess::HourOfAggregate => "a sum of calls, at the rates of its first hour",
        Guess::AssumedVariant => "the variant's first known price",
        Guess::CurrentListPrice => "only today's list price is known",
    }
}

/// How the name was read and what was supposed, as a text to keep with the row.
fn note(found: &Found<'_>, price: PriceRef<'_>, guess: Option<Guess>, unsplit: bool) -> String {
    let supposed = guess.map(supposed).map(str::to_owned);
    let unsplit = unsplit.then(|| UNSPLIT.to_owned());
    let parts = [found.reading(price), supposed, unsplit];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A cost that no price of the book was needed for.
fn plain(basis: CostBasis, cost: Money, list: Option<Money>, exact: bool) -> Costing<'static> {
    Costing { basis, cost, list, exact, price_id: "", price_note: "" }
}
