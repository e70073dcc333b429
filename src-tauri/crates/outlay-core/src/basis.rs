//! Where the cost of a row comes from. Every figure that anyone sees says it.

use crate::text::words;

words! {
    /// What a row's cost rests on. A row that no price is known for is `unpriced`, never silently free.
    pub enum CostBasis("cost basis") {
        /// The provider's own figure, or the user's.
        Billed = "billed",
        /// Tokens times the price in force when the call was made.
        Computed = "computed",
        /// A client's own figure at list price, or a price applied with a guess.
        Estimated = "estimated",
        /// Covered by a plan: no money out.
        Included = "included",
        /// Not charged: failed calls, free tiers.
        Free = "free",
        /// No price is known: cost 0, and every total says "at least".
        Unpriced = "unpriced",
    }
}

impl CostBasis {
    /// Whether its cost is money out: billed, computed or estimated.
    pub const fn is_spend(self) -> bool {
        matches!(self, Self::Billed | Self::Computed | Self::Estimated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_everywhere() {
        for &basis in CostBasis::ALL {
            assert_eq!(basis.as_str().parse(), Ok(basis));
            let json = serde_json::to_string(&basis).expect("json");
            assert_eq!(json, format!("\"{basis}\""));
            assert_eq!(serde_json::from_str::<CostBasis>(&json).expect("a basis"), basis);
        }
        insta::assert_snapshot!("Billed".parse::<CostBasis>().expect_err("no such word"),
            @"`Billed` is no cost basis; one of: billed, computed, estimated, included, free, unpriced");
    }
}
