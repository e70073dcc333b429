//! What providers bill, held against what the same usage comes to by its prices.
//!
//! Rows of both sides arrive, also those whose money does not count because the other side speaks for it; nothing is
//! added to a total here. Which rows those are is the ledger's, and who speaks its authorities'.

mod account;
mod evidence;
mod files;
mod names;
mod rows;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::account::Account;
use self::evidence::Evidence;
use self::files::Files;
pub use self::names::joined_account;
pub use self::rows::{BillSide, RowSum};
pub use self::verdict::Verdict;
use super::{Count, FileSpan, Ratio};
use crate::instant::Instant;
use crate::money::Money;
use crate::period::{Day, Month};

/// How many months are looked back at, the last one included.
pub const MONTHS: u32 = 12;

/// What providers bill against what usage comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Reconciliation {
    /// `outlay.reconcile/1`.
    pub schema: &'static str,
    /// The first UTC day.
    pub from: Day,
    /// The last UTC day, which is included.
    pub to: Day,
    /// Whether there are cost exports at all.
    pub has_billed: bool,
    /// Accounts with a cost export, by provider.
    pub accounts: Vec<ReconciledAccount>,
}

/// One account of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ReconciledAccount {
    /// Who bills it.
    pub provider: String,
    /// The account; rows without a name stand under the only one that has one.
    pub account: String,
    /// The kinds of sources that bill.
    pub billed_sources: Vec<String>,
    /// The kinds of sources that tell usage.
    pub usage_sources: Vec<String>,
    /// What of all this is part of totals: each day once.
    pub counted: Money,
    /// The true total is at least that: rows that count have no price.
    pub counted_at_least: bool,
    /// The part of it that nothing is held against: calls recorded by hand, and what is billed call by call.
    pub counted_beside: Money,
    /// Which side that is.
    pub counts: Counts,
    /// All days.
    pub total: BothSides,
    /// Days on which both sides have rows.
    pub both: BothSides,
    /// Which side is part of totals on these.
    pub both_counts: Counts,
    /// How many those are.
    pub days_with_both: Count,
    /// Days with rows, in order.
    pub days: Vec<ComparedDay>,
    /// By model over the days on which both sides have rows, the costliest first; empty where a side names none.
    pub by_model: Vec<ComparedName>,
    /// The same by key.
    pub by_key: Vec<ComparedName>,
    /// The same by project or workspace.
    pub by_project: Vec<ComparedName>,
    /// UTC months with rows among the twelve that end with the last day's, the newest first.
    pub months: Vec<ComparedMonth>,
}

/// Both sides of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BothSides {
    /// What the provider bills; null where it has no rows.
    pub billed: Option<Money>,
    /// What the usage comes to; null where there are no rows.
    pub computed: Option<Money>,
    /// The usage comes to at least that: rows have no price.
    pub at_least: bool,
    /// How far computed is above billed; null where a side has no rows.
    pub difference: Option<Money>,
    /// The same as a share of what is billed; null where that is not above zero.
    pub share: Option<Ratio>,
    /// Whether they agree, and if not, why.
    pub verdict: Verdict,
}

/// A UTC day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ComparedDay {
    /// The day.
    pub day: Day,
    /// Which side is part of totals.
    pub counts: Counts,
    /// Both sides.
    #[serde(flatten)]
    pub compared: BothSides,
    /// By model; empty where a side has no rows.
    pub models: Vec<ComparedName>,
}

/// A UTC month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ComparedMonth {
    /// The month.
    pub month: Month,
    /// Which side is part of totals.
    pub counts: Counts,
    /// Both sides.
    #[serde(flatten)]
    pub compared: BothSides,
}

/// A model, key or project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ComparedName {
    /// Its name as the cost export writes it; empty for rows without one.
    pub name: String,
    /// Both sides.
    #[serde(flatten)]
    pub compared: BothSides,
}

/// Which side is part of totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// What the provider bills.
    Billed,
    /// What the usage comes to.
    Usage,
    /// Each for a part of it.
    Mixed,
    /// None: there is no money.
    Neither,
}

/// What is held against each other, and when.
#[derive(Debug, Clone, Copy)]
pub struct Books<'a> {
    /// Rows of both sides; of twelve months, or only of the days that are asked about.
    pub rows: &'a [RowSum],
    /// The accounts of each provider, whenever they had rows, and whether cost lines are among them.
    pub accounts: &'a BTreeMap<String, BTreeMap<String, bool>>,
    /// The files that are not undone.
    pub files: &'a [FileSpan],
    /// The present.
    pub now: Instant,
}

impl Books<'_> {
    /// Holds billed and computed of some days against each other, account by account; `fits` says which are wanted.
    pub fn reconcile(&self, from: Day, to: Day, fits: impl Fn(&str, &str) -> bool) -> Reconciliation {
        let mut accounts: BTreeMap<(&str, &str), Vec<&RowSum>> = BTreeMap::new();
        for (provider, names) in self.accounts {
            let billing = names.iter().filter(|(_, bills)| **bills);
            accounts.extend(billing.map(|(name, _)| ((provider.as_str(), joined(name, names)), Vec::new())));
        }
        for row in self.rows {
            let Some(names) = self.accounts.get(&row.provider) else { continue };
            if let Some(rows) = accounts.get_mut(&(row.provider.as_str(), joined(&row.account, names))) {
                rows.push(row);
            }
        }
        let has_billed = !accounts.is_empty();
        let wanted = accounts.iter().filter(|((provider, account), _)| fits(provider, account));
        let one = |(&(provider, account), rows): (&(&str, &str), &Vec<&RowSum>)| {
            let billed = billed_models(rows);
            Account::new(provider, account, rows, &billed, self.files_of(rows)).reconcile(from, to)
        };
        let accounts = wanted.map(one).collect();
        Reconciliation { schema: "outlay.reconcile/1", from, to, has_billed, accounts }
    }

    /// The files of the sources and accounts that the rows come from.
    fn files_of(&self, rows: &[&RowSum]) -> Files<'_> {
        let of = |side| {
            let names: BTreeSet<(&str, &str)> = rows
                .iter()
                .filter(|row| row.side() == Some(side))
                .map(|row| (row.source.as_str(), row.account.as_str()))
                .collect();
            let is_its =
                |file: &&FileSpan| names.contains(&(file.name.source.as_str(), file.name.account.as_str()));
            self.files.iter().filter(is_its).collect()
        };
        Files { now: self.now, billed: of(BillSide::Billed), usage: of(BillSide::Usage) }
    }
}

fn joined<'a>(account: &'a str, names: &'a BTreeMap<String, bool>) -> &'a str {
    joined_account(account, names.keys().map(String::as_str))
}

/// The models that cost lines name.
fn billed_models(rows: &[&RowSum]) -> Vec<String> {
    let billed = rows.iter().filter(|row| row.side() == Some(BillSide::Billed) && !row.model.is_empty());
    billed.map(|row| row.model.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Counts {
    fn of(evidence: &Evidence) -> Self {
        match (evidence.billed_counts, evidence.usage_counts) {
            (true, true) => Self::Mixed,
            (true, false) => Self::Billed,
            (false, true) => Self::Usage,
            (false, false) => Self::Neither,
        }
    }
}

#[cfg(test)]
mod tests;
