//! What a file restates on closed days, and whether it looks older than what is there.
//!
//! A day is closed for a content when the export that holds it was made after the bucket ended: such
//! figures rarely fall. A file that lowers them is probably an earlier download.

use outlay_core::money::Money;

use super::ingest::Ingest;
use super::neighbours::bounds;
use crate::counting::containment::Containment;
use crate::error::LedgerError;

/// Rows of closed buckets that the file states otherwise, with the totals of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restated {
    /// How many facts of closed buckets have another content in the file.
    pub closed_rows: u64,
    /// What counts for them now.
    pub spend_now: Money,
    /// What the file says.
    pub spend_in_file: Money,
    /// Tokens that count for them now.
    pub tokens_now: i64,
    /// Tokens that the file says.
    pub tokens_in_file: i64,
    /// The earliest `as_of` of what counts for them now, in UTC microseconds.
    pub oldest_as_of: i64,
}

impl Restated {
    /// Whether the file would lower what counts.
    pub fn lowers(&self) -> bool {
        (self.spend_in_file, self.tokens_in_file) < (self.spend_now, self.tokens_now)
    }
}

/// Compares the file's restating rows with what counts in their place now.
pub(super) fn restated(ingest: &Ingest<'_, '_>, before: &Containment) -> Result<Restated, LedgerError> {
    let mut restated = Restated { oldest_as_of: i64::MAX, ..Restated::default() };
    let sql = "SELECT g.id, g.import_number, coalesce(g.period_end, g.created_at), g.cost_nanos,
            g.tokens_input + g.tokens_output
        FROM generations g LEFT JOIN left_out o ON o.id = g.id
        WHERE g.id BETWEEN ?1 AND ?2 AND (g.id = ?3 OR o.id IS NULL OR o.reason = 'also_reported')";
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    for id in &ingest.restating {
        let mut of_file = None;
        let mut of_book = None;
        let (first, last) = bounds(id);
        let mut rows = statement.query((first, last, id))?;
        while let Some(row) = rows.next()? {
            let found: ([u8; 16], Option<i64>, i64, i64, i64) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            if found.0 == *id {
                of_file = Some(found);
            } else if found.1.is_some_and(|number| number != ingest.number) {
                of_book = Some(found);
            }
        }
        let (Some(file), Some(book)) = (of_file, of_book) else { continue };
        let as_of = book.1.and_then(|number| before.newest_live(number, &book.0)).map(|(as_of, _)| as_of);
        if let Some(as_of) = as_of.filter(|&as_of| as_of >= book.2) {
            restated.closed_rows += 1;
            restated.spend_now = Money::from_nanos(restated.spend_now.nanos().saturating_add(book.3));
            restated.spend_in_file = Money::from_nanos(restated.spend_in_file.nanos().saturating_add(file.3));
            restated.tokens_now = restated.tokens_now.saturating_add(book.4);
            restated.tokens_in_file = restated.tokens_in_file.saturating_add(file.4);
            restated.oldest_as_of = restated.oldest_as_of.min(as_of);
        }
    }
    Ok(restated)
}
