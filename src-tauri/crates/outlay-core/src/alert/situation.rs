//! What the rules look at: one user's month, what came, and the state of the ledger.

use std::collections::BTreeMap;

use super::{AlertType, BudgetSpend, Rules, Severity, UsedModel};
use crate::cost_config::CostConfig;
use crate::instant::Instant;
use crate::money::Money;
use crate::period::{Day, Month, Zone};
use crate::report::OverdueSource;

/// What is known of a user's spend at one moment.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// The caps and limits.
    pub config: CostConfig,
    /// Which rules watch, and how much it takes.
    pub rules: Rules,
    /// The ledger's time zone, in which days and months are counted.
    pub zone: Zone,
    /// The current budget month.
    pub month: Month,
    /// The current day.
    pub today: Day,
    /// The cap and the named budgets, with what the month cost so far.
    pub limits: Vec<BudgetSpend>,
    /// The spend of each day up to today that some source speaks about.
    pub observed: &'a BTreeMap<Day, Money>,
    /// The same without days whose spike was foreseen: what is usual is taken from these.
    pub usual: &'a BTreeMap<Day, Money>,
    /// The first day that was looked at for that: more than 28 days before [`Situation::recent`].
    pub earliest: Day,
    /// The first of the days that are recent enough for a spike to be news.
    pub recent: Day,
    /// Calls of the month that came now and cost more than the limit for a single call.
    pub costly: &'a [CostlyCall],
    /// Source keys of calls that were alerted and no longer count with such a cost.
    pub fallen: &'a [String],
    /// The models that count in the user's rows.
    pub models: &'a [UsedModel],
    /// Rows of the month without a known price.
    pub unpriced: i64,
    /// What is about the ledger as a whole; `None` for users who do not own it.
    pub ledger: Option<LedgerState>,
}

/// The state of the ledger as a whole, which concerns its owner.
#[derive(Debug, Clone, Default)]
pub struct LedgerState {
    /// Sources that are silent beyond their usual delay.
    pub overdue: Vec<OverdueSource>,
    /// The size of the ledger's file, in bytes.
    pub file_bytes: i64,
    /// Free space on its disk, in bytes; `None` where the machine does not tell.
    pub free_bytes: Option<i64>,
    /// Bytes that sync moved this month.
    pub moved_bytes: i64,
    /// What came now of long ago.
    pub backfill: Option<Backfill>,
    /// The import that was undone now.
    pub undone: Option<String>,
}

/// One call that costs more than the limit, never an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostlyCall {
    /// Its natural key.
    pub source_key: String,
    /// When it was made.
    pub created_at: Instant,
    /// What it cost.
    pub cost: Money,
    /// Its model.
    pub model: String,
    /// Who bills it.
    pub provider: String,
}

/// What files brought that lies too far back for alerts of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfill {
    /// The first of the imports, which names the summary.
    pub import: String,
    /// How many files.
    pub files: i64,
    /// The rows that they brought, the recent ones included.
    pub rows: i64,
    /// The day of the earliest row.
    pub first_day: Day,
}

/// An alert that nobody resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAlert<'a> {
    /// What it is about.
    pub alert_type: AlertType,
    /// Its key.
    pub dedupe_key: &'a str,
    /// How urgent it is.
    pub severity: Severity,
    /// The limit that it names, where it is money.
    pub threshold: Option<Money>,
    /// What was reached, where it is money.
    pub actual: Option<Money>,
}
