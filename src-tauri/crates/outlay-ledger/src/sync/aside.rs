//! Rows that are put aside: the server does not take them, or has them no longer. A person decides about them.

use rusqlite::params;
use uuid::Uuid;

use super::names::{Standing, Table};
use super::standings::standing;
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// A row that is put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// Its table.
    pub table: Table,
    /// Its key.
    pub key: Uuid,
    /// [`Standing::Refused`] or [`Standing::Missing`].
    pub standing: Standing,
    /// What the server said of a refused one.
    pub reason: Option<String>,
}

/// How many rows are put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsideCounts {
    /// That the server does not take; what is another user's, and so nothing of the server's, is not among them.
    pub refused: u64,
    /// That the server has no longer.
    pub missing: u64,
}

impl Reader<'_> {
    /// How many rows are put aside for a remote.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn aside_counts(&self, remote: i64) -> Result<AsideCounts, LedgerError> {
        let sql = "SELECT count(*) FILTER (WHERE standing = 'refused' AND reason IS NOT ?2),
                count(*) FILTER (WHERE standing = 'missing')
            FROM sync_standings WHERE remote = ?1";
        let read = |row: &rusqlite::Row<'_>| {
            let [refused, missing] = [row.get::<_, i64>(0)?, row.get(1)?].map(i64::cast_unsigned);
            Ok(AsideCounts { refused, missing })
        };
        let values = params![remote, super::outbox::OF_ANOTHER_USER];
        Ok(self.connection.prepare_cached(sql)?.query_row(values, read)?)
    }

    /// The rows that are put aside for a remote, at most `most`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn aside(&self, remote: i64, most: usize) -> Result<Vec<AsideRow>, LedgerError> {
        let sql = "SELECT kind, key, standing, reason FROM sync_standings
            WHERE remote = ?1 AND standing IN ('refused', 'missing') AND reason IS NOT ?2
            ORDER BY standing, kind, key LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![remote, super::outbox::OF_ANOTHER_USER, most])?;
        let mut aside = Vec::new();
        while let Some(row) = rows.next()? {
            let word: String = row.get(0)?;
            let known = Table::ALL.into_iter().find(|table| table.as_str() == word);
            let table = known.ok_or(LedgerError::Unreadable { what: "table", value: word })?;
            aside.push(AsideRow {
                table,
                key: Uuid::from_bytes(row.get(1)?),
                standing: standing(row.get(2)?)?,
                reason: row.get(3)?,
            });
        }
        Ok(aside)
    }

    /// How many rows of other users are here, pulled or recorded under another name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn rows_of_others(&self) -> Result<u64, LedgerError> {
        let sql = "SELECT coalesce(sum(row_count), 0) FROM rollup_totals
            WHERE user_id <> (SELECT owner FROM ledger)";
        let rows: i64 = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(rows.cast_unsigned())
    }
}

impl Writer<'_> {
    /// Lets all rows that stand in one way stand in another. What is another user's stays where it is.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn stand_all(&self, remote: i64, from: Standing, to: Standing) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_standings SET standing = ?3, reason = NULL
            WHERE remote = ?1 AND standing = ?2 AND reason IS NOT ?4";
        let values = params![remote, from.as_str(), to.as_str(), super::outbox::OF_ANOTHER_USER];
        self.transaction.execute(sql, values)?;
        Ok(())
    }
}
