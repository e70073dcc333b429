//! Rows that were read from another program's table: joining it, what may go there, and leaving it.
//!
//! Such rows are the owner's or others', as the table says, and are brought by imports. They are never sent anywhere: they
//! came from a database that has them.

use outlay_core::instant::Instant;
use uuid::Uuid;

use super::names::{RowId, Table};
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};
use crate::tables::voids::Action;

/// The source of rows that were read from an adopted table.
pub const ADOPTED: &str = "adopted-table";

/// Why an import of an adopted table is undone.
const LEFT: &str = "the adopted database was left";

impl Reader<'_> {
    /// The imports that adopted tables brought.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn adopted_imports(&self) -> Result<Vec<Uuid>, LedgerError> {
        let imports = self.imports()?.into_iter().filter(|import| import.source == ADOPTED);
        Ok(imports.map(|import| import.id).collect())
    }

    /// How many calls and aggregates wait to be pushed to a remote.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn waiting_call_count(&self, remote: i64) -> Result<u64, LedgerError> {
        Ok(self.waiting_rows(remote, Table::Generations, usize::MAX)?.len() as u64)
    }

    /// Those of the rows that do not count, in their order.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn uncounted_among(&self, rows: &[RowId]) -> Result<Vec<RowId>, LedgerError> {
        let sql = "SELECT 1 FROM left_out WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut uncounted = Vec::new();
        for row in rows {
            if statement.exists([row.key.as_bytes()])? {
                uncounted.push(*row);
            }
        }
        Ok(uncounted)
    }
}

impl Writer<'_> {
    /// Joins an adopted table. Rows that came from one before, if the owner left it since, count again.
    ///
    /// # Errors
    /// Those of SQLite; an address that is connected already.
    pub fn connect_adopted(&self, address: &str, mapping: &str, now: Instant) -> Result<i64, LedgerError> {
        let remote = self.connect_remote(address, mapping, now)?;
        let sql = "DELETE FROM outbox WHERE remote = ?1 AND import_number IN
            (SELECT number FROM imports WHERE source = ?2)";
        self.transaction.execute(sql, (remote, ADOPTED))?;
        // Until the table shows them they are taken for gone, and are not offered to it.
        let sql = "INSERT OR REPLACE INTO sync_standings (remote, kind, bucket, key, standing)
            SELECT ?1, 'generations', x'', g.id, 'gone' FROM generations g JOIN dimensions d ON d.id = g.dimension_id
            WHERE d.source = ?2";
        self.transaction.execute(sql, (remote, ADOPTED))?;
        for import in self.left_imports()? {
            self.void_import(import, Action::Restore, "the database was adopted again", now)?;
        }
        Ok(remote)
    }

    /// Keeps what was decided about an adopted table.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn keep_mapping(&self, number: i64, mapping: &str) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_remotes SET mapping = ?2 WHERE number = ?1";
        self.transaction.execute(sql, (number, mapping))?;
        Ok(())
    }

    /// Leaves an adopted table: its rows stay and count, or stay and count no longer.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; those of SQLite.
    pub fn leave_adopted(&self, number: i64, keeps: bool, now: Instant) -> Result<(), LedgerError> {
        self.leave_remote(number, super::OthersRows::Keep)?;
        if !keeps {
            let live = self.reader().imports()?.into_iter().filter(|import| import.source == ADOPTED);
            for import in live.filter(|import| !import.undone) {
                self.void_import(import.id, Action::Void, LEFT, now)?;
            }
        }
        Ok(())
    }

    /// Imports that were undone because the owner left, and not for another reason.
    fn left_imports(&self) -> Result<Vec<Uuid>, LedgerError> {
        let sql = "SELECT i.id FROM imports i WHERE i.source = ?1 AND
            (SELECT action = 'void' AND reason = ?2 FROM generation_voids v WHERE v.target = i.id
                ORDER BY revision DESC, action DESC LIMIT 1)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let ids = statement.query_map((ADOPTED, LEFT), |row| row.get(0).map(Uuid::from_bytes))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}
