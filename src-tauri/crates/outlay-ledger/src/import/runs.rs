//! Which known rows a file contains too, stored as runs: a million known rows are one line.

use super::ingest::Ingest;
use crate::error::LedgerError;

/// Stores what the file contains of other imports.
pub(super) fn insert(ingest: &Ingest<'_, '_>) -> Result<(), LedgerError> {
    for (&holder, ids) in &ingest.known {
        for run in runs(ingest, holder, ids)? {
            insert_run(ingest, holder, run)?;
        }
    }
    Ok(())
}

/// A run: first and last id, and how many rows of the holder lie between them.
type Run = ([u8; 16], [u8; 16], i64);

/// Splits sorted ids of a holder's rows where a row of the holder stands between that is not among them.
fn runs(ingest: &Ingest<'_, '_>, holder: i64, ids: &[[u8; 16]]) -> Result<Vec<Run>, LedgerError> {
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let connection = &ingest.writer.transaction;
    let all: i64 = connection
        .prepare_cached("SELECT rows_new + rows_restated FROM imports WHERE number = ?1")?
        .query_row([holder], |row| row.get(0))?;
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if count == all {
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

fn insert_run(ingest: &Ingest<'_, '_>, holder: i64, (first, last, rows): Run) -> Result<(), LedgerError> {
    let sql = "INSERT INTO import_rows (import_number, holder, first_id, last_id, row_count) VALUES (?1, ?2, ?3, ?4, ?5)";
    ingest.writer.transaction.prepare_cached(sql)?.execute((ingest.number, holder, first, last, rows))?;
    Ok(())
}
