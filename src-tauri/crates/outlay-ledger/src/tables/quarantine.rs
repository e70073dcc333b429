//! Rows of files that could not be read, kept verbatim with what was expected and what to do.

use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::Reader;
use crate::import::ingest::Ingest;

/// A quarantined row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number.
    pub id: i64,
    /// The import that it belongs to.
    pub import_id: Uuid,
    /// The file's name.
    pub file_name: String,
    /// The line of the file on which the row begins, from 1.
    pub line: i64,
    /// The column at fault; empty when the row as a whole is.
    pub column: String,
    /// The kind of fault, to group by repair.
    pub kind: String,
    /// What was expected there.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub remedy: String,
    /// The row, verbatim.
    pub record: String,
}

/// A row that could not be read, before it has an import.
#[derive(Debug, Clone, Copy)]
pub struct Unreadable<'a> {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column at fault; empty when the row as a whole is.
    pub column: &'a str,
    /// The kind of fault.
    pub kind: &'a str,
    /// What was expected there.
    pub expected: &'a str,
    /// What was found.
    pub found: &'a str,
    /// What to do.
    pub remedy: &'a str,
    /// The row, verbatim.
    pub record: &'a str,
}

impl Ingest<'_, '_> {
    /// Keeps a row that could not be read.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn quarantine(&mut self, row: Unreadable<'_>) -> Result<(), LedgerError> {
        let sql =
            "INSERT INTO quarantine (import_number, line, column_name, kind, expected, found, remedy, record)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let line = i64::try_from(row.line).unwrap_or(i64::MAX);
        let values =
            (self.number, line, row.column, row.kind, row.expected, row.found, row.remedy, row.record);
        self.writer.transaction.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Quarantined rows of one import, or of all that are not undone, as they were read: those whose id is
    /// greater than `after`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn quarantine(
        &self,
        import: Option<Uuid>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Quarantined>, LedgerError> {
        let which = match import {
            Some(_) => "i.id = ?1",
            None => {
                "?1 IS NULL AND coalesce((SELECT action = 'restore' FROM generation_voids v
                WHERE v.target = i.id ORDER BY revision DESC, action DESC LIMIT 1), 1)"
            }
        };
        let sql = format!(
            "SELECT q.id, i.id, i.file_name, q.line, q.column_name, q.kind, q.expected, q.found, q.remedy, q.record
            FROM quarantine q JOIN imports i ON i.number = q.import_number
            WHERE {which} AND q.id > ?2 ORDER BY q.id LIMIT ?3"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map((import.map(|id| *id.as_bytes()), after, limit), |row| {
            Ok(Quarantined {
                id: row.get(0)?,
                import_id: Uuid::from_bytes(row.get(1)?),
                file_name: row.get(2)?,
                line: row.get(3)?,
                column: row.get(4)?,
                kind: row.get(5)?,
                expected: row.get(6)?,
                found: row.get(7)?,
                remedy: row.get(8)?,
                record: row.get(9)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
