//! What the gate answers: whether a call that costs so much may be made. It decides on spend and on what is
//! reserved; who asks, and what then happens, is not known here.

use super::Budget;
use crate::figures::{apart, dollars};
use crate::money::Money;
use crate::text::words;

words! {
    /// What the gate says.
    pub enum GateDecision("decision") {
        /// The call may be made.
        Allow = "allow",
        /// It may not.
        Deny = "deny",
        /// The gate cannot tell.
        Unknown = "unknown",
    }
}

/// A budget with what is spent and reserved of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The budget.
    pub budget: Budget,
    /// What its month cost so far.
    pub spent: Money,
    /// What is held for calls that are not settled.
    pub reserved: Money,
}

/// Why the gate says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The budget that has no room.
    pub budget: String,
    /// The arithmetic, in words.
    pub reason: String,
}

impl Account {
    /// What can still be reserved; below zero when it is over.
    pub const fn remaining(&self) -> Money {
        let taken = self.spent.saturating_add(self.reserved);
        Money::from_nanos(self.budget.amount.nanos().saturating_sub(taken.nanos()))
    }

    /// Why so much more would not do; `None` where it would, and of a budget that does not block.
    pub fn refusal(&self, asked: Money) -> Option<Refusal> {
        let remaining = self.remaining();
        let has_room = remaining > Money::ZERO && asked <= remaining;
        (self.budget.blocks() && !has_room)
            .then(|| Refusal { budget: self.budget.name.clone(), reason: self.reason(asked, remaining) })
    }

    fn reason(&self, asked: Money, remaining: Money) -> String {
        let Budget { name, amount, .. } = &self.budget;
        let (taken, limit) = apart(self.spent, *amount);
        let reserved = match self.reserved {
            Money::ZERO => String::new(),
            held => format!(" and {} reserved", dollars(held)),
        };
        let standing = format!("{name}: {taken} spent{reserved} of {limit}");
        match remaining {
            left if left > Money::ZERO => {
                let (asked, left) = apart(asked, left);
                format!("{standing}, {left} left; {asked} would pass it")
            }
            Money::ZERO => format!("{standing}, nothing left"),
            over => format!("{standing}, {} over it", dollars(-over)),
        }
    }
}

/// The first account without room for `asked`, the broadest first.
pub fn first_refusal(accounts: &[Account], asked: Money) -> Option<Refusal> {
    let mut broadest: Vec<&Account> = accounts.iter().collect();
    broadest.sort_by(|one, other| one.budget.scope.cmp(&other.budget.scope));
    broadest.into_iter().find_map(|account| account.refusal(asked))
}
