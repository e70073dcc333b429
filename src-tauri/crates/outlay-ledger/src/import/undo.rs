//! Undo and redo of an import: an event is added, and what counts is decided anew.
//!
//! Nothing is removed: redo is the same with the opposite word. Rows that another live file contains
//! too go on counting, and the outcome says how many.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use uuid::Uuid;

use super::finish::{MonthChange, recount_ranges};
use crate::counting::recount::{IdRange, ids_of_days};
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::tables::voids::{self, Action};
use crate::tables::{imports, spend};

/// What an undo or redo did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoOutcome {
    /// The import.
    pub import: imports::Import,
    /// Rows of the import that count afterwards: after an undo, those that other files contain too.
    pub rows_counting: i64,
    /// Spend of the import's UTC days before.
    pub spend_before: Money,
    /// And after.
    pub spend_after: Money,
    /// The same by UTC month.
    pub months: Vec<MonthChange>,
}

impl Writer<'_> {
    /// Voids or restores an import.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`], and [`LedgerError::AlreadySo`] when there is nothing to do.
    pub fn void_import(
        &self,
        id: Uuid,
        action: Action,
        reason: &str,
        now: Instant,
    ) -> Result<UndoOutcome, LedgerError> {
        let import = self.reader().import(id)?;
        if import.undone == (action == Action::Void) {
            return Err(LedgerError::AlreadySo { kind: "import", id, undone: import.undone });
        }
        let days = import.days.unwrap_or((0, -1));
        let spend_before = spend::of_days(&self.transaction, days)?;
        let months_before = spend::by_month(&self.transaction, days)?;
        voids::insert(self, id, voids::Kind::Import, action, reason, now)?;
        recount_ranges(self, &self.ranges_of(import.number, days)?)?;
        Ok(UndoOutcome {
            rows_counting: self.rows_counting(&import)?,
            import: self.reader().import(id)?,
            spend_before,
            spend_after: spend::of_days(&self.transaction, days)?,
            months: spend::changes(months_before, spend::by_month(&self.transaction, days)?),
        })
    }

    /// All ids that the import can have a say in: its rows, the rows that it contains too, its days.
    pub(crate) fn ranges_of(&self, number: i64, days: (i64, i64)) -> Result<Vec<IdRange>, LedgerError> {
        let sql = "SELECT first_id, last_id FROM imports WHERE number = ?1 AND first_id IS NOT NULL
            UNION ALL SELECT first_id, last_id FROM import_rows WHERE import_number = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut ranges = found.collect::<Result<Vec<IdRange>, _>>()?;
        if days.0 <= days.1 {
            ranges.push(ids_of_days(days.0, days.1));
        }
        // Whole facts, not parts of one: all contents and pricings of the first and the last fact.
        for (first, last) in &mut ranges {
            first[12..].fill(0);
            last[12..].fill(0xFF);
        }
        Ok(ranges)
    }

    fn rows_counting(&self, import: &imports::Import) -> Result<i64, LedgerError> {
        let sql = "SELECT count(*) FROM generations g LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id BETWEEN (SELECT first_id FROM imports WHERE number = ?1)
                AND (SELECT last_id FROM imports WHERE number = ?1)
                AND g.import_number = ?1 AND (o.id IS NULL OR o.money = 0 OR o.usage = 0)";
        Ok(self.transaction.query_row(sql, [import.number], |row| row.get(0))?)
    }
}
