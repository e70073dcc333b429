//! The rollups that every total is read from, kept in the transaction that changes the rows.
//!
//! Not one, because one over quarter hours and all dimensions would be nearly the ledger again: days of
//! the ledger's time zone by dimension, and quarter hours UTC by user and basis. What is asked most has
//! the sums of those days ready: by month and dimension, and by day, user and basis. All are sums, so a
//! change is a difference that is added; `verify` recomputes them from the rows.

use std::hash::Hash;

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month, Placer, Zone, quarter_hour};
use outlay_core::report::Totals;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use rustc_hash::FxHashMap;

use crate::counting::LeftOut;
use crate::error::LedgerError;
use crate::interning::Dimensions;

/// The numbers of a row that rollups add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) dimension: i64,
    pub(crate) created_at: Instant,
    pub(crate) period_end: Option<Instant>,
    pub(crate) request_count: Option<i64>,
    pub(crate) tokens_input: i64,
    pub(crate) tokens_output: i64,
    pub(crate) cached_tokens: i64,
    pub(crate) cache_write_tokens: i64,
    pub(crate) reasoning_tokens: i64,
    pub(crate) cost_nanos: i64,
    pub(crate) list_nanos: Option<i64>,
    pub(crate) exact: bool,
}

impl Numbers {
    /// The columns that `from_row` reads, in its order, of a table that is called `g`.
    pub(crate) const COLUMNS: &str = "g.dimension_id, g.created_at, g.period_end, g.request_count, g.tokens_input,
        g.tokens_output, g.cached_tokens, g.cache_write_tokens, g.reasoning_tokens, g.cost_nanos, g.list_nanos,
        g.cost_exact";

    /// Reads `COLUMNS` from column `first` on.
    pub(crate) fn from_row(row: &rusqlite::Row<'_>, first: usize) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            dimension: row.get(first)?,
            created_at: Instant::from_micros(row.get(first + 1)?),
            period_end: row.get::<_, Option<i64>>(first + 2)?.map(Instant::from_micros),
            request_count: row.get(first + 3)?,
            tokens_input: row.get(first + 4)?,
            tokens_output: row.get(first + 5)?,
            cached_tokens: row.get(first + 6)?,
            cache_write_tokens: row.get(first + 7)?,
            reasoning_tokens: row.get(first + 8)?,
            cost_nanos: row.get(first + 9)?,
            list_nanos: row.get(first + 10)?,
            exact: row.get(first + 11)?,
        })
    }

    /// What the row adds to a total, given what of it is left out; `None` when nothing of it counts.
    pub(crate) fn totals(&self, left_out: Option<LeftOut>) -> Option<Totals> {
        let (money, usage) = left_out.map_or((true, true), |left_out| (!left_out.money, !left_out.usage));
        if !money && !usage {
            return None;
        }
        let used = |count: i64| if usage { count } else { 0 };
        let paid = |nanos: i64| if money { nanos } else { 0 };
        Some(Totals {
            rows: 1,
            requests: used(self.request_count.unwrap_or(0)),
            rows_without_count: i64::from(usage && self.request_count.is_none()),
            inexact_rows: i64::from(money && !self.exact),
            paid_elsewhere: i64::from(!money),
            tokens_input: used(self.tokens_input),
            tokens_output: used(self.tokens_output),
            cached_tokens: used(self.cached_tokens),
            cache_write_tokens: used(self.cache_write_tokens),
            reasoning_tokens: used(self.reasoning_tokens),
            cost: Money::from_nanos(paid(self.cost_nanos)),
            list: Money::from_nanos(paid(self.list_nanos.unwrap_or(0))),
        })
    }
}

/// Differences to the rollups, collected in memory and written at once.
pub(crate) struct Deltas {
    placer: Placer,
    pub(crate) days: FxHashMap<(i32, i64), Totals>,
    /// By quarter hour and group; a group is a user and a basis.
    pub(crate) quarters: FxHashMap<(i64, u32), Totals>,
    group_of_dimension: FxHashMap<i64, u32>,
    pub(crate) groups: Vec<(String, &'static str)>,
}

impl Deltas {
    /// No difference yet, in the time zone of the ledger.
    pub(crate) fn new(zone: Zone) -> Self {
        Self {
            placer: Placer::new(zone),
            days: FxHashMap::default(),
            quarters: FxHashMap::default(),
            group_of_dimension: FxHashMap::default(),
            groups: Vec::new(),
        }
    }

    /// Adds what of a row counts.
    pub(crate) fn add(
        &mut self,
        connection: &Connection,
        dimensions: &mut Dimensions,
        numbers: &Numbers,
        left_out: Option<LeftOut>,
    ) -> Result<(), LedgerError> {
        match numbers.totals(left_out) {
            Some(totals) => self.apply(connection, dimensions, numbers, totals),
            None => Ok(()),
        }
    }

    /// Takes away what of a row counted.
    pub(crate) fn subtract(
        &mut self,
        connection: &Connection,
        dimensions: &mut Dimensions,
        numbers: &Numbers,
        left_out: Option<LeftOut>,
    ) -> Result<(), LedgerError> {
        match numbers.totals(left_out).map(Totals::negated) {
            Some(totals) => self.apply(connection, dimensions, numbers, totals),
            None => Ok(()),
        }
    }

    fn apply(
        &mut self,
        connection: &Connection,
        dimensions: &mut Dimensions,
        numbers: &Numbers,
        totals: Totals,
    ) -> Result<(), LedgerError> {
        let day = self.placer.place(numbers.created_at, numbers.period_end).number();
        let group = self.group(connection, dimensions, numbers.dimension)?;
        accumulate(self.days.entry((day, numbers.dimension)).or_default(), totals)?;
        accumulate(self.quarters.entry((quarter_hour(numbers.created_at), group)).or_default(), totals)
    }

    fn group(
        &mut self,
        connection: &Connection,
        dimensions: &mut Dimensions,
        number: i64,
    ) -> Result<u32, LedgerError> {
        if let Some(&group) = self.group_of_dimension.get(&number) {
            return Ok(group);
        }
        let dimension = dimensions.get(connection, number)?;
        let name = (dimension.user_id.clone(), dimension.cost_basis.as_str());
        let group = self.groups.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.groups.push(name);
            self.groups.len() - 1
        });
        let group = u32::try_from(group).unwrap_or(u32::MAX);
        self.group_of_dimension.insert(number, group);
        Ok(group)
    }

    /// Adds all differences to the stored rollups and forgets them.
    pub(crate) fn write(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let days: Vec<_> = self.days.drain().collect();
        let totals = added_up(&days, |(day, dimension)| (day, self.group_of_dimension[&dimension]))?;
        let months = added_up(&days, |(day, dimension)| (first_of_month(day), dimension))?;
        add_sums(connection, "rollup_days", &["day", "dimension_id"], days, |(day, dimension)| {
            [day.into(), dimension.into()]
        })?;
        add_sums(connection, "rollup_months", &["month", "dimension_id"], months, |(month, dimension)| {
            [month.into(), dimension.into()]
        })?;
        add_sums(connection, "rollup_totals", &["day", "user_id", "cost_basis"], totals, |(day, group)| {
            let (user, basis) = &self.groups[group as usize];
            [day.into(), user.clone().into(), (*basis).to_owned().into()]
        })?;
        let quarters =
            self.quarters.drain().map(|((quarter, group), totals)| (quarter, group, totals)).collect();
        write_quarters(connection, quarters, &self.groups)
    }
}

fn accumulate(total: &mut Totals, part: Totals) -> Result<(), LedgerError> {
    *total = total.checked_add(part).ok_or(LedgerError::Overflow)?;
    Ok(())
}

/// The same differences under coarser keys.
fn added_up<Key: Eq + Hash>(
    days: &[((i32, i64), Totals)],
    key: impl Fn((i32, i64)) -> Key,
) -> Result<Vec<(Key, Totals)>, LedgerError> {
    let mut sums: FxHashMap<Key, Totals> = FxHashMap::default();
    for &(cell, totals) in days {
        accumulate(sums.entry(key(cell)).or_default(), totals)?;
    }
    Ok(sums.into_iter().collect())
}

fn first_of_month(day: i32) -> i32 {
    Month::containing(Day::from_number(day)).first_day().number()
}

/// The sums of a cell, in the order of [`sums_of`] and [`totals_from_row`].
pub(crate) const SUMS: [&str; 12] = [
    "row_count",
    "request_count",
    "uncounted_rows",
    "inexact_rows",
    "paid_elsewhere",
    "tokens_input",
    "tokens_output",
    "cached_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "cost_nanos",
    "list_nanos",
];

fn sums_of(totals: &Totals) -> [i64; SUMS.len()] {
    [
        totals.rows,
        totals.requests,
        totals.rows_without_count,
        totals.inexact_rows,
        totals.paid_elsewhere,
        totals.tokens_input,
        totals.tokens_output,
        totals.cached_tokens,
        totals.cache_write_tokens,
        totals.reasoning_tokens,
        totals.cost.nanos(),
        totals.list.nanos(),
    ]
}

/// Reads `SUMS` from column `first` on.
pub(crate) fn totals_from_row(row: &rusqlite::Row<'_>, first: usize) -> Result<Totals, rusqlite::Error> {
    Ok(Totals {
        rows: row.get(first)?,
        requests: row.get(first + 1)?,
        rows_without_count: row.get(first + 2)?,
        inexact_rows: row.get(first + 3)?,
        paid_elsewhere: row.get(first + 4)?,
        tokens_input: row.get(first + 5)?,
        tokens_output: row.get(first + 6)?,
        cached_tokens: row.get(first + 7)?,
        cache_write_tokens: row.get(first + 8)?,
        reasoning_tokens: row.get(first + 9)?,
        cost: Money::from_nanos(row.get(first + 10)?),
        list: Money::from_nanos(row.get(first + 11)?),
    })
}

/// Adds differences to the cells of a table, whose key are the columns `key`; a cell of no row goes.
fn add_sums<Key: Ord + Copy, const WIDTH: usize>(
    connection: &Connection,
    table: &str,
    key: &[&str; WIDTH],
    mut cells: Vec<(Key, Totals)>,
    values: impl Fn(Key) -> [Value; WIDTH],
) -> Result<(), LedgerError> {
    cells.sort_unstable_by_key(|&(key, _)| key);
    let grown: Vec<String> = SUMS.iter().map(|sum| format!("{sum} = {sum} + excluded.{sum}")).collect();
    let places = vec!["?"; WIDTH + SUMS.len()].join(", ");
    let upsert = format!(
        "INSERT INTO {table} ({}, {}) VALUES ({places}) ON CONFLICT DO UPDATE SET {}",
        key.join(", "),
        SUMS.join(", "),
        grown.join(", ")
    );
    let remove = format!("DELETE FROM {table} WHERE {} = ? AND row_count = 0", key.join(" = ? AND "));
    let mut upsert = connection.prepare_cached(&upsert)?;
    let mut remove_empty = connection.prepare_cached(&remove)?;
    for (cell, totals) in cells {
        let key = values(cell);
        let sums = sums_of(&totals).map(Value::Integer);
        upsert.execute(params_from_iter(key.iter().chain(&sums)))?;
        if totals.rows <= 0 {
            remove_empty.execute(params_from_iter(&key))?;
        }
    }
    Ok(())
}

fn write_quarters(
    connection: &Connection,
    mut quarters: Vec<(i64, u32, Totals)>,
    groups: &[(String, &'static str)],
) -> Result<(), LedgerError> {
    quarters.sort_unstable_by_key(|&(quarter, group, _)| (quarter, group));
    let sql = "INSERT INTO rollup_quarters VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT DO UPDATE SET row_count = row_count + excluded.row_count,
            request_count = request_count + excluded.request_count,
            paid_elsewhere = paid_elsewhere + excluded.paid_elsewhere,
            tokens = tokens + excluded.tokens,
            cost_nanos = cost_nanos + excluded.cost_nanos,
            list_nanos = list_nanos + excluded.list_nanos";
    let mut upsert = connection.prepare_cached(sql)?;
    let sql = "DELETE FROM rollup_quarters WHERE quarter = ?1 AND user_id = ?2 AND cost_basis = ?3 AND row_count = 0";
    let mut remove_empty = connection.prepare_cached(sql)?;
    for (quarter, group, totals) in quarters {
        let (user, basis) = &groups[group as usize];
        let t = &totals;
        upsert.execute(rusqlite::params![
            quarter,
            user,
            basis,
            t.rows,
            t.requests,
            t.paid_elsewhere,
            t.tokens_input + t.tokens_output,
            t.cost.nanos(),
            t.list.nanos(),
        ])?;
        if totals.rows <= 0 {
            remove_empty.execute((quarter, user, basis))?;
        }
    }
    Ok(())
}
