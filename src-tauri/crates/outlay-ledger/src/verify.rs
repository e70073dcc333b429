//! Recomputes from the rows what is derived from them: to check it, or to restore it.

use outlay_core::period::Zone;
use rusqlite::Connection;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};
use crate::import::recount_all;

/// What a check of the ledger found. Empty lists are good news.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// What SQLite's integrity check says.
    pub integrity: Vec<String>,
    /// Rows that point to nothing: table, referred table.
    pub foreign_keys: Vec<String>,
    /// Where the rollups or the verdicts differ from what the rows say.
    pub rollup: Vec<String>,
    /// How many rows the ledger has.
    pub rows: i64,
}

/// Comparisons of a derived table with its copy from before: what is in one and not in the other.
const DERIVED: [(&str, &str); 5] = [
    ("rollup_days", "day, dimension_id"),
    ("rollup_totals", "day, user_id, cost_basis"),
    ("rollup_months", "month, dimension_id"),
    ("rollup_quarters", "quarter, user_id, cost_basis"),
    ("left_out", "hex(id)"),
];

/// Rows that point to nothing, in words.
const DANGLING: &str = "
    SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' refers to a missing row of ' || parent
    FROM pragma_foreign_key_check
    UNION ALL
    SELECT 'generations row ' || lower(hex(id)) || ' refers to a missing row of dimensions or details'
    FROM generations
    WHERE dimension_id NOT IN (SELECT id FROM dimensions) OR detail_id NOT IN (SELECT id FROM details)
    LIMIT 20";

/// How many differences are named; one is enough to know.
const NAMED: usize = 20;

impl Reader<'_> {
    /// SQLite's own checks.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn check_file(&self) -> Result<Findings, LedgerError> {
        let mut findings = Findings { rows: count(self.connection, "generations")?, ..Findings::default() };
        let lines = |sql: &str| -> Result<Vec<String>, LedgerError> {
            let mut statement = self.connection.prepare(sql)?;
            let found = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(found)
        };
        findings.integrity =
            lines("PRAGMA integrity_check(20)")?.into_iter().filter(|line| line != "ok").collect();
        findings.foreign_keys = lines(DANGLING)?;
        Ok(findings)
    }
}

impl Writer<'_> {
    /// Recomputes rollups and verdicts in the time zone `zone`, and names what differed from what was
    /// stored. Commit to keep the recomputed tables, drop the writer to only have looked.
    ///
    /// # Errors
    /// Those of SQLite; cancelled.
    pub fn rebuild(&mut self, zone: Zone) -> Result<Vec<String>, LedgerError> {
        for (table, _) in DERIVED {
            self.transaction.execute_batch(&format!(
                "CREATE TEMP TABLE before_{table} AS SELECT * FROM {table}; DELETE FROM {table};"
            ))?;
        }
        let changed_zone = self.identity.zone != zone;
        self.identity.zone = zone;
        self.transaction.execute("UPDATE ledger SET rollup_zone = ?1", [zone.name()])?;
        self.transaction.execute("UPDATE cost_config SET time_zone = ?1", [zone.name()])?;
        recount_all(self)?;
        let mut differences = Vec::new();
        for (table, key) in DERIVED {
            // Another zone moves days about; that is no difference worth a name.
            if !(changed_zone && ["rollup_days", "rollup_totals", "rollup_months"].contains(&table)) {
                differences.extend(self.differences(table, key)?);
            }
            self.transaction.execute_batch(&format!("DROP TABLE before_{table}"))?;
        }
        Ok(differences)
    }

    fn differences(&self, table: &str, key: &str) -> Result<Vec<String>, LedgerError> {
        let compare = |stored: &str, computed: &str, words: &str| -> Result<Vec<String>, LedgerError> {
            let sql = format!(
                "SELECT concat_ws(' ', {key}) FROM (SELECT * FROM {stored} EXCEPT SELECT * FROM {computed}) LIMIT {NAMED}"
            );
            let mut statement = self.transaction.prepare(&sql)?;
            let keys =
                statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(keys.into_iter().map(|key| format!("{table} {key}: {words}")).collect())
        };
        let before = format!("before_{table}");
        let mut found = compare(&before, table, "the rows do not say this")?;
        found.extend(compare(table, &before, "the rows say this, and it was not there")?);
        Ok(found)
    }
}

fn count(connection: &Connection, table: &str) -> Result<i64, LedgerError> {
    Ok(connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
}
