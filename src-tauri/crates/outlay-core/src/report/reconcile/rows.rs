//! The rows that are held against each other, as the ledger hands them over: sums of one UTC day, whether or not
//! they count.

use std::collections::BTreeMap;

use crate::basis::CostBasis;
use crate::money::Money;
use crate::period::Day;
use crate::text::words;

words! {
    /// Who says what something costs.
    pub enum BillSide("side of a bill") {
        /// The provider's own figures: the lines of a cost export.
        Billed = "billed",
        /// Tokens of a usage export, times their price.
        Usage = "usage",
    }
}

impl BillSide {
    /// The one that it is held against.
    pub const fn other(self) -> Self {
        match self {
            Self::Billed => Self::Usage,
            Self::Usage => Self::Billed,
        }
    }
}

/// Rows of one UTC day that have all of this in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSum {
    /// The UTC day on which they begin.
    pub day: Day,
    /// Who bills them.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// The kind of source.
    pub source: String,
    /// `cost_line`, `chat`, ...
    pub generation_type: String,
    /// The model as the source writes it.
    pub model: String,
    /// The name of the project, workspace or app; empty where the rows name none.
    pub project: String,
    /// What their cost rests on.
    pub basis: CostBasis,
    /// Recorded by a person: no export says it a second time.
    pub by_hand: bool,
    /// Whether their money is part of totals. It is not where another source speaks for it.
    pub counts: bool,
    /// The names of keys and kinds of tokens that the source gives.
    pub labels: BTreeMap<String, String>,
    /// Run as a batch.
    pub batch: bool,
    /// The price that was applied; empty for none.
    pub price_id: String,
    /// What was supposed when it was applied.
    pub price_note: String,
    /// How many rows.
    pub rows: i64,
    /// Input and output tokens.
    pub tokens: i64,
    /// Money out, if it counted.
    pub cost: Money,
    /// The part of it in rows below zero.
    pub credits: Money,
    /// How many rows those are.
    pub credit_rows: i64,
    /// Rows whose cost is no whole number of cents.
    pub split_cents: i64,
}

impl RowSum {
    /// On which side the rows stand; `None` for what nothing is held against: calls recorded by hand, and what a
    /// provider bills call by call.
    pub fn side(&self) -> Option<BillSide> {
        match self.basis {
            _ if self.by_hand => None,
            CostBasis::Billed if self.generation_type == "cost_line" => Some(BillSide::Billed),
            CostBasis::Billed => None,
            CostBasis::Computed
            | CostBasis::Estimated
            | CostBasis::Included
            | CostBasis::Free
            | CostBasis::Unpriced => Some(BillSide::Usage),
        }
    }

    /// The key that the rows name.
    pub(super) fn key(&self) -> &str {
        self.labels.get("api_key").map_or("", String::as_str)
    }

    /// The name of what a cost line charges for, if that is no tokens: `web_search`.
    pub(super) fn fee(&self) -> Option<&str> {
        let label = |name: &str| self.labels.get(name).map(String::as_str).filter(|text| !text.is_empty());
        if let Some(kind) = label("cost_type") {
            return (!kind.starts_with("token")).then_some(kind);
        }
        let is_credit = self.credits == self.cost && self.credit_rows > 0;
        label("line_item").filter(|item| !is_credit && !names_tokens(item))
    }

    /// The first day of the price that was applied, as its id tells it.
    pub(super) fn price_since(&self) -> Option<Day> {
        let (_, since) = self.price_id.rsplit_once('@')?;
        since.get(..10)?.parse().ok()
    }
}

/// Whether a line item such as `gpt-5, input_tokens` is about tokens.
fn names_tokens(item: &str) -> bool {
    item.split_once(',').is_some_and(|(_, kind)| {
        let kind = kind.to_lowercase();
        ["input", "output", "token", "cached"].iter().any(|word| kind.contains(word))
    })
}
