//! What waits to be pushed, noted in the transaction that writes it, and only where there is a remote.
//!
//! The rows of an import wait as one line; that of it which was pushed lies before `after`. Rows that came by pull are
//! never noted here.

use rusqlite::Connection;

use super::names::{RowId, Standing, Table};
use crate::error::LedgerError;

/// Notes that an own row waits, for every remote.
pub(crate) fn add(connection: &Connection, row: &RowId) -> Result<(), LedgerError> {
    let sql = "INSERT INTO sync_standings (remote, kind, bucket, key, standing)
        SELECT number, ?1, ?2, ?3, 'waiting' FROM sync_remotes WHERE true ON CONFLICT DO NOTHING";
    let values = (row.table.as_str(), row.stored_bucket(), row.key.as_bytes());
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Notes a call that was recorded here under a name that is not the owner's: it stays on this machine.
pub(crate) fn set_aside(connection: &Connection, row: &RowId) -> Result<(), LedgerError> {
    let sql = "INSERT INTO sync_standings (remote, kind, bucket, key, standing, reason)
        SELECT number, ?1, ?2, ?3, ?4, ?5 FROM sync_remotes WHERE true ON CONFLICT DO NOTHING";
    let values = (
        row.table.as_str(),
        row.stored_bucket(),
        row.key.as_bytes(),
        Standing::Refused.as_str(),
        OF_ANOTHER_USER,
    );
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Why a row that is not the owner's is not pushed.
pub(super) const OF_ANOTHER_USER: &str = "another user's";

/// Notes that all rows of an own import wait: those that it brought, and that it contains known ones besides. That it
/// contains what it brought is said by these rows themselves.
pub(crate) fn add_import(connection: &Connection, number: i64, tables: &[Table]) -> Result<(), LedgerError> {
    for table in tables {
        let sql = "INSERT INTO outbox (remote, kind, import_number, after)
            SELECT number, ?1, ?2, zeroblob(16) FROM sync_remotes";
        connection.prepare_cached(sql)?.execute((table.as_str(), number))?;
    }
    Ok(())
}
