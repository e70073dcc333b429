//! How many rows a second are priced on one core, beside the Python package that the book's base comes from and a
//! gateway that many trackers take their prices from.
//!
//! Each side has the same rows in memory before its clock starts, and prices them one after the other.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, Result, bail, ensure};
use outlay_bench::random::Random;
use outlay_core::fact::Variant;
use outlay_core::instant::Instant;
use outlay_core::price::{Found, Priced, Prices, Usage};
use outlay_core::tokens::Tokens;
use serde::Deserialize;

use crate::child;
use crate::python::environment;
use crate::table::{Line, Spread};

const PACKAGES: [&str; 2] = ["genai-prices==0.2.3", "litellm==1.109.1"];
const SCRIPT: &str = include_str!("ask_prices.py");

/// Models whose price in these months all three know under this name.
const MODELS: [(&str, &str); 8] = [
    ("openai", "gpt-4o"),
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-4.1"),
    ("openai", "o3"),
    ("anthropic", "claude-opus-4-6"),
    ("anthropic", "claude-haiku-4-5"),
    ("anthropic", "claude-sonnet-4-5"),
    ("google", "gemini-2.5-flash"),
];

/// 2026-08-01, and ninety days of seconds after it.
const FIRST: i64 = 1_785_542_400;
const SECONDS: u64 = 90 * 86_400;

/// A call to price.
struct Row {
    model: usize,
    at: Instant,
    tokens: Tokens,
}

/// What a peer says.
#[derive(Deserialize)]
struct Answer {
    /// Nanoseconds.
    time: u64,
    nanos: i64,
}

/// Prices `rows` rows here and as many of them as `peer_rows` at the peers, `runs` times each.
///
/// # Errors
/// A peer is not there, or comes to another sum.
pub(crate) fn measure(files: &Path, rows: usize, peer_rows: usize, runs: usize) -> Result<Vec<Line>> {
    let calls = calls(rows);
    let file = files.join("prices.csv");
    write(&calls[..peer_rows.min(rows)], &file)?;
    let prices = Prices::of_book();
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Clock::now();
        let nanos = sum(&prices, &calls)?;
        times.push(start.elapsed());
        ensure!(nanos > 0, "nothing was priced");
    }
    let spread = Spread::of(times).context("no run")?;
    let expected = sum(&prices, &calls[..peer_rows.min(rows)])?;
    let python = environment(&files.join("prices-python"), &PACKAGES, "import genai_prices, litellm")?;
    let package = ask(&python, files, "genai-prices", &file)?;
    // Each row is rounded here and not there: by half a nano-dollar at most.
    let off = (package.nanos - expected).unsigned_abs();
    ensure!(off <= peer_rows as u64, "genai-prices comes to {} and the book to {expected}", package.nanos);
    let tracker = ask(&python, files, "litellm", &file)?;
    let per_second = |time: Duration, rows: usize| rows as u128 * 1_000_000_000 / time.as_nanos().max(1);
    let peer = |answer: &Answer| per_second(Duration::from_nanos(answer.time), peer_rows);
    Ok(vec![Line {
        name: format!("pricing of {rows} rows on one core, rows a second"),
        asked: "at least 1000000".to_owned(),
        measured: per_second(spread.median, rows).to_string(),
        beside: format!("genai-prices {}; litellm {}", peer(&package), peer(&tracker)),
    }])
}

fn calls(rows: usize) -> Vec<Row> {
    let mut random = Random::of_row(7, 0);
    let mut below = |most: u64| i64::try_from(random.below(most)).unwrap_or(0);
    let call = |_| Row {
        model: usize::try_from(below(MODELS.len() as u64)).unwrap_or(0),
        at: Instant::from_micros((FIRST + below(SECONDS)) * 1_000_000),
        tokens: Tokens {
            uncached_input: below(60_000),
            cache_read: below(20_000),
            output: below(4_000),
            ..Tokens::default()
        },
    };
    (0..rows).map(call).collect()
}

/// What the rows come to in nano-dollars, each name resolved once, as an import does.
fn sum(prices: &Prices, calls: &[Row]) -> Result<i64> {
    let found: Vec<Found<'_>> = MODELS.iter().map(|(provider, model)| prices.find(provider, model)).collect();
    let (variant, other_units) = (Variant::default(), BTreeMap::new());
    let mut nanos = 0;
    for call in calls {
        let usage = Usage {
            at: call.at,
            tokens: &call.tokens,
            other_units: &other_units,
            variant: &variant,
            aggregate: false,
            request_count: Some(1),
        };
        match found[call.model].price(&usage) {
            Priced::Cost { cost, .. } => nanos += cost.nanos(),
            other => bail!("{:?}: {other:?}", MODELS[call.model]),
        }
    }
    Ok(nanos)
}

fn write(calls: &[Row], path: &Path) -> Result<()> {
    let mut out = BufWriter::new(fs_err::File::create(path)?);
    for Row { model, at, tokens } in calls {
        let (provider, name) = MODELS[*model];
        let seconds = at.micros() / 1_000_000;
        let Tokens { uncached_input, cache_read, output, .. } = tokens;
        writeln!(out, "{provider},{name},{seconds},{uncached_input},{cache_read},{output}")?;
    }
    Ok(out.flush()?)
}

fn ask(python: &PathBuf, files: &Path, peer: &str, rows: &Path) -> Result<Answer> {
    let script = files.join("ask_prices.py");
    fs_err::write(&script, SCRIPT)?;
    eprintln!("{peer}: pricing");
    let run = child::run(Command::new(python).arg(&script).arg(peer).arg(rows))?;
    serde_json::from_str(run.output.trim()).with_context(|| format!("{peer} says {}", run.output))
}
