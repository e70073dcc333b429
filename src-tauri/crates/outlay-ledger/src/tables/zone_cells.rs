//! Cells of another time zone than the ledger's: the rollup cannot give them, so the rows are read.
//!
//! For the one call that asks for another zone; whoever changes the zone rebuilds the rollup instead.

use outlay_core::period::{Day, Zone};

use super::cells::{Cells, Gathered, Whose};
use crate::counting::recount::{IdRange, ids_of_days};
use crate::counting::{LeftOut, Reason};
use crate::error::LedgerError;
use crate::handle::Reader;
use crate::interning::Dimensions;
use crate::rollup::{Deltas, Numbers};

impl Reader<'_> {
    /// The cells of a range of days of `zone`, both days included, in the order of day and dimension.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn cells_in_zone(
        &self,
        first: Day,
        last: Day,
        zone: Zone,
        whose: &Whose,
    ) -> Result<Cells, LedgerError> {
        // No zone is more than a day from UTC.
        let ids = ids_of_days(i64::from(first.previous().number()), i64::from(last.next().number()));
        let mut deltas = Deltas::new(zone);
        self.place_rows(ids, &mut deltas)?;
        let within = |day: i32| (first.number()..=last.number()).contains(&day);
        let mut placed: Vec<_> = deltas.days.drain().filter(|((day, _), _)| within(*day)).collect();
        placed.sort_unstable_by_key(|&(key, _)| key);
        let mut cells = Gathered::of(self.dimensions(whose)?);
        for ((day, dimension), totals) in placed {
            cells.add(Day::from_number(day), dimension, totals);
        }
        Ok(cells.cells)
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
            let left_out = match row.get::<_, Option<bool>>(0)? {
                // Why it is left out changes no sum.
                Some(money) => Some(LeftOut { money, usage: row.get(1)?, reason: Reason::Voided }),
                None => None,
            };
            deltas.add(self.connection, &mut dimensions, &Numbers::from_row(row, 2)?, left_out)?;
        }
        Ok(())
    }
}
