//! Alerts: their words, and the rules that say which hold now and which are over.
//!
//! Pure: a [`Situation`] goes in, [`Notice`]s and [`Resolution`]s come out. Each rule stands in a file of
//! its own. That an alert is raised once is its key's doing, which the ledger keeps unique; who is told
//! of it, and how, is decided elsewhere.

use crate::money::Money;
use crate::text::words;

mod backfill;
mod bandwidth;
mod calls;
mod caps;
mod days;
mod letter;
mod limit_key;
mod look_back;
mod models;
mod rules;
mod simulated;
mod situation;
mod snooze;
mod sources;
mod storage;
mod subject;
#[cfg(test)]
mod tests;
mod unpriced;

pub use caps::BudgetSpend;
pub use letter::{Letter, Told, digest, letter, notification, notifications, trial, trial_notification};
pub use limit_key::{is_of_default_cap, is_of_named_budget};
pub use look_back::{Firing, History, LOOK_BACK_DAYS, LimitHistory, LookBack, look_back};
pub use models::UsedModel;
pub use rules::{InvalidRule, RuleChoice, Rules, choices};
pub use simulated::Simulation;
pub use situation::{Backfill, CostlyCall, LedgerState, OpenAlert, Situation};
pub use snooze::{SnoozeFault, snoozed_until};
pub use storage::LOW_DISK_BYTES;
pub use subject::AlertSubject;

words! {
    /// What an alert is about.
    pub enum AlertType("alert type") {
        /// The month's spend reached the warning threshold of the cap.
        MonthlyCapWarning = "monthly_cap_warning",
        /// The month's spend reached the cap.
        MonthlyCapReached = "monthly_cap_reached",
        /// One call cost more than the limit for a single call.
        SingleCallHigh = "single_call_high",
        /// A day cost far more than its like.
        DailySpike = "daily_spike",
        /// The ledger file passed its limit, or the disk runs low.
        StorageWarning = "storage_warning",
        /// Sync moved more bytes this month than its limit.
        BandwidthWarning = "bandwidth_warning",
        /// The likely month-end is beyond the cap.
        ForecastOverCap = "forecast_over_cap",
        /// A source is silent beyond its usual delay.
        SourceStale = "source_stale",
        /// An import brought rows of long ago, told as one.
        BackfillSummary = "backfill_summary",
        /// A model is used that was never used before.
        NewModel = "new_model",
        /// Calls of the month have no known price.
        UnpricedRows = "unpriced_rows",
    }
}

words! {
    /// How urgent an alert is, from the least.
    pub enum Severity("severity") {
        /// To know.
        Low = "low",
        /// To watch.
        Medium = "medium",
        /// To look at today.
        High = "high",
        /// To act on now.
        Critical = "critical",
    }
}

words! {
    /// How an alert ended.
    pub enum Resolution("resolution") {
        /// The user has seen it.
        Acknowledged = "acknowledged",
        /// The user raised the cap.
        CapIncreased = "cap_increased",
        /// The month or the condition is over.
        AutoResolved = "auto_resolved",
    }
}

impl Severity {
    /// The one that holds where two say the same alert, on one machine or on many: the more urgent.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        self.max(other)
    }
}

/// Something that a person should know of, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub alert_type: AlertType,
    /// How urgent it is.
    pub severity: Severity,
    /// What makes it the same alert when it is noticed again: of a user and a type there is one per key.
    pub dedupe_key: String,
    /// The sentence, with the arithmetic in it.
    pub message: String,
    /// The limit and what was reached.
    pub measure: Measure,
    /// Whether it is told again when it had ended by itself; else it is told but once.
    pub recurs: bool,
}

impl Notice {
    /// The keys under which it may be told, in turn: once, or again when it had ended by itself.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        limit_key::keys(&self.dedupe_key).take(if self.recurs { usize::MAX } else { 1 })
    }

    /// Whether it is what an open alert tells of, and more urgent by now: then it replaces what that one says.
    pub fn worsens(&self, open: &OpenAlert<'_>) -> bool {
        let is_same = self.alert_type == open.alert_type
            && (self.dedupe_key == open.dedupe_key
                || self.dedupe_key == limit_key::uncounted(open.dedupe_key));
        is_same && self.severity.worse(open.severity) != open.severity
    }
}

/// A limit and what was reached, where an alert has such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Of money.
    Money {
        /// The limit.
        threshold: Money,
        /// What was reached.
        actual: Money,
    },
    /// Of bytes.
    Bytes {
        /// The limit.
        threshold: i64,
        /// What was reached.
        actual: i64,
    },
    /// It is about no quantity.
    Nothing,
}

/// All that holds now and that a rule watches for, the most urgent first. Whether it was told before is not asked here.
pub fn notices(situation: &Situation<'_>) -> Vec<Notice> {
    let mut notices = caps::notices(situation);
    notices.extend(days::notices(situation));
    notices.extend(calls::notices(situation));
    notices.extend(models::notices(situation));
    notices.extend(unpriced::notice(situation));
    if let Some(ledger) = &situation.ledger {
        notices.extend(storage::notices(situation, ledger));
        notices.extend(bandwidth::notice(situation, ledger));
        notices.extend(sources::notices(ledger));
        notices.extend(backfill::notice(ledger));
    }
    notices.retain(|notice| situation.rules.watch(notice.alert_type));
    notices
}

/// How an alert that nobody resolved ends now; `None` while it stands. A rule that was turned off raises nothing any
/// more, and ends nothing: what it raised stands until somebody has seen it or its condition is over.
///
/// Calls, days and summaries tell of something that happened: they stand until somebody has seen them, or
/// until what they tell of no longer counts. All others end with their month or their condition.
pub fn resolution(situation: &Situation<'_>, open: &OpenAlert<'_>) -> Option<Resolution> {
    let ledger = situation.ledger.as_ref();
    let is_over = match open.alert_type {
        AlertType::MonthlyCapWarning | AlertType::MonthlyCapReached | AlertType::ForecastOverCap => {
            return caps::resolution(situation, open);
        }
        AlertType::SingleCallHigh => calls::is_over(situation, open),
        AlertType::DailySpike => days::is_over(situation, open),
        AlertType::StorageWarning => ledger.is_some_and(|ledger| storage::is_over(situation, ledger, open)),
        AlertType::BandwidthWarning => {
            ledger.is_some_and(|ledger| bandwidth::is_over(situation, ledger, open))
        }
        AlertType::SourceStale => ledger.is_some_and(|ledger| sources::is_over(ledger, open)),
        AlertType::BackfillSummary => ledger.is_some_and(|ledger| backfill::is_over(ledger, open)),
        AlertType::NewModel => models::is_over(situation, open),
        AlertType::UnpricedRows => unpriced::is_over(situation, open),
    };
    is_over.then_some(Resolution::AutoResolved)
}
