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
use crate::error::{ApiError, Code};

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
    app.write(|writer| run(app, writer, &request)).map(|(plan, _dropped)| plan)
}

/// Imports the files, if the plan is still the one that was shown.
///
/// # Errors
/// `plan_changed` when a file or the ledger changed since; the ledger cannot be written; a single file
/// cannot be read; nothing is written then.
pub fn commit_import(app: &App, request: ImportRequest) -> Result<ImportPlan, ApiError> {
    app.commit(|writer| {
        let mut plan = run(app, writer, &request)?;
        if let Some(shown) = request.plan_id.as_ref().filter(|&shown| *shown != plan.plan_id) {
            return Err(changed(shown, &plan.plan_id));
        }
        plan.committed = plan.files.iter().any(|file| file.imported);
        Ok(plan)
    })
}

/// Takes all files into the book, each whole or not at all.
fn run(app: &App, writer: &Writer<'_>, request: &ImportRequest) -> Result<ImportPlan, ApiError> {
    let mut hasher = blake3::Hasher::new();
    let mut files = Vec::new();
    let mut days = Vec::new();
    let mut change = 0_i64;
    for path in &request.files {
        let (entry, run) = one(app, writer, request, path);
        if let Some(run) = run {
            hasher.update(&run.hash);
            let outcome = run.outcome;
            change = change.saturating_add(outcome.spend_after.nanos().saturating_sub(outcome.spend_before.nanos()));
            days.extend(run.parsed_days);
        }
        files.push(entry);
    }
    let refused = request.strict && files.iter().any(|file| file.quarantined.0 > 0);
    if let (true, Some(file)) = (refused, files.iter().find(|file| file.quarantined.0 > 0)) {
        return Err(ApiError::strict(&file.path, file.quarantined.0));
    }
    if let [PlannedFile { error: Some(error), .. }] = &files[..] {
        return Err(error.clone());
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

/// One file, whole or not at all: an open question or identical bytes leave the book as it was.
fn one(app: &App, writer: &Writer<'_>, request: &ImportRequest, path: &Path) -> (PlannedFile, Option<FileRun>) {
    let name = request.piped_as.clone().unwrap_or_else(|| path.display().to_string());
    let mut job = FileJob {
        path,
        name: name.clone(),
        id: app.new_id(),
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
        now: app.now(),
    };
    let mut attempt = |job: &FileJob<'_>| {
        writer.attempt(|| {
            let run = file::run(writer, job, &mut |bytes, of| app.progress(&name, bytes, of)).map_err(Held::Failed)?;
            let goes_in = run.identical_to.is_none() && run.outcome.questions.is_empty();
            if goes_in { Ok(run) } else { Err(Held::NotNow(Box::new(run))) }
        })
    };
    let outcome = match mapping::given(&request.map) {
        Ok(Some(mapping)) => {
            job.options.mapping = Some(mapping);
            attempt(&job)
        }
        Ok(None) => match attempt(&job) {
            Err(Held::Failed(FileError::Format(ImportError::UnknownHeader(table)))) => {
                match mapping::remembered(writer, &table.signature) {
                    Some(mapping) => {
                        job.options.mapping = Some(mapping);
                        attempt(&job)
                    }
                    None => Err(Held::Failed(FileError::Format(ImportError::UnknownHeader(table)))),
                }
            }
            outcome => outcome,
        },
        Err(error) => return (PlannedFile::unreadable(&name, error), None),
    };
    match outcome {
        Ok(run) => {
            let entry = PlannedFile::of(&name, &run, job.id.to_string());
            (entry, Some(run))
        }
        Err(Held::NotNow(run)) => (PlannedFile::of(&name, &run, job.id.to_string()), None),
        Err(Held::Failed(error)) => (PlannedFile::unreadable(&name, error.into()), None),
    }
}

/// Says which of the two changed: the revision of the ledger stands before the dash.
fn changed(shown: &str, now: &str) -> ApiError {
    let revision = |id: &str| id.split('-').next().map(str::to_owned);
    let what = if revision(shown) == revision(now) { "a file" } else { "the ledger" };
    ApiError {
        code: Code::PlanChanged,
        message: format!("{what} changed since the plan was made, so nothing was imported"),
        hint: Some("Look at the new plan, then confirm it".to_owned()),
    }
}
