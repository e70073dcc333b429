//! What counts: of all rows of the book, which speak for their fact, and for what.
//!
//! The verdict is a function of rows, imports, voids and authorities alone (ledger.md, section 2);
//! no row is ever marked. `verdict` is the pure rule for one fact, `authority` says who speaks where
//! sources overlap, `containment` which imports hold a row, `recount` applies a change of verdicts
//! to the derived tables.

pub(crate) mod authority;
pub(crate) mod containment;
pub(crate) mod recount;
pub(crate) mod verdict;

/// Why a row, or a part of it, does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reason {
    /// Its import was undone, or the row itself was.
    Voided,
    /// A newer export states other values for the same fact.
    Restated,
    /// The same content carries a newer price.
    Repriced,
    /// Another source speaks for these days.
    AlsoReported,
    /// A newer export speaks for these days and lacks the row.
    Replaced,
}

impl Reason {
    /// The word that is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Voided => "voided",
            Self::Restated => "restated",
            Self::Repriced => "repriced",
            Self::AlsoReported => "also_reported",
            Self::Replaced => "replaced",
        }
    }

    /// The reason of a stored word.
    pub(crate) fn from_stored(word: &str) -> Option<Self> {
        [Self::Voided, Self::Restated, Self::Repriced, Self::AlsoReported, Self::Replaced]
            .into_iter()
            .find(|reason| reason.as_str() == word)
    }
}

/// What of a row does not count. A row that counts in full has no `LeftOut`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) money: bool,
    pub(crate) usage: bool,
    pub(crate) reason: Reason,
}

impl LeftOut {
    /// Nothing of the row counts.
    pub(crate) const fn whole(reason: Reason) -> Self {
        Self { money: true, usage: true, reason }
    }

    /// What a joined row says in its columns `money` and `usage`, for sums: why it is left out changes none.
    pub(crate) fn for_sums(row: &rusqlite::Row<'_>, first: usize) -> Result<Option<Self>, rusqlite::Error> {
        let Some(money) = row.get::<_, Option<bool>>(first)? else { return Ok(None) };
        Ok(Some(Self { money, usage: row.get(first + 1)?, reason: Reason::Voided }))
    }
}
