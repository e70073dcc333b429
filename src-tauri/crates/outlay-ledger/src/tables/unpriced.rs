//! Names whose rows have no price: what the queue of unpriced names is made of.

use outlay_core::period::Day;
use rusqlite::OptionalExtension;

use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Reader;

/// Rows of one name that count and have no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpricedName {
    /// Who bills them.
    pub provider: String,
    /// The model, as sources write it.
    pub model: String,
    /// How many rows, without those whose money another source speaks for.
    pub rows: i64,
    /// How many calls, as far as they are counted.
    pub requests: i64,
    /// All input tokens.
    pub tokens_input: i64,
    /// All output tokens.
    pub tokens_output: i64,
    /// The first day and the last, in the ledger's time zone.
    pub days: (Day, Day),
    /// Why one of them has no price, as it was said when it came.
    pub why: String,
}

impl Reader<'_> {
    /// Names of the owner's rows without a price, those with most tokens first.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn unpriced_names(&self) -> Result<Vec<UnpricedName>, LedgerError> {
        let sql =
            "SELECT d.provider, d.model_used, sum(r.row_count - r.paid_elsewhere), sum(r.request_count),
                sum(r.tokens_input), sum(r.tokens_output), min(r.day), max(r.day)
            FROM rollup_days r JOIN dimensions d ON d.id = r.dimension_id
            WHERE d.cost_basis = 'unpriced' AND r.row_count > r.paid_elsewhere
                AND (d.user_id = (SELECT owner FROM ledger) OR NOT EXISTS (SELECT 1 FROM sync_remotes))
            GROUP BY 1, 2 ORDER BY sum(r.tokens_input + r.tokens_output) DESC, 1, 2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            let (provider, model): (String, String) = (row.get(0)?, row.get(1)?);
            let days = (Day::from_number(row.get(6)?), Day::from_number(row.get(7)?));
            names.push(UnpricedName {
                why: self.why_unpriced((&provider, &model), days.1)?,
                provider,
                model,
                rows: row.get(2)?,
                requests: row.get(3)?,
                tokens_input: row.get(4)?,
                tokens_output: row.get(5)?,
                days,
            });
        }
        Ok(names)
    }

    /// Providers and models of rows that were computed, each name once.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn computed_names(&self) -> Result<Vec<(String, String)>, LedgerError> {
        let sql = "SELECT DISTINCT provider, model_used FROM dimensions
            WHERE cost_basis IN ('computed', 'estimated') ORDER BY 1, 2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The newest version of the price book that a row was computed with; it is what price ids begin with.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn newest_book_used(&self) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT max(substr(price_id, 1, instr(price_id, '/') - 1)) FROM details WHERE price_id GLOB '2*/*'";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// What a row of the name's last day says; the next day's begin is far enough for every zone.
    fn why_unpriced(&self, (provider, model): (&str, &str), last: Day) -> Result<String, LedgerError> {
        let sql = "SELECT t.price_note FROM generations g JOIN details t ON t.id = g.detail_id
            WHERE g.id BETWEEN ?3 AND ?4 AND g.dimension_id IN (SELECT id FROM dimensions
                WHERE provider = ?1 AND model_used = ?2 AND cost_basis = 'unpriced') LIMIT 1";
        let day = i64::from(last.number());
        let (first, last) = ids_of_days(day - 1, day + 1);
        let mut statement = self.connection.prepare_cached(sql)?;
        let note = statement.query_row((provider, model, first, last), |row| row.get(0)).optional()?;
        Ok(note.unwrap_or_default())
    }
}
