//! `outlay import`: read, show the plan, ask, and do that very plan.

use std::path::PathBuf;

use clap::Args;
use outlay_app::import::{self, DaysChoice, ImportPlan, ImportRequest, PlannedFile};
use tempfile::NamedTempFile;

use crate::failure::{Exit, Failure};
use crate::host;
use crate::render;
use crate::render::imports::short;
use crate::session::{Session, instant};

const EXAMPLES: &str = "\
Where the exports are:
  OpenAI      platform.openai.com, Usage, Export
  Anthropic   platform.claude.com, Usage and Cost, Export
  OpenRouter  openrouter.ai, Activity, Export
  Cursor      cursor.com, Dashboard, Usage, Export CSV

Examples:
  $ outlay import completions_usage.csv --dry-run
  $ outlay import completions_usage.csv openrouter_activity.csv --yes
  $ outlay import openrouter_activity.csv --yes --json
  $ outlay import my_calls.csv --yes \\
      --map created_at=when --map model=name --map cost=price
  $ outlay import - --yes < openrouter_activity.csv";

/// Take in exports: any number of files, each recognised by its header, never by its name.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// Files, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show the plan, write nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
    /// Refuse a file of which any row cannot be read
    #[arg(long)]
    strict: bool,
    /// The account that the files are from, where they do not say
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// When the provider made the files, where they do not say
    #[arg(long, value_name = "RFC3339")]
    as_of: Option<String>,
    /// Rows that a newer file lacks no longer count: the file replaces its days
    #[arg(long, conflicts_with = "keep_days")]
    replace_days: bool,
    /// Rows that a newer file lacks go on counting
    #[arg(long)]
    keep_days: bool,
    /// Which column is which, for a file that is not recognised; remembered for files like it.
    /// FIELD is created_at, model, input_tokens, output_tokens, cached_tokens, cost, provider, ...;
    /// FIELD:=TEXT says the same of every row
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<String>,
}

impl Import {
    /// Shows what would happen, asks unless it was told, and does it.
    ///
    /// # Errors
    /// A file that cannot be read, a question without an answer, a no, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (dry_run, yes) = (self.dry_run, self.yes);
        let (request, _kept) = self.request()?;
        if !yes {
            let plan = session.long(|app| import::plan_import(app, request.clone()))?;
            let goes_in = plan.files.iter().any(|file| file.imported);
            if dry_run || !goes_in || !session.printer.terminal.can_ask {
                session
                    .printer
                    .show(&plan, |plan| render::plan::planned(plan, session.printer.terminal.width))?;
                verdict(&plan)?;
                return if dry_run || !goes_in { Ok(()) } else { Err(unasked()) };
            }
            session.printer.message(&render::plan::planned(&plan, session.printer.terminal.width));
            if !session.ask("Import?")? {
                return Err(Failure::refused("not_agreed", "nothing was written", ""));
            }
            return commit(session, ImportRequest { plan_id: Some(plan.plan_id), ..request });
        }
        commit(session, request)
    }

    /// What the app is asked; standard input is kept in a file as long as the second part lives.
    fn request(self) -> Result<(ImportRequest, Option<NamedTempFile>), Failure> {
        let piped = self.files.iter().any(|file| file.as_os_str() == "-");
        if piped && self.files.len() > 1 {
            return Err(Failure::usage(
                "`-` stands alone, without other files",
                "run `outlay import` once for each",
            ));
        }
        let kept = piped.then(host::standard_input).transpose()?;
        let files = kept.as_ref().map_or(self.files, |kept| vec![kept.path().to_owned()]);
        let days = match (self.replace_days, self.keep_days) {
            (true, _) => Some(DaysChoice::Replace),
            (false, true) => Some(DaysChoice::Keep),
            (false, false) => None,
        };
        let request = ImportRequest {
            files,
            piped_as: piped.then(|| "-".to_owned()),
            account: self.account,
            as_of: self.as_of.as_deref().map(instant).transpose()?,
            days,
            map: self.map,
            strict: self.strict,
            ..ImportRequest::default()
        };
        Ok((request, kept))
    }
}

fn commit(session: &Session, request: ImportRequest) -> Result<(), Failure> {
    let done = session.long(|app| import::commit_import(app, request))?;
    let printer = &session.printer;
    printer.show(&done, |done| render::plan::done(done, printer.terminal.width))?;
    if done.files.iter().any(|file| file.imported && file.quarantined.0 > 0) {
        printer.warn("some rows could not be read: `outlay quarantine list` says which, and what to do");
    }
    let months = done.files.iter().flat_map(|file| &file.months).map(|change| change.month);
    if let Some(month) = months.max().filter(|_| done.committed) {
        let undo = match &done.files[..] {
            [PlannedFile { import_id: Some(id), .. }] => {
                format!("`outlay imports undo {}` takes it back", short(id))
            }
            _ => "`outlay imports` shows what can be taken back".to_owned(),
        };
        printer.hint(&format!("`outlay report month {month}` shows the month, {undo}"));
    }
    verdict(&done)
}

/// Files that did not go in decide the exit code: one that cannot be read, then one with a question.
fn verdict(plan: &ImportPlan) -> Result<(), Failure> {
    if let Some(error) = plan.files.iter().find_map(|file| file.error.clone()) {
        return Err(Failure::from(error).shown());
    }
    let asks = plan.files.iter().any(|file| !file.questions.is_empty());
    if asks { Err(Failure::Shown(Exit::Refused)) } else { Ok(()) }
}

fn unasked() -> Failure {
    Failure::refused(
        "needs_yes",
        "nobody was asked, so nothing was written",
        "`--yes` imports without being asked",
    )
}
