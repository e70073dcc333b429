//! Joining a shared ledger: who it is, and that every own row waits to go there. And becoming another machine, after
//! this file was copied; and another name, for what is made of names.

use outlay_core::alert::AlertType;
use outlay_core::instant::Instant;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::arriving::changing::alert_id;
use super::outbox::OF_ANOTHER_USER;
use crate::error::LedgerError;
use crate::handle::Writer;

/// Own rows of the small tables.
const SMALL: [(&str, &str); 4] = [
    ("imports", "imports"),
    ("voids", "generation_voids"),
    ("authorities", "authorities"),
    ("prices", "prices"),
];

impl Writer<'_> {
    /// Joins a shared ledger. Every own row waits from now on; rows of others that are here stay here.
    ///
    /// # Errors
    /// Those of SQLite; an address that is connected already.
    pub fn connect_remote(&self, address: &str, mapping: &str, now: Instant) -> Result<i64, LedgerError> {
        let sql =
            "INSERT INTO sync_remotes (address, mapping, connected_at, device_id) VALUES (?1, ?2, ?3, ?4)";
        let device = self.identity.device_id;
        let remote = self.transaction.prepare_cached(sql)?.insert(params![
            address,
            mapping,
            now.micros(),
            device.as_bytes()
        ])?;
        self.let_imports_wait(remote)?;
        self.let_calls_wait(remote)?;
        for (kind, table) in SMALL {
            let sql = format!(
                "INSERT INTO sync_standings (remote, kind, bucket, key, standing, reason)
                SELECT ?1, '{kind}', x'', t.id, iif(o.key IS NULL, 'waiting', 'refused'), iif(o.key IS NULL, NULL, ?2)
                FROM {table} t LEFT JOIN of_others o ON o.kind = '{kind}' AND o.key = t.id"
            );
            self.transaction.execute(&sql, (remote, OF_ANOTHER_USER))?;
        }
        self.let_budgets_wait(remote)?;
        Ok(remote)
    }

    /// The rows of own imports wait as one line each; an import of another member's is none of the new server's.
    fn let_imports_wait(&self, remote: i64) -> Result<(), LedgerError> {
        let own = "NOT EXISTS (SELECT 1 FROM of_others o WHERE o.kind = 'imports' AND o.key = i.id)";
        let sql = format!(
            "INSERT INTO outbox (remote, kind, import_number, after)
            SELECT ?1, 'generations', i.number, zeroblob(16) FROM imports i WHERE i.first_id IS NOT NULL AND {own}
            UNION ALL
            SELECT ?1, 'import_members', i.number, zeroblob(16) FROM imports i
            WHERE EXISTS (SELECT 1 FROM import_rows r WHERE r.import_number = i.number) AND {own}"
        );
        self.transaction.execute(&sql, [remote])?;
        let sql = "INSERT INTO sync_standings (remote, kind, bucket, key, standing, reason)
            SELECT ?1, 'import_members', o.key, m.id, 'refused', ?2
            FROM of_others o JOIN imports i ON i.id = o.key JOIN generations m
                ON m.import_number = i.number OR EXISTS (SELECT 1 FROM import_rows r WHERE r.import_number = i.number
                    AND r.holder = m.import_number AND m.id BETWEEN r.first_id AND r.last_id)
            WHERE o.kind = 'imports'";
        self.transaction.execute(sql, (remote, OF_ANOTHER_USER))?;
        Ok(())
    }

    /// What no own import brought waits by itself; what is recorded under another name stays here.
    fn let_calls_wait(&self, remote: i64) -> Result<(), LedgerError> {
        let sql = "INSERT INTO sync_standings (remote, kind, bucket, key, standing, reason)
            SELECT ?1, 'generations', x'', g.id, iif(d.user_id = ?2, 'waiting', 'refused'), iif(d.user_id = ?2, NULL, ?3)
            FROM generations g JOIN dimensions d ON d.id = g.dimension_id
            LEFT JOIN outbox o ON o.remote = ?1 AND o.kind = 'generations' AND o.import_number = g.import_number
            WHERE o.import_number IS NULL";
        self.transaction.execute(sql, (remote, &self.identity.owner, OF_ANOTHER_USER))?;
        Ok(())
    }

    fn let_budgets_wait(&self, remote: i64) -> Result<(), LedgerError> {
        let rows = self.reader().small_rows::<super::rows::BudgetRow>(None)?;
        let sql = "INSERT INTO sync_standings (remote, kind, bucket, key, standing, reason)
            VALUES (?1, 'budgets', x'', ?2, iif(?3, 'waiting', 'refused'), iif(?3, NULL, ?4))";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for row in rows {
            let is_own = row.user_id == self.identity.owner;
            statement.execute(params![remote, row.key().as_bytes(), is_own, OF_ANOTHER_USER])?;
        }
        Ok(())
    }

    /// Becomes another machine: this file and another one are copies of each other. What was recorded before stays
    /// that of the machine that it was recorded on.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn become_device(&mut self, fresh: Uuid) -> Result<(), LedgerError> {
        let sql = "INSERT INTO logged_elsewhere (id, device_id)
            SELECT id, ?1 FROM generations WHERE import_number IS NULL ON CONFLICT DO NOTHING";
        self.transaction.execute(sql, [self.identity.device_id.as_bytes()])?;
        self.transaction.execute("UPDATE ledger SET device_id = ?1", [fresh.as_bytes()])?;
        self.identity.device_id = fresh;
        Ok(())
    }

    /// Moves alerts and caps from one name to another, all at once; rows and budgets keep what they say. Where the
    /// other name has the same alert, the earlier end holds; where it has caps, they stay.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn rename_user(&self, from: &str, to: &str) -> Result<(), LedgerError> {
        if from == to {
            return Ok(());
        }
        self.transaction.execute_batch("PRAGMA defer_foreign_keys = on")?;
        let scope = crate::tables::alerts::AlertScope::All;
        for alert in self.reader().alerts(from, scope)? {
            self.move_alert(&alert.id, &alert_key(&alert.alert_type, &alert.dedupe_key, to), to)?;
        }
        self.transaction
            .execute("UPDATE OR IGNORE cost_config SET user_id = ?2 WHERE user_id = ?1", (from, to))?;
        self.transaction.execute("DELETE FROM cost_config WHERE user_id = ?1", [from])?;
        Ok(())
    }

    fn move_alert(&self, id: &str, new_id: &str, to: &str) -> Result<(), LedgerError> {
        let sql = "SELECT 1 FROM expense_alerts WHERE id = ?1";
        let is_there: Option<i64> = self.transaction.query_row(sql, [new_id], |row| row.get(0)).optional()?;
        if is_there.is_none() {
            let sql = "UPDATE expense_alerts SET id = ?2, user_id = ?3 WHERE id = ?1";
            self.transaction.prepare_cached(sql)?.execute((id, new_id, to))?;
            let sql = "UPDATE deliveries SET alert_id = ?2 WHERE alert_id = ?1";
            self.transaction.prepare_cached(sql)?.execute((id, new_id))?;
            return Ok(());
        }
        let (moved, mut kept) = (self.reader().alert(id)?, self.reader().alert(new_id)?);
        (kept.resolved, kept.resolved_at, kept.resolution) =
            (moved.resolved, moved.resolved_at, moved.resolution);
        self.keep_alert(&kept)?;
        self.transaction
            .execute("UPDATE OR IGNORE deliveries SET alert_id = ?2 WHERE alert_id = ?1", (id, new_id))?;
        self.transaction.execute("DELETE FROM deliveries WHERE alert_id = ?1", [id])?;
        self.transaction.execute("DELETE FROM expense_alerts WHERE id = ?1", [id])?;
        Ok(())
    }
}

fn alert_key(alert_type: &AlertType, dedupe_key: &str, user: &str) -> String {
    alert_id(user, *alert_type, dedupe_key)
}
