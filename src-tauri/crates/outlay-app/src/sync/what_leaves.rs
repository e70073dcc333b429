//! What leaves this machine once it is connected, field by field, as the screen and the terminal say it. A test holds
//! it against the columns of the server.

use serde::Serialize;

/// Something that is kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Leaving {
    /// What it is.
    pub what: &'static str,
    /// Its fields, in words.
    pub fields: &'static str,
    /// Whether it is sent.
    pub leaves: bool,
}

const ALWAYS: [Leaving; 8] = [
    sent(
        "Calls",
        "time, provider, account, model, type, application, tokens of each kind, requests, what it cost and why, \
         price and service tier, duration, error text, the provider's names for project, key and user, source and \
         its key",
    ),
    sent("Imports", "file name without its folder, size, hash, source, account, days, counts, notes"),
    sent("Undo and redo", "what, when, why"),
    sent("Who speaks where sources overlap", "source, account, days"),
    sent("Caps and budgets", "amounts, limits, names, time zone"),
    sent("Alerts", "what they say, when they were raised, when and how they ended, why they were expected"),
    sent("Own prices and names of applications", "model, rates, from when; name and what it was merged into"),
    sent("This machine", "a random id, Outlay's version, a counter, when it was last seen"),
];

const NEVER: [Leaving; 3] = [
    kept("Passwords", "they are in the keychain of this machine"),
    kept("Quarantined rows and files", "what could not be read stays here"),
    kept("Settings", "mail server and addresses, notifications, snoozes, reservations"),
];

const fn sent(what: &'static str, fields: &'static str) -> Leaving {
    Leaving { what, fields, leaves: true }
}

const fn kept(what: &'static str, fields: &'static str) -> Leaving {
    Leaving { what, fields, leaves: false }
}

/// What leaves this machine for an adopted table, and what does not.
pub(super) fn to_adopted(writes: bool) -> Vec<Leaving> {
    let own = Leaving {
        what: "Own calls that count and that the table lacks",
        fields: "id, time, the name that you have there, type, model, provider, tokens, cost, duration, error text: \
                 what the table has columns for",
        leaves: writes,
    };
    let rest = ALWAYS.into_iter().skip(1).map(|one| Leaving { leaves: false, ..one });
    [own].into_iter().chain(rest).chain(NEVER).collect()
}

/// What leaves this machine for a team, and what does not.
pub(super) fn list(sends_summaries: bool) -> Vec<Leaving> {
    let summaries = Leaving {
        what: "Summaries",
        fields: "the first words of what was asked and answered, redacted, of calls that were recorded with them",
        leaves: sends_summaries,
    };
    ALWAYS.into_iter().chain([summaries]).chain(NEVER).collect()
}
