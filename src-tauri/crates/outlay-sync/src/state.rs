//! What a machine keeps about the server between two syncs, and what the device counter says.
//!
//! It lies in the ledger; what its counter says is decided here: a server behind what is known to have arrived was set
//! back, a server ahead of what was sent has met another copy of this ledger.

pub use outlay_ledger::sync::{Member, Reconcile, RemoteState as State};

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
