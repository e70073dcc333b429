//! What a person sees of a file before it goes in: its first rows, what it restates, what could not be read,
//! and how the text was taken. Asked for by a window; a script has the numbers of the plan.
//!
//! Every list is bounded, and the plan beside it has the totals. How it is collected is in `reviewer`.

use outlay_core::basis::CostBasis;
use outlay_core::import::{DateOrder, DecimalMark};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::report::Count;
use serde::Serialize;

/// What a person sees of a file before it goes in.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct FileReview {
    /// How the file was read.
    pub layout: FileLayout,
    /// Money out of all its rows.
    pub spend: Money,
    /// Its first rows, at most 200, in the order of the file; those of an aggregated export by time.
    pub rows: Vec<ReviewedRow>,
    /// The first rows that say something else than the ledger, at most 200.
    pub restated: Vec<ReviewedRestatement>,
    /// What could not be read, by the repair that it needs; at most 200 rows in all stand in the groups.
    pub rejects: Vec<RejectGroup>,
    /// Models without a known price, the one with the most rows first.
    pub unpriced: Vec<UnpricedModel>,
    /// What may be wrong although it could be read.
    pub warnings: Vec<Warning>,
}

/// How a file was read. Order of dates and decimal mark can be said otherwise in the request.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct FileLayout {
    /// The kind of source in words.
    pub source_title: String,
    /// The name of the encoding.
    pub encoding: String,
    /// Whether it was guessed from the bytes.
    pub encoding_guessed: bool,
    /// What parts the cells.
    pub delimiter: String,
    /// The line of the header, from 1.
    pub header_line: Count,
    /// The decimal mark.
    pub decimal: DecimalMark,
    /// Which part of a date with slashes is the month; null where no date has slashes, or all say it.
    pub date_order: Option<DateOrder>,
    /// Where the zone of times without one comes from.
    pub dates_zone: DatesZone,
    /// The currency of the amounts that go in, `USD`. Others are rejects.
    pub currency: &'static str,
    /// Columns that are not read, as the file spells them.
    pub ignored_columns: Vec<String>,
}

/// Where the zone of times without one comes from. It is UTC either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DatesZone {
    /// The provider exports in UTC.
    Provider,
    /// Nobody says: UTC is assumed.
    Assumed,
}

/// A row as it was parsed.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct ReviewedRow {
    /// Its line, from 1.
    pub line: Count,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The end of the bucket; null for a call.
    pub period_end: Option<Instant>,
    /// The model as the source writes it.
    pub model: String,
    /// Who bills it.
    pub provider: String,
    /// The generation type.
    pub generation_type: String,
    /// How many requests; null where the source gives none.
    pub requests: Option<Count>,
    /// All input tokens.
    pub tokens_input: Count,
    /// All output tokens.
    pub tokens_output: Count,
    /// Input tokens read from a cache.
    pub cached_tokens: Count,
    /// Money out.
    pub cost: Money,
    /// What it rests on.
    pub basis: CostBasis,
    /// What the ledger has of it.
    pub verdict: RowVerdict,
}

/// What the ledger has of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum RowVerdict {
    /// Nothing.
    New,
    /// The same.
    Known,
    /// Other values, in whose place these count.
    Restated,
    /// Newer values, which go on counting.
    Outdated,
}

/// A row that says something else than the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct ReviewedRestatement {
    /// The id of the row that counts before.
    pub id: String,
    /// The line of the file, from 1.
    pub line: Option<Count>,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The model as the file writes it.
    pub model: String,
    /// What differs.
    pub changed: Vec<ChangedField>,
    /// What counts before.
    pub before: StatedValues,
    /// What the file says.
    pub after: StatedValues,
}

/// A field that differs; `content` where none of the others does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ChangedField {
    /// How many requests.
    Requests,
    /// Input tokens.
    TokensInput,
    /// Output tokens.
    TokensOutput,
    /// Input tokens read from a cache.
    CachedTokens,
    /// Money out.
    Cost,
    /// What the cost rests on.
    Basis,
    /// Something else of the row.
    Content,
}

/// The figures of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct StatedValues {
    /// How many requests; null where the source gives none.
    pub requests: Option<Count>,
    /// All input tokens.
    pub tokens_input: Count,
    /// All output tokens.
    pub tokens_output: Count,
    /// Input tokens read from a cache.
    pub cached_tokens: Count,
    /// Money out.
    pub cost: Money,
    /// What it rests on.
    pub basis: CostBasis,
}

/// Rows that could not be read and need the same repair.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct RejectGroup {
    /// The kind of fault.
    pub kind: String,
    /// How many rows have it.
    pub rows: Count,
    /// The first of them.
    pub first: Vec<RejectedRow>,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct RejectedRow {
    /// Its line, from 1.
    pub line: Count,
    /// The column at fault; empty when the row as a whole is.
    pub column: String,
    /// What was expected there.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub remedy: String,
    /// The row, verbatim.
    pub record: String,
}

/// A model without a known price.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct UnpricedModel {
    /// Who bills it.
    pub provider: String,
    /// The model as the source writes it.
    pub model: String,
    /// How many rows of the file.
    pub rows: Count,
}

/// What may be wrong although it could be read.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Warning {
    /// `encoding_guessed`, `mixed_encoding`, `repeated_header`, or `unpriced`.
    pub code: &'static str,
    /// What it is, in a sentence.
    pub message: String,
}
