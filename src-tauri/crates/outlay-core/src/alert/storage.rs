//! Room for the ledger: its file against the limit that the user set, and the disk it lies on.

use super::{AlertType, LedgerState, Measure, Notice, OpenAlert, Severity, Situation};
use crate::figures::{bytes, bytes_apart};

/// Free bytes below which a disk runs low.
pub const LOW_DISK_BYTES: i64 = 1_000_000_000;

pub(super) fn notices(situation: &Situation<'_>, ledger: &LedgerState) -> Vec<Notice> {
    [disk(situation, ledger), file(situation, ledger)].into_iter().flatten().collect()
}

/// A ledger only grows, so it crosses a limit once.
fn file(situation: &Situation<'_>, ledger: &LedgerState) -> Option<Notice> {
    let limit = situation.config.storage_limit_bytes?;
    let (size, of) = bytes_apart(ledger.file_bytes, limit);
    (ledger.file_bytes > limit).then(|| Notice {
        alert_type: AlertType::StorageWarning,
        severity: Severity::Low,
        dedupe_key: file_key(limit),
        message: format!(
            "The ledger's file takes {size}, {} more than its limit of {of}",
            bytes(ledger.file_bytes - limit)
        ),
        measure: Measure::Bytes { threshold: limit, actual: ledger.file_bytes },
        recurs: false,
    })
}

/// A disk may cross the line day after day: it is told once a month.
fn disk(situation: &Situation<'_>, ledger: &LedgerState) -> Option<Notice> {
    let free = ledger.free_bytes.filter(|free| *free < LOW_DISK_BYTES)?;
    let (left, least) = bytes_apart(free, LOW_DISK_BYTES);
    Some(Notice {
        alert_type: AlertType::StorageWarning,
        severity: Severity::High,
        dedupe_key: format!("{DISK}{}", situation.month),
        message: format!(
            "The ledger's disk has {left} left, less than {least}; the ledger takes {}, and so does every backup",
            bytes(ledger.file_bytes)
        ),
        measure: Measure::Bytes { threshold: LOW_DISK_BYTES, actual: free },
        recurs: false,
    })
}

const DISK: &str = "disk/";

fn file_key(limit: i64) -> String {
    format!("file/{limit}")
}

/// The disk has room again; the file is within the limit, or the limit is another.
pub(super) fn is_over(situation: &Situation<'_>, ledger: &LedgerState, open: &OpenAlert<'_>) -> bool {
    if open.dedupe_key.starts_with(DISK) {
        return ledger.free_bytes.is_some_and(|free| free >= LOW_DISK_BYTES);
    }
    let holds = |limit| ledger.file_bytes > limit && open.dedupe_key == file_key(limit);
    open.dedupe_key.starts_with("file/") && !situation.config.storage_limit_bytes.is_some_and(holds)
}
