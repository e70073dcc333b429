//! Overlaps between sources that come up only because rows of several machines meet: settled by the same proposal as
//! those of a file, and named, so that a person can look.

use std::collections::BTreeSet;

use outlay_core::instant::Instant;

use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::import::overlap::{self, Asked, Overlap};
use crate::import::recount_ranges;

impl Writer<'_> {
    /// Settles what overlaps where rows arrived since the last time, and names what no answer held for before. To be
    /// called when a pull is complete: answers that are still to come would have settled it.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn settle_overlaps(&self, now: Instant) -> Result<Vec<Overlap>, LedgerError> {
        let sql = "SELECT provider, account, source, first_day, last_day FROM unsettled";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            let of: (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((of, (row.get(3)?, row.get(4)?)))
        };
        let unsettled = statement.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
        self.transaction.execute("DELETE FROM unsettled", [])?;
        let mut settled = Vec::new();
        for ((provider, account, source), days) in unsettled {
            let providers = BTreeSet::from([provider]);
            let asked = Asked { writer: self, providers: &providers, source: &source, account: &account };
            let found = overlap::settle(&asked, days, now)?;
            settled.extend(found.into_iter().filter(|overlap| !overlap.settled_before));
        }
        let ranges: Vec<_> =
            settled.iter().map(|overlap| ids_of_days(overlap.days.0, overlap.days.1)).collect();
        self.note_rows(&ranges)?;
        recount_ranges(self, &ranges)?;
        Ok(settled)
    }
}
