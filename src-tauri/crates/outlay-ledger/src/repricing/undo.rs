//! Undo and redo of a re-pricing: each of its rows is voided, or restored, and what counts is decided anew.

use outlay_core::instant::Instant;
use uuid::Uuid;

use super::writing::whole_facts;
use super::{Repricing, whole_months};
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::import::{MonthChange, recount_ranges};
use crate::tables::spend;
use crate::tables::voids::{self, Action};

/// What an undo or a redo did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepricingUndo {
    /// The re-pricing, as it stands now.
    pub repricing: Repricing,
    /// Spend of everything by UTC month, before and after, where it changed.
    pub months: Vec<MonthChange>,
}

impl Writer<'_> {
    /// Takes a re-pricing back, or takes that back: rows cost what they did before it, or after it.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; [`LedgerError::AlreadySo`] when there is nothing to do.
    pub fn void_repricing(
        &self,
        id: Uuid,
        action: Action,
        now: Instant,
    ) -> Result<RepricingUndo, LedgerError> {
        let found = self.reader().repricings()?.into_iter().find(|repricing| repricing.id == id);
        let repricing =
            found.ok_or_else(|| LedgerError::NotFound { kind: "re-pricing", id: id.to_string() })?;
        if repricing.undone == (action == Action::Void) {
            return Err(LedgerError::AlreadySo { kind: "re-pricing", id, undone: repricing.undone });
        }
        let connection = &self.transaction;
        let day = |id: [u8; 16]| {
            let millis = id[..6].iter().fold(0_i64, |sum, &byte| sum << 8 | i64::from(byte));
            millis / 86_400_000
        };
        // A bucket lies in the day on which it begins.
        let days = whole_months((day(repricing.ids.0), day(repricing.ids.1)));
        let before = spend::by_month(connection, days)?;
        for row in self.rows_of(&repricing)? {
            voids::insert(self, row, voids::Kind::Generation, action, &repricing.label, now)?;
        }
        let sql = "UPDATE repricings SET undone = ?2 WHERE id = ?1";
        connection.prepare_cached(sql)?.execute((id.as_bytes(), action == Action::Void))?;
        recount_ranges(self, &[whole_facts(repricing.ids)])?;
        let changed = spend::changes(before, spend::by_month(connection, days)?);
        let months = changed.into_iter().filter(|month| month.before != month.after).collect();
        Ok(RepricingUndo { repricing: Repricing { undone: action == Action::Void, ..repricing }, months })
    }

    fn rows_of(&self, repricing: &Repricing) -> Result<Vec<Uuid>, LedgerError> {
        let sql = "SELECT id FROM generations WHERE id BETWEEN ?1 AND ?2 AND priced_at = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let (first, last) = repricing.ids;
        let rows = statement.query_map((first, last, repricing.at.micros()), |row| row.get(0))?;
        Ok(rows.map(|row| row.map(Uuid::from_bytes)).collect::<Result<_, _>>()?)
    }
}
