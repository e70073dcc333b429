//! Python environments for peers, each with the packages that it needs and nothing else, below the bench's folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::child;

/// The interpreter of an environment with the packages in it, made if what they are `used` by does not run.
///
/// # Errors
/// There is no Python, or a package cannot be fetched.
pub(crate) fn environment(folder: &Path, packages: &[&str], used: &str) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if python.exists() && child::run(Command::new(&python).args(["-c", used])).is_ok() {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    eprintln!("installing {} for the peer's measurement", packages.join(", "));
    child::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(folder))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    child::run(Command::new(&python).args(install).args(packages))?;
    Ok(python)
}
