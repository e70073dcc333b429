//! The gate on the large ledger: `outlay budget check` as a whole process, and `authorize` alone and with twenty callers.
//!
//! Whoever authorises waits for the disk once, so the disk alone stands beside it: a page written and synced to a file
//! in the same folder.

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use outlay_app::{Api, App, Host, api};
use serde_json::{Value, json};

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
    let alone = spread(alone(folder, held)?)?;
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

/// A connection of its own, through which money is held and given back.
struct Caller {
    app: App,
    api: Api,
}

impl Caller {
    fn new(folder: &Path) -> Result<Self> {
        let caller = Self { app: App::new(with_chance(folder)), api: api() };
        // What opens the file is no part of what is measured.
        let (_, held) = caller.authorize()?;
        caller.release(&held)?;
        Ok(caller)
    }

    /// How long it took to hold money, and the id of what is held.
    fn authorize(&self) -> Result<(Duration, Value)> {
        let request = json!({"amount": AMOUNT, "provider": "azure", "model": "gpt-5"});
        let start = Instant::now();
        let answer = self.api.call(&self.app, "authorize", request).map_err(|error| anyhow!("{error:?}"))?;
        let time = start.elapsed();
        ensure!(answer["decision"] == "allow", "the gate refuses: {answer}");
        Ok((time, answer["reservation"]["id"].clone()))
    }

    fn release(&self, id: &Value) -> Result<()> {
        self.api.call(&self.app, "release", json!({"id": id})).map_err(|error| anyhow!("{error:?}"))?;
        Ok(())
    }
}

fn alone(folder: &Path, count: usize) -> Result<Vec<Duration>> {
    let caller = Caller::new(folder)?;
    let once = || -> Result<Duration> {
        let (time, held) = caller.authorize()?;
        caller.release(&held)?;
        Ok(time)
    };
    (0..count).map(|_| once()).collect()
}

/// So many rounds, in each of which all callers ask at the same moment.
fn together(folder: &Path, rounds: usize) -> Result<Vec<Duration>> {
    let callers = (0..CALLERS).map(|_| Caller::new(folder)).collect::<Result<Vec<_>>>()?;
    let all = Barrier::new(CALLERS);
    let ask = |caller: Caller| -> Result<Vec<Duration>> {
        let mut times = Vec::new();
        for _ in 0..rounds {
            all.wait();
            let asked = caller.authorize();
            all.wait();
            let (time, held) = asked?;
            times.push(time);
            caller.release(&held)?;
        }
        Ok(times)
    };
    std::thread::scope(|threads| {
        let asking: Vec<_> = callers.into_iter().map(|caller| threads.spawn(|| ask(caller))).collect();
        let mut times = Vec::new();
        for caller in asking {
            times.extend(caller.join().map_err(|_| anyhow!("a caller did not come to its end"))??);
        }
        Ok(times)
    })
}

/// A host whose ids do not repeat, whoever draws them: the present stands still.
fn with_chance(folder: &Path) -> Host {
    let half = || u128::from(RandomState::new().build_hasher().finish());
    Host { random: Box::new(move || ((half() << 64) | half()).to_le_bytes()), ..host(folder) }
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
