//! Tallies of another time zone than the ledger's: the rollup cannot give them, so the rows are read.
//!
//! For the one call that asks for another zone; whoever changes the zone rebuilds the rollup instead.

use outlay_core::period::{Day, Zone};
use outlay_core::report::{Cell, DayCost, Tally};

use super::tallies::Whose;
use crate::counting::LeftOut;
use crate::counting::recount::{IdRange, ids_of_days};
use crate::error::LedgerError;
use crate::handle::Reader;
use crate::interning::Dimensions;
use crate::rollup::{Deltas, Numbers};

impl Reader<'_> {
    /// What the rows of a range of days of `zone` come to, both days included.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn tally_in_zone(
        &self,
        first: Day,
        last: Day,
        zone: Zone,
        whose: &Whose,
    ) -> Result<Tally, LedgerError> {
        let deltas = self.placed(first, last, zone)?;
        let known = self.dimensions(whose)?;
        let cells = deltas.days.iter().filter_map(|(&(day, dimension), &totals)| {
            let day = Day::from_number(day);
            let dimensions = known.get(&dimension).filter(|_| (first..=last).contains(&day))?;
            Some(Cell { day, dimensions, totals })
        });
        Tally::of(cells).ok_or(LedgerError::Overflow)
    }

    /// What each day of `zone` costs by dimension, with the number of rows, for everybody.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn day_rows_in_zone(
        &self,
        first: Day,
        last: Day,
        zone: Zone,
    ) -> Result<Vec<(DayCost, i64)>, LedgerError> {
        let deltas = self.placed(first, last, zone)?;
        let costs = deltas.days.iter().map(|(&(day, dimension), totals)| {
            (DayCost { day: Day::from_number(day), dimension, cost: totals.cost }, totals.rows)
        });
        Ok(costs.filter(|(cost, _)| (first..=last).contains(&cost.day)).collect())
    }

    fn placed(&self, first: Day, last: Day, zone: Zone) -> Result<Deltas, LedgerError> {
        // No zone is more than a day from UTC.
        let ids = ids_of_days(i64::from(first.previous().number()), i64::from(last.next().number()));
        let mut deltas = Deltas::new(zone);
        self.place_rows(ids, &mut deltas)?;
        Ok(deltas)
    }

    fn place_rows(&self, ids: IdRange, deltas: &mut Deltas) -> Result<(), LedgerError> {
        let sql = format!(
            "SELECT o.money, o.usage, {} FROM generations g LEFT JOIN left_out o ON o.id = g.id
             WHERE g.id BETWEEN ?1 AND ?2",
            Numbers::COLUMNS
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(ids)?;
        let mut dimensions = Dimensions::default();
        while let Some(row) = rows.next()? {
            let left_out = LeftOut::for_sums(row, 0)?;
            deltas.add(self.connection, &mut dimensions, &Numbers::from_row(row, 2)?, left_out)?;
        }
        Ok(())
    }
}
