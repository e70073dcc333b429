//! Budgets of a month: the cap of the cost configuration, and named ones by provider or model beside it.
//!
//! Pure: where a budget stands, what the gate answers, and the sentence that says what will happen. Spend comes from
//! rollups and what is reserved from the ledger; neither is read here. When an alert is raised is `alert`'s.

use serde::{Deserialize, Serialize};

use crate::cost_config::CostConfig;
use crate::money::Money;
use crate::price::Book;
use crate::text::words;

mod claim;
mod gate;
mod pace;
mod sentence;
mod standing;
#[cfg(test)]
mod tests;
mod values;

pub use claim::{Claim, Recorded, RecordedCall, recorded};
pub use gate::{Account, GateDecision, Refusal, first_refusal};
pub(crate) use pace::pace;
pub use pace::{BudgetPace, Pace};
pub use standing::{BudgetForecast, BudgetPeriod, BudgetStanding, BudgetState, Figures, standing};
pub use values::{BudgetFault, LONGEST_NAME, amount, folded, name, part, scope, warn_at};

/// What the monthly cap is called among the budgets.
pub const CAP: &str = "All";

words! {
    /// What happens when a budget is reached.
    pub enum BudgetMode("budget mode") {
        /// It is told, and nothing else.
        Notify = "notify",
        /// It is told, and the gate refuses.
        Block = "block",
    }
}

/// Which calls fall under a budget.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All of them.
    All,
    /// Those that a provider bills.
    Provider(String),
    /// Those of a model, under every name of it that the price book knows.
    Model(String),
}

/// The same as a page and a script see it: neither for all calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetScope {
    /// The provider whose calls these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model whose calls these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// A limit of what a month may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Its name, [`CAP`] of the monthly cap.
    pub name: String,
    /// Which calls fall under it.
    pub scope: Scope,
    /// What they may cost in a month.
    pub amount: Money,
    /// What happens when they do.
    pub mode: BudgetMode,
    /// The part at which a warning comes, in percent: 1 to 100.
    pub warn_at_pct: u8,
    /// Whether the user set or confirmed it; a default neither blocks nor is a limit of the gate.
    pub confirmed: bool,
    /// What other months may cost, where this one alone was raised to `amount`.
    pub raised_from: Option<Money>,
}

impl Budget {
    /// The monthly cap as the first of the budgets.
    pub fn cap(config: &CostConfig) -> Self {
        Self {
            name: CAP.to_owned(),
            scope: Scope::All,
            amount: config.monthly_ai_cap_usd,
            mode: if config.block_on_cap { BudgetMode::Block } else { BudgetMode::Notify },
            warn_at_pct: config.alert_threshold_pct,
            confirmed: config.confirmed_at.is_some(),
            raised_from: None,
        }
    }

    /// The budget in a month that was raised to an amount; as it is where every month may cost as much.
    #[must_use]
    pub fn raised_to(self, amount: Option<Money>) -> Self {
        match amount {
            Some(amount) if amount > self.amount => {
                Self { amount, raised_from: Some(self.raised_from.unwrap_or(self.amount)), ..self }
            }
            _ => self,
        }
    }

    /// Whether the gate refuses calls once it is reached.
    pub fn blocks(&self) -> bool {
        self.confirmed && self.mode == BudgetMode::Block
    }

    /// Whether it is passed at what is spent in a way that it was not before: as a limit that is new, lower or stricter.
    /// One that was passed before and is loosened surprises nobody.
    pub fn is_newly_passed(&self, before: Option<&Self>, spent: Money) -> bool {
        let was_as_strict = |before: &Self| {
            before.confirmed
                && before.scope == self.scope
                && before.amount <= self.amount
                && (before.blocks() || !self.blocks())
        };
        self.confirmed && spent >= self.amount && !before.is_some_and(was_as_strict)
    }

    /// The spend at which the warning comes: never below the percentage, to the nano-dollar.
    pub fn warned_from(&self) -> Money {
        let hundredths = i128::from(self.amount.nanos()) * i128::from(self.warn_at_pct);
        let nanos = (hundredths + 99) / 100;
        i64::try_from(nanos).map_or(self.amount, Money::from_nanos)
    }
}

impl Scope {
    /// Whether a call of a provider and a model falls under it, in capitals or small letters, and of a model by its
    /// other names and its dated snapshots, too ([`Book::is_of`]): nobody gets around a limit by the way a name is
    /// written. An empty name is of none in particular.
    pub fn covers(&self, provider: &str, model: &str) -> bool {
        match self {
            Self::All => true,
            Self::Provider(named) => named.eq_ignore_ascii_case(provider),
            Self::Model(named) => Book::embedded().is_of(named, provider, model),
        }
    }

    /// Whether the same calls fall under both.
    pub fn is_as(&self, other: &Self) -> bool {
        let covers = |one: &Self, other: &Self| match (one, other) {
            (Self::All, Self::All) => true,
            (Self::Provider(_), Self::Provider(provider)) => one.covers(provider, ""),
            (Self::Model(_), Self::Model(model)) => one.covers("", model),
            _ => false,
        };
        covers(self, other) && covers(other, self)
    }

    /// The provider, or empty.
    pub fn provider(&self) -> &str {
        if let Self::Provider(provider) = self { provider } else { "" }
    }

    /// The model, or empty.
    pub fn model(&self) -> &str {
        if let Self::Model(model) = self { model } else { "" }
    }

    /// As a page and a script see it.
    pub fn named(&self) -> BudgetScope {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        BudgetScope { provider: some(self.provider()), model: some(self.model()) }
    }

    /// `all calls`, `calls of provider openai`, `calls of model gpt-5`.
    pub fn words(&self) -> String {
        match self {
            Self::All => "all calls".to_owned(),
            Self::Provider(provider) => format!("calls of provider {provider}"),
            Self::Model(model) => format!("calls of model {model}"),
        }
    }
}
