//! What counts of the rows that a remote is thought to show: how many, and what they come to.

use outlay_core::money::Money;
use rusqlite::Row;
use uuid::Uuid;

use super::names::{Scope, Table};
use crate::error::LedgerError;
use crate::handle::Reader;

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountedRows {
    /// How many rows count, in full or in part.
    pub rows: u64,
    /// What they come to.
    pub spend: Money,
}

impl Reader<'_> {
    /// What counts of the rows that a remote is thought to show, the owner's or everybody's.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn counted_rows(&self, remote: i64, scope: Scope) -> Result<CountedRows, LedgerError> {
        let sql = "SELECT coalesce(sum(row_count), 0),
                coalesce(sum(cost_nanos) FILTER (WHERE cost_basis IN ('billed', 'computed', 'estimated')), 0)
            FROM rollup_totals WHERE ?1 OR user_id = (SELECT owner FROM ledger)";
        let (rows, nanos): (i64, i64) = self
            .connection
            .prepare_cached(sql)?
            .query_row([scope == Scope::Team], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut rows = rows;
        let mut nanos = i128::from(nanos);
        for (cost, is_mine) in self.costs(&self.unshown_keys(remote)?)? {
            if is_mine || scope == Scope::Team {
                rows -= 1;
                nanos -= i128::from(cost);
            }
        }
        if scope == Scope::Mine {
            for (cost, is_mine) in self.costs(&self.claimed_keys(remote)?)? {
                rows += i64::from(!is_mine);
                nanos += if is_mine { 0 } else { i128::from(cost) };
            }
        }
        let nanos = i64::try_from(nanos).map_err(|_| LedgerError::Overflow)?;
        Ok(CountedRows { rows: u64::try_from(rows).unwrap_or(0), spend: Money::from_nanos(nanos) })
    }

    fn unshown_keys(&self, remote: i64) -> Result<Vec<Uuid>, LedgerError> {
        let unshown = self.unshown(remote, Table::Generations)?;
        let mut keys: Vec<Uuid> = unshown.into_iter().map(|(_, key)| Uuid::from_bytes(key)).collect();
        let waiting = self.waiting_rows(remote, Table::Generations, usize::MAX)?;
        keys.extend(waiting.iter().map(|row| row.key));
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    fn claimed_keys(&self, remote: i64) -> Result<Vec<Uuid>, LedgerError> {
        let claimed = self.claimed(remote, Table::Generations)?;
        Ok(claimed.into_iter().map(|(_, key)| Uuid::from_bytes(key)).collect())
    }

    /// Of those rows that count: what they cost, and whether they are the owner's.
    fn costs(&self, keys: &[Uuid]) -> Result<Vec<(i64, bool)>, LedgerError> {
        let sql = "SELECT iif(coalesce(o.money, 0) OR d.cost_basis NOT IN ('billed', 'computed', 'estimated'), 0, g.cost_nanos),
                d.user_id = (SELECT owner FROM ledger)
            FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id = ?1 AND NOT (coalesce(o.money, 0) AND coalesce(o.usage, 0))";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut costs = Vec::new();
        for key in keys {
            for found in
                statement.query_map([key.as_bytes()], |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?)))?
            {
                costs.push(found?);
            }
        }
        Ok(costs)
    }
}
