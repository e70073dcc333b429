//! What the book holds in a range of ids, copied into memory: for a file whose rows come in another
//! order than the book's, a look-up here is ten times cheaper than one on disk.
//!
//! Only rows that stand alone for their fact are answered from here; whatever needs a closer look, and
//! rows that this very import brings, are asked of the book.

use outlay_core::identity::{Fingerprint, same_fact_prefix};
use rusqlite::Connection;

use super::neighbours::{COLUMNS, Neighbour, Standing, standing};
use crate::counting::recount::IdRange;
use crate::error::LedgerError;

/// The most memory that the copied keys may take, in bytes; entries take about as much again.
const KEYS_LIMIT: usize = 48 * 1024 * 1024;

/// A copy of a range, or the knowledge that it is too large for one. Asked in id order, it goes on from
/// where it last looked.
#[derive(Debug, Default)]
pub(super) struct Index {
    range: Option<IdRange>,
    entries: Vec<Entry>,
    keys: String,
    position: usize,
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
        let (rows, keys): (usize, usize) = connection
            .prepare_cached("SELECT count(*), coalesce(sum(length(source_key)), 0) FROM generations WHERE id BETWEEN ?1 AND ?2")?
            .query_row(range, |row| Ok((row.get::<_, u32>(0)? as usize, row.get::<_, u32>(1)? as usize)))?;
        let mut index = Self { range: Some(range), ..Self::default() };
        if keys > KEYS_LIMIT {
            return Ok(index);
        }
        index.entries.reserve_exact(rows);
        index.keys.reserve_exact(keys);
        let mut statement = connection.prepare_cached(COLUMNS)?;
        let mut rows = statement.query(range)?;
        while let Some(row) = rows.next()? {
            index.keys.push_str(row.get_ref(1)?.as_str().unwrap_or_default());
            index.entries.push(Entry {
                id: row.get(0)?,
                fingerprint: Fingerprint(row.get(2)?),
                key_ends: u32::try_from(index.keys.len()).unwrap_or(u32::MAX),
                // Rows recorded by hand have ids of their own kind and are never looked for.
                brought_by: row.get::<_, Option<u32>>(3)?.unwrap_or(0),
                standing: standing(row)?,
            });
        }
        Ok(index)
    }

    /// Whether the copy was made of this range or a wider one.
    pub(super) fn covers(&self, (first, last): IdRange) -> bool {
        self.range.is_some_and(|range| range.0 <= first && last <= range.1)
    }

    /// The stored row that shares the id's prefix, if there is exactly one and it has this very id.
    pub(super) fn only_neighbour(&mut self, id: &[u8; 16]) -> Option<Neighbour> {
        let position = self.find(id)?;
        let alone =
            |other: usize| self.entries.get(other).is_none_or(|other| !same_fact_prefix(&other.id, id));
        if !alone(position + 1) || !alone(position.wrapping_sub(1)) {
            return None;
        }
        let entry = &self.entries[position];
        let key_begins = position.checked_sub(1).map_or(0, |before| self.entries[before].key_ends as usize);
        self.position = position;
        Some(Neighbour {
            id: entry.id,
            source_key: self.keys[key_begins..entry.key_ends as usize].to_owned(),
            fingerprint: entry.fingerprint,
            brought_by: Some(i64::from(entry.brought_by)).filter(|&number| number > 0),
            standing: entry.standing,
        })
    }

    /// Gallops forward from the last answer, or searches anew where the ids went back.
    fn find(&self, id: &[u8; 16]) -> Option<usize> {
        let begin = if self.entries.get(self.position)?.id <= *id { self.position } else { 0 };
        let mut step = 1;
        while self.entries.get(begin + step).is_some_and(|entry| entry.id < *id) {
            step *= 2;
        }
        let range = begin + step / 2..self.entries.len().min(begin + step + 1);
        let found = self.entries[range.clone()].binary_search_by(|entry| entry.id.cmp(id)).ok()?;
        Some(range.start + found)
    }
}
