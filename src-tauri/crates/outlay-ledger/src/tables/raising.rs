//! Raising alerts: each once, whoever notices it and however often, and more urgent when it becomes so. When either is,
//! is decided by the rules in `outlay_core::alert`.

use outlay_core::alert::{Measure, Notice, Resolution};
use outlay_core::instant::Instant;
use rusqlite::params;

use super::alerts::{Alert, id_of};
use crate::error::LedgerError;
use crate::handle::Writer;

impl Writer<'_> {
    /// Raises an alert under the first of its keys that may be told; `None` where one stands open, where the user has
    /// seen one, and where it is told but once.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn raise(&self, user: &str, notice: &Notice, now: Instant) -> Result<Option<Alert>, LedgerError> {
        for key in notice.keys() {
            let id = id_of(user, notice.alert_type, &key);
            let is_new = self.insert_alert(&id, user, notice, &key, now)?;
            let alert = self.reader().alert(&id)?;
            if is_new {
                return Ok(Some(alert));
            }
            if matches!(alert.resolution, None | Some(Resolution::Acknowledged)) {
                break;
            }
        }
        Ok(None)
    }

    fn insert_alert(
        &self,
        id: &str,
        user: &str,
        notice: &Notice,
        key: &str,
        now: Instant,
    ) -> Result<bool, LedgerError> {
        let (bytes, nanos) = amounts(notice.measure);
        let sql = "INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, threshold, actual,
                threshold_nanos, actual_nanos, dedupe_key, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, coalesce(?6, ?8 / 1e9), coalesce(?7, ?9 / 1e9), ?8, ?9, ?10, ?11)
            ON CONFLICT DO NOTHING";
        let raised = self.transaction.prepare_cached(sql)?.execute(params![
            id,
            user,
            notice.alert_type.as_str(),
            notice.severity.as_str(),
            notice.message,
            bytes.map(|(threshold, _)| threshold),
            bytes.map(|(_, actual)| actual),
            nanos.map(|(threshold, _)| threshold),
            nanos.map(|(_, actual)| actual),
            key,
            now.micros(),
        ])?;
        Ok(raised > 0)
    }

    /// Lets an open alert say what a more urgent notice of the same says. One that is resolved stays as it is.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn worsen(&self, id: &str, notice: &Notice) -> Result<Alert, LedgerError> {
        let (bytes, nanos) = amounts(notice.measure);
        let sql = "UPDATE expense_alerts SET severity = ?2, message = ?3, threshold = coalesce(?4, ?6 / 1e9),
                actual = coalesce(?5, ?7 / 1e9), threshold_nanos = ?6, actual_nanos = ?7
            WHERE id = ?1 AND resolved = 0";
        self.transaction.prepare_cached(sql)?.execute(params![
            id,
            notice.severity.as_str(),
            notice.message,
            bytes.map(|(threshold, _)| threshold),
            bytes.map(|(_, actual)| actual),
            nanos.map(|(threshold, _)| threshold),
            nanos.map(|(_, actual)| actual),
        ])?;
        self.reader().alert(id)
    }
}

/// The limit and what was reached, in bytes or in nano-dollars.
type Amounts = Option<(i64, i64)>;

const fn amounts(measure: Measure) -> (Amounts, Amounts) {
    match measure {
        Measure::Money { threshold, actual } => (None, Some((threshold.nanos(), actual.nanos()))),
        Measure::Bytes { threshold, actual } => (Some((threshold, actual)), None),
        Measure::Nothing => (None, None),
    }
}
