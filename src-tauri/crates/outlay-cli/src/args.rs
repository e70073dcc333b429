//! What can be typed: the flags that every verb takes, and the list of verbs.
//!
//! The arguments of each verb stand in the verb's own file, beside what it does with them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::failure::Failure;
use crate::session::Session;
use crate::verbs::{
    alerts, applications, budget, calls, completions, config, doctor, explain, export, import, imports, log,
    mail, man, prices, quarantine, reconcile, report, run, safety, serve, settings, status, sync,
};

const AFTER_HELP: &str = "\
Begin with:
  outlay import FILE      take in an export of your provider (nothing is written before you agree)
  outlay report           the month: spend by type, model or provider, day by day, and where it is heading

Exit codes: 0 done, 1 refused, 2 wrong usage, 65 unreadable input, 66 no such file, 69 the gate cannot tell, or a
mail server, a team's server or the keychain does not answer, 74 storage error, 75 the gate's data is too old, 77 the
team's server does not allow it";

/// The ledger of record for AI spend: import what providers export, see what it cost, exactly.
#[derive(Debug, Parser)]
#[command(name = "outlay", version, after_help = AFTER_HELP, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// What every verb takes.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do; the status without.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// Flags that every verb takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The folder that holds the ledger, outlay.db [environment: OUTLAY_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Work on a separate ledger of sample data, which is filled on first use
    #[arg(long, global = true)]
    pub(crate) sample: bool,
    /// Count days in this IANA time zone, for this call only
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) time_zone: Option<String>,
    /// Whose spend: a name, or `all`; the ledger's owner without
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print data and errors, nothing else
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Never use colour
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Never ask
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Take this instant for the present
    #[arg(long, global = true, hide = true, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// The month in a line: spend, cap, newest data
    #[command(after_help = status::EXAMPLES)]
    Status,
    /// What a month or a range of days cost
    Report(report::Report),
    /// What providers bill, held against tokens times their price
    Reconcile(reconcile::Reconcile),
    /// The rows behind the figures
    Calls(calls::Calls),
    /// Why a row costs what it costs: the arithmetic, and where its price is from
    Explain(explain::Explain),
    /// Record one call by hand
    Log(Box<log::Log>),
    /// Take in exports of OpenAI, Anthropic, OpenRouter, Cursor, or any CSV file
    Import(import::Import),
    /// The imports so far; undo and redo them
    Imports(imports::Imports),
    /// Rows that could not be read
    Quarantine(quarantine::Quarantine),
    /// Names without a price, prices of your own, and pricing the past anew
    Prices(Box<prices::Prices>),
    /// What the spend is for: projects, workspaces, apps
    Applications(applications::Applications),
    /// The monthly cap and what happens around it
    Config(config::Config),
    /// Budgets beside the cap, and the gate for scripts: check, reserve, settle
    Budget(Box<budget::Budget>),
    /// Run a command if a budget has room for it
    Run(run::Run),
    /// Time zone and other settings of the ledger
    Settings(settings::Settings),
    /// What needs attention
    Alerts(alerts::Alerts),
    /// Mail about alerts of severity high and critical
    Mail(mail::Mail),
    /// Share the ledger with a team, or with your other machines
    Sync(Box<sync::Sync>),
    /// Write all rows as CSV or JSON
    Export(export::Export),
    /// Serve the page on this machine, to look at it in a browser
    Serve(serve::Serve),
    /// Check the ledger, or rebuild what is derived from its rows
    Doctor(doctor::Doctor),
    /// Write a copy of the ledger, while others may use it
    Backup(safety::Backup),
    /// Put a copy back into an empty data folder
    Restore(safety::Restore),
    /// Print completions for a shell
    Completions(completions::Completions),
    /// Print the manual page
    #[command(after_help = man::EXAMPLES)]
    Man,
}

impl Verb {
    /// Does what was asked.
    ///
    /// # Errors
    /// What the app refuses, and those of the output.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Status => status::run(session),
            Self::Report(verb) => verb.run(session),
            Self::Reconcile(verb) => verb.run(session),
            Self::Calls(verb) => verb.run(session),
            Self::Explain(verb) => verb.run(session),
            Self::Log(verb) => verb.run(session),
            Self::Import(verb) => verb.run(session),
            Self::Imports(verb) => verb.run(session),
            Self::Quarantine(verb) => verb.run(session),
            Self::Prices(verb) => verb.run(session),
            Self::Applications(verb) => verb.run(session),
            Self::Config(verb) => verb.run(session),
            Self::Budget(verb) => verb.run(session),
            Self::Run(verb) => verb.run(session),
            Self::Settings(verb) => verb.run(session),
            Self::Alerts(verb) => verb.run(session),
            Self::Mail(verb) => verb.run(session),
            Self::Sync(verb) => verb.run(session),
            Self::Export(verb) => verb.run(session),
            Self::Serve(verb) => verb.run(session),
            Self::Doctor(verb) => verb.run(session),
            Self::Backup(verb) => verb.run(session),
            Self::Restore(verb) => verb.run(session),
            Self::Completions(verb) => verb.run(&session.printer),
            Self::Man => man::run(&session.printer),
        }
    }
}
