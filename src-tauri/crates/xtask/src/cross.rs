//! `cargo xtask cross`: what needs no window, checked for Windows from any platform.
//!
//! The window itself is built on each platform by `cargo xtask package`.

use anyhow::Result;

use crate::process::{cargo, program, run};
use crate::{setup, window};

const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// Checks the windowless crates for Windows.
///
/// # Errors
/// When the target or its C compiler cannot be had, or a crate does not compile.
pub(crate) fn check() -> Result<()> {
    setup::for_windows()?;
    run(program("rustup").args(["target", "add", WINDOWS]))?;
    run(cargo().arg("check").args(window::WITHOUT).args(["--all-targets", "--target", WINDOWS]))
}
