//! `outlay quarantine`: rows that could not be read, with what to do about each.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use outlay_app::quarantine::{self, QuarantineRequest};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  $ outlay quarantine list
  $ outlay quarantine export -o bad_rows.csv";

/// Rows that could not be read: they are kept as they are and count nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Quarantine {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What is wrong with which line, and what to do
    #[command(after_help = "Examples:\n  $ outlay quarantine list")]
    List {
        /// Only of this import: its id, the beginning of it, or `latest`
        #[arg(long = "import", value_name = "ID")]
        import: Option<String>,
    },
    /// Write the rows as CSV, each with its reason
    #[command(after_help = "Examples:\n  $ outlay quarantine export -o bad_rows.csv")]
    Export {
        /// The file to write, `-` for standard output
        #[arg(long, short, value_name = "FILE", default_value = "-")]
        output: PathBuf,
    },
}

impl Quarantine {
    /// Lists the rows, or writes them to a file.
    ///
    /// # Errors
    /// An unknown import, and a file that cannot be written.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action.unwrap_or(Action::List { import: None }) {
            Action::List { import } => {
                let rows = quarantine::list(&session.app, QuarantineRequest { import, limit: None })?;
                session.printer.show(&rows, |rows| render::quarantine::grouped(&rows.rows, session.printer.terminal.width))?;
                if !rows.rows.is_empty() {
                    session.printer.hint("`outlay quarantine export -o bad_rows.csv` writes them with their reasons");
                }
                Ok(())
            }
            Action::Export { output } => {
                export(session, &output)
            }
        }
    }
}
