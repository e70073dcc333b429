//! A rejected record: what is wrong, where, and what a person can do, with the record's own text.
//!
//! Rejects go to the quarantine; they are grouped by [`RejectKind`], one repair each.

use bigdecimal::BigDecimal;
use serde::Serialize;

use super::records::{Fault, KEPT, LIMIT, Record};

/// One record that did not become a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// What kind of repair it needs.
    pub kind: RejectKind,
    /// The line on which the record begins, from 1.
    pub line: u64,
    /// The column as the file names it; empty where it is about the whole record.
    pub column: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do.
    pub remedy: String,
    /// The record as it stands in the file, cut after 2048 bytes if it is longer than 1 MiB.
    pub record: String,
}

/// Rejects of one kind need the same repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectKind {
    /// Fewer or more cells than the header has.
    CellCount,
    /// The file ends within the record.
    Truncated,
    /// Longer than 1 MiB.
    TooLong,
    /// A quote that is not closed, or text after a closing quote.
    OpenQuote,
    /// A zero byte.
    Nul,
    /// A cell that must hold something is blank.
    Blank,
    /// Not a count, or one beyond all sense.
    Count,
    /// A count below zero.
    Negative,
    /// Counts that contradict each other.
    TokenTotal,
    /// Not an amount of money.
    Amount,
    /// Money in another currency than US dollars.
    Currency,
    /// Not a date.
    Date,
    /// A date before 1970 or after 9999.
    DateRange,
    /// Not yes or no.
    Flag,
    /// A word that decides about money and is not known.
    UnknownWord,
}

/// What is wrong with a record, before it is put together with the record's place and text.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: RejectKind,
    pub(crate) column: String,
    pub(crate) expected: String,
    pub(crate) found: String,
    pub(crate) remedy: String,
    /// The currency and the amount of money that is not in US dollars.
    pub(crate) foreign: Option<(String, BigDecimal)>,
}

impl Problem {
    /// The reject of this problem in `record`.
    pub(crate) fn into_reject(self, record: &Record<'_>) -> Reject {
        let Self { kind, column, expected, found, remedy, foreign: _ } = self;
        let record_text = String::from_utf8_lossy(record.verbatim).into_owned();
        Reject { kind, line: record.line, column, expected, found, remedy, record: record_text }
    }

    /// The problem of a record that could not be cut into cells.
    pub(crate) fn of_fault(fault: Fault) -> Self {
        let (kind, expected, found, remedy) = match fault {
            Fault::TooLong(length) => (
                RejectKind::TooLong,
                format!("a record of at most {LIMIT} bytes"),
                format!("a line of {length} bytes (its first {KEPT} are kept)"),
                "Export the file again: this line is damaged",
            ),
            Fault::OpenQuote(line) => (
                RejectKind::OpenQuote,
                "a quote at the beginning of a cell closes at the end of that cell".into(),
                format!("the quote that opens on line {line} does not"),
                "Close or remove the quote, then import the file again",
            ),
            Fault::Nul => (
                RejectKind::Nul,
                "text".into(),
                "a zero byte".into(),
                "Export the file again: this line is damaged",
            ),
        };
        Self { kind, column: String::new(), expected, found, remedy: remedy.into(), foreign: None }
    }

    /// The problem of a record with too few or too many cells.
    pub(crate) fn cell_count(record: &Record<'_>, expected: usize) -> Self {
        let found = record.cells.len();
        let (kind, remedy) = if record.unterminated && found < expected {
            (RejectKind::Truncated, "The file ends in the middle of this line: download it again")
        } else if record.inner_lines > 0 {
            (RejectKind::OpenQuote, "A quote joins this line to the next ones: close or remove it")
        } else {
            (RejectKind::CellCount, "Add the missing cells or quote cells that hold the delimiter")
        };
        Self {
            kind,
            column: String::new(),
            expected: format!("{expected} cells, as in the header"),
            found: format!("{found} cells"),
            remedy: remedy.into(),
            foreign: None,
        }
    }
}
