//! `outlay status` as a whole process on the large ledger: what a prompt or a status bar waits for.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::child;
use crate::ledger;
use crate::table::{Line, Spread, time};

/// Measures it, beside the same program that only tells its version.
///
/// # Errors
/// The program fails.
pub(crate) fn measure(outlay: &Path, folder: &Path, runs: usize) -> Result<Line> {
    eprintln!("outlay status: {runs} runs");
    let status = || {
        let mut command = Command::new(outlay);
        let now = ledger::present().to_utc().to_rfc3339();
        command.args(["status", "--json", "--now", &now, "--data-dir"]).arg(folder);
        child::time(command)
    };
    let version = || {
        let mut command = Command::new(outlay);
        command.arg("--version");
        child::time(command)
    };
    let spread = |run: &dyn Fn() -> Result<Duration>| -> Result<Spread> {
        run()?;
        let times = (0..runs).map(|_| run()).collect::<Result<_>>()?;
        Spread::of(times).context("--calls is 0")
    };
    let (status, version) = (spread(&status)?, spread(&version)?);
    Ok(Line {
        name: "outlay status, whole process, median".to_owned(),
        asked: "30 ms".to_owned(),
        measured: format!("{} (max {})", time(status.median), time(status.max)),
        beside: format!("outlay --version {}", time(version.median)),
    })
}
