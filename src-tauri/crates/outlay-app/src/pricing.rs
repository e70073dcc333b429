//! What a recorded call costs: the person's own figure, or tokens times the price in force.
//!
//! Prices themselves, and how a model's name is read, are the price book's.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, Facets, Fact};
use outlay_core::money::Money;
use outlay_ledger::Costing;

/// A cost with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnedCosting {
    pub(crate) basis: CostBasis,
    pub(crate) cost: Money,
    pub(crate) list: Option<Money>,
    pub(crate) exact: bool,
    pub(crate) price_id: String,
    pub(crate) price_note: String,
}

impl OwnedCosting {
    /// As the ledger takes it.
    pub(crate) fn as_costing(&self) -> Costing<'_> {
        Costing {
            basis: self.basis,
            cost: self.cost,
            list: self.list,
            exact: self.exact,
            price_id: &self.price_id,
            price_note: &self.price_note,
        }
    }
}

/// The cost of a fact.
pub(crate) fn cost_of(_facets: &Facets, fact: &Fact) -> OwnedCosting {
    let (basis, cost, list, exact) = match fact.charge {
        Charge::Billed { cost, exact } => (CostBasis::Billed, cost, None, exact),
        Charge::Estimated(cost) => (CostBasis::Estimated, cost, Some(cost), true),
        Charge::Included(list) => (CostBasis::Included, Money::ZERO, list, true),
        Charge::Free => (CostBasis::Free, Money::ZERO, None, true),
        Charge::ByPriceBook => (CostBasis::Unpriced, Money::ZERO, None, true),
    };
    OwnedCosting { basis, cost, list, exact, price_id: String::new(), price_note: String::new() }
}
