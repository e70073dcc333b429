//! Alerts: what ended stays ended, and the earliest end holds, in whatever order machines meet.
//!
//! That two machines raise one alert is its id's doing. What an alert says is the server's, who pushed it first, but
//! that of two severities the more severe holds: a machine may find an open alert to be worse than it was told.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use outlay_core::alert::Resolution;
use outlay_core::instant::Instant;
use uuid::Uuid;

/// When and how an alert ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Instant,
    /// How.
    pub how: Resolution,
}

impl Ord for Ended {
    fn cmp(&self, other: &Self) -> Ordering {
        // By the word and not by the enum's order, as the server compares.
        (self.at, self.how.as_str()).cmp(&(other.at, other.how.as_str()))
    }
}

impl PartialOrd for Ended {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An alert with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert<B> {
    /// Made of user, type and what makes it the same.
    pub id: Uuid,
    /// `None` while it stands.
    pub ended: Option<Ended>,
    /// What it says.
    pub body: B,
}

/// What an alert says, as far as two machines may say it differently.
pub trait Body: Clone + PartialEq {
    /// What holds of what this machine and the server say. Of equal rank, that is what the server says; what ranks it
    /// is joined whoever says it, in any order and however often.
    fn join(&self, theirs: &Self) -> Self;
}

/// The one end of two that holds: an end before none, the earlier before the later.
pub fn join(one: Option<Ended>, other: Option<Ended>) -> Option<Ended> {
    one.into_iter().chain(other).min()
}

/// What each side lacks of the other's alerts, each with the end that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange<B> {
    /// For the server.
    pub send: Vec<Alert<B>>,
    /// For this machine.
    pub take: Vec<Alert<B>>,
}

/// Compares the alerts of both sides, by id.
pub fn exchange<B: Body>(here: Vec<Alert<B>>, there: Vec<Alert<B>>) -> Exchange<B> {
    let mut here: BTreeMap<Uuid, Alert<B>> = here.into_iter().map(|alert| (alert.id, alert)).collect();
    let mut exchange = Exchange { send: Vec::new(), take: Vec::new() };
    for theirs in there {
        let Some(mine) = here.remove(&theirs.id) else {
            exchange.take.push(theirs);
            continue;
        };
        let ended = join(mine.ended, theirs.ended);
        let joined = Alert { ended, body: mine.body.join(&theirs.body), id: theirs.id };
        if joined != theirs {
            exchange.send.push(joined.clone());
        }
        if joined != mine {
            exchange.take.push(joined);
        }
    }
    exchange.send.extend(here.into_values());
    exchange
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How severe, and in which words.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Said(u8, u8);

    impl Body for Said {
        fn join(&self, theirs: &Self) -> Self {
            if self.0 > theirs.0 { *self } else { *theirs }
        }
    }

    fn ended() -> impl Strategy<Value = Option<Ended>> {
        let how = proptest::sample::select(Resolution::ALL);
        let ended = (0..4_i64, how).prop_map(|(micros, how)| Ended { at: Instant::from_micros(micros), how });
        proptest::option::of(ended)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_join_is_a_semilattice(a in ended(), b in ended(), c in ended()) {
            prop_assert_eq!(join(a, b), join(b, a), "commutative");
            prop_assert_eq!(join(join(a, b), c), join(a, join(b, c)), "associative");
            prop_assert_eq!(join(a, a), a, "idempotent");
            prop_assert_eq!(join(join(a, b), b), join(a, b), "monotone: meeting again changes nothing");
            prop_assert_eq!(join(a, None), a, "an end never goes away");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// After an exchange both sides are the same, and a second one is empty.
        #[test]
        fn an_exchange_makes_both_sides_equal(
            here in proptest::collection::btree_map(0..6_u128, (ended(), (0..3_u8, 0..2_u8)), 0..6),
            there in proptest::collection::btree_map(0..6_u128, (ended(), (0..3_u8, 0..2_u8)), 0..6),
        ) {
            let alerts = |side: &BTreeMap<u128, (Option<Ended>, (u8, u8))>| -> Vec<_> {
                side.iter().map(|(id, (ended, body))| Alert { id: Uuid::from_u128(*id), ended: *ended, body: Said(body.0, body.1) }).collect()
            };
            let (here, there) = (alerts(&here), alerts(&there));
            let moved = exchange(here.clone(), there.clone());
            let mut mine: BTreeMap<_, _> = here.into_iter().map(|alert| (alert.id, alert)).collect();
            mine.extend(moved.take.into_iter().map(|alert| (alert.id, alert)));
            let mut theirs: BTreeMap<_, _> = there.into_iter().map(|alert| (alert.id, alert)).collect();
            for sent in moved.send {
                let kept = theirs.entry(sent.id).or_insert_with(|| sent.clone());
                kept.ended = join(kept.ended, sent.ended);
                kept.body = sent.body.join(&kept.body);
            }
            prop_assert_eq!(&mine, &theirs);
            let again = exchange(mine.into_values().collect(), theirs.into_values().collect());
            prop_assert_eq!((again.send.len(), again.take.len()), (0, 0));
        }
    }
}
