//! `cargo xtask bench` and `generate`: both live in `outlay-bench`, which is built for speed first.

use anyhow::Result;

use crate::process::{cargo, run};
use crate::setup;

/// Builds Outlay and the bench, and measures the one with the other.
///
/// # Errors
/// When a peer is missing, a build fails, or something that is measured fails.
pub(crate) fn measure(arguments: &[String]) -> Result<()> {
    setup::for_bench()?;
    run(cargo().args(["build", "--release", "--package", "outlay-cli", "--package", "outlay-bench"]))?;
    outlay_bench("measure", arguments)
}

/// Writes seeded files.
///
/// # Errors
/// When the build fails, or the arguments or the file are refused.
pub(crate) fn generate(arguments: &[String]) -> Result<()> {
    outlay_bench("generate", arguments)
}

fn outlay_bench(task: &str, arguments: &[String]) -> Result<()> {
    let mut bench = cargo();
    bench.args(["run", "--release", "--quiet", "--package", "outlay-bench", "--", task]);
    run(bench.args(arguments))
}
