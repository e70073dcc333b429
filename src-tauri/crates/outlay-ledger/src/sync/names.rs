//! How a row that travels is named on both sides, and what is known of it and a remote.

use std::collections::BTreeMap;

use uuid::Uuid;

/// A table of rows that are never changed, in the order in which they travel: what is pointed to goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Calls and aggregates, by the UTC day of `created_at`.
    Generations,
    /// Files that were imported. They go before their rows, which so count as soon as they are there.
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
        Self::Imports,
        Self::Generations,
        Self::ImportMembers,
        Self::Voids,
        Self::Authorities,
        Self::Prices,
        Self::Budgets,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Generations => "generations",
            Self::Imports => "imports",
            Self::ImportMembers => "import_members",
            Self::Voids => "voids",
            Self::Authorities => "authorities",
            Self::Prices => "prices",
            Self::Budgets => "budgets",
        }
    }
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
    /// A row of a table that is compared as a whole.
    pub const fn whole(table: Table, key: Uuid) -> Self {
        Self { table, bucket: Bucket::Whole, key }
    }

    /// A call or aggregate; its key says its day.
    pub fn generation(key: Uuid) -> Self {
        Self { table: Table::Generations, bucket: Bucket::Day(day_of(key.as_bytes())), key }
    }

    /// A row of an import.
    pub const fn member(import: Uuid, key: Uuid) -> Self {
        Self { table: Table::ImportMembers, bucket: Bucket::Import(import), key }
    }

    /// Whether the key was made of the row's content: then who holds the key holds the same row.
    pub fn is_deterministic(&self) -> bool {
        matches!(self.key.get_version_num(), 5 | 8)
    }

    /// The bucket as it is stored: empty where the key says it.
    pub(crate) fn stored_bucket(&self) -> &[u8] {
        match &self.bucket {
            Bucket::Import(import) => import.as_bytes(),
            Bucket::Day(_) | Bucket::Whole => &[],
        }
    }
}

/// The UTC day that an id says: its first 48 bits are the milliseconds of `created_at`.
pub(crate) fn day_of(id: &[u8; 16]) -> i64 {
    const MILLIS_PER_DAY: i64 = 86_400_000;
    millis_of(id) / MILLIS_PER_DAY
}

/// The UTC day of a row, counted from 1970-01-01, as its id says it.
pub fn day_of_id(id: Uuid) -> i64 {
    day_of(id.as_bytes())
}

/// The milliseconds since 1970 that an id says.
pub(crate) fn millis_of(id: &[u8; 16]) -> i64 {
    let [a, b, c, d, e, f, ..] = *id;
    i64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

/// What is known of a row and a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The server has it and shows it. What is said of no row otherwise: neither pulled rows nor acknowledged ones
    /// need an entry anywhere.
    Shared,
    /// The server shows it as the member's own, though here it is somebody else's: both held the same fact, and
    /// the server lost the other's. It counts as one's own from then on.
    Claimed,
    /// It is to be pushed: it was written here and not acknowledged yet.
    Waiting,
    /// The server does not take it, or it is nobody's there; it is put aside and not tried again by itself.
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
    pub(crate) const NOTED: [Self; 7] = [
        Self::Claimed,
        Self::Waiting,
        Self::Refused,
        Self::Unseen,
        Self::Disputed,
        Self::Missing,
        Self::Gone,
    ];

    /// Whether the server shows a row of this key: what digests are made of.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Shared | Self::Claimed | Self::Disputed)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Claimed => "claimed",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Unseen => "unseen",
            Self::Disputed => "disputed",
            Self::Missing => "missing",
            Self::Gone => "gone",
        }
    }
}

/// Whose rows are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The member's own.
    Mine,
    /// Everybody's.
    Team,
}

impl Scope {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Team => "team",
        }
    }
}

/// How many keys, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    /// How many.
    pub count: u64,
    /// The sum of their last 48 bits, modulo 2^64.
    pub sum: u64,
}

impl Digest {
    pub(crate) fn add(&mut self, key: &[u8; 16]) {
        let [.., a, b, c, d, e, f] = *key;
        self.count += 1;
        self.sum = self.sum.wrapping_add(u64::from_be_bytes([0, 0, a, b, c, d, e, f]));
    }
}

impl FromIterator<Uuid> for Digest {
    fn from_iter<T: IntoIterator<Item = Uuid>>(keys: T) -> Self {
        let mut digest = Self::default();
        keys.into_iter().for_each(|key| digest.add(key.as_bytes()));
        digest
    }
}

/// The digest of each bucket that holds anything.
pub type Digests = BTreeMap<Bucket, Digest>;

/// The id under which a row of a foreign database is kept here: time-ordered, as the book wants it, with the last 48
/// bits of the foreign id, so that digests are the same on both sides.
pub fn time_ordered(foreign: Uuid, created_at: outlay_core::instant::Instant) -> Uuid {
    let millis = created_at.micros().div_euclid(1000) as u128 & 0xFFFF_FFFF_FFFF;
    let kept = foreign.as_u128() & 0x0FFF_3FFF_FFFF_FFFF_FFFF;
    Uuid::from_u128((millis << 80) | (8 << 76) | (0b10 << 62) | kept)
}

#[cfg(test)]
mod tests {
    use outlay_core::instant::Instant;

    use super::*;

    #[test]
    fn a_foreign_id_becomes_one_of_its_day_and_keeps_its_digest() {
        let foreign = Uuid::from_u128(0xF47A_C10B_58CC_4372_A567_0E02_B2C3_D479);
        let kept = time_ordered(foreign, Instant::from_micros(1_781_870_400_123_456));
        insta::assert_snapshot!(kept, @"019edfc0-927b-8372-a567-0e02b2c3d479");
        assert_eq!(day_of(kept.as_bytes()), 1_781_870_400 / 86_400);
        let (mut here, mut there) = (Digest::default(), Digest::default());
        here.add(kept.as_bytes());
        there.add(foreign.as_bytes());
        assert_eq!(here, there);
    }
}
