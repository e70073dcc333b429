//! The rollups that every total is read from, kept in the transaction that changes the rows.
//!
//! Two of them, because one over quarter hours and all dimensions would be nearly the ledger again:
//! days of the ledger's time zone by dimension, and quarter hours UTC by user and basis. Both are
//! sums, so a change is a difference that is added; `verify` recomputes them from the rows.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Placer, Zone, quarter_hour};
use outlay_core::report::Totals;
use rusqlite::Connection;
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
    fn totals(&self, left_out: Option<LeftOut>) -> Option<Totals> {
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

/// Differences to both rollups, collected in memory and written at once.
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
        write_days(connection, self.days.drain().collect())?;
        let quarters =
            self.quarters.drain().map(|((quarter, group), totals)| (quarter, group, totals)).collect();
        write_quarters(connection, quarters, &self.groups)
    }
}

fn accumulate(total: &mut Totals, part: Totals) -> Result<(), LedgerError> {
    *total = total.checked_add(part).ok_or(LedgerError::Overflow)?;
    Ok(())
}

fn write_days(connection: &Connection, mut days: Vec<((i32, i64), Totals)>) -> Result<(), LedgerError> {
    days.sort_unstable_by_key(|&(key, _)| key);
    let sql = "INSERT INTO rollup_days VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT DO UPDATE SET row_count = row_count + excluded.row_count,
            request_count = request_count + excluded.request_count,
            uncounted_rows = uncounted_rows + excluded.uncounted_rows,
            inexact_rows = inexact_rows + excluded.inexact_rows,
            paid_elsewhere = paid_elsewhere + excluded.paid_elsewhere,
            tokens_input = tokens_input + excluded.tokens_input,
            tokens_output = tokens_output + excluded.tokens_output,
            cached_tokens = cached_tokens + excluded.cached_tokens,
            cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
            reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
            cost_nanos = cost_nanos + excluded.cost_nanos,
            list_nanos = list_nanos + excluded.list_nanos";
    let mut upsert = connection.prepare_cached(sql)?;
    let mut remove_empty = connection
        .prepare_cached("DELETE FROM rollup_days WHERE day = ?1 AND dimension_id = ?2 AND row_count = 0")?;
    for ((day, dimension), totals) in days {
        let t = &totals;
        upsert.execute(rusqlite::params![
            day,
            dimension,
            t.rows,
            t.requests,
            t.rows_without_count,
            t.inexact_rows,
            t.paid_elsewhere,
            t.tokens_input,
            t.tokens_output,
            t.cached_tokens,
            t.cache_write_tokens,
            t.reasoning_tokens,
            t.cost.nanos(),
            t.list.nanos(),
        ])?;
        if totals.rows <= 0 {
            remove_empty.execute((day, dimension))?;
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
