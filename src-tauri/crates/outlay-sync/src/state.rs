//! What a machine keeps about the server between two syncs, and what the device counter says.
//!
//! The counter grows with every statement that changes the server, in that statement, and its last two values are
//! kept here: the greatest that was sent and the greatest that is known to have arrived. A server behind the latter
//! was set back; a server ahead of the former has met another copy of this ledger.

use outlay_core::instant::Instant;
use uuid::Uuid;

use crate::table::Scope;

/// What the machine knows. It is kept in the transaction of the rows that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The team's ledger; `None` until the first sync.
    pub ledger: Option<Uuid>,
    /// This machine, to the server. Another one after the ledger file was copied or restored.
    pub device: Uuid,
    /// The greatest counter that is known to have arrived.
    pub acknowledged: u64,
    /// The greatest counter that was sent.
    pub sent: u64,
    /// What must be looked at before the two sides are known to agree.
    pub reconcile: Reconcile,
    /// Whom the server takes this machine's user for; `None` until the first sync.
    pub member: Option<Member>,
    /// The others' counters when everything was compared last.
    pub others: Option<u64>,
    /// When everything was compared last, by the server's clock.
    pub compared_at: Option<Instant>,
    /// When everything was found to be identical last, by the server's clock.
    pub verified_at: Option<Instant>,
    /// Whether the last sync found something that a person should look at.
    pub is_alarmed: bool,
}

impl State {
    /// A machine that never met a server. Its own rows stand as waiting.
    pub fn new(device: Uuid) -> Self {
        Self {
            ledger: None,
            device,
            acknowledged: 0,
            sent: 0,
            reconcile: Reconcile::Compare,
            member: None,
            others: None,
            compared_at: None,
            verified_at: None,
            is_alarmed: false,
        }
    }

    /// Becomes another device: this file and another one are copies of each other.
    pub fn become_device(&mut self, fresh: Uuid) {
        self.device = fresh;
        (self.acknowledged, self.sent) = (0, 0);
        self.reconcile = self.reconcile.max(Reconcile::Compare);
    }
}

/// What a counter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing happened in between.
    AsKnown,
    /// The server lost what was acknowledged.
    SetBack,
    /// Another machine uses this device's name: this file was copied or restored.
    Copied,
}

/// What it says that the server held `found` for this device, where it must hold `at_least` and no more than `sent`.
pub(crate) const fn judge(found: u64, at_least: u64, sent: u64) -> Judgement {
    if found > sent {
        Judgement::Copied
    } else if found < at_least {
        Judgement::SetBack
    } else {
        Judgement::AsKnown
    }
}

/// What must be looked at, from the least. It stays until the transaction that finishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reconcile {
    /// Nothing.
    Done,
    /// Everything is compared.
    Compare,
    /// Everything is compared, and own rows that the server lacks are pushed again.
    PushAgain,
}

/// A login, as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name in the team's user column.
    pub user: String,
    /// What it may read.
    pub reads: Scope,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: u64, (acknowledged, sent): (u64, u64), expected: Judgement) {
        assert_eq!(judge(found, acknowledged, sent), expected, "{found} with {acknowledged} of {sent}");
    }

    #[test]
    fn a_counter_tells_a_rewind_from_a_copy() {
        check(0, (0, 0), Judgement::AsKnown);
        check(7, (7, 7), Judgement::AsKnown);
        // Cut before or after the commit: both may be.
        check(7, (7, 8), Judgement::AsKnown);
        check(8, (7, 8), Judgement::AsKnown);
        check(6, (7, 8), Judgement::SetBack);
        check(0, (1, 1), Judgement::SetBack);
        check(9, (7, 8), Judgement::Copied);
    }
}
