//! `outlay quarantine`: rows that could not be read, with what to do about each.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use outlay_app::formula_safe;
use outlay_app::quarantine::{self, QuarantineRequest};

use crate::failure::Failure;
use crate::host::write_whole;
use crate::render;
use crate::render::amount::counted;
use crate::session::Session;
use crate::verbs::imports;

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
        /// Only of this import: its id, as `outlay imports list` shows it, or `latest`
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
                let import = import
                    .map(|id| imports::resolved(session, id, "there are no imports yet", |_| true))
                    .transpose()?;
                let rows = quarantine::list(&session.app, QuarantineRequest { import, limit: None })?;
                session.printer.show(&rows, |rows| {
                    render::quarantine::grouped(&rows.rows, session.printer.terminal.width)
                })?;
                if !rows.rows.is_empty() {
                    session
                        .printer
                        .hint("`outlay quarantine export -o bad_rows.csv` writes them with their reasons");
                }
                Ok(())
            }
            Action::Export { output } => export(session, &output),
        }
    }
}

/// Each row verbatim, with where it stood and why it could not be read.
fn export(session: &Session, output: &Path) -> Result<(), Failure> {
    let rows = quarantine::list(&session.app, QuarantineRequest::default())?.rows;
    let mut table = String::from("file,line,column,expected,found,what to do,row\n");
    for row in &rows {
        let line = row.line.0.to_string();
        let cells = [&row.file_name, &line, &row.column, &row.expected, &row.found, &row.remedy, &row.record];
        table.push_str(&cells.map(|cell| quoted(cell)).join(","));
        table.push('\n');
    }
    if output.as_os_str() == "-" {
        return session.printer.raw(table.as_bytes());
    }
    write_whole(output, |file| file.write_all(table.as_bytes()).map_err(Failure::from))?;
    let rows = counted(i64::try_from(rows.len()).unwrap_or(i64::MAX), "row", "rows");
    session.printer.say(&format!("{rows} in {}", output.display()));
    Ok(())
}

/// A cell of a CSV file, which no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", formula_safe(cell).replace('"', "\"\""))
}
