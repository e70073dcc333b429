//! Finds, for a batch of rows in id order, the stored rows that could be the same fact.
//!
//! Two ways to the same answer: where the batch and the book are about equally dense, both are read
//! side by side; where the book has far more rows in the range, each row is looked up by itself, first
//! in a copy in memory of what the book holds there.

use std::borrow::Cow;

use outlay_core::identity::{Fingerprint, same_fact_prefix};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{Connection, Row};

use super::index::Index;
use crate::counting::recount::IdRange;
use crate::error::LedgerError;

/// A stored row near an incoming one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Neighbour<'a> {
    pub(crate) id: [u8; 16],
    pub(crate) source_key: Cow<'a, str>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) brought_by: Option<i64>,
    pub(crate) standing: Standing,
}

/// What of a stored row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// All of it.
    Counts,
    /// A newer export states other values for the fact.
    Restated,
    /// Not all of it, for another reason.
    LeftOut,
}

const COLUMNS: &str = "SELECT g.id, g.source_key, g.fingerprint, g.import_number, o.reason
    FROM generations g LEFT JOIN left_out o ON o.id = g.id WHERE g.id BETWEEN ?1 AND ?2 ORDER BY g.id";

/// How many times denser than the batch the book may be before single look-ups are cheaper.
const DENSER: usize = 6;

/// The stored rows around the batches of one file.
#[derive(Debug, Default)]
pub(crate) struct Neighbourhood {
    index: Option<Index>,
}

impl Neighbourhood {
    /// For each of `ids` (sorted), calls `visit` with its position and the stored rows that share its prefix.
    pub(crate) fn visit(
        &mut self,
        connection: &Connection,
        ids: &[[u8; 16]],
        mut visit: impl FnMut(usize, &[Neighbour<'_>]) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(()) };
        let range = (bounds(first).0, bounds(last).1);
        if self.index.as_ref().is_some_and(|index| index.covers(range)) {
            return one_by_one(connection, ids, self.index.as_ref(), &mut visit);
        }
        match stored_rows(connection, range, ids.len() * DENSER)? {
            0 => (0..ids.len()).try_for_each(|position| visit(position, &[])),
            stored if stored < ids.len() * DENSER => side_by_side(connection, ids, range, visit),
            _ => {
                self.index = Some(Index::load(connection, widened(range))?);
                one_by_one(connection, ids, self.index.as_ref(), &mut visit)
            }
        }
    }
}

/// The range with its own length added at both ends: the next batch of a file that is in no order
/// reaches a little further, and should not need another copy.
fn widened((first, last): IdRange) -> IdRange {
    let (first, last) = (u128::from_be_bytes(first), u128::from_be_bytes(last));
    let length = last - first;
    (first.saturating_sub(length).to_be_bytes(), last.saturating_add(length).to_be_bytes())
}

/// How many rows are stored in a range of ids, counted up to a limit.
fn stored_rows(connection: &Connection, range: IdRange, limit: usize) -> Result<usize, LedgerError> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM generations WHERE id BETWEEN ?1 AND ?2 LIMIT ?3)";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let count: i64 =
        connection.prepare_cached(sql)?.query_row((range.0, range.1, limit), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn side_by_side(
    connection: &Connection,
    ids: &[[u8; 16]],
    range: IdRange,
    mut visit: impl FnMut(usize, &[Neighbour<'_>]) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(COLUMNS)?;
    let mut rows = statement.query(range)?;
    let mut next = rows.next()?.map(head).transpose()?;
    let mut group: Vec<Neighbour<'static>> = Vec::new();
    for (position, id) in ids.iter().enumerate() {
        if !group.first().is_some_and(|known| same_fact_prefix(&known.id, id)) {
            group.clear();
            while let Some(stored) = next {
                if stored[..12] > id[..12] {
                    break;
                }
                let wanted = same_fact_prefix(&stored, id);
                if wanted {
                    // The row under the cursor is the one whose head was read.
                    if let Some(row) = rows.get() {
                        group.push(read(row)?);
                    }
                }
                next = rows.next()?.map(head).transpose()?;
            }
        }
        visit(position, &group)?;
    }
    Ok(())
}

fn one_by_one(
    connection: &Connection,
    ids: &[[u8; 16]],
    index: Option<&Index>,
    visit: &mut impl FnMut(usize, &[Neighbour<'_>]) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(COLUMNS)?;
    let copied = index.map(|index| (index, index.positions(ids)));
    let mut group = Vec::new();
    for (position, id) in ids.iter().enumerate() {
        group.clear();
        if let Some((index, Some(known))) = copied.as_ref().map(|(index, known)| (index, known[position])) {
            group.push(index.neighbour(known));
        } else {
            let mut rows = statement.query(bounds(id))?;
            while let Some(row) = rows.next()? {
                group.push(read(row)?);
            }
        }
        visit(position, &group)?;
    }
    Ok(())
}

fn head(row: &Row<'_>) -> Result<[u8; 16], rusqlite::Error> {
    row.get(0)
}

pub(super) fn read(row: &Row<'_>) -> Result<Neighbour<'static>, LedgerError> {
    Ok(Neighbour {
        id: row.get(0)?,
        source_key: Cow::Owned(row.get(1)?),
        fingerprint: Fingerprint(row.get(2)?),
        brought_by: row.get(3)?,
        standing: standing(row, 4)?,
    })
}

/// The standing of a row whose reason to be left out, if any, is in `column`.
pub(super) fn standing(row: &Row<'_>, column: usize) -> Result<Standing, rusqlite::Error> {
    Ok(match row.get_ref(column)?.as_str_or_null() {
        Ok(None) => Standing::Counts,
        Ok(Some("restated")) => Standing::Restated,
        _ => Standing::LeftOut,
    })
}

/// The ids that rows of the same fact can have.
pub(crate) fn bounds(id: &[u8; 16]) -> ([u8; 16], [u8; 16]) {
    let (mut first, mut last) = (*id, *id);
    first[12..].fill(0);
    last[12..].fill(0xFF);
    (first, last)
}
