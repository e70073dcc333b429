//! `cargo xtask run`: the release build of `outlay`, on the user's ledger or on a sample of its own.

use anyhow::{Context, Result};
use directories::BaseDirs;

use crate::process::{cargo, run as run_command};

/// Builds `outlay` and runs it with `arguments`. `--sample` among them takes the sample ledger, which
/// lies in a data folder of its own and never beside the user's.
///
/// # Errors
/// When the build fails or `outlay` does not end well.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut outlay = cargo();
    outlay.args(["run", "--release", "--package", "outlay-cli", "--bin", "outlay", "--"]);
    if arguments.iter().any(|argument| argument == "--sample") {
        let folders = BaseDirs::new().context("this account has no home folder for the sample ledger")?;
        outlay.arg("--data-dir").arg(folders.data_dir().join("dev.outlay.desktop-sample"));
    }
    run_command(outlay.args(arguments))
}
