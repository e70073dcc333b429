//! `cargo xtask bench` and `generate`: both live in `outlay-bench`, which is built for speed first.

use std::process::Command;

use anyhow::{Context, Result};

use crate::postgres::Cluster;
use crate::process::{cargo, read, run};
use crate::window::{EMBEDDED, PACKAGE};
use crate::{page, setup, window};

/// Rows of the ledger that the window opens.
const ROWS: &str = "1000000";

/// Builds Outlay and the bench, and measures the one with the other; the window too, unless something was chosen.
///
/// # Errors
/// When a peer is missing, a build fails, or something that is measured fails.
pub(crate) fn measure(arguments: &[String]) -> Result<()> {
    if arguments == ["--window"] {
        return measure_window();
    }
    if let [first, rest @ ..] = arguments
        && first == "--sync"
    {
        return measure_sync(rest);
    }
    setup::for_bench()?;
    build()?;
    outlay_bench("measure", arguments)?;
    // Nothing drives the webviews of the others.
    if arguments.is_empty() && cfg!(target_os = "linux") { measure_window() } else { Ok(()) }
}

fn build() -> Result<()> {
    run(cargo().args(["build", "--release", "--package", "outlay-cli", "--package", "outlay-bench"]))
}

/// Measures sync with a server that is there for it alone.
fn measure_sync(arguments: &[String]) -> Result<()> {
    build()?;
    let cluster = Cluster::start()?;
    let mut bench = command_of_bench(&["sync"]);
    bench.args(arguments);
    cluster.lend(&mut bench);
    run(&mut bench)
}

/// Writes seeded files.
///
/// # Errors
/// When the build fails, or the arguments or the file are refused.
pub(crate) fn generate(arguments: &[String]) -> Result<()> {
    outlay_bench("generate", arguments)
}

/// Measures the window on a ledger of a million calls, on a screen that nobody sees, beside an empty window.
fn measure_window() -> Result<()> {
    setup::for_driven_window()?;
    page::build()?;
    run(cargo().args(["build", "--release", "--bins", "--examples"]).args(EMBEDDED))?;
    let built = window::built("release")?;
    let ledger = read(&mut command_of_bench(&["ledger", "--rows", ROWS]))?;
    let (folder, now) = ledger.trim().split_once('\n').context("the bench names no ledger")?;
    let mut bench = window::on_a_screen();
    bench.arg(cargo().get_program()).args(["bench", "--quiet", "--package", "outlay-tests"]);
    bench.args(["--features", "outlay-tests/window", "--bench", "window"]);
    bench.env("OUTLAY_DESKTOP", built.join(PACKAGE)).env("OUTLAY_EMPTY", built.join("examples/empty_window"));
    bench
        .env("OUTLAY_LEDGER", folder)
        .env("OUTLAY_NOW", now)
        .env("OUTLAY_PAGE", page::folder().join("dist/assets"));
    run(&mut bench)
}

fn outlay_bench(task: &str, arguments: &[String]) -> Result<()> {
    run(command_of_bench(&[task]).args(arguments))
}

fn command_of_bench(arguments: &[&str]) -> Command {
    let mut bench = cargo();
    bench.args(["run", "--release", "--quiet", "--package", "outlay-bench", "--"]).args(arguments);
    bench
}
