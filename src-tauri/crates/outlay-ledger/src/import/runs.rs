//! Which known rows a file contains too, stored as runs: a million known rows are one line.

use rusqlite::{Connection, OptionalExtension};

use super::ingest::Ingest;
use crate::error::LedgerError;

/// Stores what the file contains of other imports.
pub(super) fn insert(ingest: &Ingest<'_, '_>) -> Result<(), LedgerError> {
    for (&holder, ids) in &ingest.known {
        let connection = &ingest.writer.transaction;
        for run in runs(connection, holder, ids)? {
            insert_run(connection, ingest.number, holder, run)?;
        }
    }
    Ok(())
}

/// A run: first and last id, and how many rows of the holder lie between them.
pub(crate) type Run = ([u8; 16], [u8; 16], i64);

/// Splits sorted ids of a holder's rows where a row of the holder stands between that is not among them.
pub(crate) fn runs(connection: &Connection, holder: i64, ids: &[[u8; 16]]) -> Result<Vec<Run>, LedgerError> {
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let all: Option<i64> = connection
        .prepare_cached("SELECT rows_new + rows_restated FROM imports WHERE number = ?1")?
        .query_row([holder], |row| row.get(0))
        .optional()?;
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if Some(count) == all {
        return Ok(vec![(first, last, count)]);
    }
    let sql = "SELECT id FROM generations WHERE id BETWEEN ?1 AND ?2 AND import_number = ?3 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((first, last, holder))?;
    let mut runs: Vec<Run> = Vec::new();
    let mut wanted = ids.iter().peekable();
    let mut open = false;
    while let Some(row) = rows.next()? {
        let id: [u8; 16] = row.get(0)?;
        if wanted.next_if_eq(&&id).is_none() {
            open = false;
            continue;
        }
        match runs.last_mut().filter(|_| open) {
            Some(run) => (run.1, run.2) = (id, run.2 + 1),
            None => runs.push((id, id, 1)),
        }
        open = true;
    }
    Ok(runs)
}

/// Stores that an import contains a run of a holder's rows.
pub(crate) fn insert_run(
    connection: &Connection,
    import: i64,
    holder: i64,
    (first, last, rows): Run,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO import_rows (import_number, holder, first_id, last_id, row_count) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute((import, holder, first, last, rows))?;
    Ok(())
}
