//! Alerts that are left alone for a while. Until when that may be is decided in `outlay_core::alert`; which alerts
//! are listed without them, in `alerts`.

use std::collections::BTreeSet;

use outlay_core::instant::Instant;

use super::alerts::Alert;
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

impl Reader<'_> {
    /// The ids of alerts that are left alone now.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn snoozed(&self, now: Instant) -> Result<BTreeSet<String>, LedgerError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT alert_id FROM snoozes WHERE since <= ?1 AND until > ?1")?;
        let ids = statement.query_map([now.micros()], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// When the first snooze that is kept is over, or was.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn first_snooze_end(&self) -> Result<Option<Instant>, LedgerError> {
        let mut statement = self.connection.prepare_cached("SELECT min(until) FROM snoozes")?;
        let first: Option<i64> = statement.query_row([], |row| row.get(0))?;
        Ok(first.map(Instant::from_micros))
    }
}

impl Writer<'_> {
    /// Leaves an alert alone until an instant to come; one that is left alone already until that one instead.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn snooze(
        &self,
        id: &str,
        until: Instant,
        reason: Option<&str>,
        now: Instant,
    ) -> Result<Alert, LedgerError> {
        // Known first: the row refers to it.
        self.reader().alert(id)?;
        let sql = "INSERT INTO snoozes (alert_id, since, until, reason) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until, reason = excluded.reason";
        self.transaction.execute(sql, (id, now.micros(), until.micros(), reason))?;
        self.reader().alert(id)
    }

    /// Ends the snooze of an alert, if there is one.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn wake(&self, id: &str) -> Result<Alert, LedgerError> {
        self.transaction.execute("DELETE FROM snoozes WHERE alert_id = ?1", [id])?;
        self.reader().alert(id)
    }

    /// Forgets snoozes that are over, by their time or with their alert, and those of a clock that was ahead; tells
    /// how many were over by their time.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn end_snoozes(&self, now: Instant) -> Result<usize, LedgerError> {
        let over = "DELETE FROM snoozes WHERE until <= ?1 OR since > ?1";
        let ended = self.transaction.prepare_cached(over)?.execute([now.micros()])?;
        let resolved =
            "DELETE FROM snoozes WHERE (SELECT resolved FROM expense_alerts WHERE id = alert_id) = 1";
        self.transaction.prepare_cached(resolved)?.execute([])?;
        Ok(ended)
    }
}
