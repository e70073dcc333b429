//! `cargo xtask bench` and `generate`: both live in `outlay-bench`, which is built for speed first.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::process::{cargo, program, run};
use crate::window::{EMBEDDED, PACKAGE};
use crate::{page, setup, window};

/// Builds Outlay and the bench, and measures the one with the other.
///
/// # Errors
/// When a peer is missing, a build fails, or something that is measured fails.
pub(crate) fn measure(arguments: &[String]) -> Result<()> {
    if arguments == ["--window"] {
        return measure_window();
    }
    setup::for_bench()?;
    run(cargo().args(["build", "--release", "--package", "outlay-cli", "--package", "outlay-bench"]))?;
    outlay_bench("measure", arguments)
}

/// Writes seeded files.
///
/// # Errors
/// When the build fails, or the arguments or the file are refused.
pub(crate) fn generate(arguments: &[String]) -> Result<()> {
    outlay_bench("generate", arguments)
}

/// Measures the window on a ledger of a million calls, on a screen that nobody sees, beside an empty window.
fn measure_window() -> Result<()> {
    setup::for_tests()?;
    page::build()?;
    run(cargo().args(["build", "--release", "--bins", "--examples"]).args(EMBEDDED))?;
    run(cargo().args(["build", "--release", "--package", "outlay-cli"]))?;
    let built = window::built("release")?;
    let ledger = million(&built)?;
    let mut bench = window::on_a_screen();
    bench.arg(cargo().get_program()).args(["bench", "--quiet", "--package", "outlay-tests"]);
    bench.args(["--features", "outlay-tests/window", "--bench", "window"]);
    bench.env("OUTLAY_DESKTOP", built.join(PACKAGE)).env("OUTLAY_LEDGER", ledger);
    run(bench.env("OUTLAY_EMPTY", built.join("examples/empty_window")))?;
    let size = |path: &Path| fs_err::metadata(path).map(|file| file.len());
    println!("program: {} kB", size(&built.join(PACKAGE))? / 1000);
    for file in fs_err::read_dir(page::folder().join("dist/assets"))?.flatten() {
        let packed = std::process::Command::new("gzip").arg("-9c").arg(file.path()).output()?.stdout;
        println!("{}: {} kB packed", file.file_name().to_string_lossy(), packed.len() / 1000);
    }
    Ok(())
}

/// The folder of a ledger of a million calls, imported once.
fn million(built: &Path) -> Result<PathBuf> {
    let folder = built.join("../bench/window-ledger");
    if !folder.join("outlay.db").exists() {
        fs_err::create_dir_all(&folder)?;
        let file = folder.join("calls.csv");
        let path = file.to_string_lossy().into_owned();
        generate(&["openrouter-csv", "--rows", "1000000", "--output", &path].map(Into::into))?;
        run(program(built.join("outlay")).arg("--data-dir").arg(&folder).args(["import", "--yes", &path]))?;
        fs_err::remove_file(file)?;
    }
    Ok(folder)
}

fn outlay_bench(task: &str, arguments: &[String]) -> Result<()> {
    let mut bench = cargo();
    bench.args(["run", "--release", "--quiet", "--package", "outlay-bench", "--", task]);
    run(bench.args(arguments))
}
