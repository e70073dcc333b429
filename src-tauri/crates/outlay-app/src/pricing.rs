//! The cost of a fact: the source's own figure where it gives one, else tokens at the dated price.
//!
//! The arithmetic is `outlay_core::price`; here each combination of texts is resolved once, and the
//! texts that are stored with a row are made once per price.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetId, FacetTable, Facets, Fact};
use outlay_core::money::Money;
use outlay_core::price::{Book, Found, Guess, PriceRef, Priced, Prices, UnpricedReason, Usage};
use outlay_ledger::{Costing, LedgerError, PricedRow, Pricing, Reader};
use rustc_hash::FxHashMap;

/// The texts, the price, what was supposed, and whether cache writes were not split by lifetime.
type PricedAs<'p> = (FacetId, PriceRef<'p>, Option<Guess>, bool);

/// Prices facts of one file, or a call.
#[derive(Debug)]
pub(crate) struct Pricer<'p> {
    prices: &'p Prices,
    found: FxHashMap<FacetId, Found<'p>>,
    texts: FxHashMap<PricedAs<'p>, (String, String)>,
    unpriced: FxHashMap<(FacetId, UnpricedReason, bool), String>,
}

/// Prices rows of the ledger anew.
#[derive(Debug)]
pub(crate) struct Repricer<'p> {
    pricer: Pricer<'p>,
    facets: FacetTable,
}

/// What a row says whose source gives all cache writes in one column.
pub(crate) const UNSPLIT: &str = "cache writes at the short lifetime's rate";

/// The price book and what the owner of the ledger says about prices.
pub(crate) fn prices(reader: &Reader<'_>) -> Result<Prices, LedgerError> {
    Ok(Prices::new(Book::embedded(), reader.own_prices()?))
}

/// What of a fact its price depends on.
pub(crate) fn usage<'a>(facets: &'a Facets, fact: &'a Fact) -> Usage<'a> {
    Usage {
        at: fact.created_at,
        tokens: &fact.tokens,
        other_units: &fact.other_units,
        variant: &facets.variant,
        aggregate: Usage::sums_calls(fact.period_end, fact.request_count),
        request_count: fact.request_count,
    }
}

impl<'p> Pricer<'p> {
    /// Prices by these.
    pub(crate) fn new(prices: &'p Prices) -> Self {
        Self {
            prices,
            found: FxHashMap::default(),
            texts: FxHashMap::default(),
            unpriced: FxHashMap::default(),
        }
    }

    /// The cost of a fact with these texts.
    pub(crate) fn cost_of(&mut self, facets: &Facets, fact: &Fact) -> Costing<'_> {
        match fact.charge {
            Charge::Billed { cost, list, exact } => plain(CostBasis::Billed, cost, list, exact),
            Charge::Estimated(cost) => plain(CostBasis::Estimated, cost, None, true),
            Charge::Included(list) => plain(CostBasis::Included, Money::ZERO, list, true),
            Charge::Free => plain(CostBasis::Free, Money::ZERO, None, true),
            Charge::ByPriceBook => {
                self.by_prices((fact.facets, facets), fact, facets.variant.unsplit_cache_write)
            }
        }
    }

    fn by_prices(&mut self, (id, facets): (FacetId, &Facets), fact: &Fact, unsplit: bool) -> Costing<'_> {
        let Self { prices, found, texts, unpriced } = self;
        let found = found.entry(id).or_insert_with(|| prices.find(&facets.provider, &facets.model));
        let unsplit = unsplit && fact.tokens.all_cache_writes() > 0;
        match found.price(&usage(facets, fact)) {
            Priced::Cost { cost, guess, price } => {
                let estimated = unsplit || guess.is_some_and(Guess::is_estimate);
                let basis = if estimated { CostBasis::Estimated } else { CostBasis::Computed };
                let (price_id, price_note) = texts
                    .entry((id, price, guess, unsplit))
                    .or_insert_with(|| (price.to_string(), note(found, price, guess, unsplit)));
                Costing { price_id, price_note, ..plain(basis, cost, Some(cost), true) }
            }
            Priced::Free { price } => {
                let (price_id, price_note) = texts
                    .entry((id, price, None, false))
                    .or_insert_with(|| (price.to_string(), note(found, price, None, false)));
                Costing { price_id, price_note, ..plain(CostBasis::Free, Money::ZERO, None, true) }
            }
            Priced::Unpriced(why) => {
                let note = unpriced.entry((id, why.clone(), unsplit)).or_insert_with(|| {
                    // Kept, because it matters when a price is known.
                    if unsplit { format!("{why}; {UNSPLIT}") } else { why.to_string() }
                });
                Costing { price_note: note, ..plain(CostBasis::Unpriced, Money::ZERO, None, true) }
            }
        }
    }
}

impl<'p> Repricer<'p> {
    /// Prices by these.
    pub(crate) fn new(prices: &'p Prices) -> Self {
        Self { pricer: Pricer::new(prices), facets: FacetTable::default() }
    }
}

impl Pricing for Repricer<'_> {
    fn price(&mut self, row: &PricedRow) -> Costing<'_> {
        let id = self.facets.intern(row.facets.clone());
        self.pricer.by_prices((id, &row.facets), &row.fact, row.price_note.contains(UNSPLIT))
    }
}

/// How the name was read and what was supposed, as a text to keep with the row.
fn note(found: &Found<'_>, price: PriceRef<'_>, guess: Option<Guess>, unsplit: bool) -> String {
    let supposed = guess.map(|guess| match guess {
        Guess::BaseTierOfAggregate => "a sum of calls, at the rates of small prompts",
        Guess::HourOfAggregate => "a sum of calls, at the rates of its first hour",
        Guess::AssumedVariant => "the variant's first known price",
        Guess::CurrentListPrice => "only today's list price is known",
    });
    let unsplit = unsplit.then_some(UNSPLIT);
    let parts = [found.reading(price), supposed.map(str::to_owned), unsplit.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A cost that no price of the book was needed for.
fn plain(basis: CostBasis, cost: Money, list: Option<Money>, exact: bool) -> Costing<'static> {
    Costing { basis, cost, list, exact, price_id: "", price_note: "" }
}
