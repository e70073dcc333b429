//! Named budgets: every version is a row that is never changed, and which one speaks follows from the rows alone.
//!
//! Two machines that change a budget offline write the same revision twice. Both versions travel, under keys that
//! are made of their content as well, and every machine lets the same one speak and shows the other.

use std::cmp::Reverse;

use outlay_core::money::Money;
use uuid::Uuid;

/// A version of a budget, as far as it decides which one speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetVersion {
    /// The row's key: UUIDv5 of the budget's id, the revision and all that the version says.
    pub key: Uuid,
    /// From 1.
    pub revision: i64,
    /// Whether it removes the budget.
    pub is_removal: bool,
    /// The limit.
    pub amount: Money,
}

/// What speaks of a budget's versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaking {
    /// The version that speaks.
    pub version: BudgetVersion,
    /// Others of the same revision, in the order in which they would speak: changes that somebody made without
    /// knowing of this one.
    pub aside: Vec<BudgetVersion>,
}

/// The version that speaks: of the greatest revision; of several, a limit before a removal, for nobody should lose
/// a budget that was just changed; then the lower limit, which tells earlier; then the lesser key. `None` without
/// versions.
pub fn speaking(versions: &[BudgetVersion]) -> Option<Speaking> {
    let latest = versions.iter().map(|version| version.revision).max()?;
    let mut rivals: Vec<_> = versions.iter().filter(|version| version.revision == latest).copied().collect();
    rivals.sort_by_key(|version| Reverse((version.is_removal, version.amount, version.key)));
    rivals.dedup();
    let version = rivals.pop()?;
    rivals.reverse();
    Some(Speaking { version, aside: rivals })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(key: u128, revision: i64, is_removal: bool, cents: i64) -> BudgetVersion {
        let amount = Money::from_nanos(cents * 10_000_000);
        BudgetVersion { key: Uuid::from_u128(key), revision, is_removal, amount }
    }

    #[track_caller]
    fn check(versions: &[BudgetVersion], speaks: u128, aside: &[u128]) {
        let found = speaking(versions).expect("there is a version");
        assert_eq!(found.version.key.as_u128(), speaks, "this one speaks");
        let set_aside: Vec<_> = found.aside.iter().map(|version| version.key.as_u128()).collect();
        assert_eq!(set_aside, aside);
    }

    #[test]
    fn the_greatest_revision_speaks_and_its_rivals_are_shown() {
        assert_eq!(speaking(&[]), None);
        check(&[version(1, 1, false, 5), version(2, 2, true, 5)], 2, &[]);
        check(&[version(1, 2, true, 1), version(2, 2, false, 9)], 2, &[1]);
        check(&[version(1, 2, false, 9), version(2, 2, false, 5), version(3, 2, false, 5)], 2, &[3, 1]);
        check(&[version(1, 1, false, 5), version(1, 1, false, 5)], 1, &[]);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_is_nothing(
            rows in proptest::collection::vec((1..4_u128, 1..3_i64, any::<bool>(), 1..3_i64), 1..6),
            turn in 0..6_usize,
        ) {
            let versions: Vec<_> =
                rows.iter().map(|&(key, revision, is_removal, cents)| version(key, revision, is_removal, cents)).collect();
            let mut turned = versions.clone();
            turned.rotate_left(turn % versions.len());
            turned.extend(versions.first().copied());
            prop_assert_eq!(speaking(&versions), speaking(&turned));
        }
    }
}
