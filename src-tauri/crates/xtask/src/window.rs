//! The window: the desktop package, which is built apart from everything that needs none.
//!
//! Its tests drive it on a screen of their own, so that nobody's desktop flickers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{cargo, program, read, run};
use crate::terminal;

/// The root package, the only one that needs a window toolkit.
pub(crate) const PACKAGE: &str = "outlay-desktop";

/// Everything else: it builds and runs where there is no window.
pub(crate) const WITHOUT: [&str; 3] = ["--workspace", "--exclude", PACKAGE];

/// What the window is built with: the page is in it.
pub(crate) const EMBEDDED: [&str; 4] = ["--package", PACKAGE, "--features", "custom-protocol"];

/// Builds the window and the terminal for tests.
///
/// # Errors
/// When one does not compile.
pub(crate) fn build() -> Result<()> {
    run(cargo().arg("build").args(EMBEDDED))?;
    terminal::build().map(drop)
}

/// The command that tests the window `binary`, on a screen that nobody sees.
///
/// # Errors
/// When the folder of what was built cannot be found.
pub(crate) fn tests(binary: &Path) -> Result<Command> {
    let mut command = on_a_screen();
    command.arg(cargo().get_program()).args(["nextest", "run"]).args(WITHOUT);
    command.args(["--features", "outlay-tests/window", "--test", "desktop", "--no-fail-fast"]);
    command.env("OUTLAY_DESKTOP", binary).env("OUTLAY_TERMINAL", terminal::path()?);
    Ok(command)
}

/// Begins a command whose windows nobody sees.
pub(crate) fn on_a_screen() -> Command {
    let mut command = program("xvfb-run");
    // A screen that resets itself when its last window closes would take the next one with it.
    command.args(["-a", "-s", "-screen 0 1280x800x24 -noreset"]);
    command
}

/// The folder of what was built with a profile.
///
/// # Errors
/// When cargo does not tell.
pub(crate) fn built(profile: &str) -> Result<PathBuf> {
    let metadata = read(cargo().args(["metadata", "--format-version", "1", "--no-deps", "--offline"]))?;
    let (_, rest) = metadata.split_once("\"target_directory\":\"").context("cargo names no target folder")?;
    let (folder, _) = rest.split_once('"').context("cargo names no target folder")?;
    Ok(Path::new(&folder.replace("\\\\", "\\")).join(profile))
}
