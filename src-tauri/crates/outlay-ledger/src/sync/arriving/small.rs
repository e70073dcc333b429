//! Imports, undos, answers, prices and versions of budgets of other machines, and what they change about what counts.

use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::{Arrival, Conflict, Refusal};
use crate::counting::recount::{IdRange, ids_of_days};
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::import::neighbours::bounds;
use crate::import::recount_ranges;
use crate::sync::members::number_of;
use crate::sync::rows::{AuthorityRow, BudgetRow, ImportRow, PriceRow, SmallRow, VoidRow};

/// A row of a small table whose arrival may change what counts.
pub trait Arriving: SmallRow {
    /// The ids of rows that must be decided anew, before the row is written.
    ///
    /// # Errors
    /// Those of SQLite.
    fn changes(&self, writer: &Writer<'_>) -> Result<Vec<IdRange>, LedgerError> {
        let _ = writer;
        Ok(Vec::new())
    }

    /// What else follows, once it is written.
    ///
    /// # Errors
    /// Those of SQLite.
    fn settle(&self, writer: &Writer<'_>) -> Result<Vec<IdRange>, LedgerError> {
        let _ = writer;
        Ok(Vec::new())
    }
}

impl Writer<'_> {
    /// Takes in rows of a small table of other machines.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn pull_small<R: Arriving>(&self, rows: &[R]) -> Result<Arrival<R>, LedgerError> {
        let mut arrival = Arrival::default();
        let keys: Vec<Uuid> = rows.iter().map(SmallRow::key).collect();
        let here = self.reader().small_rows::<R>(Some(&keys))?;
        let mut here: FxHashMap<Uuid, R> = here.into_iter().map(|row| (row.key(), row)).collect();
        let mut ranges = Vec::new();
        for row in rows {
            if let Some(known) = here.get(&row.key()) {
                if known.says_the_same(row) {
                    arrival.known += 1;
                } else {
                    arrival.conflicts.push(Conflict { here: known.clone(), there: row.clone() });
                }
                continue;
            }
            match self.attempt(|| self.take(row)) {
                Ok(changed) => ranges.extend(changed),
                Err(error) if is_refused(&error) => {
                    arrival.refused.push((row.clone(), Refusal::Value));
                    continue;
                }
                Err(error) => return Err(error),
            }
            arrival.new += 1;
            here.insert(row.key(), row.clone());
        }
        self.note_rows(&ranges)?;
        recount_ranges(self, &ranges)?;
        Ok(arrival)
    }

    fn take<R: Arriving>(&self, row: &R) -> Result<Vec<IdRange>, LedgerError> {
        let mut ranges = row.changes(self)?;
        row.insert(&self.transaction)?;
        if row.user_id() != self.identity.owner {
            let sql = "INSERT INTO of_others (kind, key, user_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            let values = (R::TABLE.as_str(), row.key().into_bytes(), row.user_id());
            self.transaction.prepare_cached(sql)?.execute(values)?;
        }
        ranges.extend(row.settle(self)?);
        Ok(ranges)
    }

    /// The ids of days about which something was answered that an import speaks for, or is silenced by.
    fn answered_with(&self, import: &ImportRow) -> Result<Vec<IdRange>, LedgerError> {
        let sql = "SELECT first_day, last_day FROM authorities
            WHERE (source = ?1 AND speaker_account = ?2) OR import_id = ?3 OR over_import = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query((&import.source, &import.account, import.id.as_bytes()))?;
        let mut ranges = Vec::new();
        while let Some(row) = rows.next()? {
            ranges.push(ids_of_days(row.get(0)?, row.get(1)?));
        }
        Ok(ranges)
    }
}

/// Whether the ledger's own checks refused a value.
fn is_refused(error: &LedgerError) -> bool {
    let LedgerError::Sqlite(error) = error else { return false };
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

impl Arriving for ImportRow {
    /// Rows that came before it count from now on.
    fn changes(&self, writer: &Writer<'_>) -> Result<Vec<IdRange>, LedgerError> {
        let mut statement =
            writer.transaction.prepare_cached("SELECT 1 FROM awaited_imports WHERE id = ?1")?;
        let is_awaited = statement.exists([self.id.as_bytes()])?;
        let brought = self.ids.filter(|_| is_awaited);
        let mut ranges = writer.answered_with(self)?;
        ranges.extend(brought.map(|(first, last)| (bounds(first.as_bytes()).0, bounds(last.as_bytes()).1)));
        Ok(ranges)
    }

    fn settle(&self, writer: &Writer<'_>) -> Result<Vec<IdRange>, LedgerError> {
        writer.note_import(self)?;
        let contained = writer.receive_awaited(self.id)?;
        super::generations::ranges(&writer.transaction, &contained)
    }
}

impl Arriving for VoidRow {
    fn changes(&self, writer: &Writer<'_>) -> Result<Vec<IdRange>, LedgerError> {
        if !self.of_import {
            return Ok(vec![bounds(self.target.as_bytes())]);
        }
        match number_of(&writer.transaction, self.target)? {
            Some(number) => {
                let import = writer.reader().import(self.target)?;
                writer.ranges_of(number, import.days.unwrap_or((0, -1)))
            }
            None => Ok(Vec::new()),
        }
    }
}

impl Arriving for AuthorityRow {
    fn changes(&self, _: &Writer<'_>) -> Result<Vec<IdRange>, LedgerError> {
        Ok(vec![ids_of_days(self.days.0, self.days.1)])
    }
}

impl Arriving for PriceRow {}

impl Arriving for BudgetRow {}
