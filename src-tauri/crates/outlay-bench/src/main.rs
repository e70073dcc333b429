//! Writes seeded files, and measures Outlay beside its peers in one run on one machine.
//!
//! It measures programs and commands as a user runs them, from the outside; what a function costs inside
//! is not asked here. `cargo xtask bench` and `cargo xtask generate` build it for speed and start it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod cancel;
mod child;
mod duckdb;
mod evaluation;
mod gate;
mod import;
mod ledger;
mod peers;
mod prices;
mod python;
mod reports;
mod serve;
mod spans;
mod spikes;
mod status;
mod sync;
mod table;

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use outlay_bench::{openrouter, random};

/// Seeded files, and the measured table.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write a seeded file.
    #[command(subcommand)]
    Generate(File),
    /// Measure, and print the table.
    Measure(Measure),
    /// Measure sync with a PostgreSQL whose superuser's address is in OUTLAY_TEST_POSTGRES, and print the table.
    Sync(Sync),
    /// Fill a ledger, if it is not there from before, and print its folder and the present that belongs to it.
    Ledger {
        #[arg(long, default_value_t = SERVED_ROWS)]
        rows: u64,
    },
}

#[derive(Debug, Subcommand)]
enum File {
    /// Calls in the shape of OpenRouter's activity export: twelve months, newest first.
    OpenrouterCsv {
        #[arg(long, default_value_t = 1_000_000)]
        rows: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The same rows in another order.
        #[arg(long)]
        shuffled: bool,
        #[arg(short, long)]
        output: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Measure {
    /// Rows to import.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
    /// Rows of the ledger that reports are measured on; it is kept for the next time.
    #[arg(long, default_value_t = 10_000_000)]
    ledger_rows: u64,
    /// How often an import is measured, in turn with its peer; the table shows the median.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// How often each report is asked for.
    #[arg(long, default_value_t = 200)]
    calls: usize,
    /// A look at the table: a tenth of the rows, a few runs.
    #[arg(long, conflicts_with_all = ["rows", "ledger_rows", "runs", "calls"])]
    quick: bool,
    /// Measure only the reports and the status.
    #[arg(long)]
    no_import: bool,
    /// Measure only the gate.
    #[arg(long)]
    only_gate: bool,
    /// Measure only how fast rows are priced.
    #[arg(long, conflicts_with = "only_gate")]
    only_prices: bool,
    /// The program to measure; the one that was built beside this one if not given.
    #[arg(long)]
    outlay: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Sync {
    /// Rows that are pushed and pulled.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
    /// How often each thing is measured, in turn with its peer; the table shows the medians.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// The program to measure; the one that was built beside this one if not given.
    #[arg(long)]
    outlay: Option<PathBuf>,
}

/// Runs of `outlay status`, and of each query that scans.
const STATUS_RUNS: usize = 20;
const SCANS: usize = 3;

/// Rows that are priced, here and at the peers, which are slow.
const PRICED_ROWS: usize = 1_000_000;
const PRICED_BY_PEERS: usize = 50_000;
const PRICING_RUNS: usize = 5;

/// Rows of the ledger that is served.
const SERVED_ROWS: u64 = 1_000_000;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Generate(File::OpenrouterCsv { rows, seed, shuffled, output }) => {
            write_openrouter(&openrouter::Calls::new(rows, seed), shuffled, &output)
        }
        Task::Measure(what) => measure(&what),
        Task::Sync(what) => measure_sync(what),
        Task::Ledger { rows } => print_ledger(rows),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the calls to a file, newest first or shuffled.
fn write_openrouter(calls: &openrouter::Calls, shuffled: bool, path: &Path) -> Result<()> {
    let mut out = BufWriter::new(fs_err::File::create(path)?);
    let count = calls.count();
    if shuffled {
        openrouter::write_csv(calls, random::shuffled(count, u64::from(count)), &mut out)?;
    } else {
        openrouter::write_csv(calls, 0..count, &mut out)?;
    }
    Ok(())
}

fn print_ledger(rows: u64) -> Result<()> {
    println!("{}", ledger::ensure(&files()?, rows)?.display());
    println!("{}", ledger::present().to_utc().to_rfc3339());
    Ok(())
}

/// The folder of what is measured on, beside this program's own.
fn files() -> Result<PathBuf> {
    let files = own_folder()?.parent().context("that folder lies in another")?.join("bench");
    fs_err::create_dir_all(&files)?;
    Ok(files)
}

fn own_folder() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().context("this program lies in a folder")?.to_path_buf())
}

/// The program that was built beside this one, unless another was named.
fn program(named: Option<PathBuf>) -> Result<PathBuf> {
    let beside = own_folder()?.join(format!("outlay{}", std::env::consts::EXE_SUFFIX));
    Ok(named.unwrap_or(beside))
}

#[expect(clippy::disallowed_methods, reason = "where the server is comes from outside, as for the tests")]
fn measure_sync(what: Sync) -> Result<()> {
    let address = std::env::var("OUTLAY_TEST_POSTGRES").context(
        "OUTLAY_TEST_POSTGRES is not set: `cargo xtask bench -- --sync` starts a PostgreSQL and measures on it",
    )?;
    let bench = sync::Bench {
        outlay: program(what.outlay)?,
        files: files()?.join("sync"),
        server: sync::Server::parse(&address)?,
        rows: what.rows,
        runs: what.runs,
    };
    println!("{}", table::render(&bench.measure()?));
    Ok(())
}

fn measure(what: &Measure) -> Result<()> {
    let outlay = program(what.outlay.clone())?;
    let files = files()?;
    let (rows, ledger_rows, runs, calls, scans) = match what.quick {
        true => (100_000, 1_000_000, 2, 50, 1),
        false => (what.rows, what.ledger_rows, what.runs, what.calls, SCANS),
    };
    let priced = || prices::measure(&files, PRICED_ROWS, PRICED_BY_PEERS, PRICING_RUNS);
    if what.only_prices {
        println!("{}", table::render(&priced()?));
        return Ok(());
    }
    let ledger = ledger::ensure(&files, ledger_rows)?;
    if what.only_gate {
        println!("{ledger_rows} rows in the ledger");
        println!("{}", table::render(&gate::measure(&outlay, &ledger, STATUS_RUNS, calls)?));
        return Ok(());
    }
    let peers = peers::Peers::of(&ledger, ledger_rows, scans)?;
    let mut lines = Vec::new();
    if !what.no_import {
        let import = import::Import { outlay: outlay.clone(), files: files.clone(), rows, runs };
        lines.extend(import::measure(&import)?);
    }
    lines.extend(priced()?);
    lines.extend(spikes::measure());
    lines.extend(reports::measure(&ledger, &peers, calls)?);
    lines.push(status::measure(&outlay, &ledger, STATUS_RUNS)?);
    lines.extend(gate::measure(&outlay, &ledger, STATUS_RUNS, calls)?);
    lines.push(serve::measure(&outlay, &ledger::ensure(&files, SERVED_ROWS)?)?);
    println!("{rows} rows to import, {ledger_rows} rows in the ledger of the reports");
    println!("{}", table::render(&lines));
    Ok(())
}
