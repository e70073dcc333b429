//! Prices of the user's own, as they cross to hosts: rates in dollars per million as decimal strings.

use std::collections::BTreeMap;

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::price::{Factor, OwnPrice, OwnPriceError, OwnRule, Prices, Subject};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};
use crate::pricing;

/// What the user says about a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "says", rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceRule {
    /// It costs this.
    Rates {
        /// For calls of this service tier, `batch` or speed; absent: for those without any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<String>,
        /// Dollars per million of each unit: `in`, `read`, `write`, `long`, `out`, `reasoning`, `requests`, or the name
        /// of another unit. What is not named costs what the bucket does that it is a part of.
        per_million: BTreeMap<String, Money>,
    },
    /// It is another name of this model and costs the same.
    SameAs {
        /// Whose price list.
        as_provider: String,
        /// Which model.
        as_model: String,
    },
    /// It costs nothing.
    Free,
    /// It stays without a price, and nobody is asked about it any more.
    Ignored,
    /// The price book's prices times this.
    Factor {
        /// How much of them is paid.
        times: Factor,
    },
    /// What was said about this day holds no longer.
    Withdrawn {
        /// Which part of it.
        what: PriceSubject,
    },
}

/// What of a name and a day a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum PriceSubject {
    /// What it costs, for calls of this variant; empty: for those without any.
    Price(String),
    /// How far the price book is off.
    Factor,
}

/// A price to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PriceToSet {
    /// The provider as sources write it.
    pub provider: String,
    /// The model as sources write it; empty: every model of the provider, which only a factor may say.
    #[serde(default)]
    pub model: String,
    /// From when on; absent: for all time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// What it says.
    #[serde(flatten)]
    pub rule: PriceRule,
}

/// A price of the user's own.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct OwnPriceShown {
    /// Its id.
    pub id: String,
    /// What was said.
    #[serde(flatten)]
    pub price: PriceToSet,
    /// When it was said.
    pub set_at: Instant,
}

/// All prices of the user's own that hold.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct OwnPrices {
    /// `outlay.own-prices/1`.
    pub schema: &'static str,
    /// By name and day.
    pub prices: Vec<OwnPriceShown>,
}

/// All prices of the user's own that hold.
///
/// # Errors
/// Those of the ledger.
pub fn list_own(app: &App, _request: Nothing) -> Result<OwnPrices, ApiError> {
    app.read(|reader| {
        let prices = pricing::prices(reader)?;
        let shown = prices.own().iter().map(OwnPriceShown::from).collect();
        Ok(OwnPrices { schema: "outlay.own-prices/1", prices: shown })
    })
}

impl PriceToSet {
    /// The price as the ledger keeps it.
    pub(super) fn keep(&self, id: Uuid, now: Instant) -> Result<OwnPrice, AppError> {
        let price = OwnPrice {
            id,
            provider: self.provider.trim().to_owned(),
            model: self.model.trim().to_owned(),
            valid_from: self.from.unwrap_or(Instant::EARLIEST),
            set_at: now,
            rule: self.rule.clone().into(),
        };
        let problem = |error: OwnPriceError| format!("of {}: {error}", self.name());
        price.check().map_err(|error| AppError::Field { field: "price", problem: problem(error) })?;
        Ok(price)
    }

    /// What to say so that what held before it holds again.
    pub(super) fn taken_back(&self, held: &Prices, kept: &OwnPrice) -> Self {
        Self { rule: held.in_place_of(kept).into(), ..self.clone() }
    }

    /// The name that it is about.
    pub(super) fn name(&self) -> String {
        let (provider, model) = (self.provider.trim(), self.model.trim());
        if model.is_empty() { provider.to_owned() } else { format!("{provider}/{model}") }
    }
}

impl From<&OwnPrice> for OwnPriceShown {
    fn from(price: &OwnPrice) -> Self {
        let from = Some(price.valid_from).filter(|from| *from != Instant::EARLIEST);
        Self {
            id: price.id.to_string(),
            price: PriceToSet {
                provider: price.provider.clone(),
                model: price.model.clone(),
                from,
                rule: price.rule.clone().into(),
            },
            set_at: price.set_at,
        }
    }
}

impl From<PriceRule> for OwnRule {
    fn from(rule: PriceRule) -> Self {
        match rule {
            PriceRule::Rates { variant, per_million } => Self::Rates {
                variant: variant.unwrap_or_default().trim().to_lowercase(),
                per_million: per_million.into_iter().map(|(unit, rate)| (unit, rate.nanos())).collect(),
            },
            PriceRule::SameAs { as_provider: provider, as_model: model } => Self::SameAs { provider, model },
            PriceRule::Free => Self::Free {},
            PriceRule::Ignored => Self::Ignored {},
            PriceRule::Factor { times } => Self::Factor { times },
            PriceRule::Withdrawn { what } => Self::Withdrawn {
                what: match what {
                    PriceSubject::Price(variant) => Subject::Price(variant),
                    PriceSubject::Factor => Subject::Factor,
                },
            },
        }
    }
}

impl From<OwnRule> for PriceRule {
    fn from(rule: OwnRule) -> Self {
        match rule {
            OwnRule::Rates { variant, per_million } => Self::Rates {
                variant: (!variant.is_empty()).then_some(variant),
                per_million: per_million
                    .into_iter()
                    .map(|(unit, rate)| (unit, Money::from_nanos(rate)))
                    .collect(),
            },
            OwnRule::SameAs { provider, model } => Self::SameAs { as_provider: provider, as_model: model },
            OwnRule::Free {} => Self::Free,
            OwnRule::Ignored {} => Self::Ignored,
            OwnRule::Factor { times } => Self::Factor { times },
            OwnRule::Withdrawn { what } => Self::Withdrawn {
                what: match what {
                    Subject::Price(variant) => PriceSubject::Price(variant),
                    Subject::Factor => PriceSubject::Factor,
                },
            },
        }
    }
}
