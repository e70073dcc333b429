//! Spend of UTC days, from the rollup of quarter hours: what an import says before and after.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use rusqlite::Connection;

use crate::error::LedgerError;
use crate::handle::Reader;
use crate::import::MonthChange;

const QUARTERS_PER_DAY: i64 = 96;

/// Spend of a range of UTC days, both included.
pub(crate) fn of_days(connection: &Connection, days: (i64, i64)) -> Result<Money, LedgerError> {
    Ok(by_month(connection, days)?.into_values().sum())
}

impl Reader<'_> {
    /// Spend of the union of some ranges of UTC days, both ends included.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn spend_of_utc_days(&self, ranges: &[(i64, i64)]) -> Result<Money, LedgerError> {
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable();
        let mut total = Money::ZERO;
        let mut done = i64::MIN;
        for (first, last) in sorted {
            let spend = of_days(self.connection, (first.max(done), last))?;
            total = total.checked_add(spend).ok_or(LedgerError::Overflow)?;
            done = done.max(last + 1);
        }
        Ok(total)
    }

    /// The UTC months of a range of UTC days, both ends included, whose spend is at least what is known
    /// of it: rows that count there have no price.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn months_without_price(&self, (first, last): (i64, i64)) -> Result<BTreeSet<Month>, LedgerError> {
        let sql = "SELECT quarter / ?3 FROM rollup_quarters
            WHERE quarter >= ?1 AND quarter < ?2 AND cost_basis = 'unpriced' AND row_count > paid_elsewhere
            GROUP BY 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows =
            statement.query((first * QUARTERS_PER_DAY, (last + 1) * QUARTERS_PER_DAY, QUARTERS_PER_DAY))?;
        let mut months = BTreeSet::new();
        while let Some(row) = rows.next()? {
            months.insert(Month::containing(Day::from_number(row.get(0)?)));
        }
        Ok(months)
    }
}

/// The same by UTC month; months without rows are absent.
pub(crate) fn by_month(
    connection: &Connection,
    (first, last): (i64, i64),
) -> Result<BTreeMap<Month, Money>, LedgerError> {
    let sql = "SELECT quarter / ?3, sum(cost_nanos) FROM rollup_quarters
        WHERE quarter >= ?1 AND quarter < ?2 AND cost_basis IN ('billed', 'computed', 'estimated') GROUP BY 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows =
        statement.query((first * QUARTERS_PER_DAY, (last + 1) * QUARTERS_PER_DAY, QUARTERS_PER_DAY))?;
    let mut months: BTreeMap<Month, Money> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let total = months.entry(Month::containing(Day::from_number(row.get(0)?))).or_default();
        *total = total.checked_add(Money::from_nanos(row.get(1)?)).ok_or(LedgerError::Overflow)?;
    }
    Ok(months)
}

/// Months side by side, before and after a change.
pub(crate) fn changes(before: BTreeMap<Month, Money>, after: BTreeMap<Month, Money>) -> Vec<MonthChange> {
    let mut months: BTreeMap<Month, (Money, Money)> = BTreeMap::new();
    for (month, spend) in before {
        months.entry(month).or_default().0 = spend;
    }
    for (month, spend) in after {
        months.entry(month).or_default().1 = spend;
    }
    months.into_iter().map(|(month, (before, after))| MonthChange { month, before, after }).collect()
}
