//! What two sides hold, said in a few numbers per bucket, and where they differ.
//!
//! The sum is over the last 48 bits of the keys, which are hashes or random: another set of the same size has
//! the same sum once in 2^48. It says nothing about what rows contain: equal keys mean equal rows.

use std::collections::BTreeSet;

pub use outlay_ledger::sync::{Digest, Digests};

use crate::table::{Bucket, Table};

/// A bucket that is not the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub bucket: Bucket,
    /// What this machine holds.
    pub here: Digest,
    /// What the server shows.
    pub there: Digest,
}

/// The buckets that differ, in their order. A bucket that one side does not name is empty there.
pub fn differences(here: &Digests, there: &Digests) -> Vec<Difference> {
    let buckets: BTreeSet<Bucket> = here.keys().chain(there.keys()).copied().collect();
    let digest = |digests: &Digests, bucket| digests.get(bucket).copied().unwrap_or_default();
    let pairs = buckets.iter().map(|bucket| Difference {
        bucket: *bucket,
        here: digest(here, bucket),
        there: digest(there, bucket),
    });
    pairs.filter(|pair| pair.here != pair.there).collect()
}

/// The buckets of all tables that differ, in the order of the tables.
pub(crate) fn all_differences(
    here: &[(Table, Digests)],
    there: &[(Table, Digests)],
) -> Vec<(Table, Difference)> {
    let of = |side: &[(Table, Digests)], wanted| {
        side.iter()
            .find(|(table, _)| *table == wanted)
            .map(|(_, digests)| digests.clone())
            .unwrap_or_default()
    };
    let differing = |table| {
        let found = differences(&of(here, table), &of(there, table));
        found.into_iter().map(move |difference| (table, difference))
    };
    Table::ALL.into_iter().flat_map(differing).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn digests(buckets: &[(i64, &[u128])]) -> Digests {
        let digest = |keys: &[u128]| keys.iter().copied().map(Uuid::from_u128).collect();
        buckets.iter().map(|(day, keys)| (Bucket::Day(*day), digest(keys))).collect()
    }

    #[track_caller]
    fn check(here: &[(i64, &[u128])], there: &[(i64, &[u128])], expected: &[i64]) {
        let found = differences(&digests(here), &digests(there));
        let found: Vec<_> = found.iter().map(|difference| difference.bucket).collect();
        assert_eq!(found, expected.iter().copied().map(Bucket::Day).collect::<Vec<_>>());
    }

    #[test]
    fn buckets_differ_by_count_or_by_keys() {
        check(&[], &[], &[]);
        check(&[(1, &[7])], &[(1, &[7])], &[]);
        check(&[(1, &[7])], &[(2, &[7])], &[1, 2]);
        check(&[(1, &[7, 8])], &[(1, &[7])], &[1]);
        check(&[(1, &[7])], &[(1, &[8])], &[1]);
        check(&[(1, &[])], &[], &[]);
    }

    #[test]
    fn only_the_last_48_bits_are_summed() {
        let digest: Digest = [Uuid::from_u128(u128::MAX), Uuid::from_u128(5)].into_iter().collect();
        assert_eq!(digest, Digest { count: 2, sum: 0xFFFF_FFFF_FFFF + 5 });
    }

    proptest! {
        #[test]
        fn order_is_nothing(keys: Vec<u128>) {
            let there: Digest = keys.iter().copied().map(Uuid::from_u128).collect();
            let back: Digest = keys.iter().rev().copied().map(Uuid::from_u128).collect();
            prop_assert_eq!(there, back);
        }
    }
}
