//! Calls of the month without a known price, which make its totals lower bounds. Once per month, and again when all had
//! one meanwhile; off unless somebody turns it on.

use super::{AlertType, Measure, Notice, OpenAlert, Severity, Situation};
use crate::figures::{counted, month_words};
use crate::period::Month;

pub(super) fn notice(situation: &Situation<'_>) -> Option<Notice> {
    let Situation { month, unpriced, .. } = *situation;
    let rows = counted(unpriced, "row has", "rows have");
    (unpriced > 0).then(|| Notice {
        alert_type: AlertType::UnpricedRows,
        severity: Severity::Low,
        dedupe_key: format!("{month}/rows"),
        message: format!(
            "{}: {rows} no known price, so the month cost at least what is known of it",
            month_words(month)
        ),
        measure: Measure::Nothing,
        recurs: true,
    })
}

/// Every row has a price, or the month is another.
pub(super) fn is_over(situation: &Situation<'_>, open: &OpenAlert<'_>) -> bool {
    situation.unpriced == 0 || month_of(open.dedupe_key) != Some(situation.month)
}

/// The month that a key names.
pub(super) fn month_of(key: &str) -> Option<Month> {
    key.split(['/', '~']).next()?.parse().ok()
}
