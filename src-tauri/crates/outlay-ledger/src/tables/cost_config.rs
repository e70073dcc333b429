//! The caps of a user, created on first use with the original's defaults, and the cap as a month has it. Raises of a month
//! stand in `raises`.

use outlay_core::budget::Budget;
use outlay_core::cost_config::CostConfig;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use rusqlite::{OptionalExtension, params};

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

impl Reader<'_> {
    /// A user's caps; the defaults while nothing was set.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn cost_config(&self, user: &str) -> Result<CostConfig, LedgerError> {
        Ok(self.config_and_raise(user, None)?.0)
    }

    /// The same, and the cap as a month has it, which may have been raised.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn cost_config_in(&self, user: &str, month: Month) -> Result<(CostConfig, Budget), LedgerError> {
        let (config, raised) = self.config_and_raise(user, Some(month))?;
        Ok((config, Budget::cap(&config).raised_to(raised)))
    }

    fn config_and_raise(
        &self,
        user: &str,
        month: Option<Month>,
    ) -> Result<(CostConfig, Option<Money>), LedgerError> {
        let sql = "SELECT monthly_ai_cap_nanos, alert_threshold_pct, single_call_alert_nanos, block_on_cap, email_on_high,
                storage_limit_bytes, bandwidth_limit_bytes, confirmed_at,
                (SELECT r.amount_nanos FROM budget_raises r WHERE r.user_id = ?1 AND r.budget_id = x'' AND r.month = ?2
                    ORDER BY r.revision DESC, r.amount_nanos LIMIT 1)
            FROM cost_config WHERE user_id = ?1";
        let month = month.map(|month| month.first_day().number());
        let stored = self.connection.prepare_cached(sql)?.query_row((user, month), |row| {
            let config = CostConfig {
                monthly_ai_cap_usd: Money::from_nanos(row.get(0)?),
                alert_threshold_pct: row.get(1)?,
                single_call_alert: Money::from_nanos(row.get(2)?),
                block_on_cap: row.get(3)?,
                email_on_high: row.get(4)?,
                storage_limit_bytes: row.get(5)?,
                bandwidth_limit_bytes: row.get(6)?,
                confirmed_at: row.get::<_, Option<i64>>(7)?.map(Instant::from_micros),
            };
            Ok((config, row.get::<_, Option<i64>>(8)?.map(Money::from_nanos)))
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
