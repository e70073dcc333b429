//! Rows of other machines on their way into the book: the same rules as for the rows of a file.
//!
//! Rows may come in any order and in any pieces, also before the import that brought them: until it is here they do
//! not count. What is here already is compared and never written over.

pub(crate) mod changing;
mod faults;
mod generations;
mod members;
pub(crate) mod small;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::Writer;
use crate::tables::imports::next_number;

/// What came of rows that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival<Row> {
    /// Rows that were not here.
    pub new: u64,
    /// Rows that were here with this content.
    pub known: u64,
    /// Rows that are here with another content: nothing was written.
    pub conflicts: Vec<Conflict<Row>>,
    /// Rows that no ledger takes: nothing was written.
    pub refused: Vec<(Row, Refusal)>,
}

impl<Row> Default for Arrival<Row> {
    fn default() -> Self {
        Self { new: 0, known: 0, conflicts: Vec::new(), refused: Vec::new() }
    }
}

/// Two contents under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<Row> {
    /// What this ledger says.
    pub here: Row,
    /// What arrived.
    pub there: Row,
}

/// Why no ledger takes a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its id does not begin with the milliseconds of its time.
    #[error("its id does not say its time")]
    IdOfAnotherTime,
    /// Its time is before 1970 or after 9999.
    #[error("its time is out of range")]
    TimeOutOfRange,
    /// A count is negative, or a part is more than its whole.
    #[error("its counts do not fit together")]
    Counts,
    /// A text that should be a JSON object is none.
    #[error("a text of it is no JSON object")]
    NoObject,
    /// A value that the ledger's own checks refuse.
    #[error("a value of it is none that a ledger takes")]
    Value,
}

/// The number of an import in this file, which is kept for it if the import is not here yet.
pub(crate) fn number_for(connection: &Connection, import: Uuid) -> Result<i64, LedgerError> {
    let sql =
        "SELECT number FROM imports WHERE id = ?1 UNION ALL SELECT number FROM awaited_imports WHERE id = ?1";
    let known =
        connection.prepare_cached(sql)?.query_row([import.as_bytes()], |row| row.get(0)).optional()?;
    match known {
        Some(number) => Ok(number),
        None => {
            let number = next_number(connection)?;
            let sql = "INSERT INTO awaited_imports (id, number) VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute((import.as_bytes(), number))?;
            Ok(number)
        }
    }
}

/// What may go within a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unlocked {
    /// Rows of other members.
    Others,
    /// The way in which it is written down what an import contains.
    Runs,
}

impl Writer<'_> {
    /// Runs `change` while something that is kept otherwise may go.
    pub(super) fn unlocked<T>(
        &self,
        what: Unlocked,
        change: impl FnOnce() -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let word = match what {
            Unlocked::Others => "others",
            Unlocked::Runs => "runs",
        };
        self.transaction.prepare_cached("INSERT INTO unlocked (what) VALUES (?1)")?.execute([word])?;
        let outcome = change();
        self.transaction.prepare_cached("DELETE FROM unlocked WHERE what = ?1")?.execute([word])?;
        outcome
    }
}
