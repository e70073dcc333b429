//! `outlay export`: all rows, to a file or a pipe.

use std::io::{self, BufWriter, Write, stdout};
use std::path::PathBuf;

use clap::Args;

use outlay_app::export::{self, ExportFormat, Exported};
use outlay_app::generations::Selection;

use crate::failure::Failure;
use crate::host::write_whole;
use crate::render::amount::{counted, money};
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay export --csv -o june.csv --from 2026-06-01 --to 2026-06-30
  $ outlay export --json > calls.json";

/// Write rows that count as CSV or JSON, with every digit.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// CSV, safe to open in a spreadsheet; this is the default
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// The file to write, `-` for standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// From this day, written 2026-06-01
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// To this day, which is included
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Rows that do not count too, each with the reason
    #[arg(long)]
    all: bool,
}

impl Export {
    /// Writes the rows.
    ///
    /// # Errors
    /// A day that is none, a file that cannot be written, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let format = if session.printer.json { ExportFormat::Json } else { ExportFormat::Csv };
        let select = Selection {
            from: self.from.as_deref().map(parsed).transpose()?,
            to: self.to.as_deref().map(parsed).transpose()?,
            user: session.user.clone(),
            left_out_too: self.all,
            ..Selection::default()
        };
        let write = |output: &mut dyn Write| {
            let mut output = Noticing { output, error: None };
            let exported = export::write(&session.app, select, format, &mut output);
            match output.error {
                Some(error) => Err(error.into()),
                None => exported.map_err(Failure::from),
            }
        };
        if self.output.as_os_str() == "-" {
            let exported = write(&mut BufWriter::new(stdout().lock()))?;
            session.printer.say(&summary(&exported));
        } else {
            let exported = write_whole(&self.output, write)?;
            session.printer.say(&format!("{} in {}", summary(&exported), self.output.display()));
        }
        Ok(())
    }
}

fn summary(exported: &Exported) -> String {
    format!("{}, {}", counted(exported.rows.0, "row", "rows"), money(exported.spend))
}

/// Keeps the system's own error, which tells a closed pipe from a full disk.
struct Noticing<'a> {
    output: &'a mut dyn Write,
    error: Option<io::Error>,
}

impl Noticing<'_> {
    fn noticed<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.map_err(|error| {
            let kind = error.kind();
            self.error = Some(error);
            kind.into()
        })
    }
}

impl Write for Noticing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.output.write(bytes);
        self.noticed(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.output.flush();
        self.noticed(flushed)
    }
}
