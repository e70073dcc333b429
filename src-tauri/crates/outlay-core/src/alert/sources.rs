//! A source that is silent for longer than it usually is. Once per source and the last day it spoke about.

use super::{AlertType, LedgerState, Measure, Notice, OpenAlert, Severity};
use crate::figures::{day_words, days_words};
use crate::report::OverdueSource;

pub(super) fn notices(ledger: &LedgerState) -> Vec<Notice> {
    let notice = |source: &OverdueSource| Notice {
        alert_type: AlertType::SourceStale,
        severity: Severity::Low,
        dedupe_key: key(source),
        message: format!(
            "{}, account {}, says nothing since {}, {} ago; it usually speaks again within {}",
            source.name.source,
            source.name.account,
            day_words(source.last_day),
            days_words(source.age_days),
            days_words(source.usual_days),
        ),
        measure: Measure::Nothing,
        recurs: false,
    };
    ledger.overdue.iter().map(notice).collect()
}

/// It has spoken, or nobody waits for it any more.
pub(super) fn is_over(ledger: &LedgerState, open: &OpenAlert<'_>) -> bool {
    !ledger.overdue.iter().any(|source| key(source) == open.dedupe_key)
}

fn key(source: &OverdueSource) -> String {
    format!("{}/{}/{}", source.last_day, source.name.source, source.name.account)
}
