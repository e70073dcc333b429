//! The cost of a fact: the source's own figure where it gives one, else tokens at the dated price.
//!
//! The arithmetic is `outlay_core::price`; here a file's facets are resolved once and their prices kept.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, Facets, Fact};
use outlay_core::money::Money;
use outlay_ledger::Costing;

/// Prices facts, remembering how each combination of texts resolved.
#[derive(Debug, Default)]
pub(crate) struct Pricer {
    notes: Vec<String>,
}

impl Pricer {
    /// The cost of a fact with these texts.
    pub(crate) fn cost_of(&mut self, _facets: &Facets, fact: &Fact) -> Costing<'_> {
        match fact.charge {
            Charge::Billed { cost, list, exact } => plain(CostBasis::Billed, cost, list, exact),
            Charge::Estimated(cost) => plain(CostBasis::Estimated, cost, None, true),
            Charge::Included(list) => plain(CostBasis::Included, Money::ZERO, list, true),
            Charge::Free => plain(CostBasis::Free, Money::ZERO, None, true),
            Charge::ByPriceBook => plain(CostBasis::Unpriced, Money::ZERO, None, true),
        }
    }
}

/// A cost that no price of the book was needed for.
fn plain(basis: CostBasis, cost: Money, list: Option<Money>, exact: bool) -> Costing<'static> {
    Costing { basis, cost, list, exact, price_id: "", price_note: "" }
}
