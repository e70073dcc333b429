//! Shares and changes: the one place where a ratio is rounded.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::money::Money;

/// A ratio with four decimals, rounded half to even: `0.5483` is 54.83 %. It crosses as a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, specta::Type)]
#[specta(transparent)]
pub struct Ratio(#[specta(type = String)] i64);

/// What one is counted in.
const UNITS: i64 = 10_000;

impl Ratio {
    /// `part` as a share of `whole`; `None` where the whole is not above zero.
    pub fn of(part: Money, whole: Money) -> Option<Self> {
        part.scaled(UNITS, whole.nanos()).map(|units| Self(units.nanos()))
    }

    /// The same of two counts.
    pub fn of_counts(part: i64, whole: i64) -> Option<Self> {
        Self::of(Money::from_nanos(part), Money::from_nanos(whole))
    }

    /// How far `now` is above `before`, as a share of `before`; `None` where that is not above zero.
    pub fn change(now: Money, before: Money) -> Option<Self> {
        Self::of(now.checked_sub(before)?, before)
    }

    /// In ten-thousandths.
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        formatter.pad(&format!("{sign}{}.{:04}", size / 10_000, size % 10_000))
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().expect("an amount")
    }

    #[track_caller]
    fn check(ratio: Option<Ratio>, expected: &str) {
        assert_eq!(ratio.map_or("none".to_owned(), |ratio| ratio.to_string()), expected);
    }

    #[test]
    fn a_share_has_four_decimals() {
        check(Ratio::of(money("0"), money("10")), "0.0000");
        check(Ratio::of(money("109.66"), money("200")), "0.5483");
        check(Ratio::of(money("0.00005"), money("1")), "0.0000");
        check(Ratio::of(money("0.00015"), money("1")), "0.0002");
        check(Ratio::of(money("25"), money("10")), "2.5000");
        check(Ratio::of(money("-1"), money("10")), "-0.1000");
        check(Ratio::of_counts(19, 30), "0.6333");
    }

    #[test]
    fn nothing_has_no_shares() {
        check(Ratio::of(money("1"), Money::ZERO), "none");
        check(Ratio::of(money("1"), money("-2")), "none");
        check(Ratio::change(money("1"), Money::ZERO), "none");
    }

    #[test]
    fn a_change_is_signed() {
        check(Ratio::change(money("109.66"), money("90.63")), "0.2100");
        check(Ratio::change(money("5"), money("10")), "-0.5000");
        check(Ratio::change(money("10"), money("10")), "0.0000");
    }
}
