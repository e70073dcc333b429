//! Money as an integer count of nano-dollars.
//!
//! Binary floats drift and round small calls to nothing, so no float ever holds an amount here.
//! Sums of file amounts with more than nine decimals are taken exactly, as [`BigDecimal`], and
//! rounded once. Currency is always US dollars: other currencies never become a [`Money`].

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Nano-dollars in a dollar.
pub const NANOS_PER_DOLLAR: i64 = 1_000_000_000;

/// An amount in nano-dollars (10⁻⁹ USD). An `i64` holds ±9.2 billion dollars.
///
/// It crosses every boundary as a decimal string in dollars (`"12.345678901"`), never as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, specta::Type)]
#[specta(transparent)]
pub struct Money(#[specta(type = String)] i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The text is not a decimal number.
    #[error("`{0}` is not a decimal number")]
    NotDecimal(String),
    /// The amount does not fit into an `i64` of nano-dollars.
    #[error("`{0}` is beyond 9.2 billion dollars")]
    TooLarge(String),
}

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount from its count of nano-dollars.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The count of nano-dollars.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Rounds an exact decimal of dollars to nano-dollars, half to even.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the amount does not fit.
    pub fn round(dollars: &BigDecimal) -> Result<Self, MoneyError> {
        let nanos = (dollars * NANOS_PER_DOLLAR).with_scale_round(0, RoundingMode::HalfEven);
        nanos.to_i64().map(Self).ok_or_else(|| MoneyError::TooLarge(dollars.to_string()))
    }

    /// The amount times `numerator / denominator`, rounded half to even; `None` when the denominator
    /// is not above zero or the result does not fit.
    pub fn scaled(self, numerator: i64, denominator: i64) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(numerator);
        let denominator = i128::from(denominator);
        let rounded = (denominator > 0).then(|| divide_half_even(product, denominator))?;
        i64::try_from(rounded).ok().map(Self)
    }

    /// The sum, stopping at ±9.2 billion dollars rather than wrapping to nonsense.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The sum, or `None` beyond ±9.2 billion dollars.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` beyond ±9.2 billion dollars.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount without its sign.
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether the amount is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Divides by a denominator above zero, rounding half to even.
fn divide_half_even(numerator: i128, denominator: i128) -> i128 {
    let (floor, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    match (rest * 2).cmp(&denominator) {
        Ordering::Less => floor,
        Ordering::Greater => floor + 1,
        Ordering::Equal => floor + (floor & 1),
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads dollars as a decimal (`12.34`, `-0.5`, `1e-7`), rounding to nano-dollars half to even.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match short_decimal(text.as_bytes()) {
            Some(nanos) => Ok(Self(nanos)),
            None => Self::round(&decimal(text)?),
        }
    }
}

/// Reads a decimal of any length exactly.
///
/// # Errors
/// [`MoneyError::NotDecimal`] for anything else, exponents beyond ±60 included.
pub fn decimal(text: &str) -> Result<BigDecimal, MoneyError> {
    let not_decimal = || MoneyError::NotDecimal(text.chars().take(80).collect());
    let plausible = text.len() <= 200 && text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte));
    if !plausible {
        return Err(not_decimal());
    }
    let value = BigDecimal::from_str(text).map_err(|_| not_decimal())?;
    let (_, scale) = value.as_bigint_and_exponent();
    // An exponent of a billion is an attack or an accident, and would fill memory when aligned.
    if (-60..=200).contains(&scale) { Ok(value) } else { Err(not_decimal()) }
}

/// The common case without allocation: an optional sign, up to nine digits, a point, up to nine digits.
fn short_decimal(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let point = digits.iter().position(|&byte| byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = (&digits[..point], digits.get(point + 1..).unwrap_or_default());
    if whole.is_empty() || whole.len() > 9 || fraction.len() > 9 || point + 1 == digits.len() {
        return None;
    }
    let mut nanos: i64 = 0;
    for &byte in whole.iter().chain(fraction) {
        if !byte.is_ascii_digit() {
            return None;
        }
        nanos = nanos * 10 + i64::from(byte - b'0');
    }
    nanos *= 10_i64.pow(9 - fraction.len() as u32);
    Some(if negative { -nanos } else { nanos })
}

impl fmt::Display for Money {
    /// Dollars as a plain decimal, without trailing zeros: `12.345678901`, `0.5`, `0`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        let scale = NANOS_PER_DOLLAR.unsigned_abs();
        let (whole, fraction) = (nanos / scale, nanos % scale);
        if fraction == 0 {
            return formatter.pad(&format!("{sign}{whole}"));
        }
        let decimals = format!("{fraction:09}");
        formatter.pad(&format!("{sign}{whole}.{}", decimals.trim_end_matches('0')))
    }
}

impl std::ops::Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Money {
    /// Saturates: a sum beyond 9.2 billion dollars stops at the limit rather than wrapping to nonsense.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |total: i64, amount| total.saturating_add(amount.0)))
    }
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, nanos: i64) {
        assert_eq!(text.parse::<Money>(), Ok(Money(nanos)), "reading {text}");
    }

    #[test]
    fn reads_what_exports_print() {
        check("0.001641", 1_641_000);
        check("0.003400000000000000000000000000000000", 3_400_000);
        check("-0.006331", -6_331_000);
        check("1e-7", 100);
        check("9223372036.854775807", i64::MAX);
        check("+1", NANOS_PER_DOLLAR);
    }

    #[test]
    fn rounds_half_to_even_once() {
        check("0.0000000005", 0);
        check("0.0000000015", 2);
        check("0.00000000150000000000000000000000001", 2);
        check("-0.0000000025", -2);
    }

    #[test]
    fn scales_half_to_even() {
        let scaled = |nanos, by, of| Money(nanos).scaled(by, of).map(Money::nanos);
        assert_eq!(scaled(5, 1, 2), Some(2));
        assert_eq!(scaled(7, 1, 2), Some(4));
        assert_eq!(scaled(-5, 1, 2), Some(-2));
        assert_eq!(scaled(-7, 1, 2), Some(-4));
        assert_eq!(scaled(10, 1, 3), Some(3));
        assert_eq!(scaled(1, 1, 0), None);
        assert_eq!(scaled(i64::MAX, 2, 1), None);
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", "-", ".", "NaN", "inf", "1,234", "$1", "1e999999999", "0x10", "1 2"] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::NotDecimal(text.into())));
        }
        assert_eq!(
            "9223372036.854775808".parse::<Money>(),
            Err(MoneyError::TooLarge("9223372036.854775808".into()))
        );
    }

    proptest! {
        #[test]
        fn a_printed_amount_reads_back(nanos: i64) {
            prop_assert_eq!(Money(nanos).to_string().parse::<Money>(), Ok(Money(nanos)));
        }

        #[test]
        fn the_short_way_agrees_with_the_exact_way(whole in 0_i64..1_000_000_000, fraction in 0_i64..1_000_000_000) {
            let text = format!("{whole}.{fraction:09}");
            prop_assert_eq!(text.parse::<Money>(), Money::round(&decimal(&text).expect("a decimal")));
        }

        #[test]
        fn sums_do_not_depend_on_order(mut parts in proptest::collection::vec(-1_000_000_000_000_i64..1_000_000_000_000, 0..50)) {
            let forward: Money = parts.iter().map(|&part| Money(part)).sum();
            parts.reverse();
            let backward: Money = parts.iter().map(|&part| Money(part)).sum();
            prop_assert_eq!(forward, backward);
        }
    }
}
