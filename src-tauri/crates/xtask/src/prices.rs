//! `cargo xtask prices`: makes the embedded price book anew, in a Python environment of its own.
//!
//! What the book holds is decided in `prices/make_book.py`; neither the build nor the tests need Python.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::process::{find, program, run};

/// Makes the environment under the target folder where there is none, and runs the script in it.
///
/// # Errors
/// When Python 3 is missing, its packages cannot be installed, or the script fails.
pub(crate) fn make_book() -> Result<()> {
    let root = crate::project_root();
    let scripts = root.join("src-tauri/crates/xtask/prices");
    let environment = root.join("target/prices-python");
    let script = scripts.join("make_book.py");
    ensure!(script.is_file(), "{} is missing", script.display());
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.is_file() {
        let system = ["python3", "python"].into_iter().find_map(find).context("Python 3 is missing")?;
        run(program(system).args(["-m", "venv"]).arg(&environment))
            .context("Python's venv module is needed (Debian: apt-get install python3-venv)")?;
    }
    install(&python, &scripts.join("requirements.txt"))?;
    run(program(&python).arg(script))
}

fn install(python: &Path, requirements: &Path) -> Result<()> {
    if !requirements.is_file() {
        return Ok(());
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(program(python).args(pip).arg(requirements))
}
