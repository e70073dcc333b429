//! A table: a header's columns by name, and the cells of a row as values.
//!
//! Every reading that fails says which column, what was expected, what was found and what to do.
//! What the columns mean is the matter of `sources`.

use bigdecimal::BigDecimal;

use crate::instant::Instant;
use crate::money::Money;
use crate::tokens::Tokens;

use super::cut::Cell;
use super::dates::{DateFault, DateReader};
use super::reject::{Problem, RejectKind};
use super::values::{self, AmountFault, CountFault, DecimalMark};

/// A column of a source, and where it stands in this file (nowhere, if the file lacks it).
#[derive(Debug, Clone)]
pub(crate) struct Column {
    index: Option<usize>,
    /// As the file spells it.
    title: String,
}

impl Column {
    /// A column that no file has.
    pub(crate) const fn absent() -> Self {
        Self { index: None, title: String::new() }
    }

    /// Whether the file has the column.
    pub(crate) const fn is_present(&self) -> bool {
        self.index.is_some()
    }
}

/// The header of a file.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// As the file spells them.
    pub(crate) titles: Vec<String>,
    /// As they are compared.
    pub(crate) names: Vec<String>,
}

impl Header {
    /// The header of these cells; blank ones at the end are no columns.
    pub(crate) fn new(mut titles: Vec<String>) -> Self {
        while titles.last().is_some_and(String::is_empty) {
            titles.pop();
        }
        let names = titles.iter().map(|title| normalise(title)).collect();
        Self { titles, names }
    }

    /// The column with this normalised name.
    pub(crate) fn column(&self, name: &str) -> Column {
        let index = self.names.iter().position(|known| known == name);
        let title = index.map_or_else(|| name.to_owned(), |index| self.titles[index].clone());
        Column { index, title }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

/// A name as names are compared: lower case, one `_` for any run of blanks, `_` and `-`.
pub(crate) fn normalise(title: &str) -> String {
    let words =
        title.trim_start_matches('\u{feff}').split(|c: char| c.is_whitespace() || c == '_' || c == '-');
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join("_")
}

/// The cells of one record.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) line: u64,
    pub(crate) text: &'a str,
    pub(crate) cells: &'a [Cell],
    pub(crate) mark: DecimalMark,
}

/// The result of reading from a row; a problem is rare and large, so it is boxed.
pub(crate) type Read<T> = Result<T, Box<Problem>>;

impl<'a> Row<'a> {
    /// The cell at `index`, without blanks around it; blank where there is none.
    pub(crate) fn cell(&self, index: usize) -> &'a str {
        let Some(&(begin, end)) = self.cells.get(index) else {
            return "";
        };
        let cell = self.text.get(begin as usize..end as usize).unwrap_or_default();
        match (cell.as_bytes().first(), cell.as_bytes().last()) {
            (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => cell,
            _ => cell.trim(),
        }
    }

    /// Whether every cell is blank.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.cells.len()).all(|index| self.cell(index).is_empty())
    }

    /// The cell of `column` as it stands; blank where the file lacks the column.
    pub(crate) fn raw(&self, column: &Column) -> &'a str {
        column.index.map_or("", |index| self.cell(index))
    }

    /// A text; `NULL` is blank.
    pub(crate) fn text(&self, column: &Column) -> &'a str {
        let cell = self.raw(column);
        if cell.len() == 4 && cell.eq_ignore_ascii_case("null") { "" } else { cell }
    }

    /// A text that must not be blank.
    pub(crate) fn required_text(&self, column: &Column) -> Read<&'a str> {
        match self.text(column) {
            "" => Err(blank(column, "a text")),
            text => Ok(text),
        }
    }

    /// A count; a blank is zero.
    pub(crate) fn count(&self, column: &Column) -> Read<i64> {
        let cell = self.raw(column);
        values::count(cell, self.mark).map_err(|fault| count_problem(fault, column, cell))
    }

    /// A count; a blank is none.
    pub(crate) fn optional_count(&self, column: &Column) -> Read<Option<i64>> {
        if values::is_blank(self.raw(column)) { Ok(None) } else { self.count(column).map(Some) }
    }

    /// An amount of dollars, exactly; a blank is none.
    pub(crate) fn amount(&self, column: &Column) -> Read<Option<BigDecimal>> {
        let cell = self.raw(column);
        values::amount(cell, self.mark).map_err(|fault| match fault {
            AmountFault::Foreign(currency) => {
                let amount = values::amount_of_any_currency(cell, self.mark).unwrap_or_default();
                foreign_problem(column, cell, currency, amount)
            }
            AmountFault::NotAnAmount => amount_problem(column, cell),
        })
    }

    /// An amount in a currency that the row names; blank is dollars.
    pub(crate) fn amount_of(&self, column: &Column, currency: &str) -> Read<Option<BigDecimal>> {
        let cell = self.raw(column);
        let dollars = ["", "usd", "$", "us$"].iter().any(|code| currency.eq_ignore_ascii_case(code));
        if dollars || values::is_blank(cell) {
            return self.amount(column);
        }
        let amount = values::amount_of_any_currency(cell, self.mark);
        let amount = amount.ok_or_else(|| amount_problem(column, cell))?;
        let found = format!("{cell} {}", currency.to_uppercase());
        Err(foreign_problem(column, &found, currency, amount))
    }

    /// An amount of dollars, rounded to nano-dollars; a blank is none.
    pub(crate) fn money(&self, column: &Column) -> Read<Option<Money>> {
        let cell = self.raw(column);
        if values::is_blank(cell) {
            return Ok(None);
        }
        if self.mark == DecimalMark::Point
            && let Ok(money) = cell.parse()
        {
            return Ok(Some(money));
        }
        let Some(amount) = self.amount(column)? else {
            return Ok(None);
        };
        let too_large = |_| {
            problem(RejectKind::Amount, column, cell, "at most 9.2 billion dollars", "Correct the amount")
        };
        Money::round(&amount).map(Some).map_err(too_large)
    }

    /// An instant.
    pub(crate) fn instant(&self, column: &Column, dates: &mut DateReader) -> Read<Instant> {
        let cell = self.raw(column);
        dates.read(cell).map_err(|fault| date_problem(fault, column, cell))
    }

    /// A flag; a blank is no.
    pub(crate) fn flag(&self, column: &Column) -> Read<bool> {
        let cell = self.raw(column);
        values::flag(cell).ok_or_else(|| {
            problem(RejectKind::Flag, column, cell, "`true` or `false`", "Write true or false into the cell")
        })
    }
}

/// A problem with the cell of a column.
pub(crate) fn problem(
    kind: RejectKind,
    column: &Column,
    found: &str,
    expected: &str,
    remedy: &str,
) -> Box<Problem> {
    let shown: String = found.chars().take(200).collect();
    Box::new(Problem {
        kind,
        column: column.title.clone(),
        expected: expected.into(),
        found: if shown.is_empty() { "nothing".into() } else { format!("`{shown}`") },
        remedy: remedy.into(),
        foreign: None,
    })
}

fn count_problem(fault: CountFault, column: &Column, cell: &str) -> Box<Problem> {
    match fault {
        CountFault::NotACount => problem(
            RejectKind::Count,
            column,
            cell,
            "a whole number, such as `3608` or `3608.0`",
            "Write the count into the cell, or leave it blank for none",
        ),
        CountFault::Negative => problem(
            RejectKind::Negative,
            column,
            cell,
            "a count of zero or more",
            "A count cannot be negative: export the file again, or correct the cell",
        ),
        CountFault::Absurd => problem(
            RejectKind::Count,
            column,
            cell,
            &format!("at most {}", Tokens::LIMIT),
            "Export the file again: a count this large is damage",
        ),
    }
}

fn amount_problem(column: &Column, cell: &str) -> Box<Problem> {
    problem(
        RejectKind::Amount,
        column,
        cell,
        "an amount in dollars, such as `0.19` or `$1.10`",
        "Write the amount into the cell, or leave it blank if the source gives none",
    )
}

/// The ledger holds US dollars only; what is refused is summed, so that a person sees what is missing.
fn foreign_problem(column: &Column, found: &str, currency: &str, amount: BigDecimal) -> Box<Problem> {
    let currency = currency.to_uppercase();
    let remedy =
        format!("Convert {currency} to US dollars at the rate of your invoice, then import the row again");
    let mut problem = problem(RejectKind::Currency, column, found, "an amount in US dollars", &remedy);
    problem.foreign = Some((currency, amount));
    problem
}

/// The problem of a cell that must hold something.
pub(crate) fn blank(column: &Column, expected: &str) -> Box<Problem> {
    let remedy = "Export the file again, or fill the cell and import the row again";
    problem(RejectKind::Blank, column, "", expected, remedy)
}

fn date_problem(fault: DateFault, column: &Column, cell: &str) -> Box<Problem> {
    match fault {
        DateFault::Outside => problem(
            RejectKind::DateRange,
            column,
            cell,
            "a date from 1970 to 9999",
            "Correct the date, or export the file again",
        ),
        DateFault::NotADate | DateFault::Undecided => problem(
            RejectKind::Date,
            column,
            cell,
            "a date, such as `2026-08-31` or `2026-08-31T14:05:00Z`",
            "Export the file again, without saving it from a spreadsheet, which shortens dates",
        ),
    }
}
