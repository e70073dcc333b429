//! Why a file could not be read as a whole, in words for a person.
//!
//! A single bad row is never an error: it becomes a [`Reject`](super::Reject) and the others go on.

use std::fmt;
use std::io;

use serde::Serialize;
use thiserror::Error;

use super::source_kind::SourceKind;

/// Why nothing of a file was read.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file has no bytes.
    #[error("the file is empty (0 bytes): export it again")]
    Empty,
    /// The file is something else than a table of text.
    #[error("the file is not a table: it looks like {0}. {remedy}", remedy = .0.remedy())]
    NotATable(LooksLike),
    /// A table whose header belongs to no known export, and no mapping was given.
    #[error("{0}")]
    UnknownHeader(Box<UnknownTable>),
    /// A known export without columns that it cannot be read without.
    #[error("the file looks like {} but has no column {}: export it again with all columns (its header is `{}`)", source_kind.title(), quoted(missing), shortened(header))]
    MissingColumn {
        /// What the header belongs to.
        source_kind: SourceKind,
        /// The columns that it lacks, as the source spells them in lower case.
        missing: Vec<String>,
        /// The header as it was found.
        header: Vec<String>,
    },
    /// Two columns have the name of one that is needed.
    #[error("the column `{column}` stands twice in the header: remove one of them, then import again")]
    DuplicateColumn {
        /// The name that stands twice.
        column: String,
    },
    /// A mapping names a column that the file lacks, or leaves out a field that is needed.
    #[error("the mapping does not fit this file: {reason}")]
    Mapping {
        /// What does not fit.
        reason: String,
    },
    /// All dates can be read both ways, and the two readings differ.
    #[error(
        "`{example}` on line {line} is {month_first} if the month comes first and {day_first} if the day does, and no date of the file decides it: say which"
    )]
    AmbiguousDates {
        /// A date as the file has it.
        example: String,
        /// Its line.
        line: u64,
        /// The ISO date if the month comes first.
        month_first: String,
        /// The ISO date if the day comes first.
        day_first: String,
    },
    /// The sink asked to stop.
    #[error("stopped before the end of the file")]
    Stopped,
    /// The file could not be read.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
}

/// A table that no known export has the header of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UnknownTable {
    /// The cells of the line that looks most like a header.
    pub header: Vec<String>,
    /// Its line, from 1.
    pub line: u64,
    /// The cells of the first three rows after it.
    pub samples: Vec<Vec<String>>,
    /// The name under which a mapping for this header is remembered.
    pub signature: String,
    /// The known export that comes nearest, and the columns of it that are missing.
    pub nearest: Option<(SourceKind, Vec<String>)>,
}

impl fmt::Display for UnknownTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the header on line {} is of no known export: `{}`. ",
            self.line,
            shortened(&self.header)
        )?;
        if let Some((source, missing)) = &self.nearest {
            write!(
                formatter,
                "It comes nearest to {}, which also has {}. ",
                source.title(),
                quoted(missing)
            )?;
        }
        write!(formatter, "Say which column is the date, the model, the tokens and the cost to import it")
    }
}

/// What a file that is not a table looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LooksLike {
    /// A web page, most often of a log-in that ran out.
    Html,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// A ZIP archive, or a new Excel or OpenDocument file.
    Zip,
    /// A gzip archive.
    Gzip,
    /// An Excel file of before 2007.
    OldExcel,
    /// PDF.
    Pdf,
    /// A picture.
    Image,
    /// An SQLite database.
    Database,
    /// A Parquet file.
    Parquet,
    /// Text without columns.
    Prose,
    /// Bytes that are no text.
    Binary,
}

impl LooksLike {
    /// What to do instead.
    const fn remedy(self) -> &'static str {
        match self {
            Self::Html => "Log in to the provider's site and export the CSV again",
            Self::Json | Self::Xml | Self::Parquet | Self::Database => "Export usage as CSV instead",
            Self::Zip | Self::OldExcel => {
                "If it is a spreadsheet, save it as CSV (UTF-8); if an archive, unpack it"
            }
            Self::Gzip => "Unpack it first",
            Self::Pdf | Self::Image | Self::Prose | Self::Binary => "Choose the CSV file of the export",
        }
    }
}

impl fmt::Display for LooksLike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Html => "a web page (HTML), perhaps a log-in page",
            Self::Json => "JSON",
            Self::Xml => "XML",
            Self::Zip => "a ZIP archive or an Excel file (xlsx)",
            Self::Gzip => "a gzip archive",
            Self::OldExcel => "an old Excel file (xls)",
            Self::Pdf => "a PDF",
            Self::Image => "a picture",
            Self::Database => "an SQLite database",
            Self::Parquet => "a Parquet file",
            Self::Prose => "text without columns",
            Self::Binary => "binary data",
        })
    }
}

/// The header as it stands in the file, as much of it as a person reads.
fn shortened(header: &[String]) -> String {
    const LONGEST: usize = 1_000;
    let mut shown = header.join(",");
    if let Some((end, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(end);
        shown.push_str(" ...");
    }
    shown
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
