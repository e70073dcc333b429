//! Figures as a person reads them: dollars, counts, shares.
//!
//! JSON and exports hold every digit; here money has two decimals, and four significant digits
//! below a cent, so that a small call is never shown as nothing.

use outlay_app::Money;
use outlay_app::figures::{NANOS_PER_CENT, hedged, in_cents};
pub(crate) use outlay_app::figures::{count, counted};

/// `$1,234.50`; `$0.003412` below a cent.
pub(crate) fn money(amount: Money) -> String {
    let nanos = amount.nanos().unsigned_abs();
    if nanos > 0 && nanos < NANOS_PER_CENT.unsigned_abs() {
        let sign = if amount.is_negative() { "-" } else { "" };
        return format!("{sign}${}", four_digits(nanos));
    }
    in_cents(amount)
}

/// The words that keep a total honest: `at least` with rows without a price, `about` with costs that
/// were read from a binary float.
pub(crate) fn total(amount: Money, at_least: bool, about: bool) -> String {
    hedged(&money(amount), at_least, about)
}

/// The share of `part` in `whole` in whole percent, `54 %`; `<1 %` for what is there but small, empty
/// where a share means nothing.
pub(crate) fn share(part: i64, whole: i64) -> String {
    if whole <= 0 || part < 0 {
        return String::new();
    }
    let percent = (i128::from(part) * 200 + i128::from(whole)) / (i128::from(whole) * 2);
    if percent == 0 && part > 0 { "<1 %".to_owned() } else { format!("{percent} %") }
}

/// An amount below a cent with four significant digits, half up.
fn four_digits(nanos: u64) -> String {
    let step = 10_u64.pow(nanos.ilog10().saturating_sub(3));
    let rounded = (nanos + step / 2) / step * step;
    let decimals = format!("{rounded:09}");
    format!("0.{}", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amount: &str, expected: &str) {
        assert_eq!(money(amount.parse().unwrap()), expected, "showing {amount}");
    }

    #[test]
    fn money_has_two_decimals() {
        check("0", "$0.00");
        check("12.345678901", "$12.35");
        check("1234.5", "$1,234.50");
        check("-1234567.891", "-$1,234,567.89");
        check("0.01", "$0.01");
        check("0.995", "$1.00");
    }

    #[test]
    fn below_a_cent_it_has_four_significant_digits() {
        check("0.00341249", "$0.003412");
        check("0.009999999", "$0.01");
        check("0.000001234", "$0.000001234");
        check("0.000000001", "$0.000000001");
        check("-0.0005", "-$0.0005");
    }

    #[test]
    fn totals_say_what_they_are() {
        let amount = "1.5".parse().unwrap();
        assert_eq!(total(amount, true, false), "at least $1.50");
        assert_eq!(total(amount, false, true), "about $1.50");
        assert_eq!(total(amount, true, true), "at least about $1.50");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(999), "999");
        assert_eq!(count(-1_204_000), "-1,204,000");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(0, "row", "rows"), "0 rows");
    }

    #[test]
    fn shares_are_whole_percents() {
        assert_eq!(share(1, 2), "50 %");
        assert_eq!(share(1, 1_000_000), "<1 %");
        assert_eq!(share(0, 5), "0 %");
        assert_eq!(share(5, 0), "");
        assert_eq!(share(i64::MAX, i64::MAX), "100 %");
    }
}
