//! The page in a real browser, over the real `outlay serve`: its tests, and the pictures of its screens.
//!
//! What is tested stands in `tests/browser`, in the page's own language.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::run;
use crate::{page, setup, terminal};

/// The command that tests the page. The page is built, the terminal is built here.
///
/// # Errors
/// When the terminal does not compile, or a program is missing.
pub(crate) fn tests() -> Result<Command> {
    driving("test:browser")
}

/// Takes the pictures that stand in `docs/screens`.
///
/// # Errors
/// When something is missing, or a screen does not come to what its picture is to show.
pub(crate) fn take_pictures() -> Result<()> {
    setup::for_page()?;
    setup::for_browser()?;
    page::build()?;
    run(&mut driving("screenshots")?)
}

/// A script of the page that drives a browser.
fn driving(script: &str) -> Result<Command> {
    let browser = setup::browser().context("Chromium is missing: run `cargo xtask setup`")?;
    let mut command = page::script(script)?;
    command.env("OUTLAY_TERMINAL", terminal::build()?).env("OUTLAY_BROWSER", browser);
    Ok(command)
}
