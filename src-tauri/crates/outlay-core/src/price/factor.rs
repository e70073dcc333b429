//! How much of a list price is paid: a discount, a reseller's markup, a surcharge.

use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::money::decimal;

/// A factor of at most six decimals, above 0 and at most 1,000; crosses as a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(try_from = "String", into = "String")]
#[specta(transparent)]
pub struct Factor(#[specta(type = String)] i64);

/// Why a text is no factor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no factor: a decimal above 0 and at most 1000, with at most six decimals, such as 0.85")]
pub struct FactorError(pub String);

/// The unit: a factor is kept in millionths.
pub(super) const MILLIONTHS: i64 = 1_000_000;

impl Factor {
    /// In millionths.
    pub(super) const fn millionths(self) -> i64 {
        self.0
    }

    /// As an exact decimal.
    pub fn as_decimal(self) -> BigDecimal {
        BigDecimal::new(self.0.into(), 6).normalized()
    }
}

impl FromStr for Factor {
    type Err = FactorError;

    fn from_str(text: &str) -> Result<Self, FactorError> {
        let wrong = || FactorError(text.to_owned());
        let scaled = decimal(text.trim()).map_err(|_| wrong())? * BigDecimal::from(MILLIONTHS);
        let whole = scaled.is_integer().then(|| scaled.to_i64()).flatten();
        whole.filter(|count| (1..=1_000 * MILLIONTHS).contains(count)).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / MILLIONTHS, self.0 % MILLIONTHS);
        if rest == 0 {
            return write!(formatter, "{whole}");
        }
        let digits = format!("{rest:06}");
        write!(formatter, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl TryFrom<String> for Factor {
    type Error = FactorError;

    fn try_from(text: String) -> Result<Self, FactorError> {
        text.parse()
    }
}

impl From<Factor> for String {
    fn from(factor: Factor) -> Self {
        factor.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = text.parse::<Factor>();
        assert_eq!(found.map(|factor| factor.to_string()).ok().as_deref(), expected);
    }

    #[test]
    fn a_factor_is_a_plain_decimal() {
        check("0.85", Some("0.85"));
        check(" 1.100 ", Some("1.1"));
        check("0.000001", Some("0.000001"));
        check("1000", Some("1000"));
        for wrong in ["0", "-0.5", "0.0000001", "1000.1", "85%", "", "ten"] {
            check(wrong, None);
        }
    }
}
