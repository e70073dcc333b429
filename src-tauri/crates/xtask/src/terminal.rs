//! `outlay`, built for the tests that run it as it is.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use anyhow::Result;

use crate::process::{cargo, run};
use crate::window::{WITHOUT, built};

/// Builds it and tells where it lies.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build() -> Result<PathBuf> {
    run(cargo().arg("build").args(WITHOUT).args(["--bin", "outlay"]))?;
    path()
}

/// Where it lies once it is built.
///
/// # Errors
/// When the folder of what was built cannot be found.
pub(crate) fn path() -> Result<PathBuf> {
    Ok(built("debug")?.join(format!("outlay{EXE_SUFFIX}")))
}
