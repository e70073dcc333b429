//! Data to stdout, messages to stderr, and nothing mixed.
//!
//! Styles are always written and taken out where nobody would see them as colour. Progress that moves
//! is in `progress.rs`.

use std::io::{Write as _, stderr, stdout};

use anstream::{AutoStream, ColorChoice};
use owo_colors::OwoColorize as _;
use serde::Serialize;

use crate::failure::Failure;
use crate::host::Terminal;

/// Where a verb puts what it has to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    /// What the terminal can do.
    pub(crate) terminal: Terminal,
    /// Data is JSON.
    pub(crate) json: bool,
    /// No messages but errors.
    pub(crate) quiet: bool,
}

impl Printer {
    /// Prints data: the one or the other form of it.
    ///
    /// # Errors
    /// Those of stdout.
    pub(crate) fn show<T: Serialize>(
        &self,
        value: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        if self.json { self.json(value) } else { self.text(&words(value)) }
    }

    /// Prints data as JSON: spread out for a person, on one line for a program.
    ///
    /// # Errors
    /// Those of stdout.
    pub(crate) fn json<T: Serialize>(&self, value: &T) -> Result<(), Failure> {
        let text = if self.terminal.shows {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        self.raw(format!("{}\n", text.map_err(std::io::Error::from)?).as_bytes())
    }

    /// Prints data as lines for a person.
    ///
    /// # Errors
    /// Those of stdout.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = AutoStream::new(stdout().lock(), choice(self.terminal.colour));
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    /// Prints data as it is.
    ///
    /// # Errors
    /// Those of stdout.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = stdout().lock();
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }

    /// Says what happened, unless messages are not wanted. With JSON only warnings are said.
    pub(crate) fn say(&self, message: &str) {
        if !self.quiet && !self.json {
            self.message(message);
        }
    }

    /// Suggests what to do next.
    pub(crate) fn hint(&self, message: &str) {
        self.say(&format!("{} {message}", "hint:".cyan()));
    }

    /// Warns of what was not as it should be.
    pub(crate) fn warn(&self, message: &str) {
        if !self.quiet {
            self.message(&format!("{} {message}", "warning:".yellow()));
        }
    }

    /// Says why the run failed.
    pub(crate) fn fail(&self, failure: &Failure) {
        if let Some(words) = failure.words(self.json) {
            let coloured = words.replacen("error:", &"error:".red().to_string(), 1);
            let coloured = coloured.replacen("\n\nhint:", &format!("\n\n{}", "hint:".cyan()), 1);
            self.message(if self.json { &words } else { &coloured });
        }
    }

    /// Writes a question, apart from what stands above it and without an end of line.
    pub(crate) fn prompt(&self, question: &str) {
        let mut err = AutoStream::new(stderr().lock(), choice(self.terminal.colour_messages));
        let _ = write!(err, "\n{question} ").and_then(|()| err.flush());
    }

    /// Says what must be said, also to a quiet run: errors, and what a question is about.
    pub(crate) fn message(&self, text: &str) {
        let mut err = AutoStream::new(stderr().lock(), choice(self.terminal.colour_messages));
        // Nobody is left to be told that stderr is closed.
        let _ = writeln!(err, "{text}");
    }
}

const fn choice(colour: bool) -> ColorChoice {
    if colour { ColorChoice::AlwaysAnsi } else { ColorChoice::Never }
}
