//! Prices of the user's own: what a name costs from a day on, whatever the book says, or how far the book is
//! from what is really paid.
//!
//! They are facts of the ledger, only ever added; the latest word about a name and a day is the one that holds.
//! Finding the one that a row falls under is in `prices`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::factor::Factor;
use crate::instant::Instant;
use crate::money::{Money, NANOS_PER_DOLLAR};

/// A price that the user has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPrice {
    /// Its id, which rows that were computed with it keep.
    pub id: Uuid,
    /// The provider as sources write it.
    pub provider: String,
    /// The model as sources write it; empty: every model of the provider, which only a factor may say.
    pub model: String,
    /// From which instant on it holds.
    pub valid_from: Instant,
    /// When it was set: of two words about the same, the later holds.
    pub set_at: Instant,
    /// What it says.
    pub rule: OwnRule,
}

/// What the user says about a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OwnRule {
    /// It costs this.
    Rates {
        /// For calls of this service tier, `batch` or speed; empty: for those without any.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        variant: String,
        /// Nano-dollars per million of each unit: `in`, `read`, `write`, `long`, `out`, `reasoning`, `requests`, or
        /// the name of another unit.
        per_million: BTreeMap<String, i64>,
    },
    /// It is another name of this model of the book and costs the same.
    SameAs {
        /// Whose price list.
        provider: String,
        /// Which model.
        model: String,
    },
    /// It costs nothing.
    Free {},
    /// It stays without a price, and nobody is asked about it any more.
    Ignored {},
    /// Its prices of the book times this.
    Factor {
        /// How much of the book's price is paid.
        times: Factor,
    },
    /// What was said before about this day holds no longer.
    Withdrawn {
        /// Which part of it.
        what: Subject,
    },
}

/// What two rules of one name and day have in common where the later replaces the earlier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// What it costs, for calls of this variant.
    Price(String),
    /// How far the book is off.
    Factor,
}

/// Why a price of one's own is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OwnPriceError {
    /// No name.
    #[error("names no {0}")]
    NoName(&'static str),
    /// A price for all models of a provider.
    #[error("only a factor may stand for all models of a provider")]
    NoModel,
    /// Rates without any.
    #[error("has no rate")]
    NoRates,
    /// A rate that nobody charges.
    #[error("takes `{unit}` at {} per million: from 0 to {} is taken", Money::from_nanos(*rate), Money::from_nanos(*most))]
    Rate {
        /// The unit.
        unit: String,
        /// Nano-dollars per million.
        rate: i64,
        /// The most that is taken, in nano-dollars per million.
        most: i64,
    },
    /// A unit that is none.
    #[error("`{0}` is no unit: lower case letters, digits and `_`")]
    Unit(String),
    /// A name that is said to be the same as itself.
    #[error("is the same name")]
    SameAsItself,
}

/// Rates of tokens by the short names that the book uses.
pub const TOKEN_RATES: [&str; 6] = ["in", "read", "write", "long", "out", "reasoning"];

/// A hundred dollars per thousand tokens: what is more was written in another unit.
const MOST_PER_MILLION_TOKENS: i64 = 100_000 * NANOS_PER_DOLLAR;
/// A thousand dollars for one of anything else.
const MOST_PER_MILLION_UNITS: i64 = 1_000_000_000 * NANOS_PER_DOLLAR;

impl OwnRule {
    /// What a later rule of the same name and day replaces.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Rates { variant, .. } => Subject::Price(variant.to_lowercase()),
            Self::SameAs { .. } | Self::Free {} | Self::Ignored {} => Subject::Price(String::new()),
            Self::Factor { .. } => Subject::Factor,
            Self::Withdrawn { what } => what.clone(),
        }
    }
}

impl OwnPrice {
    /// What is wrong with it.
    ///
    /// # Errors
    /// [`OwnPriceError`].
    pub fn check(&self) -> Result<(), OwnPriceError> {
        if self.provider.trim().is_empty() {
            return Err(OwnPriceError::NoName("provider"));
        }
        let is_of_all = self.model.trim().is_empty();
        if is_of_all && self.rule.subject() != Subject::Factor {
            return Err(OwnPriceError::NoModel);
        }
        match &self.rule {
            OwnRule::Rates { per_million, .. } if per_million.is_empty() => Err(OwnPriceError::NoRates),
            OwnRule::Rates { per_million, .. } => per_million.iter().try_for_each(check_rate),
            OwnRule::SameAs { provider, model }
                if is_same(provider, &self.provider) && is_same(model, &self.model) =>
            {
                Err(OwnPriceError::SameAsItself)
            }
            OwnRule::SameAs { model, .. } if model.trim().is_empty() => Err(OwnPriceError::NoName("model")),
            _ => Ok(()),
        }
    }
}

/// Whether two names are one to prices: sources differ in case and in blanks around.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

fn check_rate((unit, &rate): (&String, &i64)) -> Result<(), OwnPriceError> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if unit.is_empty() || !unit.bytes().all(is_letter) {
        return Err(OwnPriceError::Unit(unit.clone()));
    }
    let is_of_tokens = TOKEN_RATES.contains(&unit.as_str()) || unit.ends_with("_tokens");
    let most = if is_of_tokens { MOST_PER_MILLION_TOKENS } else { MOST_PER_MILLION_UNITS };
    if (0..=most).contains(&rate) {
        Ok(())
    } else {
        Err(OwnPriceError::Rate { unit: unit.clone(), rate, most })
    }
}
