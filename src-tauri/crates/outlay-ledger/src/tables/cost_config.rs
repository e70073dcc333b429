//! The caps of a user, created on first use with the original's defaults.

use outlay_core::cost_config::CostConfig;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::{OptionalExtension, params};

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

impl Reader<'_> {
    /// A user's caps; the defaults while nothing was set.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn cost_config(&self, user: &str) -> Result<CostConfig, LedgerError> {
        let sql = "SELECT monthly_ai_cap_nanos, alert_threshold_pct, single_call_alert_nanos, block_on_cap, email_on_high,
                storage_limit_bytes, bandwidth_limit_bytes, confirmed_at
            FROM cost_config WHERE user_id = ?1";
        let stored = self.connection.prepare_cached(sql)?.query_row([user], |row| {
            Ok(CostConfig {
                monthly_ai_cap_usd: Money::from_nanos(row.get(0)?),
                alert_threshold_pct: row.get(1)?,
                single_call_alert: Money::from_nanos(row.get(2)?),
                block_on_cap: row.get(3)?,
                email_on_high: row.get(4)?,
                storage_limit_bytes: row.get(5)?,
                bandwidth_limit_bytes: row.get(6)?,
                confirmed_at: row.get::<_, Option<i64>>(7)?.map(Instant::from_micros),
            })
        });
        Ok(stored.optional()?.unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Stores a user's caps.
    ///
    /// # Errors
    /// Those of SQLite; values that a table refuses were refused by [`CostConfig::set`] before.
    pub fn set_cost_config(&self, user: &str, config: &CostConfig, now: Instant) -> Result<(), LedgerError> {
        let sql = "INSERT INTO cost_config (user_id, monthly_ai_cap_nanos, alert_threshold_pct, single_call_alert_nanos,
                block_on_cap, email_on_high, storage_limit_bytes, bandwidth_limit_bytes, confirmed_at, time_zone,
                created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)
            ON CONFLICT DO UPDATE SET monthly_ai_cap_nanos = excluded.monthly_ai_cap_nanos,
                alert_threshold_pct = excluded.alert_threshold_pct,
                single_call_alert_nanos = excluded.single_call_alert_nanos, block_on_cap = excluded.block_on_cap,
                email_on_high = excluded.email_on_high, storage_limit_bytes = excluded.storage_limit_bytes,
                bandwidth_limit_bytes = excluded.bandwidth_limit_bytes, confirmed_at = excluded.confirmed_at,
                time_zone = excluded.time_zone, updated_at = excluded.updated_at";
        self.transaction.execute(
            sql,
            params![
                user,
                config.monthly_ai_cap_usd.nanos(),
                config.alert_threshold_pct,
                config.single_call_alert.nanos(),
                config.block_on_cap,
                config.email_on_high,
                config.storage_limit_bytes,
                config.bandwidth_limit_bytes,
                config.confirmed_at.map(Instant::micros),
                self.identity.zone.name(),
                now.micros(),
            ],
        )?;
        Ok(())
    }
}
