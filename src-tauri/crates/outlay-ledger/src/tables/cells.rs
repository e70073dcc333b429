//! The day rollup as cells for reports: the one function that every total is read through.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::report::{ApplicationName, Dimensions, Totals};
use rusqlite::{OptionalExtension, Row};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::applications::Application;
use super::calls::lowest_id;
use crate::error::LedgerError;
use crate::handle::Reader;

/// Milliseconds in a quarter hour of the rollup.
const MILLIS_PER_QUARTER: i64 = 15 * 60 * 1000;

/// Whose rows a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// One user's.
    User(String),
    /// Everybody's.
    All,
}

impl Whose {
    /// The one user, or `None` for everybody.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Self::User(user) => Some(user),
            Self::All => None,
        }
    }
}

/// Cells of the rollup; their dimensions stand once, by number.
#[derive(Debug, Default)]
pub struct Cells {
    /// Day, position in `dimensions`, sums.
    pub cells: Vec<(Day, usize, Totals)>,
    /// What cells refer to.
    pub dimensions: Vec<Dimensions>,
}

impl Cells {
    /// The cells as reports take them.
    pub fn iter(&self) -> impl Iterator<Item = outlay_core::report::Cell<'_>> {
        self.cells.iter().map(|&(day, position, totals)| outlay_core::report::Cell {
            day,
            dimensions: &self.dimensions[position],
            totals,
        })
    }
}

const COLUMNS: &str =
    "SELECT day, dimension_id, row_count, request_count, uncounted_rows, inexact_rows, paid_elsewhere,
    tokens_input, tokens_output, cached_tokens, cache_write_tokens, reasoning_tokens, cost_nanos, list_nanos
    FROM rollup_days WHERE day BETWEEN ?1 AND ?2";

impl Reader<'_> {
    /// The cells of a range of days of the ledger's time zone, both days included.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn cells(&self, first: Day, last: Day, whose: &Whose) -> Result<Cells, LedgerError> {
        let mut statement = self.connection.prepare_cached(COLUMNS)?;
        let mut rows = statement.query((first.number(), last.number()))?;
        let mut cells = Gathered::of(self.dimensions(whose)?);
        while let Some(row) = rows.next()? {
            cells.add(Day::from_number(row.get(0)?), row.get(1)?, totals(row)?);
        }
        Ok(cells.cells)
    }

    /// All dimensions of the rows asked about, with the application that speaks for each.
    pub(crate) fn dimensions(&self, whose: &Whose) -> Result<FxHashMap<i64, Dimensions>, LedgerError> {
        let applications = speaking(self.applications()?);
        let sql = "SELECT id, generation_type, model_used, provider, application_id, account, source, user_id, cost_basis
            FROM dimensions WHERE ?1 IS NULL OR user_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([whose.user()])?;
        let mut dimensions = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let application = row.get_ref(4)?.as_blob().ok().and_then(|id| <[u8; 16]>::try_from(id).ok());
            let basis: String = row.get(8)?;
            let found = Dimensions {
                generation_type: row.get(1)?,
                model: row.get(2)?,
                provider: row.get(3)?,
                application: application.and_then(|id| applications.get(&Uuid::from_bytes(id)).cloned()),
                account: row.get(5)?,
                source: row.get(6)?,
                user: row.get(7)?,
                basis: basis
                    .parse()
                    .map_err(|_| LedgerError::Unreadable { what: "cost basis", value: basis })?,
            };
            dimensions.insert(row.get(0)?, found);
        }
        Ok(dimensions)
    }

    /// Spend of each day of a range of the ledger's time zone; days without rows are absent.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn spend_by_day(
        &self,
        first: Day,
        last: Day,
        whose: &Whose,
    ) -> Result<BTreeMap<Day, Money>, LedgerError> {
        let known = self.dimensions(whose)?;
        let is_spend = |number| known.get(&number).is_some_and(|dimensions| dimensions.basis.is_spend());
        // Choosing the dimensions here takes half the time that a join takes.
        let sql = "SELECT day, dimension_id, cost_nanos FROM rollup_days WHERE day BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((first.number(), last.number()))?;
        let mut days = BTreeMap::new();
        while let Some(row) = rows.next()? {
            if is_spend(row.get(1)?) {
                let spend: &mut Money = days.entry(Day::from_number(row.get(0)?)).or_default();
                *spend = spend.checked_add(Money::from_nanos(row.get(2)?)).ok_or(LedgerError::Overflow)?;
            }
        }
        Ok(days)
    }

    /// Days of a range on which something is known: days with rows, and days that a live import covers.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn covered_days(&self, first: Day, last: Day) -> Result<BTreeSet<Day>, LedgerError> {
        // From each day to the next, over all cells of a day at once.
        let sql = "WITH RECURSIVE days(day) AS (
                SELECT min(day) FROM rollup_days WHERE day >= ?1
                UNION ALL SELECT (SELECT min(day) FROM rollup_days WHERE day > days.day) FROM days WHERE days.day < ?2)
            SELECT day FROM days WHERE day <= ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let with_rows = statement.query_map((first.number(), last.number()), |row| row.get(0))?;
        let mut days = self.imported_days(first, last)?;
        for number in with_rows {
            days.insert(Day::from_number(number?));
        }
        Ok(days)
    }

    /// Days of a range that a live import covers; such days are UTC dates.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn imported_days(&self, first: Day, last: Day) -> Result<BTreeSet<Day>, LedgerError> {
        let sql = "SELECT first_day, last_day FROM imports i WHERE first_day <= ?2 AND last_day >= ?1
                AND coalesce((SELECT action = 'restore' FROM generation_voids v WHERE v.target = i.id
                    ORDER BY revision DESC, action DESC LIMIT 1), 1)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((first.number(), last.number()))?;
        let mut days = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let (from, to): (i32, i32) = (row.get(0)?, row.get(1)?);
            days.extend((from.max(first.number())..=to.min(last.number())).map(Day::from_number));
        }
        Ok(days)
    }

    /// The instant of the newest row that counts, or `None` on an empty ledger; of a bucket that is not
    /// over yet its end, which is to come.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn newest(&self) -> Result<Option<outlay_core::instant::Instant>, LedgerError> {
        let sql = "SELECT max(quarter) FROM rollup_quarters";
        let Some(quarter) =
            self.connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0))?
        else {
            return Ok(None);
        };
        // Only the quarter hour that the rollup names is read: newer rows, which do not count, may be many.
        let sql = "SELECT coalesce(g.period_end, g.created_at) FROM generations g LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id >= ?1 AND g.id < ?2 AND (o.id IS NULL OR o.money = 0 OR o.usage = 0)
            ORDER BY g.id DESC LIMIT 1";
        let ids = (lowest_id(quarter * MILLIS_PER_QUARTER), lowest_id((quarter + 1) * MILLIS_PER_QUARTER));
        let newest = self.connection.prepare_cached(sql)?.query_row(ids, |row| row.get(0)).optional()?;
        Ok(newest.map(outlay_core::instant::Instant::from_micros))
    }
}

/// Cells as they come, of the dimensions that are asked about.
pub(crate) struct Gathered {
    pub(crate) cells: Cells,
    known: FxHashMap<i64, Dimensions>,
    positions: FxHashMap<i64, usize>,
}

impl Gathered {
    /// No cell yet, of the dimensions `known` by number.
    pub(crate) fn of(known: FxHashMap<i64, Dimensions>) -> Self {
        Self { cells: Cells::default(), known, positions: FxHashMap::default() }
    }

    /// Adds a cell, unless its dimension is not asked about.
    pub(crate) fn add(&mut self, day: Day, dimension: i64, totals: Totals) {
        let position = match self.positions.get(&dimension) {
            Some(&position) => position,
            None => {
                let Some(dimensions) = self.known.remove(&dimension) else { return };
                self.cells.dimensions.push(dimensions);
                self.positions.insert(dimension, self.cells.dimensions.len() - 1);
                self.cells.dimensions.len() - 1
            }
        };
        self.cells.cells.push((day, position, totals));
    }
}

fn totals(row: &Row<'_>) -> Result<Totals, rusqlite::Error> {
    Ok(Totals {
        rows: row.get(2)?,
        requests: row.get(3)?,
        rows_without_count: row.get(4)?,
        inexact_rows: row.get(5)?,
        paid_elsewhere: row.get(6)?,
        tokens_input: row.get(7)?,
        tokens_output: row.get(8)?,
        cached_tokens: row.get(9)?,
        cache_write_tokens: row.get(10)?,
        reasoning_tokens: row.get(11)?,
        cost: Money::from_nanos(row.get(12)?),
        list: Money::from_nanos(row.get(13)?),
    })
}

/// Each application with the name that speaks for it: its own, or that of what it was merged into.
fn speaking(applications: Vec<Application>) -> FxHashMap<Uuid, ApplicationName> {
    let by_id: FxHashMap<Uuid, Application> =
        applications.into_iter().map(|known| (known.id, known)).collect();
    by_id
        .values()
        .map(|application| {
            let mut speaker = application;
            // Merging refuses circles, so this ends.
            while let Some(next) = speaker.merged_into.and_then(|id| by_id.get(&id)) {
                speaker = next;
            }
            (application.id, ApplicationName { id: speaker.id, name: speaker.name.clone() })
        })
        .collect()
}
