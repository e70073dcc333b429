//! Small things that the user chose and the ledger remembers, by name.

use rusqlite::OptionalExtension;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

impl Reader<'_> {
    /// The value of a setting, if it was ever set.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn setting(&self, name: &str) -> Result<Option<String>, LedgerError> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// The mapping that was remembered for a header, as JSON.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn mapping(&self, header_signature: &str) -> Result<Option<String>, LedgerError> {
        let mut statement =
            self.connection.prepare_cached("SELECT mapping FROM mappings WHERE header_signature = ?1")?;
        Ok(statement.query_row([header_signature], |row| row.get(0)).optional()?)
    }
}

impl Writer<'_> {
    /// Remembers a setting.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_setting(&self, name: &str, value: &str) -> Result<(), LedgerError> {
        let sql = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
        self.transaction.prepare_cached(sql)?.execute((name, value))?;
        Ok(())
    }

    /// Forgets a setting.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn remove_setting(&self, name: &str) -> Result<(), LedgerError> {
        self.transaction.prepare_cached("DELETE FROM settings WHERE name = ?1")?.execute([name])?;
        Ok(())
    }

    /// Remembers the mapping of a header, as JSON.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_mapping(&self, header_signature: &str, mapping: &str) -> Result<(), LedgerError> {
        let sql = "INSERT INTO mappings (header_signature, mapping) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET mapping = excluded.mapping";
        self.transaction.prepare_cached(sql)?.execute((header_signature, mapping))?;
        Ok(())
    }
}
