//! `outlay import`: read, show the plan, ask, and do that very plan.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Where the exports are:
  OpenAI      platform.openai.com, Usage, Export (usage and cost)
  Anthropic   console.anthropic.com, Usage and Cost, Export
  OpenRouter  openrouter.ai, Activity, Export CSV
  Cursor      cursor.com, Dashboard, Usage, Export CSV

Examples:
  $ outlay import completions_usage.csv --dry-run
  $ outlay import completions_usage.csv openrouter_activity.csv --yes
  $ outlay import openrouter_activity.csv --yes --json
  $ outlay import my_calls.csv --map created_at=when --map model_used=name --map cost_usd=price --yes
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
    /// Which column is which, for a file that is not recognised; remembered for files like it
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<String>,
}

impl Import {
    /// Imports.
    ///
    /// # Errors
    /// All.
    pub(crate) fn run(self, _session: &crate::session::Session) -> Result<(), crate::failure::Failure> {
        Ok(())
    }
}
