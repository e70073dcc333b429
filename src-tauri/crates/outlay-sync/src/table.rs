//! What travels as immutable rows, and how a row is named on both sides.
//!
//! What a row says is not here: the engine only moves rows. What travels otherwise, alerts and records that are
//! changed in place, has its rules in `merge`.

use uuid::Uuid;

/// A table of rows that are never changed, in the order in which they travel: what is pointed to goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Calls and aggregates, by the UTC day of `created_at`.
    Generations,
    /// Files that were imported.
    Imports,
    /// Which rows an import contains, by import; the key is that of the row.
    ImportMembers,
    /// Undo and redo.
    Voids,
    /// Who speaks where two sources overlap.
    Authorities,
    /// The user's own prices.
    Prices,
    /// Versions of named budgets.
    Budgets,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Generations,
        Self::Imports,
        Self::ImportMembers,
        Self::Voids,
        Self::Authorities,
        Self::Prices,
        Self::Budgets,
    ];
}

/// The part of a table that is compared as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// The rows of a UTC day, counted from 1970-01-01.
    Day(i64),
    /// The rows that an import contains.
    Import(Uuid),
    /// The whole table.
    Whole,
}

/// Names a row everywhere: within a table and a bucket, the key is the row's alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The table.
    pub table: Table,
    /// The bucket.
    pub bucket: Bucket,
    /// The key.
    pub key: Uuid,
}

impl RowId {
    /// Whether the key was made of the row's content: then who holds the key holds the same row.
    pub fn is_deterministic(&self) -> bool {
        matches!(self.key.get_version_num(), 5 | 8)
    }
}

/// A row, as far as the engine looks at it.
pub trait Row: Clone {
    /// Its name.
    fn id(&self) -> RowId;
}

/// What a machine knows of a row of its ledger and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The server has it and shows it. What is said of no row otherwise: neither pulled rows nor
    /// acknowledged ones need an entry anywhere.
    Shared,
    /// The server shows it as the member's own, though here it is somebody else's: both held the same fact, and
    /// the server lost the other's. It counts as one's own from then on.
    Claimed,
    /// It is to be pushed: it was written here and not acknowledged yet.
    Waiting,
    /// The server does not take it; it is put aside and not tried again by itself.
    Refused,
    /// The server has it, of another member, and does not show it.
    Unseen,
    /// The server has another content under this key; both are kept, and a person is told.
    Disputed,
    /// The server had it and has it no longer; a person is asked.
    Missing,
    /// A person accepted that the server has it no longer. It is never pushed again.
    Gone,
}

impl Standing {
    /// Whether the server shows a row of this key: what digests are made of.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Shared | Self::Claimed | Self::Disputed)
    }
}
