//! A minute of random tables for the reader of exports, on the stable toolchain.
//!
//! `cargo fuzz` needs a nightly one for its sanitizers. Nothing here is unsafe, so that coverage is all it takes,
//! and the stable compiler writes that when told by flags. A longer hunt is `cargo +nightly fuzz`, as
//! `tests/fuzz/Cargo.toml` says; what is found there joins the corpus, and is read by every run of this.

use std::fs;

use anyhow::{Context, Result};

use crate::process::{cargo, program, read, run};
use crate::project_root;

/// What makes the compiler count the branches that a table takes, as libFuzzer reads them.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions --cfg fuzzing";

/// How long tables are made up, in seconds.
const SECONDS: u32 = 60;

/// Reads the corpus, and then a minute of tables made from it.
///
/// # Errors
/// When a table makes the reader panic, or is not read within twenty seconds; it is kept in `target/fuzz`.
pub(crate) fn minute() -> Result<()> {
    let folder = project_root().join("target/fuzz");
    let found = folder.join("found");
    fs::create_dir_all(&found).with_context(|| format!("could not make {}", found.display()))?;
    let host = read(program("rustc").arg("--print").arg("host-tuple"))?;
    let host = host.trim();
    run(cargo()
        .args(["build", "--release", "--locked", "--manifest-path", "tests/fuzz/Cargo.toml"])
        // Named, or build scripts would be covered too, and not link.
        .args(["--target", host])
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", COVERAGE))?;
    run(program(folder.join(host).join("release/parse"))
        // What is new goes into the first folder; the corpus itself is only read.
        .arg(&found)
        .arg("tests/fuzz/corpus/parse")
        .arg(format!("-max_total_time={SECONDS}"))
        .args(["-timeout=20", "-print_final_stats=1", "-verbosity=0"])
        .arg(format!("-artifact_prefix={}/", folder.display())))
}
