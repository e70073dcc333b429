//! Figures as sentences hold them: money, shares, bytes, days. In English, for alerts, budgets, mails and terminals; the
//! page formats for itself, in its reader's language.

use crate::money::Money;
use crate::period::{Day, Month};

/// Nano-dollars in a cent.
pub const NANOS_PER_CENT: i64 = 10_000_000;

/// `$1,234.50`; every digit below a cent.
pub fn dollars(amount: Money) -> String {
    let is_small = amount.abs() < Money::from_nanos(NANOS_PER_CENT) && amount != Money::ZERO;
    if is_small {
        return exact_dollars(amount);
    }
    in_cents(amount)
}

/// `$1,234.50`, rounded to the cent.
pub fn in_cents(amount: Money) -> String {
    let sign = if amount.is_negative() { "-" } else { "" };
    let cents = amount.scaled(1, NANOS_PER_CENT).unwrap_or_default().nanos().unsigned_abs();
    format!("{sign}${}.{:02}", grouped(cents / 100), cents % 100)
}

/// The words that keep a total honest: `at least` with rows without a price, `about` with costs that were read from a
/// binary float.
pub fn hedged(total: &str, at_least: bool, about: bool) -> String {
    let at_least = if at_least { "at least " } else { "" };
    let about = if about { "about " } else { "" };
    format!("{at_least}{about}{total}")
}

/// An amount and its limit; with every digit where cents do not tell them apart.
pub(crate) fn apart(actual: Money, limit: Money) -> (String, String) {
    let cents = (dollars(actual), dollars(limit));
    if cents.0 == cents.1 && actual != limit { (exact_dollars(actual), exact_dollars(limit)) } else { cents }
}

/// `$1234.5012`: every digit, and two decimals at least.
pub fn exact_dollars(amount: Money) -> String {
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
pub(crate) fn bytes(count: i64) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| count >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", count / unit, count % unit / (unit / 10)),
        None => counted(count, "byte", "bytes"),
    }
}

/// A size and its limit; in bytes where larger units do not tell them apart.
pub(crate) fn bytes_apart(actual: i64, limit: i64) -> (String, String) {
    let units = (bytes(actual), bytes(limit));
    let every = |count: i64| counted(count, "byte", "bytes");
    if units.0 == units.1 && actual != limit { (every(actual), every(limit)) } else { units }
}

/// `1,204`.
pub fn count(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// `1 row`, `1,204 rows`.
pub fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `9 days`.
pub(crate) fn days_words(days: i32) -> String {
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
