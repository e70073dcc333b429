//! How fast the window is and what it costs, beside a window with nothing in it, measured in turn.
//!
//! `cargo xtask bench` builds what is measured, names it in the environment and gives a screen.
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]
#![expect(clippy::disallowed_methods, reason = "the environment says what is measured")]

#[expect(dead_code, reason = "the tests ask more of it")]
mod driver;
mod processes;

use std::path::{Path, PathBuf};
use std::time::Duration;

use driver::Driver;
use serde_json::{Value, json};

const RUNS: usize = 10;
const RESTS: usize = 3;
const ROUNDS: usize = 10;
/// What a start leaves to be done is done by then.
const SETTLED: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(10);
const SCREENS: [&str; 4] = ["Calls", "Imports", "Settings", "Overview"];

/// When the page first had figures in it, and when an empty one was first drawn.
const FIGURES: &str = "figures";
const DRAWN: &str = "first-contentful-paint";

fn main() {
    let (window, empty, ledger) = (named("OUTLAY_DESKTOP"), named("OUTLAY_EMPTY"), named("OUTLAY_LEDGER"));
    let now = named("OUTLAY_NOW").to_string_lossy().into_owned();
    let arguments = ["--data-dir".to_owned(), ledger.to_string_lossy().into_owned(), "--now".to_owned(), now];
    let (mut full, mut bare, mut switches) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let started = Started::open(&window, &arguments, FIGURES, true);
        full.push(started.cost);
        if switches.is_empty() {
            switches = started.switches();
        }
        bare.push(Started::open(&empty, &[], DRAWN, false).cost);
    }
    let rests = rests(&window, &empty, &arguments);
    let times = |costs: &[Cost]| spread(costs.iter().map(|cost| cost.millis).collect());
    let memory = |costs: &[Cost]| median(costs.iter().map(|cost| cost.bytes).collect()) / 1_000_000;
    let above =
        |costs: &[Cost], bare: &[Cost]| format!("{:+} MB", memory(costs) as i64 - memory(bare) as i64);
    let [ours, plain, bare_rest] = &rests;
    println!("| name | asked, at most | measured | beside it: an empty window |");
    println!("|---|---|---|---|");
    println!("| start to figures, {RUNS} runs | 500 ms | {} | {} |", times(&full), times(&bare));
    println!("| another screen, drawn | 100 ms | {} | |", spread(switches));
    println!(
        "| processor in {} s of rest, {RESTS} runs | about 0 | {} | {} |",
        IDLE.as_secs(),
        times(ours),
        times(plain)
    );
    println!(
        "| memory of all processes at rest (PSS) | 60 MB above | {} MB, {} | {} MB |",
        memory(ours),
        above(ours, plain),
        memory(plain)
    );
    println!(
        "| against one that WebKit draws as it would | 60 MB above | {} | {} MB |",
        above(ours, bare_rest),
        memory(bare_rest)
    );
    println!(
        "| at the first figures | | {} MB, {} | {} MB |",
        memory(&full),
        above(&full, &bare),
        memory(&bare)
    );
    println!("| program | 25 MB | {} kB | {} kB |", size(&window) / 1000, size(&empty) / 1000);
    println!("| scripts and styles, packed | 150 kB | {} kB | |", packed(&named("OUTLAY_PAGE")) / 1000);
}

/// What rest costs: the window, an empty one that is drawn like it, and one that is drawn as `WebKit` would.
fn rests(window: &Path, empty: &Path, arguments: &[String]) -> [Vec<Cost>; 3] {
    let rest = |program, given, moment, plain| Started::open(program, given, moment, plain).rest();
    let mut rests = [const { Vec::new() }; 3];
    for _ in 0..RESTS {
        rests[0].push(rest(window, arguments, FIGURES, true));
        rests[1].push(rest(empty, &[], DRAWN, true));
        rests[2].push(rest(empty, &[], DRAWN, false));
    }
    rests
}

/// A window that shows what it was opened for.
struct Started {
    driver: Driver,
    process: u32,
    cost: Cost,
}

/// What that took.
#[derive(Debug, Clone, Copy)]
struct Cost {
    millis: i64,
    bytes: u64,
}

impl Started {
    /// Opens a window and waits for a moment of its page; `plain` is without the graphics card, as Outlay draws.
    fn open(program: &Path, arguments: &[String], moment: &str, plain: bool) -> Self {
        let driver = Driver::open(program, arguments, |command| {
            command.env("NO_AT_BRIDGE", "1").stderr(std::process::Stdio::null());
            if plain {
                command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
            }
        });
        let script = "const seen = () => performance.getEntriesByName(arguments[0])[0];
            while (!seen()) await new Promise(requestAnimationFrame);
            return performance.timeOrigin + seen().startTime";
        let seen = driver.run(script, &[json!(moment)]);
        let process = processes::process_of(program);
        let millis = whole(&seen) - processes::started_at(process);
        let cost = Cost { millis, bytes: processes::memory(process) };
        Self { driver, process, cost }
    }

    /// Milliseconds from each change of the screen to its picture, with all that it had to ask.
    fn switches(&self) -> Vec<i64> {
        let script = "const start = performance.now();
            location.hash = '#/' + arguments[0].toLowerCase();
            const isThere = () => document.querySelector('h1').textContent === arguments[0]
                && !document.querySelector('main [aria-busy=true], main .skeleton');
            do await new Promise(requestAnimationFrame); while (!isThere());
            await new Promise(requestAnimationFrame);
            return performance.now() - start";
        let screens = (0..ROUNDS).flat_map(|_| SCREENS);
        screens.map(|screen| whole(&self.driver.run(script, &[json!(screen)]))).collect()
    }

    /// Processor time while nothing happens, and what is held then.
    fn rest(self) -> Cost {
        std::thread::park_timeout(SETTLED);
        let before = processes::processor_time(self.process);
        std::thread::park_timeout(IDLE);
        let millis = (processes::processor_time(self.process) - before) as i64;
        Cost { millis, bytes: processes::memory(self.process) }
    }
}

fn spread(mut millis: Vec<i64>) -> String {
    millis.sort_unstable();
    format!("median {} ms, {} to {}", median(millis.clone()), millis[0], millis[millis.len() - 1])
}

/// The one in the middle; of an even number the lower of the two.
fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[(values.len() - 1) / 2]
}

fn size(path: &Path) -> u64 {
    fs_err::metadata(path).expect("what was built").len()
}

/// The bytes of all files of a folder, as a server would pack them.
fn packed(folder: &Path) -> usize {
    let pack = |file: PathBuf| {
        std::process::Command::new("gzip").arg("-9c").arg(file).output().expect("gzip starts")
    };
    let files = fs_err::read_dir(folder).expect("the page").flatten();
    files.map(|file| pack(file.path()).stdout.len()).sum()
}

fn whole(value: &Value) -> i64 {
    value.as_f64().map(|millis| millis.round() as i64).expect("a moment")
}

fn named(name: &str) -> PathBuf {
    std::env::var_os(name)
        .unwrap_or_else(|| panic!("{name} names nothing: run `cargo xtask bench -- --window`"))
        .into()
}
