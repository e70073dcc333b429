//! The rows that rules for alerts look at: single calls among what came, never the ledger.
//!
//! What came is a range of ids, so that is what is read. What makes a call costly is the user's limit.

use outlay_core::alert::{Backfill, CostlyCall};
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use outlay_core::period::Day;
use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::calls::lowest_id;
use crate::counting::recount::{IdRange, ids_of_days};
use crate::error::LedgerError;
use crate::handle::Reader;

/// To SQLite: no limit.
const ANY_NUMBER: i64 = -1;

/// Rows that came in this transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// One call, recorded by hand.
    Call(Uuid),
    /// What an import brought.
    Import(Uuid),
    /// What lies from one id to another, both included: what was pulled, and what was there before.
    Between(Uuid, Uuid),
}

impl Reader<'_> {
    /// Calls of a user among what came, made from `since` up to `until`, that cost more than `limit` and count.
    /// A row that a provider aggregated is no call.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn costly_calls(
        &self,
        came: Came,
        user: &str,
        (since, until): (Instant, Instant),
        limit: Money,
    ) -> Result<Vec<CostlyCall>, LedgerError> {
        let Some((ids, import)) = self.ids_of(came)? else { return Ok(Vec::new()) };
        let first = ids.0.max(lowest_id(since.micros().div_euclid(1000)));
        let mut calls =
            self.calls_above(((first, ids.1), import), user, (since, until), limit, ANY_NUMBER)?;
        calls.reverse();
        Ok(calls)
    }

    /// All calls of a user of a time that cost more than `limit` and count, the newest first and no more than `most`.
    /// The rows of that time are read.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn costly_calls_of(
        &self,
        user: &str,
        (since, until): (Instant, Instant),
        limit: Money,
        most: u32,
    ) -> Result<Vec<CostlyCall>, LedgerError> {
        // Ids of the last millisecond lie below the lowest of the next.
        let [first, last] = [since.micros(), until.micros() + 1000].map(|at| lowest_id(at.div_euclid(1000)));
        self.calls_above(((first, last), None), user, (since, until), limit, i64::from(most))
    }

    fn calls_above(
        &self,
        (ids, import): (IdRange, Option<i64>),
        user: &str,
        (since, until): (Instant, Instant),
        limit: Money,
        most: i64,
    ) -> Result<Vec<CostlyCall>, LedgerError> {
        let sql = "SELECT g.source_key, g.created_at, g.cost_nanos, d.model_used, d.provider
            FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id BETWEEN ?1 AND ?2 AND g.cost_nanos > ?3 AND (?4 IS NULL OR g.import_number = ?4)
                AND g.created_at >= ?5 AND g.created_at < ?6
                AND g.period_end IS NULL AND coalesce(g.request_count, 1) = 1 AND coalesce(o.money, 0) = 0
                AND d.user_id = ?7 AND d.cost_basis IN ('billed', 'computed', 'estimated')
            ORDER BY g.id DESC LIMIT ?8";
        let mut statement = self.connection.prepare_cached(sql)?;
        let bounds = (since.micros(), until.micros());
        let found = statement.query_map(
            (ids.0, ids.1, limit.nanos(), import, bounds.0, bounds.1, user, most),
            |row| {
                Ok(CostlyCall {
                    source_key: row.get(0)?,
                    created_at: Instant::from_micros(row.get(1)?),
                    cost: Money::from_nanos(row.get(2)?),
                    model: row.get(3)?,
                    provider: row.get(4)?,
                })
            },
        )?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Which of these natural keys have rows on the UTC days of an import, from `since` on, of which none counts
    /// with more than `limit` any more.
    ///
    /// # Errors
    /// Those of SQLite; no such import.
    pub fn fallen_calls(
        &self,
        import: Uuid,
        keys: &[&str],
        since: Instant,
        limit: Money,
    ) -> Result<Vec<String>, LedgerError> {
        let Some((first_day, last_day)) = self.import(import)?.days else { return Ok(Vec::new()) };
        let (first, last) = ids_of_days(first_day, last_day);
        self.fallen_between((Uuid::from_bytes(first), Uuid::from_bytes(last)), keys, since, limit)
    }

    /// The same among rows from one id to another, both included.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn fallen_between(
        &self,
        (first, last): (Uuid, Uuid),
        keys: &[&str],
        since: Instant,
        limit: Money,
    ) -> Result<Vec<String>, LedgerError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (first, last) = (first.into_bytes(), last.into_bytes());
        let first = first.max(lowest_id(since.micros().div_euclid(1000)));
        let sql = "SELECT g.source_key FROM generations g LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id BETWEEN ?1 AND ?2 AND g.source_key IN (SELECT value FROM json_each(?3))
            GROUP BY g.source_key HAVING NOT max(g.cost_nanos > ?4 AND coalesce(o.money, 0) = 0)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let keys = serde_json::json!(keys).to_string();
        let fallen = statement.query_map((first, last, keys, limit.nanos()), |row| row.get(0))?;
        Ok(fallen.collect::<Result<_, _>>()?)
    }

    /// What these imports brought, if some of it is from before `news`. No row is read.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn backfill(&self, imports: &[Uuid], news: Instant) -> Result<Option<Backfill>, LedgerError> {
        let sql = "SELECT rows_new + rows_restated, first_id FROM imports WHERE id = ?1 AND first_id < ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let before = lowest_id(news.micros().div_euclid(1000));
        let mut backfill: Option<Backfill> = None;
        for import in imports {
            let brought = statement.query_row((import.as_bytes(), before), |row| {
                Ok((row.get::<_, i64>(0)?, day_of(row.get(1)?)))
            });
            let Some((rows, first_day)) = brought.optional()? else { continue };
            let sum =
                backfill.get_or_insert(Backfill { import: import.to_string(), files: 0, rows: 0, first_day });
            sum.files += 1;
            sum.rows += rows;
            sum.first_day = sum.first_day.min(first_day);
        }
        Ok(backfill)
    }

    /// The size of the ledger's file with all that is written to it, in bytes.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn file_bytes(&self) -> Result<i64, LedgerError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The ids of what came, and the number of its import.
    fn ids_of(&self, came: Came) -> Result<Option<(IdRange, Option<i64>)>, LedgerError> {
        let import = match came {
            Came::Call(id) => return Ok(Some(((*id.as_bytes(), *id.as_bytes()), None))),
            Came::Between(first, last) => return Ok(Some(((*first.as_bytes(), *last.as_bytes()), None))),
            Came::Import(import) => import,
        };
        let sql = "SELECT first_id, last_id, number FROM imports WHERE id = ?1 AND first_id IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let range = statement
            .query_row([import.as_bytes()], |row| Ok(((row.get(0)?, row.get(1)?), Some(row.get(2)?))));
        Ok(range.optional()?)
    }
}

/// The UTC day of an id.
fn day_of(id: [u8; 16]) -> Day {
    let millis = u128::from_be_bytes(id) >> 80;
    Day::from_number(i32::try_from(millis / (MICROS_PER_DAY as u128 / 1000)).unwrap_or(i32::MAX))
}
