//! Which of the calls that were recorded meanwhile settle a reservation whose command has ended.
//!
//! A call is the command's where it was made while the reservation was open and falls under it. Where another
//! reservation was open then, too, and may claim it, it settles neither: nobody is billed for the call of another, and
//! no call is counted twice. It is spend all the same, as every recorded call is, whichever reservation ends how.

use super::Scope;
use crate::instant::Instant;
use crate::money::Money;

/// A reservation, as far as it may claim calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which calls it was made for.
    pub scope: Scope,
    /// Since when it is open.
    pub from: Instant,
    /// Until when it was, this instant included.
    pub to: Instant,
}

/// A call that was recorded and costs something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// When it was made.
    pub at: Instant,
    /// Who bills it.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// What it cost.
    pub cost: Money,
}

/// What was recorded while a reservation was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// What is certainly its own; `None` where no call may be.
    pub own: Option<Money>,
    /// What another reservation may claim, too.
    pub unclear: Money,
}

impl Claim {
    fn may_claim(&self, call: &RecordedCall) -> bool {
        (self.from..=self.to).contains(&call.at) && self.scope.covers(&call.provider, &call.model)
    }
}

/// What of `calls` settles `claim`, beside all the `others` that were open meanwhile.
pub fn recorded(claim: &Claim, others: &[Claim], calls: &[RecordedCall]) -> Recorded {
    let mut recorded = Recorded::default();
    for call in calls.iter().filter(|call| claim.may_claim(call)) {
        let own = recorded.own.get_or_insert_default();
        let sum = if others.iter().any(|other| other.may_claim(call)) { &mut recorded.unclear } else { own };
        *sum = sum.saturating_add(call.cost);
    }
    recorded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim((model, from, length): (u8, i64, i64)) -> Claim {
        let scope = match model {
            0 => Scope::All,
            1 => Scope::Provider("acme".to_owned()),
            model => Scope::Model(format!("m-{model}")),
        };
        Claim { scope, from: Instant::from_micros(from), to: Instant::from_micros(from + length) }
    }

    fn call((model, at, nanos): (u8, i64, i64)) -> RecordedCall {
        RecordedCall {
            at: Instant::from_micros(at),
            provider: if model % 2 == 0 { "acme" } else { "other" }.to_owned(),
            model: format!("m-{model}"),
            cost: Money::from_nanos(nanos),
        }
    }

    #[track_caller]
    fn check(others: &[(u8, i64, i64)], expected: (Option<i64>, i64)) {
        let others: Vec<Claim> = others.iter().copied().map(claim).collect();
        let calls = [(2, 10, 3), (3, 15, 5), (2, 20, 7), (2, 21, 100), (2, 9, 100)].map(call);
        let Recorded { own, unclear } = recorded(&claim((0, 10, 10)), &others, &calls);
        assert_eq!((own.map(Money::nanos), unclear.nanos()), expected);
    }

    #[test]
    fn calls_are_its_own_where_nobody_else_may_claim_them() {
        check(&[], (Some(15), 0));
        check(&[(0, 21, 5), (0, 0, 9)], (Some(15), 0));
        check(&[(0, 20, 5)], (Some(8), 7));
        check(&[(3, 0, 50)], (Some(10), 5));
        check(&[(0, 0, 50)], (Some(0), 15));
        let none = recorded(&claim((0, 10, 10)), &[], &[]);
        assert_eq!(none, Recorded::default());
    }

    proptest! {
        #[test]
        fn a_call_settles_one_reservation_at_most(
            claims in prop::collection::vec((0_u8..4, 0_i64..50, 0_i64..30), 1..6),
            calls in prop::collection::vec((2_u8..4, 0_i64..80, 0_i64..1_000), 0..12),
        ) {
            let claims: Vec<Claim> = claims.into_iter().map(claim).collect();
            let calls: Vec<RecordedCall> = calls.into_iter().map(call).collect();
            let of = |index: usize, calls: &[RecordedCall]| {
                let mut others = claims.clone();
                let own = others.remove(index);
                recorded(&own, &others, calls)
            };
            for call in &calls {
                let one = std::slice::from_ref(call);
                let settled: i64 =
                    (0..claims.len()).filter_map(|index| of(index, one).own).map(Money::nanos).sum();
                prop_assert!(settled <= call.cost.nanos());
            }
        }
    }
}
