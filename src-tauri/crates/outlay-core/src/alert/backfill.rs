//! What files brought of long ago, told as one: a first import is no storm. Once per import.

use super::{AlertType, LedgerState, Measure, Notice, OpenAlert, Severity};
use crate::figures::{counted, day_words};

/// Hours after which what an import brings is no news.
const NEWS_HOURS: u32 = 72;

pub(super) fn notice(ledger: &LedgerState) -> Option<Notice> {
    let backfill = ledger.backfill.as_ref()?;
    Some(Notice {
        alert_type: AlertType::BackfillSummary,
        severity: Severity::Low,
        dedupe_key: backfill.import.clone(),
        message: format!(
            "{} brought {}, the earliest of {}; of what is older than {NEWS_HOURS} hours no single call and no day \
             raised an alert",
            counted(backfill.files, "file", "files"),
            counted(backfill.rows, "row", "rows"),
            day_words(backfill.first_day),
        ),
        measure: Measure::Nothing,
        recurs: false,
    })
}

/// A later summary takes its place, or its import was undone.
pub(super) fn is_over(ledger: &LedgerState, open: &OpenAlert<'_>) -> bool {
    let later = ledger.backfill.as_ref().is_some_and(|later| later.import != open.dedupe_key);
    later || ledger.undone.as_deref() == Some(open.dedupe_key)
}
