//! What an import answers: the contract for scripts, `outlay.import/1`.

use outlay_core::import::{Foreign, ImportError};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use outlay_core::report::Count;
use outlay_ledger::{ImportOutcome, MonthChange, Overlap};
use serde::Serialize;

use super::file::FileError;
use super::plan::Attempted;
use super::review::FileReview;
use super::words;
use crate::error::ApiError;

/// A plan, or the import that it became.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct ImportPlan {
    /// `outlay.import/1`.
    pub schema: &'static str,
    /// Names the plan: files, answers, the state of the ledger and what would come of it.
    pub plan_id: String,
    /// Whether it was done. False for a plan, and when no file went in.
    pub committed: bool,
    /// One entry per file, in the order given.
    pub files: Vec<PlannedFile>,
    /// Spend of the UTC days that the files touch, before.
    pub spend_before: Money,
    /// Spend of the same days after.
    pub spend_after: Money,
    /// The true spend is at least this: rows that count on these days have no price.
    pub at_least: bool,
}

/// What a file brings.
#[derive(Debug, Clone, PartialEq, Default, Serialize, specta::Type)]
pub struct PlannedFile {
    /// The path as given; `-` for standard input.
    pub path: String,
    /// The kind of source; null when the file could not be read.
    pub source: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// Whether it goes in: in a plan, that it would; after a commit, that it did.
    pub imported: bool,
    /// Whether a live import has the same bytes, so that there is nothing to do.
    pub already_imported: bool,
    /// The import's id; null in a plan, which is not an import yet.
    pub import_id: Option<String>,
    /// Rows that the ledger did not have.
    pub new: Count,
    /// Rows that it has.
    pub known: Count,
    /// Rows that now say something else.
    pub restated: Count,
    /// Rows that could not be read.
    pub quarantined: Count,
    /// Buckets without usage.
    pub empty: Count,
    /// Rows that are not usage, or older than what counts.
    pub ignored: Count,
    /// The first UTC day that the file covers.
    pub first_day: Option<Day>,
    /// The last.
    pub last_day: Option<Day>,
    /// The instant of the export.
    pub as_of: Option<Instant>,
    /// Rows that count on the file's days and are not in it.
    pub missing: Count,
    /// What these cost.
    pub missing_spend: Money,
    /// Days that another source describes too.
    pub overlaps: Vec<OverlapEntry>,
    /// Set when the file would lower closed days, and so does not speak for them.
    pub looks_older: Option<LooksOlder>,
    /// Spend of the file's UTC days by month, before and after.
    pub months: Vec<MonthEntry>,
    /// Rows that were refused for their currency.
    pub other_currencies: Vec<CurrencyEntry>,
    /// What must be answered before the file goes in.
    pub questions: Vec<QuestionEntry>,
    /// What was assumed when reading it.
    pub notes: Vec<String>,
    /// Why the file could not be read.
    pub error: Option<ApiError>,
    /// What a person sees of it; only in a plan that was asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<FileReview>,
    /// What the file cannot be read without; only in a plan that was asked for a review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<Need>,
}

/// What a file cannot be read without.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Need {
    /// Which column is what: `describe_table` says what there is.
    Mapping,
    /// Which part of a date with slashes is the month.
    DateOrder {
        /// A date as the file has it.
        example: String,
        /// Its line, from 1.
        line: Count,
        /// The ISO date if the month comes first.
        month_first: String,
        /// The ISO date if the day comes first.
        day_first: String,
    },
}

/// Days that several sources describe, and who speaks for them.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct OverlapEntry {
    /// Who bills it.
    pub provider: String,
    /// First UTC day.
    pub first_day: Day,
    /// Last UTC day.
    pub last_day: Day,
    /// What each source says.
    pub sources: Vec<SourceEntry>,
    /// The source that speaks for money.
    pub money: String,
    /// The source that speaks for tokens and calls.
    pub usage: String,
    /// Whether an earlier answer holds.
    pub settled: bool,
}

/// What one source says for the days of an overlap.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct SourceEntry {
    /// The kind of source.
    pub source: String,
    /// The account.
    pub account: String,
    /// Its money.
    pub spend: Money,
    /// Its tokens.
    pub tokens: Count,
    /// Its rows.
    pub rows: Count,
}

/// Totals of closed days that a file would lower.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct LooksOlder {
    /// Rows of closed days that differ.
    pub rows: Count,
    /// What counts for them.
    pub spend_now: Money,
    /// What the file says.
    pub spend_in_file: Money,
}

/// Spend of a UTC month, as far as the file covers it.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct MonthEntry {
    /// The month.
    pub month: Month,
    /// Before.
    pub before: Money,
    /// After.
    pub after: Money,
    /// The true spend is at least this: rows that count there have no price.
    pub at_least: bool,
}

/// Rows in another currency: quarantined, never converted, never added to dollars.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct CurrencyEntry {
    /// ISO code.
    pub currency: String,
    /// The UTC month; empty where the date could not be read.
    pub month: String,
    /// How many rows.
    pub rows: Count,
    /// Their exact sum in that currency.
    pub sum: String,
}

/// A question, and how to answer it.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct QuestionEntry {
    /// `another_account` or `missing_rows`.
    pub code: String,
    /// The question, with both sums.
    pub message: String,
    /// What to say.
    pub hint: String,
}

impl PlannedFile {
    /// The entry of a file that was read. A live import of the same bytes has answered every question.
    pub(super) fn of(path: &str, attempted: &Attempted) -> Self {
        let Attempted { run, months_without_price, import } = attempted;
        let outcome = &run.outcome;
        let identical = run.identical_to.is_some();
        let open = (!identical).then_some(outcome);
        let month =
            |change: &MonthChange| MonthEntry::of(change, months_without_price.contains(&change.month));
        let days = run.days();
        Self {
            path: path.to_owned(),
            source: Some(run.source.as_str().to_owned()),
            account: Some(run.account.clone()),
            imported: import.is_some(),
            already_imported: identical,
            import_id: import.map(|id| id.to_string()),
            new: count(outcome.found.new),
            known: count(outcome.found.known),
            restated: count(outcome.found.restated),
            quarantined: count(run.parsed.rejected),
            empty: count(run.parsed.empty),
            ignored: count(run.parsed.ignored + outcome.outdated),
            first_day: days.map(|(first, _)| words::day(first)),
            last_day: days.map(|(_, last)| words::day(last)),
            as_of: Some(outcome.as_of),
            missing: count(outcome.missing.rows),
            missing_spend: outcome.missing.spend,
            overlaps: open.iter().flat_map(|outcome| &outcome.overlaps).map(OverlapEntry::of).collect(),
            looks_older: open.and_then(|outcome| outcome.looks_older.as_ref()).map(|restated| LooksOlder {
                rows: count(restated.closed_rows),
                spend_now: restated.spend_now,
                spend_in_file: restated.spend_in_file,
            }),
            months: outcome.months.iter().map(month).collect(),
            other_currencies: run.parsed.foreign.iter().map(CurrencyEntry::of).collect(),
            questions: open.map(QuestionEntry::all).unwrap_or_default(),
            notes: run.parsed.notes.iter().map(words::note).collect(),
            review: run.review.clone(),
            ..Self::default()
        }
    }

    /// The entry of a file that could not be read.
    pub(super) fn unreadable(path: &str, error: ApiError) -> Self {
        Self { path: path.to_owned(), error: Some(error), ..Self::default() }
    }
}

impl Need {
    /// What would let the file be read, if there is such a thing.
    pub(super) fn of(error: &FileError) -> Option<Self> {
        match error {
            FileError::Format(ImportError::UnknownHeader(_) | ImportError::Mapping { .. }) => {
                Some(Self::Mapping)
            }
            FileError::Format(ImportError::AmbiguousDates { example, line, month_first, day_first }) => {
                Some(Self::DateOrder {
                    example: example.clone(),
                    line: count(*line),
                    month_first: month_first.clone(),
                    day_first: day_first.clone(),
                })
            }
            _ => None,
        }
    }
}

impl OverlapEntry {
    fn of(overlap: &Overlap) -> Self {
        let source = |sum: &outlay_ledger::SourceSum| SourceEntry {
            source: sum.source.clone(),
            account: sum.account.clone(),
            spend: sum.spend,
            tokens: Count(sum.tokens),
            rows: Count(sum.rows),
        };
        Self {
            provider: overlap.provider.clone(),
            first_day: words::day(overlap.days.0),
            last_day: words::day(overlap.days.1),
            sources: overlap.sources.iter().map(source).collect(),
            money: overlap.money.clone(),
            usage: overlap.usage.clone(),
            settled: overlap.settled_before,
        }
    }
}

impl MonthEntry {
    fn of(change: &MonthChange, at_least: bool) -> Self {
        Self { month: change.month, before: change.before, after: change.after, at_least }
    }
}

impl CurrencyEntry {
    fn of(foreign: &Foreign) -> Self {
        let Foreign { currency, month, rows, sum } = foreign;
        Self { currency: currency.clone(), month: month.clone(), rows: count(*rows), sum: sum.clone() }
    }
}

impl QuestionEntry {
    fn all(outcome: &ImportOutcome) -> Vec<Self> {
        let entry = |question| {
            let (code, message, hint) = words::question(question, outcome);
            Self { code: code.to_owned(), message, hint }
        };
        outcome.questions.iter().map(entry).collect()
    }
}

fn count(number: u64) -> Count {
    Count(i64::try_from(number).unwrap_or(i64::MAX))
}
