//! How fast the window is and what it costs, beside a window with nothing in it, measured in turn.
//!
//! `cargo xtask bench -- --window` builds what is measured, names it in the environment and gives a screen.
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

mod driver;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use driver::Driver;
use serde_json::Value;

const RUNS: usize = 10;
const IDLE: Duration = Duration::from_secs(10);
/// `sysconf(_SC_CLK_TCK)` of every Linux.
const TICKS_PER_SECOND: u64 = 100;

fn main() {
    let (window, empty, ledger) = (named("OUTLAY_DESKTOP"), named("OUTLAY_EMPTY"), named("OUTLAY_LEDGER"));
    let arguments = ["--data-dir".to_owned(), ledger.to_string_lossy().into_owned()];
    let figures = "const seen = () => performance.getEntriesByName('figures')[0];
        while (!seen()) await new Promise(requestAnimationFrame);
        return performance.timeOrigin + seen().startTime";
    let painted = "const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
        while (!seen()) await new Promise(requestAnimationFrame);
        return performance.timeOrigin + seen().startTime";
    let (mut full, mut bare) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        full.push(Start::measure(&window, &arguments, figures, run == 0));
        bare.push(Start::measure(&empty, &[], painted, false));
    }
    println!("start to figures: {} (empty window: {})", times(&full), times(&bare));
    println!("memory of all processes (PSS): {} (empty window: {})", memory(&full), memory(&bare));
    println!("processor time in {} s of rest: {} ms", IDLE.as_secs(), full[0].idle.unwrap_or_default());
}

/// What was seen of one start.
struct Start {
    millis: i64,
    pss: u64,
    /// Milliseconds of processor time while nothing happened.
    idle: Option<u64>,
}

impl Start {
    fn measure(program: &Path, arguments: &[String], moment: &str, rest: bool) -> Self {
        let driver = Driver::open(program, arguments, |command| {
            command.env("NO_AT_BRIDGE", "1").stderr(std::process::Stdio::null());
        });
        let seen = driver.run(moment, &[]);
        let process = process_of(program);
        let millis = whole(&seen) - started_at(process);
        let idle = rest.then(|| {
            let before = processor_time(process);
            std::thread::park_timeout(IDLE);
            processor_time(process) - before
        });
        Self { millis, pss: family(process).into_iter().map(pss).sum(), idle }
    }
}

fn times(starts: &[Start]) -> String {
    let mut millis: Vec<i64> = starts.iter().map(|start| start.millis).collect();
    millis.sort_unstable();
    format!("median {} ms, {} to {}", millis[(millis.len() - 1) / 2], millis[0], millis[millis.len() - 1])
}

fn memory(starts: &[Start]) -> String {
    let mut bytes: Vec<u64> = starts.iter().map(|start| start.pss).collect();
    bytes.sort_unstable();
    format!("median {} MB", bytes[(bytes.len() - 1) / 2] / 1_000_000)
}

fn whole(value: &Value) -> i64 {
    value.as_f64().map(|millis| millis.round() as i64).expect("a moment")
}

fn named(name: &str) -> PathBuf {
    std::env::var_os(name)
        .unwrap_or_else(|| panic!("{name} names nothing: run `cargo xtask bench -- --window`"))
        .into()
}

/// The process that runs `program`.
fn process_of(program: &Path) -> u32 {
    let runs =
        |process: &u32| fs_err::read_link(format!("/proc/{process}/exe")).is_ok_and(|exe| exe == program);
    processes().into_iter().find(runs).expect("the program runs")
}

fn processes() -> Vec<u32> {
    let entries = fs_err::read_dir("/proc").expect("Linux").flatten();
    entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok()).collect()
}

/// The process and all that it has started.
fn family(process: u32) -> Vec<u32> {
    let mut found = vec![process];
    let all: Vec<(u32, u64)> =
        processes().into_iter().filter_map(|one| Some((one, field(one, 4)?))).collect();
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(all.iter().filter(|(_, of)| *of == u64::from(parent)).map(|(one, _)| *one));
        next += 1;
    }
    found
}

/// A field of `/proc/PROCESS/stat`, counted from 1 as its manual does.
fn field(process: u32, number: usize) -> Option<u64> {
    let line = fs_err::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything.
    let (_, after_name) = line.rsplit_once(')')?;
    after_name.split_whitespace().nth(number - 3)?.parse().ok()
}

fn processor_time(process: u32) -> u64 {
    let ticks = |one: u32| field(one, 14).unwrap_or_default() + field(one, 15).unwrap_or_default();
    family(process).into_iter().map(ticks).sum::<u64>() * 1000 / TICKS_PER_SECOND
}

/// Milliseconds since 1970 at which a process began, to ten milliseconds.
#[expect(clippy::disallowed_methods, reason = "what is measured is the time")]
fn started_at(process: u32) -> i64 {
    let uptime = fs_err::read_to_string("/proc/uptime").expect("Linux");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let up: f64 = uptime.split(' ').next().and_then(|seconds| seconds.parse().ok()).expect("seconds");
    let age = (up * 1000.0) as i64 - (field(process, 22).expect("a start") * 1000 / TICKS_PER_SECOND) as i64;
    now as i64 - age
}

fn pss(process: u32) -> u64 {
    let rollup = fs_err::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or_default() * 1024
}
