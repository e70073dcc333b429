//! The rows of the simulation, what its alerts say, and how they are made.

use outlay_sync::{Body, Bucket, Row, RowId, Table};
use uuid::Uuid;

use crate::chance::{Chance, mix};

/// What identifies a row to a unique index: members by import and row, all others by their key alone.
pub(crate) type Slot = (Table, Bucket, Uuid);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SimRow {
    pub(crate) id: RowId,
    pub(crate) user: usize,
    pub(crate) content: u64,
    pub(crate) nanos: i64,
}

impl Row for SimRow {
    fn id(&self) -> RowId {
        self.id
    }
}

impl SimRow {
    pub(crate) fn slot(&self) -> Slot {
        slot(self.id)
    }

    /// Whether both say the same; whose they are is not part of it.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        (self.id, self.content, self.nanos) == (other.id, other.content, other.nanos)
    }

    /// Whether the server refuses it, as it refuses a text with a NUL.
    pub(crate) fn is_refused(&self) -> bool {
        self.content.is_multiple_of(19)
    }
}

/// What an alert says: 2 is severe, less are two wordings of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said(pub(crate) u64);

impl Body for Said {
    fn join(&self, theirs: &Self) -> Self {
        if self.0 / 2 > theirs.0 / 2 { *self } else { *theirs }
    }
}

pub(crate) fn slot(id: RowId) -> Slot {
    let bucket = if id.table == Table::ImportMembers { id.bucket } else { Bucket::Whole };
    (id.table, bucket, id.key)
}

fn uuid(version: u8, high: u64, low: u64) -> Uuid {
    let mut bytes = Uuid::from_u64_pair(high, low).into_bytes();
    bytes[6] = bytes[6] & 0x0F | version << 4;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    Uuid::from_bytes(bytes)
}

pub(crate) fn fresh_key(chance: &mut Chance) -> Uuid {
    uuid(7, chance.next(), chance.next())
}

pub(crate) fn made_key(one: u64, other: u64) -> Uuid {
    uuid(5, mix(one ^ 0xA1E7), mix(other.wrapping_add(one << 32)))
}

/// A row that this machine records itself.
pub(crate) fn recorded(chance: &mut Chance, user: usize, table: Table, bucket: Bucket) -> SimRow {
    let key = fresh_key(chance);
    let content = chance.next();
    SimRow { id: RowId { table, bucket, key }, user, content, nanos: (content % 5_000_000_011) as i64 }
}

/// A row of an export that several people import: the same for all, but for whose it is.
pub(crate) fn fact(number: u64, user: usize, today: i64) -> SimRow {
    let content = mix(number + 1);
    let bucket = Bucket::Day(today - (number % 17) as i64);
    let key = uuid(8, mix(number), mix(number + 7));
    SimRow {
        id: RowId { table: Table::Generations, bucket, key },
        user,
        content,
        nanos: (content % 90_000_001) as i64,
    }
}
