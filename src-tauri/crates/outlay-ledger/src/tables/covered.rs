//! Which dimensions fall under the model of a budget, noted once for each connection.
//!
//! `outlay_core::budget` decides that by the price book, which is too slow for every call that asks the gate.
//! Dimensions only grow in number, so only new ones are decided. The notes are temporary tables: they go with the
//! connection, and a transaction that is rolled back takes what it noted of its own dimensions with it.

use outlay_core::budget::Scope;
use rustc_hash::FxHashMap;

use crate::error::LedgerError;
use crate::handle::Reader;

/// What every connection begins with.
pub(crate) const TABLES: &str = "
    CREATE TEMP TABLE covered (
        model        TEXT NOT NULL, -- as the budget says it
        dimension_id INTEGER NOT NULL,
        PRIMARY KEY (model, dimension_id)
    ) WITHOUT ROWID;
    CREATE TEMP TABLE decided (
        model TEXT PRIMARY KEY,
        up_to INTEGER NOT NULL -- the greatest dimension that was decided
    ) WITHOUT ROWID;";

impl Reader<'_> {
    /// Whether a row of the user falls under a scope.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn has_rows_under(&self, user: &str, scope: &Scope) -> Result<bool, LedgerError> {
        self.note_covered(scope)?;
        let sql = "SELECT EXISTS (SELECT 1 FROM dimensions WHERE user_id = ?1 AND ((?2 = '' AND ?3 = '')
            OR (?2 <> '' AND provider = ?2 COLLATE NOCASE)
            OR id IN (SELECT dimension_id FROM temp.covered WHERE model = ?3)))";
        let bound = (user, scope.provider(), scope.model());
        Ok(self.connection.prepare_cached(sql)?.query_row(bound, |row| row.get(0))?)
    }

    /// Brings `temp.covered` up to date for a scope of a model; any other scope needs no notes.
    pub(crate) fn note_covered(&self, scope: &Scope) -> Result<(), LedgerError> {
        let Scope::Model(model) = scope else { return Ok(()) };
        let sql = "SELECT coalesce((SELECT up_to FROM temp.decided WHERE model = ?1), 0),
            coalesce((SELECT max(id) FROM dimensions), 0)";
        let (decided, newest): (i64, i64) =
            self.connection.prepare_cached(sql)?.query_row([model], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if decided == newest {
            return Ok(());
        }
        self.decide_from(decided, scope)?;
        let sql = "INSERT OR REPLACE INTO temp.decided (model, up_to) VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute((model, newest))?;
        Ok(())
    }

    fn decide_from(&self, decided: i64, scope: &Scope) -> Result<(), LedgerError> {
        let sql = "SELECT id, provider, model_used FROM dimensions WHERE id > ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([decided])?;
        let sql = "INSERT INTO temp.covered (model, dimension_id) VALUES (?1, ?2)";
        let mut note = self.connection.prepare_cached(sql)?;
        // A few names are in many dimensions.
        let mut covers: FxHashMap<(String, String), bool> = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let call = (row.get(1)?, row.get(2)?);
            if *covers.entry(call).or_insert_with_key(|(provider, model)| scope.covers(provider, model)) {
                note.execute((scope.model(), row.get::<_, i64>(0)?))?;
            }
        }
        Ok(())
    }
}
