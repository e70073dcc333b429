//! Writes seeded files, and measures Outlay beside its peers in one run on one machine.
//!
//! It measures the programs as a user runs them, from the outside; what a function costs inside is
//! not asked here. `cargo xtask bench` and `cargo xtask generate` build it for speed and start it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod child;
mod import;
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
    /// How often each thing is measured, in turn with its peer; the table shows the median.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// The program to measure; the one that was built beside this one if not given.
    #[arg(long)]
    outlay: Option<PathBuf>,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Generate(File::OpenrouterCsv { rows, seed, shuffled, output }) => {
            write_openrouter(&openrouter::Calls::new(rows, seed), shuffled, &output)
        }
        Task::Measure(what) => measure(&what),
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

fn measure(what: &Measure) -> Result<()> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program lies in a folder")?;
    let beside = folder.join(format!("outlay{}", std::env::consts::EXE_SUFFIX));
    let outlay = what.outlay.clone().unwrap_or(beside);
    let files = folder.join("bench");
    fs_err::create_dir_all(&files)?;
    let lines = import::measure(&import::Import { outlay, files, rows: what.rows, runs: what.runs })?;
    println!("{}", table::render(&lines));
    Ok(())
}
