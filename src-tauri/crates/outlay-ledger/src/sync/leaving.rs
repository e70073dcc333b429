//! Leaving a shared ledger: what is known of it goes; what other members shared goes too, if the owner wishes.
//!
//! Own rows never go, and the schema's triggers see to that as well. A row of another member's that an own import
//! contains stays: the owner's file said it, too.

use super::arriving::Unlocked;
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::import::recount_all;

/// What becomes of the rows of other members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OthersRows {
    /// They stay as they are.
    Keep,
    /// They go, but for those that an own import contains.
    Remove,
}

/// In this order: what points to something goes before it.
const REMOVALS: [&str; 12] = [
    // A void of an import that goes, whosever it is, says nothing any more and stays.
    "DELETE FROM generations WHERE dimension_id IN (SELECT id FROM dimensions WHERE user_id <> (SELECT owner FROM ledger))
        AND (import_number IS NOT NULL OR id IN (SELECT id FROM logged_elsewhere))
        AND NOT EXISTS (SELECT 1 FROM import_rows r JOIN imports i ON i.number = r.import_number
            WHERE r.holder = generations.import_number AND generations.id BETWEEN r.first_id AND r.last_id
                AND i.id NOT IN (SELECT key FROM of_others WHERE kind = 'imports'))",
    "DELETE FROM import_rows WHERE import_number IN
        (SELECT i.number FROM imports i JOIN of_others o ON o.kind = 'imports' AND o.key = i.id)",
    "INSERT INTO awaited_imports (id, number)
        SELECT i.id, i.number FROM imports i JOIN of_others o ON o.kind = 'imports' AND o.key = i.id",
    "DELETE FROM imports WHERE id IN (SELECT key FROM of_others WHERE kind = 'imports')",
    "DELETE FROM generation_voids WHERE id IN (SELECT key FROM of_others WHERE kind = 'voids')",
    "DELETE FROM authorities WHERE id IN (SELECT key FROM of_others WHERE kind = 'authorities')",
    "DELETE FROM prices WHERE id IN (SELECT key FROM of_others WHERE kind = 'prices')",
    "DELETE FROM budgets WHERE user_id <> (SELECT owner FROM ledger) AND user_id IN (SELECT user_id FROM of_others)",
    "DELETE FROM awaited_members",
    "DELETE FROM dimensions WHERE user_id <> (SELECT owner FROM ledger)
        AND id NOT IN (SELECT dimension_id FROM generations)",
    "DELETE FROM details WHERE id NOT IN (SELECT detail_id FROM generations)",
    "DELETE FROM logged_elsewhere WHERE id NOT IN (SELECT id FROM generations)",
];

/// Applications that only other members' rows named.
const APPLICATIONS: &str = "DELETE FROM applications
    WHERE id IN (SELECT key FROM of_others WHERE kind = 'applications')
        AND id NOT IN (SELECT application_id FROM dimensions)
        AND id NOT IN (SELECT merged_into FROM applications WHERE merged_into IS NOT NULL)";

/// Whatever is derived from rows.
const DERIVED: [&str; 5] = ["left_out", "rollup_days", "rollup_totals", "rollup_months", "rollup_quarters"];

impl Writer<'_> {
    /// Leaves a shared ledger.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; those of SQLite.
    pub fn leave_remote(&self, number: i64, others: OthersRows) -> Result<(), LedgerError> {
        self.reader().remote(number)?;
        self.transaction.execute("DELETE FROM sync_remotes WHERE number = ?1", [number])?;
        match others {
            OthersRows::Keep => Ok(()),
            OthersRows::Remove => self.remove_others(),
        }
    }

    /// Removes what other members shared, and counts anew.
    ///
    /// # Errors
    /// Those of SQLite; cancelled.
    pub fn remove_others(&self) -> Result<(), LedgerError> {
        let connection = &self.transaction;
        for table in DERIVED {
            connection.execute(&format!("DELETE FROM {table}"), [])?;
        }
        self.unlocked(Unlocked::Others, || {
            REMOVALS.iter().try_for_each(|sql| connection.execute(sql, []).map(drop))?;
            connection.execute(APPLICATIONS, [])?;
            Ok(())
        })?;
        // What stays because an own import contains it refers to the number of an import that is gone.
        let sql = "DELETE FROM awaited_imports WHERE number NOT IN
            (SELECT import_number FROM generations WHERE import_number IS NOT NULL)";
        connection.execute(sql, [])?;
        connection.execute("DELETE FROM of_others", [])?;
        self.dimensions.replace(crate::interning::Dimensions::default());
        self.details.replace(crate::interning::Details::default());
        recount_all(self)
    }
}
