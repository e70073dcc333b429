//! `cargo xtask cross`: what needs no window, checked for Windows from any platform.
//!
//! The window itself is built on each platform by `cargo xtask package`.

use anyhow::Result;

use crate::process::{cargo, program, run};
use crate::{setup, window};

const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// Brings Rust's target for Windows and a C compiler for it.
///
/// # Errors
/// When they cannot be had: Rust was not installed by rustup, or there is no way to its server.
pub(crate) fn prepare() -> Result<()> {
    setup::for_windows()?;
    run(program("rustup").args(["target", "add", WINDOWS]))
}

/// Checks the windowless crates, once all is there.
///
/// # Errors
/// When a crate does not compile.
pub(crate) fn check() -> Result<()> {
    run(cargo().arg("check").args(window::WITHOUT).args(["--all-targets", "--target", WINDOWS]))
}
