//! Files to facts: what a provider's export says, row by row, with every row that could not be read.
//!
//! A file is a stream: nothing here holds it whole, and memory is bounded by the different texts and
//! the aggregates in it. A bad row is a [`Reject`] and the others go on. Prices, ids and storage come
//! later; the file's name and the clock are not known here.

mod aggregate;
mod context;
mod cut;
mod dates;
mod decode;
mod detect;
mod error;
mod mapping;
mod records;
mod reject;
mod run;
mod source_kind;
mod sources;
mod table;
mod values;

use std::io::Read;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde::Serialize;

use crate::fact::{FacetTable, Fact};
use crate::instant::Instant;

pub use context::Foreign;
pub use dates::DateOrder;
pub use error::{ImportError, LooksLike, UnknownTable};
pub use mapping::{CostMeaning, CostUnit, Field, InputTokens, Mapping, guess, header_signature};
pub use reject::{Reject, RejectKind};
pub use source_kind::SourceKind;
pub use values::DecimalMark;

/// Takes what a file gives, as it is read. `Break` stops the reading with [`ImportError::Stopped`].
pub trait Sink {
    /// Called once, before everything else: what the file is.
    fn begin(&mut self, _opened: Opened) {}

    /// Called before the first fact, if the file names exactly one organisation.
    fn account(&mut self, _organisation: &str) {}

    /// A fact; `facets` holds its texts.
    fn fact(&mut self, facets: &FacetTable, fact: Fact) -> ControlFlow<()>;

    /// A record that did not become a fact.
    fn reject(&mut self, reject: Reject) -> ControlFlow<()>;

    /// How many bytes of the file were read so far; called every quarter of a megabyte or so.
    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// What a file is, known from its header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// What the file is.
    pub source: SourceKind,
    /// Whether its natural keys are made of dimensions, so that the account is part of the identity.
    pub keyed_by_dimensions: bool,
    /// Whether a row of it may stand for many calls. For a mapped table it is what the mapping says, or
    /// the first rows: all of them days without a time.
    pub aggregate: bool,
    /// Who bills it, lower case. For a mapped table with a column for it: the provider of the first row
    /// that names one. Others may follow, so overlaps are to be looked for by the providers of the rows.
    pub provider: String,
    /// How its text was read.
    pub layout: Layout,
}

/// How the text of a file was read, apart from what its rows show later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// The name of the encoding, such as `utf-8`.
    pub encoding: String,
    /// Whether it was guessed from the bytes, for want of a mark.
    pub encoding_guessed: bool,
    /// What parts the cells.
    pub delimiter: char,
    /// The line of the header, from 1.
    pub header_line: u64,
    /// The mark between whole and fraction.
    pub decimal: DecimalMark,
    /// Columns that are not read, as the file spells them.
    pub ignored_columns: Vec<String>,
}

/// What a person may say about a file beforehand.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// How to read a table that no known export has the header of. A known export stays what it is.
    pub mapping: Option<Mapping>,
    /// Which part of `6/7/26` is the month; found from the file if it shows it.
    pub date_order: Option<DateOrder>,
    /// The decimal mark; found from the file otherwise.
    pub decimal: Option<DecimalMark>,
}

/// What was read of a file, besides its facts and rejects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parsed {
    /// What the file is.
    pub source: SourceKind,
    /// Whether its natural keys are made of dimensions, so that the account is part of the identity.
    pub keyed_by_dimensions: bool,
    /// How many facts were given.
    pub facts: u64,
    /// How many rows were buckets without usage.
    pub empty: u64,
    /// How many rows say nothing: blank ones, and headers that stand again in the middle.
    pub ignored: u64,
    /// How many records were rejected.
    pub rejected: u64,
    /// What was assumed about the file, in the order in which it was found.
    pub notes: Vec<Note>,
    /// The organisation's id, if the file names exactly one.
    pub account: Option<String>,
    /// When the export was made, if the file says it to the second.
    pub stated_as_of: Option<Instant>,
    /// The first UTC day that the file covers, buckets without usage included.
    pub first_day: Option<NaiveDate>,
    /// The last UTC day that the file covers.
    pub last_day: Option<NaiveDate>,
    /// What was rejected for its currency, summed by currency and month.
    pub foreign: Vec<Foreign>,
}

impl Parsed {
    /// What is known before the first row.
    const fn beginning(opened: &Opened, notes: Vec<Note>) -> Self {
        Self {
            source: opened.source,
            keyed_by_dimensions: opened.keyed_by_dimensions,
            facts: 0,
            empty: 0,
            ignored: 0,
            rejected: 0,
            notes,
            account: None,
            stated_as_of: None,
            first_day: None,
            last_day: None,
            foreign: Vec::new(),
        }
    }
}

/// Something that was assumed, or left out, and that a person should see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The text is not UTF-8 without a mark.
    Encoding {
        /// Its name, such as `windows-1252`.
        name: String,
        /// Whether it was guessed from the bytes.
        guessed: bool,
    },
    /// Some lines are not UTF-8 and were read as Windows-1252, the first of them here.
    MixedEncoding {
        /// The line.
        line: u64,
    },
    /// Cells are parted by something else than a comma.
    Delimiter {
        /// The delimiter.
        delimiter: char,
    },
    /// Numbers have a decimal comma.
    DecimalComma,
    /// Lines before the header were skipped.
    Preamble {
        /// How many.
        lines: u64,
    },
    /// Dates with slashes were read in this order, which was given or which the file shows.
    DateOrder {
        /// The order.
        order: DateOrder,
    },
    /// Columns that the source is not known to have, and that were not read.
    UnknownColumns {
        /// As the file spells them.
        columns: Vec<String>,
    },
    /// Blank lines at the end, or between rows.
    BlankLines {
        /// How many.
        lines: u64,
    },
    /// The header stands again between rows.
    RepeatedHeader {
        /// How often.
        times: u64,
    },
}

/// Reads a file to its end, giving facts and rejects to `sink`.
///
/// # Errors
/// When nothing of the file can be read as rows: see [`ImportError`]. What was given to the sink before
/// an error of reading, or before [`ImportError::AmbiguousDates`], must be dropped.
pub fn parse(reader: impl Read, options: &ParseOptions, sink: &mut impl Sink) -> Result<Parsed, ImportError> {
    run::Run::open(reader, options, sink)?.read_all()
}
