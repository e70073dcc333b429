//! `cargo xtask run`: the release build of `outlay`, on the user's ledger or, with `--sample`, on one of
//! sample data; which folder that is, `outlay` knows.

use anyhow::Result;

use crate::process::{cargo, run as run_command};

/// Builds `outlay` and runs it with `arguments`.
///
/// # Errors
/// When the build fails or `outlay` does not end well.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut outlay = cargo();
    outlay.args(["run", "--release", "--package", "outlay-cli", "--bin", "outlay", "--"]);
    run_command(outlay.args(arguments))
}
