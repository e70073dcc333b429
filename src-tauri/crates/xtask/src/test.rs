//! `cargo xtask test`: every check in its order, each with its time, and a count at the end.
//!
//! Nothing stops at the first failure, so that one run shows all there is to mend.

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::postgres::Cluster;
use crate::process::{cargo, run, watch};
use crate::window::{EMBEDDED, PACKAGE, WITHOUT};
use crate::{browser, cross, fuzz, page, setup, window};

/// Runs everything. The last line printed is `N passed, N failed`, in tests; a check that is no test
/// counts as one failure when it fails.
pub(crate) fn test() -> ExitCode {
    let mut tally = Tally::default();
    let cluster = tally.check("set-up", || {
        setup::for_tests()?;
        Cluster::start()
    });
    // What is missing has been named; without it the rest would only fail in many more words.
    if let Some(cluster) = cluster {
        stages(&mut tally, &cluster);
    }
    println!();
    for reason in &tally.left_out {
        println!("left out: {reason}");
    }
    for failure in &tally.failures {
        println!("failed: {failure}");
    }
    println!("{} passed, {} failed", tally.count.passed, tally.count.failed);
    if tally.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn stages(tally: &mut Tally, cluster: &Cluster) {
    tally.check("format", || run(cargo().args(["fmt", "--all", "--check"])));
    // Before anything is built that carries it.
    let page = tally.check("page", page::build);
    if page.is_some() {
        page_stages(tally);
    }
    tally.check("clippy", || clippy(&WITHOUT));
    let mut nextest = cargo();
    nextest.args(["nextest", "run", "--no-fail-fast"]).args(WITHOUT);
    cluster.lend(&mut nextest);
    tally.tests("tests", &mut nextest, nextest_count);
    let mut doctests = cargo();
    doctests.args(["test", "--doc", "--no-fail-fast"]).args(WITHOUT);
    tally.tests("doctests", &mut doctests, doctest_count);
    // The flags that count branches are those of the compilers of Linux and macOS.
    if cfg!(unix) {
        tally.check("fuzz", fuzz::minute);
    }
    if page.is_some() {
        if let Some(mut tests) = tally.check("page: terminal", browser::tests) {
            cluster.lend(&mut tests);
            tally.tests("page: tests", &mut tests, vitest_count);
        }
        window_stages(tally);
    }
    windows_stage(tally);
    let mut documentation = cargo();
    documentation.args(["doc", "--no-deps"]).args(WITHOUT).env("RUSTDOCFLAGS", "-D warnings");
    tally.check("documentation", || run(&mut documentation));
}

/// What can be said of the page without looking at it.
fn page_stages(tally: &mut Tally) {
    tally.check("page: types", || run(&mut page::script("check")?));
    tally.check("page: lint", || run(&mut page::script("lint")?));
    if let Some(mut units) = tally.check("page: npm", || page::script("test")) {
        tally.tests("page: units", &mut units, vitest_count);
    }
}

/// The desktop package, apart from the rest: one that builds without it must not get its features.
fn window_stages(tally: &mut Tally) {
    tally.check("window: clippy", || clippy(&EMBEDDED));
    let mut units = cargo();
    units.args(["nextest", "run", "--no-fail-fast"]).args(EMBEDDED);
    tally.tests("window: units", &mut units, nextest_count);
    // No driver of macOS' webview exists, and one screen is enough for what is the same on all.
    if cfg!(target_os = "linux") && tally.check("window: build", window::build).is_some() {
        let tests = || window::tests(&window::built("debug")?.join(PACKAGE));
        if let Some(mut tests) = tally.check("window: program", tests) {
            tally.tests("window: tests", &mut tests, nextest_count);
        }
    }
}

/// Rust's target for Windows comes over the network, and only by rustup: a desk may be without it, CI may not.
fn windows_stage(tally: &mut Tally) {
    if cfg!(windows) {
        // All of it was built for Windows by now.
        return;
    }
    match cross::prepare() {
        Err(problem) if env::var_os("CI").is_none() => tally.left_out.push(format!("windows: {problem:#}")),
        prepared => {
            tally.check("windows", || prepared.and_then(|()| cross::check()));
        }
    }
}

fn clippy(packages: &[&str]) -> Result<()> {
    run(cargo().arg("clippy").args(packages).args(["--all-targets", "--", "-D", "warnings"]))
}

/// What has passed and failed so far.
#[derive(Debug, Default)]
struct Tally {
    count: Count,
    failures: Vec<String>,
    /// What could not be checked here, and why.
    left_out: Vec<String>,
}

/// A number of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Runs a stage, shows its name and time, and notes its failure.
    fn stage<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = work();
        let seconds = start.elapsed().as_secs_f32();
        match outcome {
            Ok(value) => {
                println!("== {name}: done in {seconds:.1} s");
                Some(value)
            }
            Err(error) => {
                println!("== {name}: failed after {seconds:.1} s: {error:#}");
                self.failures.push(name.into());
                None
            }
        }
    }

    /// A stage that is no test, and counts as a failed one when it fails.
    fn check<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        let outcome = self.stage(name, work);
        self.count.failed += u64::from(outcome.is_none());
        outcome
    }

    /// A stage of tests, counted by what `count` reads from its output.
    fn tests(&mut self, name: &str, command: &mut Command, count: fn(&[String]) -> Count) {
        let mut counted = Count::default();
        let outcome = self.stage(name, || {
            let watched = watch(command)?;
            counted = count(&watched.lines);
            ensure!(watched.succeeded, "{} failed", counted.failed);
            Ok(())
        });
        self.count.passed += counted.passed;
        // Tests that did not even compile have no count of their own.
        self.count.failed += counted.failed.max(u64::from(outcome.is_none()));
    }
}

/// Reads nextest's `Summary [ 0.1s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 0 skipped`.
fn nextest_count(lines: &[String]) -> Count {
    let summary = lines.iter().rev().find(|line| line.trim_start().starts_with("Summary ["));
    let Some((before, after)) = summary.and_then(|line| line.split_once(" run: ")) else {
        return Count::default();
    };
    let run = before.split(']').nth(1).and_then(first_number).unwrap_or_default();
    let passed = number_before(after, "passed");
    // Whatever ran and did not pass has failed, by whatever name nextest gives it.
    Count { passed, failed: run.saturating_sub(passed) }
}

/// Reads vitest's `Tests  1 failed | 5 passed (6)`.
fn vitest_count(lines: &[String]) -> Count {
    let summary = lines.iter().rev().find(|line| line.trim_start().starts_with("Tests "));
    let Some(summary) = summary else { return Count::default() };
    let all = summary.rsplit_once('(').and_then(|(_, all)| first_number(all)).unwrap_or_default();
    let passed = number_before(summary, "passed");
    // A test that was left out proves nothing.
    Count { passed, failed: all.saturating_sub(passed) }
}

/// Adds up `test result: ok. 5 passed; 0 failed; ...` of every crate.
fn doctest_count(lines: &[String]) -> Count {
    let results = lines.iter().filter(|line| line.starts_with("test result:"));
    results.fold(Count::default(), |sum, line| Count {
        passed: sum.passed + number_before(line, "passed"),
        failed: sum.failed + number_before(line, "failed"),
    })
}

/// The number that stands directly before `word`.
fn number_before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> = text.split([' ', ';', ',', '(', ')']).filter(|part| !part.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair[1] == word);
    pair.and_then(|pair| pair[0].parse().ok()).unwrap_or_default()
}

fn first_number(text: &str) -> Option<u64> {
    text.split(|letter: char| !letter.is_ascii_digit()).find_map(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(count: fn(&[String]) -> Count, text: &str, passed: u64, failed: u64) {
        let lines: Vec<String> = text.lines().map(Into::into).collect();
        assert_eq!(count(&lines), Count { passed, failed }, "reading {text:?}");
    }

    #[test]
    fn reads_what_nextest_prints() {
        check(nextest_count, "     Summary [   0.026s] 5 tests run: 5 passed, 0 skipped", 5, 0);
        check(
            nextest_count,
            "     Summary [   9.000s] 7 tests run: 4 passed (1 slow, 1 flaky), 2 failed, 1 timed out, 3 skipped",
            4,
            3,
        );
        check(nextest_count, "     Summary [   0.1s] 2/5 tests run: 1 passed, 1 failed, 0 skipped", 1, 1);
        check(nextest_count, "error: could not compile", 0, 0);
    }

    #[test]
    fn reads_what_vitest_prints() {
        check(vitest_count, " Test Files  3 passed (3)\n      Tests  27 passed (27)\n", 27, 0);
        check(vitest_count, "      Tests  2 failed | 5 passed | 1 skipped (8)", 5, 3);
        check(vitest_count, "Error: no test files", 0, 0);
    }

    #[test]
    fn adds_up_the_doctests_of_all_crates() {
        let text = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\nnoise\ntest result: FAILED. 1 passed; 3 failed; 0 ignored";
        check(doctest_count, text, 3, 3);
    }
}
