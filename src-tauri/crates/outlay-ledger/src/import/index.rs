//! What the book holds in a range of ids, copied into memory: for a file whose rows come in another
//! order than the book's, a look-up here is ten times cheaper than one on disk.
//!
//! Only rows that stand alone for their fact are answered from here; whatever needs a closer look, and
//! rows that this very import brings, are asked of the book.

use std::borrow::Cow;

use outlay_core::identity::{Fingerprint, same_fact_prefix};
use rusqlite::Connection;

use super::neighbours::{Neighbour, Standing, standing};
use crate::counting::recount::IdRange;
use crate::error::LedgerError;

const ROWS: &str = "SELECT id, source_key, fingerprint, import_number FROM generations
    WHERE id BETWEEN ?1 AND ?2 ORDER BY id";

const LEFT_OUT: &str = "SELECT id, reason FROM left_out WHERE id BETWEEN ?1 AND ?2 ORDER BY id";

/// The most memory that the copied keys may take, in bytes; entries take about as much again.
const KEYS_LIMIT: usize = 48 * 1024 * 1024;

/// A copy of a range, or the knowledge that it is too large for one.
#[derive(Debug, Default)]
pub(super) struct Index {
    range: Option<IdRange>,
    /// The first eight bytes of each id: what a search runs over fits the processor's cache.
    heads: Vec<u64>,
    entries: Vec<Entry>,
    keys: String,
}

#[derive(Debug)]
struct Entry {
    id: [u8; 16],
    fingerprint: Fingerprint,
    key_ends: u32,
    brought_by: u32,
    standing: Standing,
}

impl Index {
    /// Copies what the book holds in the range. A range that is too large is remembered as empty.
    pub(super) fn load(connection: &Connection, range: IdRange) -> Result<Self, LedgerError> {
        let mut index = Self { range: Some(range), ..Self::default() };
        let mut statement = connection.prepare_cached(ROWS)?;
        let mut rows = statement.query(range)?;
        while let Some(row) = rows.next()? {
            index.keys.push_str(row.get_ref(1)?.as_str().unwrap_or_default());
            if index.keys.len() > KEYS_LIMIT {
                return Ok(Self { range: Some(range), ..Self::default() });
            }
            let id: [u8; 16] = row.get(0)?;
            index.heads.push(head(&id));
            index.entries.push(Entry {
                id,
                fingerprint: Fingerprint(row.get(2)?),
                key_ends: u32::try_from(index.keys.len()).unwrap_or(u32::MAX),
                // Rows recorded by hand have ids of their own kind and are never looked for.
                brought_by: row.get::<_, Option<u32>>(3)?.unwrap_or(0),
                standing: Standing::Counts,
            });
        }
        index.note_left_out(connection, range)?;
        Ok(index)
    }

    /// Notes which of the rows do not count. They are few, and a join would look for each row.
    fn note_left_out(&mut self, connection: &Connection, range: IdRange) -> Result<(), LedgerError> {
        let mut statement = connection.prepare_cached(LEFT_OUT)?;
        let mut rows = statement.query(range)?;
        while let Some(row) = rows.next()? {
            let id: [u8; 16] = row.get(0)?;
            if let Ok(position) = self.entries.binary_search_by_key(&id, |entry| entry.id) {
                self.entries[position].standing = standing(row, 1)?;
            }
        }
        Ok(())
    }

    /// Whether the copy was made of this range or a wider one.
    pub(super) fn covers(&self, (first, last): IdRange) -> bool {
        self.range.is_some_and(|range| range.0 <= first && last <= range.1)
    }

    /// Where each of `ids` (sorted) stands, if its row is there and alone for its fact. All at once, in a
    /// loop that does nothing else: the processor then waits for several far places in memory together.
    pub(super) fn positions(&self, ids: &[[u8; 16]]) -> Vec<Option<usize>> {
        let mut from = 0;
        let mut position_of = |id: &[u8; 16]| {
            from = self.first_not_below(from, head(id));
            let alike = self.heads[from..].iter().take_while(|&&found| found == head(id)).count();
            (from..from + alike).find(|&position| self.entries[position].id == *id)
        };
        ids.iter().map(|id| position_of(id).filter(|&position| self.is_alone(position))).collect()
    }

    /// The row at a position that `positions` gave.
    pub(super) fn neighbour(&self, position: usize) -> Neighbour<'_> {
        let entry = &self.entries[position];
        let key_begins = position.checked_sub(1).map_or(0, |before| self.entries[before].key_ends as usize);
        Neighbour {
            id: entry.id,
            source_key: Cow::Borrowed(&self.keys[key_begins..entry.key_ends as usize]),
            fingerprint: entry.fingerprint,
            brought_by: Some(i64::from(entry.brought_by)).filter(|&number| number > 0),
            standing: entry.standing,
        }
    }

    fn is_alone(&self, position: usize) -> bool {
        let id = &self.entries[position].id;
        let other = |at: usize| self.entries.get(at).is_none_or(|other| !same_fact_prefix(&other.id, id));
        other(position + 1) && other(position.wrapping_sub(1))
    }

    /// The first position from `begin` on whose head is not below `wanted`, found by galloping.
    fn first_not_below(&self, begin: usize, wanted: u64) -> usize {
        let mut step = 1;
        while self.heads.get(begin + step).is_some_and(|&head| head < wanted) {
            step *= 2;
        }
        let (from, to) = (begin + step / 2, self.heads.len().min(begin + step + 1));
        from + self.heads[from..to].partition_point(|&head| head < wanted)
    }
}

fn head(id: &[u8; 16]) -> u64 {
    u64::from_be_bytes([id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7]])
}
