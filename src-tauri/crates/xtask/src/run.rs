//! `cargo xtask run`: Outlay on the user's ledger, in its window; where there is no display, as a page for a
//! browser. Any verb of `outlay` can be named instead.
//!
//! Which folder holds the ledger, the programs know.

use std::env;

use anyhow::Result;

use crate::process::{cargo, run as run_command};
use crate::window::EMBEDDED;
use crate::{page, setup};

/// Builds what is needed and runs it with `arguments`.
///
/// # Errors
/// When something is missing, a build fails, or what was started does not end well.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let names_a_verb = arguments.first().is_some_and(|first| !first.starts_with('-'));
    if names_a_verb {
        terminal(arguments)
    } else if has_display() {
        window(arguments)
    } else {
        browser(arguments)
    }
}

/// The window, with the page in it.
fn window(arguments: &[String]) -> Result<()> {
    setup::for_window()?;
    page::build()?;
    if arguments.iter().any(|argument| argument == "--sample") {
        // The terminal makes the sample up.
        terminal(&["--sample".to_owned(), "status".to_owned()])?;
    }
    run_command(cargo().args(["run", "--release"]).args(EMBEDDED).arg("--").args(arguments))
}

/// The page in a browser, here or through a tunnel; the address is printed.
fn browser(arguments: &[String]) -> Result<()> {
    setup::for_page()?;
    page::build()?;
    terminal(&[&["serve".to_owned()], arguments].concat())
}

/// One verb of `outlay`.
fn terminal(arguments: &[String]) -> Result<()> {
    let mut outlay = cargo();
    outlay.args(["run", "--release", "--package", "outlay-cli", "--bin", "outlay", "--"]);
    run_command(outlay.args(arguments))
}

/// Whether a window can be shown. Only on Linux are there sessions without.
fn has_display() -> bool {
    let names_one = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(names_one)
}
