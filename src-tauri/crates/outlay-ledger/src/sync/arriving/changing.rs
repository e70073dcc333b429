//! What is changed in place and kept the same on several machines: alerts, caps, applications. How two versions become
//! one is decided in the sync engine; here a change is kept only if nobody changed the record since it was read.

use outlay_core::alert::{AlertType, Resolution};
use outlay_core::cost_config::CostConfig;
use outlay_core::instant::Instant;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};
use crate::tables::alerts::{self, Alert};
use crate::tables::applications::Application;

/// The caps of a user with all that travels of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostConfigRow {
    /// The caps.
    pub config: CostConfig,
    /// IANA name.
    pub time_zone: String,
    /// First day of the budget month.
    pub month_start_day: u8,
    /// When they were set first.
    pub created_at: Instant,
    /// And last.
    pub updated_at: Instant,
}

/// What both sides said last of a record, as the base of a three-way merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseRecord {
    /// JSON.
    pub base: String,
    /// The server's time of it.
    pub base_at: Option<Instant>,
    /// JSON: what was sent and not answered yet.
    pub sent: Option<String>,
}

/// The kinds of records that have a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// By user.
    CostConfig,
    /// By id.
    Applications,
}

impl RecordKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::CostConfig => "cost_config",
            Self::Applications => "applications",
        }
    }
}

/// The id of the alert that a user's machines raise for the same thing. Towards a server it is made of the member's
/// name, as its user column is.
pub fn alert_id(user: &str, alert_type: AlertType, dedupe_key: &str) -> String {
    alerts::id_of(user, alert_type, dedupe_key)
}

impl Reader<'_> {
    /// The caps of a user as they were set; `None` while nothing was.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn cost_config_row(&self, user: &str) -> Result<Option<CostConfigRow>, LedgerError> {
        let sql =
            "SELECT time_zone, month_start_day, created_at, updated_at FROM cost_config WHERE user_id = ?1";
        let config = self.cost_config(user)?;
        let found = self.connection.prepare_cached(sql)?.query_row([user], |row| {
            Ok(CostConfigRow {
                config,
                time_zone: row.get(0)?,
                month_start_day: row.get(1)?,
                created_at: Instant::from_micros(row.get(2)?),
                updated_at: Instant::from_micros(row.get(3)?),
            })
        });
        Ok(found.optional()?)
    }

    /// What both sides said last of a record.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn base(&self, remote: i64, kind: RecordKind, key: &str) -> Result<Option<BaseRecord>, LedgerError> {
        let sql = "SELECT base, base_at, sent FROM sync_bases WHERE remote = ?1 AND kind = ?2 AND key = ?3";
        let found = self.connection.prepare_cached(sql)?.query_row((remote, kind.as_str(), key), |row| {
            let base_at = row.get::<_, Option<i64>>(1)?.map(Instant::from_micros);
            Ok(BaseRecord { base: row.get(0)?, base_at, sent: row.get(2)? })
        });
        Ok(found.optional()?)
    }
}

impl Writer<'_> {
    /// Keeps what both sides said last of a record.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn keep_base(
        &self,
        remote: i64,
        kind: RecordKind,
        key: &str,
        record: &BaseRecord,
    ) -> Result<(), LedgerError> {
        let sql =
            "INSERT INTO sync_bases (remote, kind, key, base, base_at, sent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET base = excluded.base, base_at = excluded.base_at, sent = excluded.sent";
        let base_at = record.base_at.map(Instant::micros);
        self.transaction.prepare_cached(sql)?.execute(params![
            remote,
            kind.as_str(),
            key,
            record.base,
            base_at,
            record.sent
        ])?;
        Ok(())
    }

    /// Sets a user's caps with all that travels of them but the time zone, which is the ledger's.
    ///
    /// # Errors
    /// Those of SQLite, and of values that the table refuses.
    pub fn set_cost_config_row(
        &self,
        user: &str,
        config: &CostConfig,
        month_start_day: u8,
        now: Instant,
    ) -> Result<(), LedgerError> {
        self.set_cost_config(user, config, now)?;
        let sql = "UPDATE cost_config SET month_start_day = ?2 WHERE user_id = ?1";
        self.transaction.execute(sql, (user, month_start_day))?;
        Ok(())
    }

    /// Keeps an alert as a server has it: what it says replaces what is here, and of two ends the earlier holds.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn keep_alert(&self, alert: &Alert) -> Result<(), LedgerError> {
        let known = match self.alert_like(alert)? {
            Some(known) => known,
            None => alert.clone(),
        };
        let ends = [&known, alert].into_iter().filter_map(|alert| alert.resolved_at.zip(alert.resolution));
        let end = ends.min_by_key(|(at, how)| (*at, how.as_str()));
        let sql = "INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, threshold, actual,
                threshold_nanos, actual_nanos, dedupe_key, created_at, expected, resolved, resolved_at, resolution)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, message = excluded.message,
                threshold = excluded.threshold, actual = excluded.actual,
                threshold_nanos = excluded.threshold_nanos, actual_nanos = excluded.actual_nanos,
                created_at = excluded.created_at, expected = coalesce(excluded.expected, expected),
                resolved = excluded.resolved, resolved_at = excluded.resolved_at, resolution = excluded.resolution";
        self.transaction.prepare_cached(sql)?.execute(params![
            known.id,
            known.user_id,
            known.alert_type.as_str(),
            alert.severity.as_str(),
            alert.message,
            alert.threshold,
            alert.actual,
            alert.threshold_money.map(outlay_core::money::Money::nanos),
            alert.actual_money.map(outlay_core::money::Money::nanos),
            known.dedupe_key,
            alert.created_at.micros(),
            alert.expected,
            end.is_some(),
            end.map(|(at, _)| at.micros()),
            end.map(|(_, how): (Instant, Resolution)| how.as_str()),
        ])?;
        Ok(())
    }

    /// The alert that is here under the same id, or for the same thing.
    fn alert_like(&self, alert: &Alert) -> Result<Option<Alert>, LedgerError> {
        let sql = "SELECT id FROM expense_alerts WHERE id = ?1
            UNION ALL SELECT id FROM expense_alerts WHERE user_id = ?2 AND alert_type = ?3 AND dedupe_key = ?4 LIMIT 1";
        let values = (&alert.id, &alert.user_id, alert.alert_type.as_str(), &alert.dedupe_key);
        let found: Option<String> =
            self.transaction.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
        found.map(|id| self.reader().alert(&id)).transpose()
    }

    /// Takes in an application that this ledger does not have, of any member's. One that is here keeps its name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn pull_application(&self, application: &Application, user: &str) -> Result<(), LedgerError> {
        let sql = "INSERT INTO applications (id, provider, account, project, name, merged_into)
            VALUES (?1, ?2, ?3, ?4, ?5, (SELECT id FROM applications WHERE id = ?6)) ON CONFLICT DO NOTHING";
        let Application { id, provider, account, project, name, merged_into } = application;
        let merged = merged_into.map(Uuid::into_bytes);
        let values = params![id.as_bytes(), provider, account, project, name, merged];
        let is_new = self.transaction.prepare_cached(sql)?.execute(values)? > 0;
        if is_new && user != self.identity.owner {
            let sql = "INSERT INTO of_others (kind, key, user_id) VALUES ('applications', ?1, ?2)";
            self.transaction.prepare_cached(sql)?.execute((id.as_bytes(), user))?;
        }
        Ok(())
    }

    /// Calls an application as the owner does from now on; it is new or here. One that is to be merged into another
    /// that is not here yet stays by itself until [`Writer::merge_awaited`].
    ///
    /// # Errors
    /// Those of SQLite; a merge that would go in a circle.
    pub fn set_application(&self, application: &Application) -> Result<(), LedgerError> {
        let id = application.id.as_bytes();
        self.pull_application(application, &self.identity.owner)?;
        self.rename_application(application.id, &application.name)?;
        let sql = "SELECT 1 FROM applications WHERE id = ?1";
        let into = match application.merged_into {
            Some(into) if !self.transaction.prepare_cached(sql)?.exists([into.as_bytes()])? => None,
            into => into,
        };
        self.merge_application(application.id, into)?;
        let sql = "DELETE FROM of_others WHERE kind = 'applications' AND key = ?1";
        self.transaction.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// An application is here now: merges into it those of which a remote said so before.
    ///
    /// # Errors
    /// Those of SQLite; a merge that would go in a circle.
    pub fn merge_awaited(&self, remote: i64, into: Uuid) -> Result<(), LedgerError> {
        let sql = "SELECT a.id FROM sync_bases b JOIN applications a ON a.id = unhex(replace(b.key, '-', ''))
            WHERE b.remote = ?1 AND b.kind = 'applications' AND json_extract(b.base, '$.merged_into') = ?2
                AND a.merged_into IS NULL";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let waiting = statement.query_map((remote, into.to_string()), |row| row.get(0))?;
        for id in waiting.collect::<Result<Vec<[u8; 16]>, _>>()? {
            self.merge_application(Uuid::from_bytes(id), Some(into))?;
        }
        Ok(())
    }
}
