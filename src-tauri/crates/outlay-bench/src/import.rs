//! The import of a year's export, beside SQLite's own `.import` of the same rows into the original table;
//! the same rows again in another order; and an import that is interrupted.

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use outlay_bench::openrouter::Calls;
use outlay_bench::original;

use crate::cancel::Cancel;
use crate::child::{self, Run};
use crate::table::{Line, median, memory, ratio, time};
use crate::{evaluation, ledger};

/// What to import and how often.
#[derive(Debug)]
pub(crate) struct Import {
    /// The program that is measured.
    pub(crate) outlay: PathBuf,
    /// Where the files and ledgers of the measurement lie.
    pub(crate) files: PathBuf,
    /// Rows of the export.
    pub(crate) rows: u32,
    /// How often each thing is measured.
    pub(crate) runs: usize,
}

/// How often the evaluation of alerts is measured.
const EVALUATIONS: usize = 20;

/// The times of all runs.
#[derive(Debug, Default)]
struct Times {
    peer: Vec<Duration>,
    first: Vec<Duration>,
    again: Vec<Duration>,
    peaks: Vec<u64>,
}

/// Writes the files, then measures in turn: the peer, the import, the import of the same rows in another order.
///
/// # Errors
/// When a program fails, or does not find the rows that are there.
pub(crate) fn measure(import: &Import) -> Result<Vec<Line>> {
    let [export, other_order, plain] =
        ["openrouter.csv", "openrouter-shuffled.csv", "original.csv"].map(|name| import.files.join(name));
    let calls = Calls::new(import.rows, 1);
    crate::write_openrouter(&calls, false, &export)?;
    crate::write_openrouter(&calls, true, &other_order)?;
    original::write_csv(&calls, &mut BufWriter::new(fs_err::File::create(&plain)?))?;
    let mut times = Times::default();
    for run in 1..=import.runs {
        eprintln!("import of {} rows: run {run} of {}", import.rows, import.runs);
        times.peer.push(import.by_sqlite(&plain)?.time);
        let ledger = import.files.join("ledger");
        if ledger.exists() {
            fs_err::remove_dir_all(&ledger)?;
        }
        let first = import.by_outlay(&export, &ledger, import.rows)?;
        times.first.push(first.time);
        times.peaks.extend(first.peak);
        times.again.push(import.by_outlay(&other_order, &ledger, 0)?.time);
    }
    let last = import.files.join("ledger");
    let whole = median(times.first.clone()).context("nothing was measured: --runs is 0")?;
    let cancel = Cancel { outlay: &import.outlay, export: &export, whole, files: &import.files };
    let cancelled = cancel.measure(import.runs)?;
    let mut lines = lines(times, import.rows).context("nothing was measured: --runs is 0")?;
    lines.push(cancelled);
    lines.push(evaluation::measure(&last, whole, EVALUATIONS)?);
    Ok(lines)
}

impl Import {
    /// Loads the plain file into a new database; making its table is not timed.
    fn by_sqlite(&self, plain: &Path) -> Result<Run> {
        let database = self.files.join("original.db");
        if database.exists() {
            fs_err::remove_file(&database)?;
        }
        child::run(Command::new("sqlite3").arg(&database).arg(original::TABLE))?;
        let load = format!(".import --csv \"{}\" ai_generations", plain.display());
        let run = child::run(Command::new("sqlite3").arg(&database).arg(load))?;
        let counted =
            child::run(Command::new("sqlite3").arg(&database).arg("SELECT count(*) FROM ai_generations"))?;
        ensure!(counted.output.trim() == self.rows.to_string(), "sqlite3 has {} rows", counted.output.trim());
        Ok(run)
    }

    /// Imports an export as a user does, and checks how many rows were new.
    fn by_outlay(&self, export: &Path, ledger: &Path, new: u32) -> Result<Run> {
        let mut outlay = Command::new(&self.outlay);
        // In the month of the newest rows, so that alerts have something to look at.
        let now = ledger::present().to_utc().to_rfc3339();
        outlay.arg("import").arg(export).args(["--yes", "--json", "--now", &now, "--data-dir"]).arg(ledger);
        let run = child::run(&mut outlay)?;
        let report: serde_json::Value =
            serde_json::from_str(&run.output).context("outlay import --json wrote no JSON")?;
        let found = report["files"][0]["new"].as_u64();
        ensure!(
            found == Some(u64::from(new)),
            "outlay says {found:?} new rows in {}, not {new}",
            export.display()
        );
        Ok(run)
    }
}

fn lines(times: Times, rows: u32) -> Option<Vec<Line>> {
    let [peer, first, again] = [median(times.peer)?, median(times.first)?, median(times.again)?];
    let peak = median(times.peaks).map_or_else(|| "not measured: no /proc here".into(), memory);
    let line = |name: &str, asked: &str, measured, beside| Line {
        name: name.to_owned(),
        asked: asked.to_owned(),
        measured,
        beside,
    };
    let of = |part, whole| format!("{} ({})", time(part), ratio(part, whole));
    Some(vec![
        line(
            &format!("import of {rows} rows"),
            "0.33 of the peer",
            of(first, peer),
            format!("sqlite3 .import {}", time(peer)),
        ),
        line("peak memory of that import", "200 MB", peak, String::new()),
        line(
            "re-import in another order",
            "0.50 of the import",
            of(again, first),
            format!("import {}", time(first)),
        ),
    ])
}
