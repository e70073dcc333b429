//! The gate on the large ledger: `outlay budget check` as a whole process, and `authorize` alone and with twenty callers.
//!
//! Whoever authorises waits for the disk once, so the disk alone stands beside it: a page written and synced to a file
//! in the same folder.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use outlay_app::{App, Host, api};
use serde_json::json;

use crate::child;
use crate::ledger;
use crate::reports::host;
use crate::table::{Line, Spread, time};

/// How many ask at once.
const CALLERS: usize = 20;
/// What one of them holds, in dollars; all of it is given back.
const AMOUNT: &str = "0.000001";
/// A page of the ledger.
const PAGE: usize = 8_192;

/// Measures it on the ledger in `folder`: processes `runs` times, reservations ten times as often as `calls`.
///
/// # Errors
/// The program fails, the ledger cannot be written, or the gate refuses.
pub(crate) fn measure(outlay: &Path, folder: &Path, runs: usize, calls: usize) -> Result<[Line; 3]> {
    let held = calls * 10;
    let check = check(outlay, folder, runs)?;
    eprintln!("authorize: {held} reservations alone");
    let sync = spread(bare_syncs(folder, held)?)?;
    let alone = spread(reserve(folder, held)?)?;
    eprintln!("authorize: {held} reservations by {CALLERS} at once");
    let together = spread(together(folder, held / CALLERS)?)?;
    let queue = sync.p99 * u32::try_from(CALLERS)?;
    Ok([
        check,
        Line {
            name: "authorize alone, p99".to_owned(),
            asked: "1 ms".to_owned(),
            measured: format!("{} (median {})", fine(alone.p99), fine(alone.median)),
            beside: format!("one bare fsync {} (median {})", fine(sync.p99), fine(sync.median)),
        },
        Line {
            name: format!("authorize, {CALLERS} callers at once, p99"),
            asked: "25 ms".to_owned(),
            measured: format!("{} (median {})", time(together.p99), time(together.median)),
            beside: format!("{CALLERS} bare fsyncs {}", time(queue)),
        },
    ])
}

fn check(outlay: &Path, folder: &Path, runs: usize) -> Result<Line> {
    eprintln!("outlay budget check: {runs} runs");
    let run = || {
        let mut command = Command::new(outlay);
        let now = ledger::present().to_utc().to_rfc3339();
        command.args(["budget", "check", "--json", "--now", &now, "--data-dir"]).arg(folder);
        child::time(command)
    };
    run()?;
    let times = spread((0..runs).map(|_| run()).collect::<Result<_>>()?)?;
    let mut version = Command::new(outlay);
    version.arg("--version");
    Ok(Line {
        name: "outlay budget check, whole process, median".to_owned(),
        asked: "50 ms".to_owned(),
        measured: format!("{} (max {})", time(times.median), time(times.max)),
        beside: format!("outlay --version {}", time(child::time(version)?)),
    })
}

/// The times of so many reservations through a connection of their own; each is released right after.
fn reserve(folder: &Path, count: usize) -> Result<Vec<Duration>> {
    let (app, api) = (App::new(with_chance(folder)), api());
    let once = || -> Result<Duration> {
        let request = json!({"amount": AMOUNT, "provider": "azure", "model": "gpt-5"});
        let start = Instant::now();
        let answer = api.call(&app, "authorize", request).map_err(|error| anyhow!("{error:?}"))?;
        let time = start.elapsed();
        ensure!(answer["decision"] == "allow", "the gate refuses: {answer}");
        api.call(&app, "release", json!({"id": answer["reservation"]["id"]}))
            .map_err(|error| anyhow!("{error:?}"))?;
        Ok(time)
    };
    // What opens the file is no part of it.
    once()?;
    (0..count).map(|_| once()).collect()
}

fn together(folder: &Path, each: usize) -> Result<Vec<Duration>> {
    std::thread::scope(|threads| {
        let callers: Vec<_> = (0..CALLERS).map(|_| threads.spawn(|| reserve(folder, each))).collect();
        let mut times = Vec::new();
        for caller in callers {
            times.extend(caller.join().map_err(|_| anyhow!("a caller did not come to its end"))??);
        }
        Ok(times)
    })
}

/// A host whose ids do not repeat, whoever draws them.
fn with_chance(folder: &Path) -> Host {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let process = u128::from(std::process::id());
    let started = ledger_age(folder);
    let random = move || {
        let number = u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
        (number | (process << 40) | (started << 64)).to_le_bytes()
    };
    Host { random: Box::new(random), ..host(folder) }
}

/// Differs from run to run: when the ledger was written last, in nanoseconds.
fn ledger_age(folder: &Path) -> u128 {
    let written = fs_err::metadata(ledger::file(folder)).ok().and_then(|metadata| metadata.modified().ok());
    let since = written.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos() & 0xFFFF)
}

/// What the disk takes to keep a page that is added to a file.
fn bare_syncs(folder: &Path, count: usize) -> Result<Vec<Duration>> {
    let path = folder.join("sync-probe");
    let mut file = fs_err::File::create(&path)?.into_file();
    let times = (0..count).map(|_| bare_sync(&mut file)).collect();
    fs_err::remove_file(&path)?;
    times
}

fn bare_sync(file: &mut File) -> Result<Duration> {
    let start = Instant::now();
    file.write_all(&[7; PAGE])?;
    file.sync_data()?;
    Ok(start.elapsed())
}

fn spread(times: Vec<Duration>) -> Result<Spread> {
    Spread::of(times).context("nothing was measured: --calls is 0")
}

/// `0.31 ms`: what lies below a millisecond needs another digit.
fn fine(duration: Duration) -> String {
    format!("{}.{:02} ms", duration.as_millis(), duration.as_micros() / 10 % 100)
}
