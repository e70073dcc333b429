//! Collects what a review shows while a file is read.

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Facets, Fact};
use outlay_core::import::{Layout, Note, Parsed, Reject, SourceKind};
use outlay_core::money::Money;
use outlay_core::report::Count;
use outlay_ledger::{Costing, RestatedFact, Review, StatedRow, Verdict};
use rustc_hash::FxHashMap;

use super::review::{
    ChangedField, DatesZone, FileLayout, FileReview, RejectGroup, RejectedRow, ReviewedRestatement,
    ReviewedRow, RowVerdict, StatedValues, UnpricedModel, Warning,
};
use super::words;

/// As many rows of each kind as a person looks through.
pub(super) const SHOWN: usize = 200;

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
