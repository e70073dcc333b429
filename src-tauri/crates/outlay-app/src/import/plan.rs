//! The run that plan and commit share, and the id that ties them together.

use std::collections::BTreeSet;
use std::path::Path;

use outlay_core::import::{ImportError, ParseOptions};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_ledger::{Answers, DaysAnswer, LedgerError, Writer};
use uuid::Uuid;

use super::file::{self, FileError, FileJob, FileRun};
use super::mapping;
use super::request::{DaysChoice, ImportRequest};
use super::response::{ImportPlan, Need, PlannedFile};
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::event::Unit;

/// Shows what importing the files would do. Nothing is written.
///
/// # Errors
/// The ledger cannot be written, or a single file cannot be read.
pub fn plan_import(app: &App, request: ImportRequest) -> Result<ImportPlan, ApiError> {
    app.shows_own()?;
    app.plan(|writer| {
        let mut plan = run(app, &writer, &request)?;
        plan.files.iter_mut().for_each(|file| file.import_id = None);
        Ok(plan)
    })
}

/// Imports the files, if the plan is still the one that was shown.
///
/// # Errors
/// `plan_changed` when a file or the ledger changed since; the ledger cannot be written; a single file
/// cannot be read; nothing is written then.
pub fn commit_import(app: &App, request: ImportRequest) -> Result<ImportPlan, ApiError> {
    app.shows_own()?;
    commit(app, request)
}

/// The import itself, into whichever ledger is shown.
pub(crate) fn commit(app: &App, request: ImportRequest) -> Result<ImportPlan, ApiError> {
    let plan = app.write_much(|writer| {
        let mut plan = run(app, &writer, &request)?;
        if let Some(shown) = request.plan_id.as_ref().filter(|&shown| *shown != plan.plan_id) {
            return Err(AppError::PlanChanged { what: what_changed(shown, &plan.plan_id) });
        }
        plan.committed = plan.files.iter().any(|file| file.imported);
        if plan.committed {
            let ids = plan.files.iter().filter_map(|file| file.import_id.as_ref()?.parse().ok());
            alerts::evaluate(app, &writer, Happened::Imported(&ids.collect::<Vec<Uuid>>()))?;
            writer.commit()?;
        }
        Ok(plan)
    })?;
    // One that did not go in may yet, with another answer.
    let is_in = |file: &PlannedFile| file.imported || file.already_imported;
    for (path, _) in request.files.iter().zip(&plan.files).filter(|(_, file)| is_in(file)) {
        app.held.release(path);
    }
    Ok(plan)
}

/// Takes all files into the book, each whole or not at all.
fn run(app: &App, writer: &Writer<'_>, request: &ImportRequest) -> Result<ImportPlan, AppError> {
    let now = app.now();
    let mut hasher = blake3::Hasher::new();
    let mut files = Vec::new();
    let mut days = Vec::new();
    let mut change = 0_i64;
    for path in &request.files {
        match one(app, writer, &request.of_file(path), path, now) {
            Ok(attempted) => {
                hasher.update(&attempted.run.hash);
                days.extend(attempted.run.days());
                change = change.saturating_add(attempted.change());
                files.push(PlannedFile::of(&name_of(request, path), &attempted));
            }
            // One bad file does not stop the others; alone, it is the answer.
            Err(AppError::File(error)) if request.files.len() > 1 || request.detail => {
                let name = name_of(request, path);
                let needs = Need::of(&error).filter(|_| request.detail);
                let unreadable = PlannedFile::unreadable(&name, AppError::File(error).into());
                files.push(PlannedFile { needs, ..unreadable });
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(file) = files.iter().find(|file| request.strict && file.quarantined.0 > 0) {
        return Err(AppError::Strict { path: file.path.clone(), rows: file.quarantined.0 });
    }
    let reader = writer.reader();
    let spend_after = reader.spend_of_utc_days(&days)?;
    let spend_before = Money::from_nanos(spend_after.nanos().saturating_sub(change));
    let mut at_least = false;
    for &days in &days {
        at_least |= !reader.months_without_price(days)?.is_empty();
    }
    hasher.update(&named(request, &files, now));
    let plan_id = format!("{}-{}", writer.identity().revision, &hasher.finalize().to_hex()[..16]);
    let (schema, committed) = ("outlay.import/1", false);
    Ok(ImportPlan { schema, plan_id, committed, files, spend_before, spend_after, at_least })
}

/// What a plan id stands for, besides bytes and revision: the answers, and every number of every file.
/// Ids and the present, as which a pipe counts as exported, are not part of it.
fn named(request: &ImportRequest, files: &[PlannedFile], now: Instant) -> Vec<u8> {
    let summary = |file: &PlannedFile| PlannedFile {
        import_id: None,
        review: None,
        needs: None,
        as_of: file.as_of.filter(|&as_of| as_of < now),
        ..file.clone()
    };
    let files: Vec<_> = files.iter().map(summary).collect();
    let ImportRequest { account, as_of, days, map, strict, date_order, decimal, answers, .. } = request;
    let said = (account, as_of, days, map, strict, date_order, decimal, answers);
    serde_json::to_vec(&(said, files)).unwrap_or_default()
}

/// A file that was read, whether or not it goes in.
pub(super) struct Attempted {
    /// What came of it.
    pub(super) run: FileRun,
    /// The UTC months of its days in which rows without a price count once it is in.
    pub(super) months_without_price: BTreeSet<Month>,
    /// The id of its import, if it goes in.
    pub(super) import: Option<Uuid>,
}

impl Attempted {
    /// By how many nano-dollars it changes the spend of its days.
    fn change(&self) -> i64 {
        let outcome = &self.run.outcome;
        match self.import {
            Some(_) => outcome.spend_after.nanos().saturating_sub(outcome.spend_before.nanos()),
            None => 0,
        }
    }
}

/// What of a file's run is kept when its changes are not.
enum Held {
    Failed(FileError),
    NotNow(Box<Attempted>),
}

impl From<LedgerError> for Held {
    fn from(error: LedgerError) -> Self {
        Self::Failed(error.into())
    }
}

/// One file, whole or not at all: an open question or identical bytes leave the book as it was.
fn one(
    app: &App,
    writer: &Writer<'_>,
    request: &ImportRequest,
    path: &Path,
    now: Instant,
) -> Result<Attempted, AppError> {
    let mut job = job(app, request, path, now);
    job.options.mapping = mapping::given(writer, &request.map, path)?;
    let outcome = match attempt(app, writer, &job) {
        Err(Held::Failed(FileError::Format(ImportError::UnknownHeader(table)))) => {
            let remembered = mapping::remembered(&writer.reader(), &table.signature);
            match remembered.map(|mapping| job.options.mapping = mapping) {
                Err(error) => Err(Held::Failed(error)),
                Ok(()) if job.options.mapping.is_some() => attempt(app, writer, &job),
                Ok(()) => Err(Held::Failed(ImportError::UnknownHeader(table).into())),
            }
        }
        outcome => outcome,
    };
    match outcome {
        Ok(attempted) => Ok(attempted),
        Err(Held::NotNow(attempted)) => Ok(*attempted),
        Err(Held::Failed(FileError::Ledger(error))) => Err(error.into()),
        Err(Held::Failed(error)) => Err(error.into()),
    }
}

fn attempt(app: &App, writer: &Writer<'_>, job: &FileJob<'_>) -> Result<Attempted, Held> {
    writer.attempt(|| {
        let mut progress = |bytes, of| app.progress(&job.name, bytes, of, Unit::Bytes);
        let run = file::run(writer, job, &mut progress).map_err(Held::Failed)?;
        let days = run.days().unwrap_or((0, -1));
        let months_without_price = writer.reader().months_without_price(days)?;
        let goes_in = run.identical_to.is_none() && run.outcome.questions.is_empty();
        let attempted = Attempted { run, months_without_price, import: goes_in.then_some(job.id) };
        if !goes_in {
            return Err(Held::NotNow(Box::new(attempted)));
        }
        if let Some(mapping) = &job.options.mapping {
            mapping::remember(writer, mapping, job.path).map_err(Held::Failed)?;
        }
        Ok(attempted)
    })
}

fn name_of(request: &ImportRequest, path: &Path) -> String {
    request.piped_as.clone().unwrap_or_else(|| path.display().to_string())
}

fn job<'a>(app: &App, request: &'a ImportRequest, path: &'a Path, now: Instant) -> FileJob<'a> {
    FileJob {
        path,
        name: name_of(request, path),
        id: app.new_id(now),
        account: request.account.as_deref(),
        as_of: request.as_of,
        piped: request.piped_as.is_some(),
        answers: Answers {
            account: request.account.is_some(),
            as_of: request.as_of.is_some(),
            days: request.days.map(|days| match days {
                DaysChoice::Replace => DaysAnswer::Replace,
                DaysChoice::Keep => DaysAnswer::Keep,
            }),
        },
        options: ParseOptions { mapping: None, date_order: request.date_order, decimal: request.decimal },
        review: request.detail,
        now,
    }
}

/// The revision of the ledger stands before the dash.
fn what_changed(shown: &str, now: &str) -> &'static str {
    let revision = |id: &str| id.split('-').next().map(str::to_owned);
    if revision(shown) == revision(now) { "a file" } else { "the ledger" }
}
