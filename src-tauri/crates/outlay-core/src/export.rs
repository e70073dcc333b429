//! Cells of an exported table, made safe for the program that will open it.
//!
//! A spreadsheet takes a cell that begins with `=` for a formula and runs it. Quoting and separators
//! are the CSV writer's work.

use std::borrow::Cow;

/// The cell as it can be written: one that a spreadsheet would take for a formula gets an apostrophe
/// before it. A negative number stays a number.
pub fn formula_safe(cell: &str) -> Cow<'_, str> {
    let first = cell.trim_start_matches([' ', '\u{a0}']).chars().next();
    // The wide forms are what some spreadsheets take for the plain ones.
    let starts_formula = first.is_some_and(|first| "=+-@\t\r\n|%＝＋－＠".contains(first));
    if starts_formula && !is_negative_number(cell) {
        return Cow::Owned(format!("'{cell}"));
    }
    Cow::Borrowed(cell)
}

/// A minus, digits, and at most a decimal point with digits.
fn is_negative_number(cell: &str) -> bool {
    let Some(number) = cell.strip_prefix('-') else { return false };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, expected: &str) {
        assert_eq!(formula_safe(cell), expected, "writing {cell:?}");
    }

    #[test]
    fn formulas_are_defused() {
        check("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")");
        check("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0");
        check("-2+3", "'-2+3");
        check("@SUM(1)", "'@SUM(1)");
        check("\t=1", "'\t=1");
        check("\r=1", "'\r=1");
        check("  =1", "'  =1");
        check("＝1", "'＝1");
        check("-", "'-");
        check("-1.", "'-1.");
        check("--1", "'--1");
    }

    #[test]
    fn plain_cells_stay() {
        for cell in ["", "gpt-5", "-12.5", "-3", "0.1", "a=b", "user@example.org", "2026-06-19", " plain"] {
            check(cell, cell);
        }
    }
}
