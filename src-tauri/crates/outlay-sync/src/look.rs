//! When everything is compared, and when the last days are enough.
//!
//! Days are the server's: a machine whose clock is wrong must not look at the wrong week.

use outlay_core::instant::{Instant, MICROS_PER_DAY};

use crate::plan::{Handshake, Purpose};
use crate::state::{Reconcile, State};

/// How much is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Days and imports from this UTC day on; small tables whole.
    Since(i64),
    /// Everything.
    All,
}

/// How many days each sync compares, today among them.
const RECENT_DAYS: i64 = 7;
/// How long a comparison of everything holds, in microseconds.
const HOLDS_FOR: i64 = MICROS_PER_DAY / 24;

/// How much is to be compared: everything on request, while something is to be reconciled, when the last time was
/// an hour ago, when another device changed something since, and after an alarm.
pub fn look(state: &State, server: &Handshake, purpose: Purpose) -> Look {
    let is_fresh = |at: Instant| (0..HOLDS_FOR).contains(&(server.now.micros() - at.micros()));
    let others = server.counters.map(|counters| counters.others);
    let is_enough = purpose == Purpose::Sync
        && state.reconcile == Reconcile::Done
        && !state.is_alarmed
        && state.compared_at.is_some_and(is_fresh)
        && state.others == others;
    if is_enough {
        Look::Since(server.now.micros().div_euclid(MICROS_PER_DAY) - (RECENT_DAYS - 1))
    } else {
        Look::All
    }
}
