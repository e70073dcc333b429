//! The run that plan and commit share, and the id that ties them together.

use std::path::{Path, PathBuf};

use outlay_core::import::{ImportError, ParseOptions};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::{Answers, DaysAnswer, LedgerError, Writer};
use serde::Deserialize;

use super::file::{self, FileError, FileJob, FileRun};
use super::mapping;
use super::response::{ImportPlan, PlannedFile};
use crate::app::App;
use crate::error::{ApiError, AppError};

/// Files to import, and answers given beforehand.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// Paths of the files.
    pub files: Vec<PathBuf>,
    /// How a file is called, where its path is not its name: standard input that was kept in a file.
    #[serde(default)]
    pub piped_as: Option<String>,
    /// The account at the provider, for files that do not name it. Remembered per kind of source.
    #[serde(default)]
    pub account: Option<String>,
    /// The instant of the export, for files that do not state it.
    #[serde(default)]
    pub as_of: Option<Instant>,
    /// What happens to rows that count and that a newer file lacks.
    #[serde(default)]
    pub days: Option<DaysChoice>,
    /// `FIELD=COLUMN` pairs, or `FIELD:=TEXT` for every row, for a table that is no known export.
    #[serde(default)]
    pub map: Vec<String>,
    /// Import nothing if any row cannot be read.
    #[serde(default)]
    pub strict: bool,
    /// Only for a commit: the plan that was shown. Without it, whatever the plan would be is done.
    #[serde(default)]
    pub plan_id: Option<String>,
}

/// What happens to days that an earlier file of the same source described with other rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DaysChoice {
    /// The file speaks for its days.
    Replace,
    /// What counts there goes on counting.
    Keep,
}

/// Shows what importing the files would do. Nothing is written.
///
/// # Errors
/// The ledger cannot be written, or a single file cannot be read.
pub fn plan_import(app: &App, request: ImportRequest) -> Result<ImportPlan, ApiError> {
    app.plan(|writer| run(app, &writer, &request))
}

/// Imports the files, if the plan is still the one that was shown.
///
/// # Errors
/// `plan_changed` when a file or the ledger changed since; the ledger cannot be written; a single file
/// cannot be read; nothing is written then.
pub fn commit_import(app: &App, request: ImportRequest) -> Result<ImportPlan, ApiError> {
    app.write(|writer| {
        let mut plan = run(app, &writer, &request)?;
        if let Some(shown) = request.plan_id.as_ref().filter(|&shown| *shown != plan.plan_id) {
            return Err(AppError::PlanChanged { what: what_changed(shown, &plan.plan_id) });
        }
        plan.committed = plan.files.iter().any(|file| file.imported);
        if plan.committed {
            writer.commit()?;
        }
        Ok(plan)
    })
}

/// Takes all files into the book, each whole or not at all.
fn run(app: &App, writer: &Writer<'_>, request: &ImportRequest) -> Result<ImportPlan, AppError> {
    let mut hasher = blake3::Hasher::new();
    let mut files = Vec::new();
    let mut days = Vec::new();
    let mut change = 0_i64;
    for path in &request.files {
        let mut entry_of = |run: &FileRun| {
            hasher.update(&run.hash);
            let outcome = &run.outcome;
            change = change
                .saturating_add(outcome.spend_after.nanos().saturating_sub(outcome.spend_before.nanos()));
            days.extend(run.days());
        };
        match one(app, writer, request, path) {
            Ok((entry, run)) => {
                run.iter().for_each(&mut entry_of);
                files.push(entry);
            }
            // One bad file does not stop the others; alone, it is the answer.
            Err(AppError::File(error)) if request.files.len() > 1 => {
                let name = name_of(request, path);
                files.push(PlannedFile::unreadable(&name, AppError::File(error).into()));
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(file) = files.iter().find(|file| request.strict && file.quarantined.0 > 0) {
        return Err(AppError::Strict { path: file.path.clone(), rows: file.quarantined.0 });
    }
    let spend_after = writer.reader().spend_of_utc_days(&days)?;
    let spend_before = Money::from_nanos(spend_after.nanos().saturating_sub(change));
    let summary = serde_json::to_vec(&summaries(&files)).unwrap_or_default();
    hasher.update(&summary);
    let plan_id = format!("{}-{}", writer.identity().revision, &hasher.finalize().to_hex()[..16]);
    Ok(ImportPlan { schema: "outlay.import/1", plan_id, committed: false, files, spend_before, spend_after })
}

/// What a plan id stands for: every number of every file. Ids and the present are not part of it.
fn summaries(files: &[PlannedFile]) -> Vec<PlannedFile> {
    files.iter().map(|file| PlannedFile { import_id: None, as_of: None, ..file.clone() }).collect()
}

/// What of a file's run is kept when its changes are not.
enum Held {
    Failed(FileError),
    NotNow(Box<FileRun>),
}

impl From<LedgerError> for Held {
    fn from(error: LedgerError) -> Self {
        Self::Failed(error.into())
    }
}

/// One file, whole or not at all: an open question or identical bytes leave the book as it was. The
/// run comes along only if it goes in.
fn one(
    app: &App,
    writer: &Writer<'_>,
    request: &ImportRequest,
    path: &Path,
) -> Result<(PlannedFile, Option<FileRun>), AppError> {
    let mut job = job(app, request, path);
    job.options.mapping = mapping::given(&request.map)?;
    let outcome = match attempt(app, writer, &job) {
        Err(Held::Failed(FileError::Format(ImportError::UnknownHeader(table)))) => {
            let remembered = mapping::remembered(writer, &table.signature);
            match remembered.map(|mapping| job.options.mapping = mapping) {
                Err(error) => Err(Held::Failed(error)),
                Ok(()) if job.options.mapping.is_some() => attempt(app, writer, &job),
                Ok(()) => Err(Held::Failed(ImportError::UnknownHeader(table).into())),
            }
        }
        outcome => outcome,
    };
    match outcome {
        Ok(run) => Ok((PlannedFile::of(&job.name, &run, Some(job.id)), Some(run))),
        Err(Held::NotNow(run)) => Ok((PlannedFile::of(&job.name, &run, None), None)),
        Err(Held::Failed(FileError::Ledger(error))) => Err(error.into()),
        Err(Held::Failed(error)) => Err(error.into()),
    }
}

fn attempt(app: &App, writer: &Writer<'_>, job: &FileJob<'_>) -> Result<FileRun, Held> {
    writer.attempt(|| {
        let mut progress = |bytes, of| app.progress(&job.name, bytes, of);
        let run = file::run(writer, job, &mut progress).map_err(Held::Failed)?;
        let goes_in = run.identical_to.is_none() && run.outcome.questions.is_empty();
        if !goes_in {
            return Err(Held::NotNow(Box::new(run)));
        }
        if let Some(mapping) = &job.options.mapping {
            mapping::remember(writer, mapping, job.path).map_err(Held::Failed)?;
        }
        Ok(run)
    })
}

fn name_of(request: &ImportRequest, path: &Path) -> String {
    request.piped_as.clone().unwrap_or_else(|| path.display().to_string())
}

fn job<'a>(app: &App, request: &'a ImportRequest, path: &'a Path) -> FileJob<'a> {
    let now = app.now();
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
        options: ParseOptions::default(),
        now,
    }
}

/// The revision of the ledger stands before the dash.
fn what_changed(shown: &str, now: &str) -> &'static str {
    let revision = |id: &str| id.split('-').next().map(str::to_owned);
    if revision(shown) == revision(now) { "a file" } else { "the ledger" }
}
