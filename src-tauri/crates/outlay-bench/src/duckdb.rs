//! DuckDB, through the Python package of its makers in an environment of its own below the bench's folder.
//!
//! It is measured warm and in its own process, as its users run it: starting Python is not counted.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use outlay_bench::ledger_rows::LedgerRow;
use serde_json::json;

use crate::child;
use crate::ledger;
use crate::peers::durations;
use crate::python::environment;
use crate::spans::Span;
use crate::table::Spread;

const PACKAGE: &str = "duckdb==2.0.0";
const SCRIPT: &str = include_str!("ask_duckdb.py");

/// A DuckDB file with the rows of the ledger.
pub(crate) struct DuckDb {
    python: PathBuf,
    script: PathBuf,
    file: PathBuf,
}

impl DuckDb {
    /// DuckDB with the rows of the ledger in `folder`, kept beside it.
    ///
    /// # Errors
    /// There is no Python, or the package cannot be fetched; the disk is full.
    pub(crate) fn with_rows(folder: &Path, rows: u64) -> Result<Self> {
        let files = folder.parent().context("the ledger's folder is in the bench's")?;
        let python = environment(&files.join("duckdb-python"), &[PACKAGE], "import duckdb")?;
        let script = files.join("ask_duckdb.py");
        fs_err::write(&script, SCRIPT)?;
        let duckdb = Self { python, script, file: folder.join("rows.duckdb") };
        if !duckdb.file.exists() {
            duckdb.load(folder, rows)?;
        }
        Ok(duckdb)
    }

    fn load(&self, folder: &Path, rows: u64) -> Result<()> {
        eprintln!("filling DuckDB with {rows} rows");
        let (plain, new) = (folder.join("rows.csv"), folder.join("rows.duckdb.new"));
        let mut out = BufWriter::new(fs_err::File::create(&plain)?);
        writeln!(
            out,
            "created_at,application,generation_type,model_used,provider,tokens_input,tokens_output,\
             cached_tokens,cost_nanos,duration_ms"
        )?;
        ledger::rows(rows).try_for_each(|row| write_row(&row, &mut out))?;
        out.flush()?;
        let loaded = child::run(self.command("load").arg(&new).arg(&plain));
        fs_err::remove_file(&plain)?;
        loaded?;
        fs_err::rename(&new, &self.file)?;
        Ok(())
    }

    /// How long the query takes over the spans, on a file that was asked before.
    ///
    /// # Errors
    /// DuckDB refuses the query.
    pub(crate) fn measure(&self, query: &str, spans: &[Span]) -> Result<Spread> {
        let bounds: Vec<[i64; 2]> = spans.iter().map(Span::micros).collect();
        let task = json!({ "query": query, "bounds": bounds }).to_string();
        let mut ask = self.command("ask");
        ask.arg(&self.file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut running = ask.spawn()?;
        running.stdin.take().context("its input is ours")?.write_all(task.as_bytes())?;
        let output = running.wait_with_output()?;
        if !output.status.success() {
            bail!("DuckDB ended with {}", output.status);
        }
        let seconds: Vec<f64> = serde_json::from_slice(&output.stdout)?;
        Spread::of(durations(&seconds)).context("no question")
    }

    fn command(&self, task: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(&self.script).arg(task);
        command
    }
}

fn write_row(row: &LedgerRow, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "{},{},{},{},{},{},{},{},{},{}",
        row.created_at,
        row.application,
        row.generation_type,
        row.model,
        row.provider,
        row.tokens_input,
        row.tokens_output,
        row.cached_tokens,
        row.cost_nanos,
        row.duration_ms,
    )
}
