//! Figures as sentences hold them: money, shares, bytes, days.

use crate::money::Money;
use crate::period::{Day, Month};

const NANOS_PER_CENT: i64 = 10_000_000;

/// `$1,234.50`; every digit below a cent.
pub fn dollars(amount: Money) -> String {
    let is_small = amount.abs() < Money::from_nanos(NANOS_PER_CENT) && amount != Money::ZERO;
    if is_small {
        return exact_dollars(amount);
    }
    let sign = if amount.is_negative() { "-" } else { "" };
    let cents = amount.scaled(1, NANOS_PER_CENT).unwrap_or_default().nanos().unsigned_abs();
    format!("{sign}${}.{:02}", grouped(cents / 100), cents % 100)
}

/// An amount and its limit; with every digit where cents do not tell them apart.
pub(crate) fn apart(actual: Money, limit: Money) -> (String, String) {
    let cents = (dollars(actual), dollars(limit));
    if cents.0 == cents.1 && actual != limit { (exact_dollars(actual), exact_dollars(limit)) } else { cents }
}

fn exact_dollars(amount: Money) -> String {
    let (sign, text) = (if amount.is_negative() { "-" } else { "" }, amount.abs().to_string());
    match text.split_once('.') {
        Some((whole, decimals)) => format!("{sign}${whole}.{decimals:0<2}"),
        None => format!("{sign}${text}.00"),
    }
}

/// The share of `part` in `whole` in whole percent, rounded down: nothing is called full before it is.
pub(crate) fn percent(part: Money, whole: Money) -> String {
    let share = i128::from(part.nanos()) * 100 / i128::from(whole.nanos().max(1));
    format!("{share} %")
}

/// `1.2 MB`, rounded down to a tenth.
pub(super) fn bytes(count: i64) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| count >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", count / unit, count % unit / (unit / 10)),
        None => counted(count, "byte", "bytes"),
    }
}

/// A size and its limit; in bytes where larger units do not tell them apart.
pub(super) fn bytes_apart(actual: i64, limit: i64) -> (String, String) {
    let units = (bytes(actual), bytes(limit));
    let every = |count: i64| counted(count, "byte", "bytes");
    if units.0 == units.1 && actual != limit { (every(actual), every(limit)) } else { units }
}

/// `1 row`, `1,204 rows`.
pub(crate) fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number.unsigned_abs()), if number == 1 { one } else { many })
}

/// `9 days`.
pub(super) fn days_words(days: i32) -> String {
    counted(i64::from(days), "day", "days")
}

/// `19 June 2026`.
pub(crate) fn day_words(day: Day) -> String {
    day.date().format("%-d %B %Y").to_string()
}

/// `June 2026`.
pub(crate) fn month_words(month: Month) -> String {
    month.first_day().date().format("%B %Y").to_string()
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
