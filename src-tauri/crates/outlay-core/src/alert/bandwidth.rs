//! What sync moved this month, against the limit that the user set. Once per month and limit.

use super::{AlertType, LedgerState, Measure, Notice, OpenAlert, Severity, Situation};
use crate::figures::{bytes, bytes_apart, month_words};

pub(super) fn notice(situation: &Situation<'_>, ledger: &LedgerState) -> Option<Notice> {
    let limit = situation.config.bandwidth_limit_bytes?;
    let (moved, of) = bytes_apart(ledger.moved_bytes, limit);
    (ledger.moved_bytes > limit).then(|| Notice {
        alert_type: AlertType::BandwidthWarning,
        severity: Severity::Low,
        dedupe_key: key(situation, limit),
        message: format!(
            "{}: sync moved {moved}, {} more than its limit of {of}",
            month_words(situation.month),
            bytes(ledger.moved_bytes - limit)
        ),
        measure: Measure::Bytes { threshold: limit, actual: ledger.moved_bytes },
        recurs: false,
    })
}

/// The month is over, or its limit is another.
pub(super) fn is_over(situation: &Situation<'_>, ledger: &LedgerState, open: &OpenAlert<'_>) -> bool {
    let holds = |limit| ledger.moved_bytes > limit && open.dedupe_key == key(situation, limit);
    let of_later = open.dedupe_key > format!("{}/~", situation.month).as_str();
    !of_later && !situation.config.bandwidth_limit_bytes.is_some_and(holds)
}

fn key(situation: &Situation<'_>, limit: i64) -> String {
    format!("{}/{limit}", situation.month)
}
