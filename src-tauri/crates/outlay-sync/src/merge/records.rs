//! Records that are changed in place, `cost_config` and what a user calls applications: compared and merged column
//! by column against what both sides knew last.
//!
//! The server arbitrates: a change is kept there only if the record is still what the change was made of. Where both
//! sides changed a column, the server's value is kept and mine is offered to the user.

use std::collections::BTreeMap;

use outlay_core::instant::Instant;
use uuid::Uuid;

use crate::state::Reconcile;

/// Names a record of the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKey {
    /// The one row of `cost_config`.
    CostConfig,
    /// What the user calls an application.
    Application(Uuid),
}

/// A column of such a record, called as on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they are documented where they are stored")]
pub enum Column {
    MonthlyAiCapNanos,
    AlertThresholdPct,
    SingleCallAlertNanos,
    BlockOnCap,
    EmailOnHigh,
    TimeZone,
    BudgetMonthFirstDay,
    StorageLimitBytes,
    BandwidthLimitBytes,
    ConfirmedAt,
    Provider,
    Account,
    Project,
    Name,
    MergedInto,
}

impl Column {
    /// Every column.
    pub const ALL: &[Self] = &[
        Self::MonthlyAiCapNanos,
        Self::AlertThresholdPct,
        Self::SingleCallAlertNanos,
        Self::BlockOnCap,
        Self::EmailOnHigh,
        Self::TimeZone,
        Self::BudgetMonthFirstDay,
        Self::StorageLimitBytes,
        Self::BandwidthLimitBytes,
        Self::ConfirmedAt,
        Self::Provider,
        Self::Account,
        Self::Project,
        Self::Name,
        Self::MergedInto,
    ];

    /// Its name on the server, and in what is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MonthlyAiCapNanos => "monthly_ai_cap_nanos",
            Self::AlertThresholdPct => "alert_threshold_pct",
            Self::SingleCallAlertNanos => "single_call_alert_nanos",
            Self::BlockOnCap => "block_on_cap",
            Self::EmailOnHigh => "email_on_high",
            Self::TimeZone => "time_zone",
            Self::BudgetMonthFirstDay => "budget_month_first_day",
            Self::StorageLimitBytes => "storage_limit_bytes",
            Self::BandwidthLimitBytes => "bandwidth_limit_bytes",
            Self::ConfirmedAt => "confirmed_at",
            Self::Provider => "provider",
            Self::Account => "account",
            Self::Project => "project",
            Self::Name => "name",
            Self::MergedInto => "merged_into",
        }
    }
}

/// A value of a column. Instants are microseconds, amounts nano-dollars, yes is 1, ids are text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// No value.
    Null,
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// The columns that a side knows of a record.
pub type Columns = BTreeMap<Column, Cell>;

/// A record of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalRecord {
    /// What the user sees.
    pub values: Columns,
    /// What the server held when they were merged last; the defaults if they never were.
    pub base: Columns,
    /// The server's time of that; `None` if they never were.
    pub base_at: Option<Instant>,
    /// What was sent last, if its outcome is not known.
    pub sent: Option<Columns>,
}

/// A record of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRecord {
    /// What it says.
    pub values: Columns,
    /// When it was changed last, by the server's clock, and never twice the same for a record.
    pub changed_at: Instant,
}

/// A change of this machine's record, kept only if the user has not changed it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordChange {
    /// Which.
    pub key: RecordKey,
    /// What the user saw when it was decided; `None` if there was no record. If that is no longer so, nothing of
    /// this change is kept.
    pub read: Option<Columns>,
    /// What the record is from now on.
    pub record: LocalRecord,
}

/// A column of which only one of two values could be kept: the server's if both sides changed it, the machine's own
/// if the server's came back from the past. The other is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The record.
    pub key: RecordKey,
    /// The column.
    pub column: Column,
    /// The value that was kept.
    pub kept: Cell,
    /// The value that was made here.
    pub offered: Cell,
}

/// What is to be done about a record next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordStep {
    /// Both sides are the same.
    Settled,
    /// Keep this here, and look again.
    Keep(RecordChange, Vec<Clash>),
    /// Offer these values to the server, to replace what it held.
    Send(Columns),
}

/// Decides what is to be done about a record; neither side may have it.
pub fn record_step(
    key: RecordKey,
    here: Option<&LocalRecord>,
    there: Option<&ServerRecord>,
    reconcile: Reconcile,
) -> RecordStep {
    let (mine, theirs) = match (here, there) {
        (None, None) => return RecordStep::Settled,
        (Some(mine), None) => return RecordStep::Send(mine.values.clone()),
        (None, Some(theirs)) => {
            let change =
                RecordChange { key, read: None, record: as_on_server(theirs.values.clone(), theirs) };
            return RecordStep::Keep(change, Vec::new());
        }
        (Some(mine), Some(theirs)) => (mine, theirs),
    };
    let (values, clashes) = merge(key, mine, theirs, reconcile);
    let record = as_on_server(values, theirs);
    if record != *mine {
        let change = RecordChange { key, read: Some(mine.values.clone()), record };
        return RecordStep::Keep(change, clashes);
    }
    let is_same =
        theirs.values.iter().all(|(column, value)| mine.values.get(column).is_none_or(|my| my == value));
    if is_same { RecordStep::Settled } else { RecordStep::Send(mine.values.clone()) }
}

/// The base holds every column that the user's side has: one that the server lacks was never merged.
fn as_on_server(values: Columns, theirs: &ServerRecord) -> LocalRecord {
    LocalRecord { values, base: theirs.values.clone(), base_at: Some(theirs.changed_at), sent: None }
}

fn merge(
    key: RecordKey,
    mine: &LocalRecord,
    theirs: &ServerRecord,
    reconcile: Reconcile,
) -> (Columns, Vec<Clash>) {
    if mine.base_at.is_some_and(|base_at| theirs.changed_at < base_at) {
        return (mine.values.clone(), overruled(key, mine, theirs));
    }
    let mut clashes = Vec::new();
    let mut values = mine.values.clone();
    for (column, my) in &mut values {
        let Some(their) = theirs.values.get(column) else { continue };
        let was_mine = mine.sent.as_ref().and_then(|sent| sent.get(column)) == Some(their);
        let base = if was_mine { Some(their) } else { mine.base.get(column) };
        // What was confirmed twice is confirmed.
        let may_clash = *column != Column::ConfirmedAt;
        let is_changed_here = base != Some(&*my);
        let is_changed_there = base != Some(their);
        if is_changed_there && my != their {
            // What the server lost may have been known to it: then nobody chose between the two.
            let is_clash = is_changed_here || reconcile == Reconcile::PushAgain;
            if is_clash && may_clash {
                clashes.push(Clash { key, column: *column, kept: their.clone(), offered: my.clone() });
            }
            *my = their.clone();
        }
    }
    (values, clashes)
}

/// A record older than the one that mine was made of has come back with the server: mine is kept. What came back is
/// offered, for it may never have been seen here.
fn overruled(key: RecordKey, mine: &LocalRecord, theirs: &ServerRecord) -> Vec<Clash> {
    let pairs = mine.values.iter().filter_map(|(column, my)| Some((*column, my, theirs.values.get(column)?)));
    let differing = pairs.filter(|(column, my, their)| my != their && *column != Column::ConfirmedAt);
    differing
        .map(|(column, my, their)| Clash { key, column, kept: my.clone(), offered: their.clone() })
        .collect()
}

#[cfg(test)]
mod tests;
