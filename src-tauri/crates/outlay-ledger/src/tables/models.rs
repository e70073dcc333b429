//! The models that a user's rows name, and since when. Whether one is new is decided by `outlay_core::alert`.

use outlay_core::alert::UsedModel;
use outlay_core::period::{Day, Month};

use crate::error::LedgerError;
use crate::handle::Reader;

impl Reader<'_> {
    /// The models that count in a user's rows, with the day of their first one; of a month before that of `since` its
    /// first day stands for all of its days.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn used_models(&self, user: &str, since: Day) -> Result<Vec<UsedModel>, LedgerError> {
        let sql = "SELECT provider, model_used, min(day) FROM (
                SELECT d.provider, d.model_used, m.month AS day
                FROM rollup_months m CROSS JOIN dimensions d ON d.id = m.dimension_id
                WHERE m.month < ?2 AND d.user_id = ?1 AND m.row_count > 0
                UNION ALL
                SELECT d.provider, d.model_used, r.day FROM rollup_days r CROSS JOIN dimensions d ON d.id = r.dimension_id
                WHERE r.day >= ?2 AND d.user_id = ?1 AND r.row_count > 0)
            WHERE trim(model_used) <> '' GROUP BY 1, 2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let month = Month::containing(since).first_day().number();
        let rows = statement.query_map((user, month), |row| {
            Ok(UsedModel { provider: row.get(0)?, model: row.get(1)?, first: Day::from_number(row.get(2)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
