//! Cells to values: counts, amounts and flags in every spelling that exports have.
//!
//! Pure functions from text. Dates are in `dates`; which column a text stands in, and what to tell the person, is `table`.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, ToPrimitive};

use crate::money::decimal;
use crate::tokens::Tokens;

/// The mark between whole and fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.56`
    #[default]
    Point,
    /// `1.234,56`
    Comma,
}

/// Why a text is not a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountFault {
    NotACount,
    Negative,
    Absurd,
}

/// Why a text is not dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountFault {
    NotAnAmount,
    Foreign(&'static str),
}

/// Whether a cell says nothing: blank, a dash, or a database's `NULL`.
pub(crate) fn is_blank(text: &str) -> bool {
    match text.len() {
        0 => true,
        1..=4 => matches!(text, "-" | "–" | "—") || text.eq_ignore_ascii_case("null") || text == "N/A",
        _ => false,
    }
}

/// Reads a count: `3608`, `3608.0`, `1,234`. A blank is zero.
pub(crate) fn count(text: &str, mark: DecimalMark) -> Result<i64, CountFault> {
    let bytes = text.as_bytes();
    if (1..=15).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        let value = bytes.iter().fold(0, |sum: i64, byte| sum * 10 + i64::from(byte - b'0'));
        return if value <= Tokens::LIMIT { Ok(value) } else { Err(CountFault::Absurd) };
    }
    if is_blank(text) {
        return Ok(0);
    }
    let value =
        plain_number(text, mark).and_then(|plain| decimal(&plain).ok()).ok_or(CountFault::NotACount)?;
    if value.sign() == bigdecimal::num_bigint::Sign::Minus {
        return Err(CountFault::Negative);
    }
    if !value.is_integer() {
        return Err(CountFault::NotACount);
    }
    value.to_i64().filter(|&count| count <= Tokens::LIMIT).ok_or(CountFault::Absurd)
}

/// Reads an amount of dollars exactly: `0.19`, `$1,234.56`, `0,19`, `(0.50)`, `1.2e-7`. A blank is none.
pub(crate) fn amount(text: &str, mark: DecimalMark) -> Result<Option<BigDecimal>, AmountFault> {
    if is_blank(text) {
        return Ok(None);
    }
    if let Some(currency) = foreign_currency(text) {
        return Err(AmountFault::Foreign(currency));
    }
    let plain = plain_number(text, mark).ok_or(AmountFault::NotAnAmount)?;
    decimal(&plain).map(Some).map_err(|_| AmountFault::NotAnAmount)
}

/// Reads the number of an amount in any currency, for the sum of what was refused.
pub(crate) fn amount_of_any_currency(text: &str, mark: DecimalMark) -> Option<BigDecimal> {
    // The code of a currency goes, `e` stays where it is an exponent's.
    let word = |letter: char| !letter.is_ascii_alphabetic();
    let parts = text.split_inclusive(word).map(|part| match part.trim_end_matches(word) {
        "e" | "E" | "" => part,
        letters => &part[letters.len()..],
    });
    let kept = |letter: &char| letter.is_ascii_digit() || ".,-+eE()".contains(*letter);
    let bare: String = parts.flat_map(str::chars).filter(kept).collect();
    plain_number(&bare, mark).and_then(|plain| decimal(&plain).ok())
}

/// The currency that a text names beside its numbers, in an amount or in the title of a column: by a sign, or by
/// its code as a word of its own. US dollars are none.
pub(crate) fn foreign_currency(text: &str) -> Option<&'static str> {
    // What most cells are.
    if text.bytes().all(|byte| b"0123456789.,-+$".contains(&byte)) {
        return None;
    }
    let by_sign =
        || FOREIGN_SIGNS.iter().find(|(sign, _)| text.contains(sign)).map(|&(_, currency)| currency);
    let mut words = text.split(|letter: char| !letter.is_ascii_alphabetic());
    let code = |word: &str| CODES.iter().find(|code| code.eq_ignore_ascii_case(word)).copied();
    words.find_map(code).or_else(by_sign)
}

/// Dollars of others before the sign that is in their name.
const FOREIGN_SIGNS: [(&str, &str); 20] = [
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("SG$", "SGD"),
    ("NT$", "TWD"),
    ("MX$", "MXN"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("CN¥", "CNY"),
    ("元", "CNY"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("₽", "RUB"),
    ("₪", "ILS"),
    ("zł", "PLN"),
];

/// Currencies in which people are billed, besides US dollars.
const CODES: [&str; 28] = [
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "INR", "JPY",
    "KRW", "MXN", "NOK", "NZD", "PLN", "RUB", "SAR", "SEK", "SGD", "THB", "TWD", "UAH", "ZAR",
];

/// The number as `money::decimal` reads it: no currency, no thousands, a point before the fraction.
fn plain_number(text: &str, mark: DecimalMark) -> Option<Cow<'_, str>> {
    let bytes = text.as_bytes();
    if mark == DecimalMark::Point && bytes.iter().all(|byte| b"0123456789.-+eE".contains(byte)) {
        return Some(Cow::Borrowed(text));
    }
    let (negative, bare) = bare_number(text)?;
    let (fraction_mark, group_mark) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let plain = ungroup(bare, fraction_mark, group_mark)?;
    Some(Cow::Owned(if negative { format!("-{plain}") } else { plain }))
}

/// The number without its sign, its brackets and its dollars.
fn bare_number(text: &str) -> Option<(bool, &str)> {
    let (mut negative, mut bare) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => (false, text),
    };
    for _ in 0..2 {
        if let Some(rest) = bare.strip_prefix('-').or_else(|| bare.strip_prefix('−')) {
            negative = !negative;
            bare = rest.trim_start();
        }
        for dollars in ["US$", "USD", "$"] {
            bare = bare.strip_prefix(dollars).unwrap_or(bare).trim_start();
        }
    }
    for dollars in ["USD", "US$", "$"] {
        bare = bare.strip_suffix(dollars).unwrap_or(bare).trim_end();
    }
    bare.bytes()
        .next()
        .filter(|byte| byte.is_ascii_digit() || b".,+".contains(byte))
        .map(|_| (negative, bare))
}

/// Takes the group marks out, if they stand where group marks stand; a lone mark that cannot be one
/// (`0,19` where commas group) is the other mark.
fn ungroup(bare: &str, fraction_mark: char, group_mark: char) -> Option<String> {
    let (whole, fraction) = match bare.split_once(fraction_mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (bare, None),
    };
    let mut whole = whole.to_owned();
    let mut fraction = fraction.map(str::to_owned);
    if let Some((head, tail)) = bare.split_once(group_mark) {
        if is_grouped(&whole, group_mark) {
            whole.retain(|c| c != group_mark);
        } else if fraction.is_none() && !tail.contains(group_mark) {
            (whole, fraction) = (head.to_owned(), Some(tail.to_owned()));
        } else {
            return None;
        }
    }
    match fraction {
        Some(fraction) if !fraction.contains([fraction_mark, group_mark]) => {
            Some(format!("{whole}.{fraction}"))
        }
        Some(_) => None,
        None => Some(whole),
    }
}

/// `1,234` and `12,345,678`: a first group of one to three digits that is not zero, then threes.
fn is_grouped(whole: &str, group_mark: char) -> bool {
    let mut groups = whole.split(group_mark);
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && digits(first)
        && groups.all(|group| group.len() == 3 && digits(group))
}

/// Which mark a cell of numbers shows, if it shows one beyond doubt: `0.19` and `1.234,5`, not `1.234`.
pub(crate) fn shown_mark(text: &str) -> Option<DecimalMark> {
    let number = text.trim_start_matches(['$', '-']);
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
    {
        return None;
    }
    let last = number.rfind(['.', ','])?;
    let mark = if number.as_bytes()[last] == b'.' { DecimalMark::Point } else { DecimalMark::Comma };
    let (before, after) = (&number[..last], &number[last + 1..]);
    let lone = !before.contains(['.', ',']);
    let could_group = lone && after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    let repeated = before.contains(&number[last..=last]);
    (!could_group && !repeated && !after.is_empty()).then_some(mark)
}

/// Reads a flag: `true`, `FALSE`, `Yes`, `No`, `1`, `0`. A blank is no.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text {
        "false" | "" => return Some(false),
        "true" => return Some(true),
        _ => {}
    }
    if is_blank(text) {
        return Some(false);
    }
    let any = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if any(&["false", "no", "n", "f", "0", "0.0"]) {
        return Some(false);
    }
    any(&["true", "yes", "y", "t", "1", "1.0"]).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_count(text: &str, mark: DecimalMark, expected: Result<i64, CountFault>) {
        assert_eq!(count(text, mark), expected, "counting {text}");
    }

    #[test]
    fn counts() {
        use DecimalMark::{Comma, Point};
        for text in ["3608", "3608.0", "3,608", "3,608.00", "3.608e3", "+3608"] {
            check_count(text, Point, Ok(3608));
        }
        for text in ["3608", "3608,0", "3.608", "3.608,0"] {
            check_count(text, Comma, Ok(3608));
        }
        for text in ["", "-", "NULL", "null", "N/A"] {
            check_count(text, Point, Ok(0));
        }
        for text in ["NaN", "1.5", "1,23", "12,34,567", "1 2", "0x10", "1e99", "inf", "1.2.3"] {
            check_count(text, Point, Err(CountFault::NotACount));
        }
        for text in ["-1", "-1.0", "(3)", "−7"] {
            check_count(text, Point, Err(CountFault::Negative));
        }
        for text in ["1000000000000001", "99999999999999999999", "1e30"] {
            check_count(text, Point, Err(CountFault::Absurd));
        }
        check_count("1000000000000000", Point, Ok(Tokens::LIMIT));
    }

    #[track_caller]
    fn check_amount(text: &str, mark: DecimalMark, expected: &str) {
        let read =
            amount(text, mark).map(|amount| amount.map(|amount| amount.normalized().to_plain_string()));
        assert_eq!(read, Ok(Some(expected.to_owned())), "reading {text}");
    }

    #[test]
    fn amounts() {
        use DecimalMark::{Comma, Point};
        for text in ["1234.5", "$1,234.50", "US$ 1234.5", "1234.5 USD", "1,234.500"] {
            check_amount(text, Point, "1234.5");
        }
        for text in ["1234,5", "1.234,50", "$1.234,5"] {
            check_amount(text, Comma, "1234.5");
        }
        for (text, expected) in
            [("0,19", "0.19"), ("-$0.5", "-0.5"), ("$-0.5", "-0.5"), ("(0.50)", "-0.5"), (".5", "0.5")]
        {
            check_amount(text, Point, expected);
        }
        check_amount("0.19", Comma, "0.19");
        assert_eq!(amount("-", Point), Ok(None));
        for (text, currency) in [
            ("€1", "EUR"),
            ("1.20 eur", "EUR"),
            ("CHF 3.10", "CHF"),
            ("CA$4", "CAD"),
            ("-R$ 1,50", "BRL"),
            ("CN¥9", "CNY"),
            ("12 SEK", "SEK"),
            ("7 zł", "PLN"),
        ] {
            assert_eq!(amount(text, Point), Err(AmountFault::Foreign(currency)), "reading {text}");
        }
        for (text, number) in
            [("EUR 1.5", "1.5"), ("€1.2e-3", "0.0012"), ("-3,10 eur", "-3.10"), ("7 zł", "7")]
        {
            let mark = if text.contains(',') { Comma } else { Point };
            let found = amount_of_any_currency(text, mark).map(|amount| amount.to_plain_string());
            assert_eq!(found.as_deref(), Some(number), "reading {text}");
        }
        check_amount("US$ 1.50", Point, "1.5");
        check_amount("1.50 USD", Point, "1.5");
        for text in ["NaN", "Included", "free", "1,2,3", "$", "--", "1.2.3", "1 000"] {
            assert_eq!(amount(text, Point), Err(AmountFault::NotAnAmount), "reading {text}");
        }
    }

    #[test]
    fn a_cell_shows_its_decimal_mark_or_not() {
        for text in ["0.19", "3608.0", "1,234.5", "0.123", "$1.10"] {
            assert_eq!(shown_mark(text), Some(DecimalMark::Point), "{text}");
        }
        for text in ["0,19", "1.234,5", "0,123"] {
            assert_eq!(shown_mark(text), Some(DecimalMark::Comma), "{text}");
        }
        for text in ["1,234", "1.234", "12", "", "1,234,567", "2026-01-01", "1.", "a,b"] {
            assert_eq!(shown_mark(text), None, "{text}");
        }
    }

    #[test]
    fn flags() {
        for text in ["true", "TRUE", "Yes", "1", "1.0"] {
            assert_eq!(flag(text), Some(true), "{text}");
        }
        for text in ["false", "FALSE", "No", "0", "", "NULL", "-"] {
            assert_eq!(flag(text), Some(false), "{text}");
        }
        assert_eq!(flag("perhaps"), None);
    }
}
