//! What is known of both sides of a comparison: their sums, and what among their rows may explain a difference.

use std::collections::BTreeSet;

use super::rows::{BillSide, RowSum};
use super::verdict::TOLERANCE;
use crate::basis::CostBasis;
use crate::money::Money;
use crate::period::Day;

/// Rows of one kind and what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Part {
    pub(super) rows: i64,
    pub(super) cost: Money,
}

/// Both sides of a comparison.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    pub(super) billed: Part,
    pub(super) usage: Part,
    /// Billed for something else than tokens, and for what.
    pub(super) fees: Part,
    pub(super) fee_names: BTreeSet<String>,
    /// Billed below zero.
    pub(super) credits: Part,
    /// Billed as batch.
    pub(super) billed_batch: Part,
    /// Billed lines that are no whole cents.
    pub(super) split_cents: i64,
    pub(super) unpriced: Part,
    pub(super) unpriced_tokens: i64,
    /// Priced with a guess, and the first of what was supposed.
    pub(super) estimated: Part,
    pub(super) guess: String,
    /// Usage that says it ran as a batch.
    pub(super) usage_batch: Part,
    /// The first days of the prices that were applied.
    pub(super) price_days: BTreeSet<Day>,
    /// Whether money of a side is part of totals.
    pub(super) billed_counts: bool,
    pub(super) usage_counts: bool,
    /// The part of each that is.
    pub(super) counted: Money,
    /// Whether rows that count have no price.
    pub(super) counted_without_price: bool,
}

impl Evidence {
    /// Adds rows of a side.
    pub(super) fn add(&mut self, side: BillSide, sum: &RowSum) {
        if sum.counts {
            self.counted = self.counted.saturating_add(sum.cost);
        }
        match side {
            BillSide::Billed => self.add_billed(sum),
            BillSide::Usage => self.add_usage(sum),
        }
    }

    fn add_billed(&mut self, sum: &RowSum) {
        self.billed_counts |= sum.counts;
        self.billed.add(sum.rows, sum.cost);
        self.credits.add(sum.credit_rows, sum.credits);
        self.split_cents += sum.split_cents;
        if sum.batch {
            self.billed_batch.add(sum.rows, sum.cost);
        }
        if let Some(fee) = sum.fee() {
            self.fees.add(sum.rows, sum.cost);
            self.fee_names.insert(fee.to_owned());
        }
    }

    fn add_usage(&mut self, sum: &RowSum) {
        self.usage_counts |= sum.counts;
        self.usage.add(sum.rows, sum.cost);
        self.price_days.extend(sum.price_since());
        if sum.batch {
            self.usage_batch.add(sum.rows, sum.cost);
        }
        match sum.basis {
            CostBasis::Unpriced => {
                self.counted_without_price |= sum.counts;
                self.unpriced.add(sum.rows, Money::ZERO);
                self.unpriced_tokens = self.unpriced_tokens.saturating_add(sum.tokens);
            }
            CostBasis::Estimated => {
                self.estimated.add(sum.rows, sum.cost);
                if self.guess.is_empty() {
                    self.guess.clone_from(&sum.price_note);
                }
            }
            _ => {}
        }
    }

    /// Adds everything that another comparison knows.
    pub(super) fn extend(&mut self, other: &Self) {
        let parts = [
            (&mut self.billed, other.billed),
            (&mut self.usage, other.usage),
            (&mut self.fees, other.fees),
            (&mut self.credits, other.credits),
            (&mut self.billed_batch, other.billed_batch),
            (&mut self.unpriced, other.unpriced),
            (&mut self.estimated, other.estimated),
            (&mut self.usage_batch, other.usage_batch),
        ];
        for (part, more) in parts {
            part.add(more.rows, more.cost);
        }
        self.fee_names.extend(other.fee_names.iter().cloned());
        self.price_days.extend(&other.price_days);
        self.split_cents += other.split_cents;
        self.unpriced_tokens = self.unpriced_tokens.saturating_add(other.unpriced_tokens);
        self.billed_counts |= other.billed_counts;
        self.usage_counts |= other.usage_counts;
        self.counted_without_price |= other.counted_without_price;
        self.counted = self.counted.saturating_add(other.counted);
        if self.guess.is_empty() {
            self.guess.clone_from(&other.guess);
        }
    }

    /// How far computed is above billed.
    pub(super) fn difference(&self) -> Money {
        minus(self.usage.cost, self.billed.cost)
    }

    /// Whether the sides agree once so much more had been computed.
    pub(super) fn agrees_with(&self, more: Money) -> bool {
        let off = i128::from(self.difference().nanos()) + i128::from(more.nanos());
        let billed = i128::from(self.billed.cost.nanos());
        off.abs() * 100 <= billed.abs() || off.abs() <= i128::from(TOLERANCE.nanos())
    }

    /// The side without any row.
    pub(super) fn lacking(&self) -> Option<BillSide> {
        match (self.billed.rows, self.usage.rows) {
            (0, _) => Some(BillSide::Billed),
            (_, 0) => Some(BillSide::Usage),
            _ => None,
        }
    }
}

impl Part {
    fn add(&mut self, rows: i64, cost: Money) {
        self.rows += rows;
        self.cost = self.cost.saturating_add(cost);
    }
}

/// The difference of two sums, which stops at the limit of its integer.
pub(super) fn minus(one: Money, other: Money) -> Money {
    one.saturating_add(Money::from_nanos(other.nanos().saturating_neg()))
}
