//! What an import says to a person: notes, kinds of faults, and questions, as sentences.

use outlay_core::import::{DateOrder, Note, RejectKind};
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_ledger::{ImportOutcome, Missing, Question, Restated};

/// The stored word of a kind of fault.
pub(super) fn kind(kind: RejectKind) -> &'static str {
    match kind {
        RejectKind::CellCount => "cell_count",
        RejectKind::Truncated => "truncated",
        RejectKind::TooLong => "too_long",
        RejectKind::OpenQuote => "open_quote",
        RejectKind::Nul => "nul",
        RejectKind::Blank => "blank",
        RejectKind::Count => "count",
        RejectKind::Negative => "negative",
        RejectKind::TokenTotal => "token_total",
        RejectKind::Amount => "amount",
        RejectKind::Currency => "currency",
        RejectKind::Date => "date",
        RejectKind::DateRange => "date_range",
        RejectKind::Flag => "flag",
        RejectKind::UnknownWord => "unknown_word",
    }
}

/// An assumption about a file as a sentence.
pub(super) fn note(note: &Note) -> String {
    match note {
        Note::Encoding { name, guessed: false } => format!("read as {name}, as its first bytes say"),
        Note::Encoding { name, guessed: true } => format!("read as {name}, guessed from its bytes"),
        Note::MixedEncoding { line } => {
            format!("some lines are not UTF-8 and were read as Windows-1252, the first is line {line}")
        }
        Note::Delimiter { delimiter: '\t' } => "cells are parted by tabs".to_owned(),
        Note::Delimiter { delimiter } => format!("cells are parted by `{delimiter}`"),
        Note::DecimalComma => "numbers have a decimal comma".to_owned(),
        Note::Preamble { lines } => format!("{lines} lines before the header were skipped"),
        Note::DateOrder { order: DateOrder::MonthFirst } => {
            "dates with slashes were read month first".to_owned()
        }
        Note::DateOrder { order: DateOrder::DayFirst } => "dates with slashes were read day first".to_owned(),
        Note::UnknownColumns { columns } => format!("columns that were not needed: {}", columns.join(", ")),
        Note::BlankLines { lines } => format!("{lines} blank lines were skipped"),
        Note::RepeatedHeader { times } => format!("the header stands again {times} times and was skipped"),
    }
}

/// What rows without a known price do to the sums.
pub(super) fn unpriced(rows: i64, models: usize) -> String {
    let rows = if rows == 1 { "1 row has".to_owned() } else { format!("{rows} rows have") };
    let models = if models == 1 { "1 model".to_owned() } else { format!("{models} models") };
    format!("{rows} no known price ({models}): sums with them are at least what they say")
}

/// A day number as ISO text.
pub(super) fn day(number: i64) -> Day {
    Day::from_number(i32::try_from(number).unwrap_or(i32::MAX))
}

/// A question of a file's import with both sums, and the flags that answer it.
pub(super) fn question(question: &Question, import: &ImportOutcome) -> (&'static str, String, String) {
    match question {
        Question::AnotherAccount(restated) => (
            "another_account",
            another_account(restated),
            "If it is another account's, say `--account NAME`; if it is the same, `--account` with the name it has"
                .to_owned(),
        ),
        Question::MissingRows(missing) => (
            "missing_rows",
            format!(
                "{} on {} are not in this newer file, which brings {} of new rows",
                rows(missing, "counting "),
                days(missing),
                dollars(brought(import))
            ),
            "`--replace-days`: the newer file speaks for its days, these rows no longer count; `--keep-days`: they count \
             beside its rows"
                .to_owned(),
        ),
        Question::NotInNewer(missing) => (
            "not_in_newer",
            format!(
                "{} of this file for {} are not in a newer export of these days, which count with {}",
                rows(missing, ""),
                days(missing),
                dollars(import.spend_before)
            ),
            "`--replace-days`: the newer export speaks for its days, these rows do not count; `--keep-days`: they count \
             beside its rows"
                .to_owned(),
        ),
    }
}

fn another_account(restated: &Restated) -> String {
    let Restated { closed_rows, spend_now, spend_in_file, .. } = restated;
    format!(
        "the file changes all of its {closed_rows} rows of closed days, from {} to {}: is it another account's?",
        dollars(*spend_now),
        dollars(*spend_in_file)
    )
}

/// What the file adds to its days while its question is open, and so nothing of before is left out.
fn brought(import: &ImportOutcome) -> Money {
    Money::from_nanos(import.spend_after.nanos().saturating_sub(import.spend_before.nanos()))
}

/// `1 counting row (0.5 USD)`.
fn rows(missing: &Missing, kind: &str) -> String {
    let noun = if missing.rows == 1 { "row" } else { "rows" };
    format!("{} {kind}{noun} ({})", missing.rows, dollars(missing.spend))
}

fn days(missing: &Missing) -> String {
    let (first, last) = missing.days.unwrap_or_default();
    if first == last { day(first).to_string() } else { format!("{} to {}", day(first), day(last)) }
}

fn dollars(money: Money) -> String {
    format!("{money} USD")
}
