//! All rows of one fact: its contents and their pricings, of which at most one counts. And a row by the end of its id.
//!
//! Which of them counts is decided in `counting`; a row says itself why it does not.

use rusqlite::params;
use uuid::Uuid;

use super::calls::{COLUMNS, GenerationRow, read};
use crate::error::LedgerError;
use crate::handle::Reader;

impl Reader<'_> {
    /// Every row of the fact that `row` is one of, itself too, in id order.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn rows_of_fact(&self, row: &GenerationRow) -> Result<Vec<GenerationRow>, LedgerError> {
        let (first, last) = neighbours(row.id);
        let mut statement = self
            .connection
            .prepare_cached(&format!("{COLUMNS} WHERE g.id BETWEEN ?1 AND ?2 ORDER BY g.id"))?;
        let mut rows = statement.query(params![first, last])?;
        let mut found = Vec::new();
        while let Some(next) = rows.next()? {
            let next = read(next)?;
            // A hash alone decides nothing.
            if next.source == row.source && next.source_key == row.source_key {
                found.push(next);
            }
        }
        Ok(found)
    }

    /// The one row whose id ends so. Every id is read: a whole id is found at once.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`], [`LedgerError::Ambiguous`].
    pub fn generation_ending(&self, end: &str) -> Result<GenerationRow, LedgerError> {
        let sql = "SELECT id FROM generations WHERE substr(hex(id), -length(?1)) = ?1 LIMIT 2";
        let wanted: String = end.to_uppercase().split('-').collect();
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([wanted], |row| row.get(0))?;
        let ids: Vec<[u8; 16]> = ids.collect::<Result<_, _>>()?;
        let (kind, id) = ("generation", end.to_owned());
        match ids.as_slice() {
            [found] => self.generation(Uuid::from_bytes(*found)),
            [] => Err(LedgerError::NotFound { kind, id }),
            _ => Err(LedgerError::Ambiguous { kind, id }),
        }
    }
}

/// The first and the last id that a row of the same fact can have: those that begin like it (see
/// `outlay_core::identity`).
fn neighbours(id: Uuid) -> ([u8; 16], [u8; 16]) {
    let (mut first, mut last) = (id.into_bytes(), id.into_bytes());
    first[12..].fill(0);
    last[12..].fill(u8::MAX);
    (first, last)
}
