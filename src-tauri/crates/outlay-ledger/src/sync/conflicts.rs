//! What two sides say differently, until a person has looked. Nothing here decides which holds.

use outlay_core::instant::Instant;
use rusqlite::params;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// Two contents of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncConflict {
    /// Its number in this file; of no meaning for one that is to be noted.
    pub number: i64,
    /// The remote.
    pub remote: i64,
    /// The table or record.
    pub kind: String,
    /// Which of them.
    pub key: String,
    /// `content`, or the column that clashed.
    pub what: String,
    /// What this ledger says, in JSON.
    pub here: String,
    /// What the other side says, in JSON.
    pub there: String,
    /// When it was found.
    pub at: Instant,
}

impl Reader<'_> {
    /// The conflicts that nobody has looked at, the newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn sync_conflicts(&self, remote: i64) -> Result<Vec<SyncConflict>, LedgerError> {
        let sql = "SELECT number, remote, kind, key, what, here, there, at FROM sync_conflicts
            WHERE remote = ?1 AND seen_at IS NULL ORDER BY number DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(SyncConflict {
                number: row.get(0)?,
                remote: row.get(1)?,
                kind: row.get(2)?,
                key: row.get(3)?,
                what: row.get(4)?,
                here: row.get(5)?,
                there: row.get(6)?,
                at: Instant::from_micros(row.get(7)?),
            })
        };
        let conflicts = statement.query_map([remote], read)?;
        Ok(conflicts.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Notes a conflict. One that says something else than before is open again. What the other side said is not lost
    /// where this time only the clash is known, and not what it says: `null`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn note_conflict(&self, conflict: &SyncConflict) -> Result<(), LedgerError> {
        let sql = "INSERT INTO sync_conflicts (remote, kind, key, what, here, there, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (remote, kind, key, what) DO UPDATE
                SET here = excluded.here, there = iif(excluded.there = 'null', there, excluded.there),
                    at = excluded.at, seen_at = NULL
                WHERE here <> excluded.here OR excluded.there NOT IN ('null', there)";
        let SyncConflict { remote, kind, key, what, here, there, at, .. } = conflict;
        let at = at.micros();
        self.transaction.prepare_cached(sql)?.execute(params![remote, kind, key, what, here, there, at])?;
        Ok(())
    }

    /// Notes that a person has looked at a conflict.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn see_conflict(&self, number: i64, now: Instant) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_conflicts SET seen_at = ?2 WHERE number = ?1 AND seen_at IS NULL";
        self.transaction.execute(sql, (number, now.micros()))?;
        Ok(())
    }
}
