//! `outlay quarantine`: rows that could not be read, with what to do about each.

use std::io::{BufWriter, Write, stdout};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

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
                let rows = quarantine::list(
                    &session.app,
                    QuarantineRequest { import, ..QuarantineRequest::default() },
                )?;
                session.printer.show(&rows, |rows| {
                    render::quarantine::grouped(&rows.rows, session.printer.terminal.width)
                })?;
                let them = if rows.next.is_some() {
                    "there are more: `outlay quarantine export -o bad_rows.csv` writes all"
                } else {
                    "`outlay quarantine export -o bad_rows.csv` writes them"
                };
                if !rows.rows.is_empty() {
                    session.printer.hint(&format!("{them} with their reasons"));
                }
                Ok(())
            }
            Action::Export { output } => export(session, &output),
        }
    }
}

/// Each row verbatim, with where it stood and why it could not be read.
fn export(session: &Session, output: &Path) -> Result<(), Failure> {
    if output.as_os_str() == "-" {
        return write(session, &mut BufWriter::new(stdout().lock())).map(drop);
    }
    let rows = write_whole(output, |file| write(session, file))?;
    session.printer.say(&format!("{} in {}", counted(rows, "row", "rows"), output.display()));
    Ok(())
}

/// Writes page after page, and says how many rows they hold.
fn write(session: &Session, output: &mut dyn Write) -> Result<i64, Failure> {
    output.write_all(quarantine::CSV_HEADER.as_bytes())?;
    let (mut count, mut after) = (0, None);
    loop {
        let page =
            quarantine::list(&session.app, QuarantineRequest { after, ..QuarantineRequest::default() })?;
        for row in &page.rows {
            output.write_all(row.csv_line().as_bytes())?;
            count += 1;
        }
        after = page.next;
        if after.is_none() {
            output.flush()?;
            return Ok(count);
        }
    }
}
