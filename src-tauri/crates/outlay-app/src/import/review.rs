//! What a person sees of a file before it goes in: its first rows, what it restates, what could not be read,
//! and how the text was taken. Asked for by a window; a script has the numbers of the plan.
//!
//! Every list is bounded, and the plan beside it has the totals.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Facets, Fact};
use outlay_core::import::{DateOrder, DecimalMark, Layout, Note, Parsed, Reject, SourceKind};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::{Costing, RestatedFact, Review, StatedRow, Verdict};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::words;

/// As many rows of each kind as a person looks through.
pub(super) const SHOWN: usize = 200;

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

/// Collects what a review shows while the file is read.
#[derive(Debug, Default)]
pub(super) struct Reviewer {
    rows: Vec<ReviewedRow>,
    spend: Money,
    unpriced: FxHashMap<(String, String), i64>,
    rejects: Vec<RejectGroup>,
    rejected: usize,
}

impl Reviewer {
    /// Takes a fact with its cost.
    pub(super) fn fact(&mut self, facets: &Facets, fact: &Fact, costing: &Costing<'_>) {
        if costing.basis.is_spend() {
            self.spend = self.spend.saturating_add(costing.cost);
        }
        if costing.basis == CostBasis::Unpriced {
            *self.unpriced.entry((facets.provider.clone(), facets.model.clone())).or_default() += 1;
        }
        if self.rows.len() < SHOWN {
            self.rows.push(ReviewedRow {
                line: Count(i64::try_from(fact.line).unwrap_or(i64::MAX)),
                created_at: fact.created_at,
                period_end: fact.period_end,
                model: facets.model.clone(),
                provider: facets.provider.clone(),
                generation_type: facets.generation_type.clone(),
                requests: fact.request_count.map(Count),
                tokens_input: Count(fact.tokens.input()),
                tokens_output: Count(fact.tokens.output),
                cached_tokens: Count(fact.tokens.cache_read),
                cost: costing.cost,
                basis: costing.basis,
                verdict: RowVerdict::New,
            });
        }
    }

    /// Takes a row that could not be read.
    pub(super) fn reject(&mut self, reject: &Reject) {
        let kind = words::kind(reject.kind);
        let at = self.rejects.iter().position(|group| group.kind == kind).unwrap_or_else(|| {
            self.rejects.push(RejectGroup { kind: kind.to_owned(), rows: Count(0), first: Vec::new() });
            self.rejects.len() - 1
        });
        let group = &mut self.rejects[at];
        group.rows.0 += 1;
        self.rejected += 1;
        if self.rejected <= SHOWN || group.first.is_empty() {
            group.first.push(RejectedRow::of(reject));
        }
    }

    /// The review of the file that was read.
    pub(super) fn finish(mut self, layout: &Layout, parsed: &Parsed, review: &Review) -> FileReview {
        for (row, verdict) in self.rows.iter_mut().zip(&review.verdicts) {
            row.verdict = RowVerdict::of(*verdict);
        }
        self.rejects.sort_by_key(|group| std::cmp::Reverse(group.rows));
        let unpriced = self.unpriced.into_iter();
        let mut unpriced: Vec<UnpricedModel> = unpriced
            .map(|((provider, model), rows)| UnpricedModel { provider, model, rows: Count(rows) })
            .collect();
        unpriced.sort_by(|one, other| other.rows.cmp(&one.rows).then_with(|| one.model.cmp(&other.model)));
        FileReview {
            layout: FileLayout::of(layout, parsed),
            spend: self.spend,
            rows: self.rows,
            restated: review.restated.iter().map(ReviewedRestatement::of).collect(),
            rejects: self.rejects,
            warnings: warnings(parsed, &unpriced),
            unpriced,
        }
    }
}

fn warnings(parsed: &Parsed, unpriced: &[UnpricedModel]) -> Vec<Warning> {
    let code = |note: &Note| match note {
        Note::Encoding { guessed: true, .. } => Some("encoding_guessed"),
        Note::MixedEncoding { .. } => Some("mixed_encoding"),
        Note::RepeatedHeader { .. } => Some("repeated_header"),
        _ => None,
    };
    let notes = parsed.notes.iter();
    let mut warnings: Vec<Warning> =
        notes.filter_map(|note| Some(Warning { code: code(note)?, message: words::note(note) })).collect();
    let rows: i64 = unpriced.iter().map(|model| model.rows.0).sum();
    if rows > 0 {
        warnings.push(Warning { code: "unpriced", message: words::unpriced(rows, unpriced.len()) });
    }
    warnings
}

impl FileLayout {
    fn of(layout: &Layout, parsed: &Parsed) -> Self {
        let order = |note: &Note| match note {
            Note::DateOrder { order } => Some(*order),
            _ => None,
        };
        Self {
            source_title: parsed.source.title().to_owned(),
            encoding: layout.encoding.clone(),
            encoding_guessed: layout.encoding_guessed,
            delimiter: layout.delimiter.to_string(),
            header_line: Count(i64::try_from(layout.header_line).unwrap_or(i64::MAX)),
            decimal: layout.decimal,
            date_order: parsed.notes.iter().find_map(order),
            dates_zone: match parsed.source {
                SourceKind::Mapped => DatesZone::Assumed,
                _ => DatesZone::Provider,
            },
            currency: "USD",
            ignored_columns: layout.ignored_columns.clone(),
        }
    }
}

impl RejectedRow {
    fn of(reject: &Reject) -> Self {
        Self {
            line: Count(i64::try_from(reject.line).unwrap_or(i64::MAX)),
            column: reject.column.clone(),
            expected: reject.expected.clone(),
            found: reject.found.clone(),
            remedy: reject.remedy.clone(),
            record: reject.record.clone(),
        }
    }
}

impl RowVerdict {
    const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::New => Self::New,
            Verdict::Known => Self::Known,
            Verdict::Restated => Self::Restated,
            Verdict::Outdated => Self::Outdated,
        }
    }
}

impl ReviewedRestatement {
    fn of(fact: &RestatedFact) -> Self {
        let (before, after) = (StatedValues::of(&fact.before), StatedValues::of(&fact.after));
        Self {
            id: fact.before.id.to_string(),
            line: fact.after.line.map(Count),
            created_at: fact.after.created_at,
            model: fact.after.model.clone(),
            changed: changed(&before, &after),
            before,
            after,
        }
    }
}

fn changed(before: &StatedValues, after: &StatedValues) -> Vec<ChangedField> {
    let differences = [
        (ChangedField::Requests, before.requests != after.requests),
        (ChangedField::TokensInput, before.tokens_input != after.tokens_input),
        (ChangedField::TokensOutput, before.tokens_output != after.tokens_output),
        (ChangedField::CachedTokens, before.cached_tokens != after.cached_tokens),
        (ChangedField::Cost, before.cost != after.cost),
        (ChangedField::Basis, before.basis != after.basis),
    ];
    let differing = differences.into_iter().filter(|(_, differs)| *differs);
    let mut fields: Vec<ChangedField> = differing.map(|(field, _)| field).collect();
    if fields.is_empty() {
        fields.push(ChangedField::Content);
    }
    fields
}

impl StatedValues {
    fn of(row: &StatedRow) -> Self {
        Self {
            requests: row.requests.map(Count),
            tokens_input: Count(row.tokens_input),
            tokens_output: Count(row.tokens_output),
            cached_tokens: Count(row.cached_tokens),
            cost: row.cost,
            basis: row.basis,
        }
    }
}
