//! A cell of the rollup, and the sums that reports take over cells.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tally::{DayTotals, Headline};
use crate::basis::CostBasis;
use crate::money::Money;
use crate::period::Day;

/// A count, which crosses as a JSON number: no count reaches 2⁵³, where such numbers lose exactness.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, specta::Type,
)]
#[serde(transparent)]
#[specta(transparent)]
pub struct Count(#[specta(type = i32)] pub i64);

/// What the rows of a cell add up to. Everything here is additive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Rows of the ledger.
    pub rows: i64,
    /// Known requests.
    pub requests: i64,
    /// Rows whose source gives no number of requests.
    pub rows_without_count: i64,
    /// All input tokens.
    pub tokens_input: i64,
    /// All output tokens.
    pub tokens_output: i64,
    /// Input tokens read from a cache.
    pub cached_tokens: i64,
    /// Input tokens written to a cache.
    pub cache_write_tokens: i64,
    /// Output tokens spent on reasoning.
    pub reasoning_tokens: i64,
    /// Money out.
    pub cost: Money,
    /// The value at list price, where known.
    pub list: Money,
    /// Rows whose cost was read from a binary float.
    pub inexact_rows: i64,
    /// Rows whose money another source speaks for: their cost here is zero, and that is no lack.
    pub paid_elsewhere: i64,
}

impl Totals {
    /// The sums of both, or `None` beyond what an integer holds.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            rows: self.rows.checked_add(other.rows)?,
            requests: self.requests.checked_add(other.requests)?,
            rows_without_count: self.rows_without_count.checked_add(other.rows_without_count)?,
            tokens_input: self.tokens_input.checked_add(other.tokens_input)?,
            tokens_output: self.tokens_output.checked_add(other.tokens_output)?,
            cached_tokens: self.cached_tokens.checked_add(other.cached_tokens)?,
            cache_write_tokens: self.cache_write_tokens.checked_add(other.cache_write_tokens)?,
            reasoning_tokens: self.reasoning_tokens.checked_add(other.reasoning_tokens)?,
            cost: self.cost.checked_add(other.cost)?,
            list: self.list.checked_add(other.list)?,
            inexact_rows: self.inexact_rows.checked_add(other.inexact_rows)?,
            paid_elsewhere: self.paid_elsewhere.checked_add(other.paid_elsewhere)?,
        })
    }

    /// What takes these sums away again.
    pub fn negated(self) -> Self {
        Self {
            rows: -self.rows,
            requests: -self.requests,
            rows_without_count: -self.rows_without_count,
            tokens_input: -self.tokens_input,
            tokens_output: -self.tokens_output,
            cached_tokens: -self.cached_tokens,
            cache_write_tokens: -self.cache_write_tokens,
            reasoning_tokens: -self.reasoning_tokens,
            cost: -self.cost,
            list: -self.list,
            inexact_rows: -self.inexact_rows,
            paid_elsewhere: -self.paid_elsewhere,
        }
    }
}

/// What the rows of a cell have in common besides their day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// `chat`, `embedding`, `agent`, `cost_line`, or what the user says.
    pub generation_type: String,
    /// The model as the source writes it.
    pub model: String,
    /// Who bills it.
    pub provider: String,
    /// The user's application, where the rows name one.
    pub application: Option<ApplicationName>,
    /// The account at the provider.
    pub account: String,
    /// The kind of source.
    pub source: String,
    /// Whose rows they are.
    pub user: String,
    /// What the cost rests on.
    pub basis: CostBasis,
}

/// An application, by id and by the name the user gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApplicationName {
    /// Its id in the ledger.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// One day of one combination of dimensions.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// The local day, or the UTC date of a bucket of whole UTC days.
    pub day: Day,
    /// What its rows have in common.
    pub dimensions: &'a Dimensions,
    /// What they add up to.
    pub totals: Totals,
}

/// What reports show of cells, each basis counted as what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sums {
    pub(super) spend: Money,
    pub(super) included_value: Money,
    pub(super) calls: i64,
    /// The calls that money is paid for, or that cost nothing: those outside of a plan.
    pub(super) calls_outside_plan: i64,
    pub(super) rows_without_count: i64,
    pub(super) unpriced_rows: i64,
    pub(super) inexact_rows: i64,
    pub(super) paid_elsewhere: i64,
    pub(super) tokens_input: i64,
    pub(super) tokens_output: i64,
    pub(super) cached_tokens: i64,
}

impl Sums {
    pub(super) fn of(days: &[DayTotals]) -> Self {
        let mut sums = Self::default();
        for day in days {
            sums.add(day.basis, &day.totals);
        }
        sums
    }

    /// Adds what some rows of one basis come to. Sums stop at the limit of their integers rather than wrapping to nonsense.
    pub(super) fn add(&mut self, basis: CostBasis, totals: &Totals) {
        let count = |sum: &mut i64, more: i64| *sum = sum.saturating_add(more);
        match basis {
            CostBasis::Included => self.included_value = self.included_value.saturating_add(totals.list),
            CostBasis::Unpriced => count(&mut self.unpriced_rows, totals.rows - totals.paid_elsewhere),
            CostBasis::Billed | CostBasis::Computed | CostBasis::Estimated | CostBasis::Free => {
                count(&mut self.calls_outside_plan, totals.requests);
            }
        }
        if basis.is_spend() {
            self.spend = self.spend.saturating_add(totals.cost);
            count(&mut self.inexact_rows, totals.inexact_rows);
        }
        count(&mut self.paid_elsewhere, totals.paid_elsewhere);
        count(&mut self.calls, totals.requests);
        count(&mut self.rows_without_count, totals.rows_without_count);
        count(&mut self.tokens_input, totals.tokens_input);
        count(&mut self.tokens_output, totals.tokens_output);
        count(&mut self.cached_tokens, totals.cached_tokens);
    }

    pub(super) const fn headline(&self) -> Headline {
        Headline { spend: self.spend, at_least: self.unpriced_rows > 0, about: self.inexact_rows > 0 }
    }

    pub(super) const fn tokens(&self) -> i64 {
        self.tokens_input.saturating_add(self.tokens_output)
    }

    /// Whether the true spend is higher than what is known of it.
    pub(super) const fn at_least(&self) -> bool {
        self.unpriced_rows > 0
    }

    /// Spend per call outside of a plan, rounded half to even; unknown where there is none, where a row
    /// has no price or does not say how many calls it is, and where another source speaks for the money.
    pub(super) fn average(&self) -> Option<Money> {
        let known = self.unpriced_rows == 0 && self.rows_without_count == 0 && self.paid_elsewhere == 0;
        known.then(|| self.spend.scaled(1, self.calls_outside_plan)).flatten()
    }
}
