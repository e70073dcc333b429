//! The page of `ui/`: its packages, and the files that the window embeds and `outlay serve` serves.
//!
//! What is checked in it stands in its own `package.json`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{npm as path_of_npm, program, run};
use crate::project_root;

/// Makes `ui/dist`.
///
/// # Errors
/// When npm is missing or one of its steps fails.
pub(crate) fn build() -> Result<()> {
    install()?;
    run(npm()?.args(["run", "build"]))
}

/// A script of the page's `package.json`, whose packages are there.
///
/// # Errors
/// When npm is missing.
pub(crate) fn script(name: &str) -> Result<Command> {
    let mut npm = npm()?;
    npm.args(["run", "--silent", name]);
    Ok(npm)
}

/// Brings the packages that the lock file names, if they are not there yet.
///
/// # Errors
/// As [`build`].
pub(crate) fn install() -> Result<()> {
    if is_installed() { Ok(()) } else { run(npm()?.args(["ci", "--no-audit", "--no-fund"])) }
}

/// A command of npm in `ui/`.
///
/// # Errors
/// When npm is missing.
pub(crate) fn npm() -> Result<Command> {
    let mut npm = program(path_of_npm().context("npm is missing: run `cargo xtask setup`")?);
    npm.current_dir(folder());
    Ok(npm)
}

/// The page's folder.
pub(crate) fn folder() -> PathBuf {
    project_root().join("ui")
}

/// npm keeps a copy of the lock file beside what it has installed.
fn is_installed() -> bool {
    let written = |name: &str| fs_err::metadata(folder().join(name)).and_then(|file| file.modified()).ok();
    written("node_modules/.package-lock.json") >= written("package-lock.json")
}
