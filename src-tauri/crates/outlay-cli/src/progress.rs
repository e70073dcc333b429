//! Progress of long work, drawn on stderr while someone looks, and gone when the work is done.

use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};
use outlay_app::{Event, Unit};

use crate::printer::Printer;

/// A bar while work is told of; nothing where nobody would see it move.
#[derive(Debug)]
pub(crate) struct Progress {
    wanted: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// Draws nothing yet.
    pub(crate) fn new(printer: &Printer) -> Self {
        Self { wanted: printer.terminal.shows_messages && !printer.quiet, bar: Mutex::default() }
    }

    /// Shows how much of something is done, if it is that what is told.
    pub(crate) fn told(&self, event: &Event) {
        let Event::Progress { what, done, of, unit } = event else { return };
        if !self.wanted {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| begun(*unit));
        bar.set_message(what.clone());
        bar.set_length(of.0.unsigned_abs());
        bar.set_position(done.0.unsigned_abs());
    }

    /// Takes the bar off the screen.
    pub(crate) fn clear(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

fn begun(unit: Unit) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template = match unit {
        Unit::Bytes => {
            "  {msg} {bar:24} {decimal_bytes} of {decimal_total_bytes}, Ctrl-C leaves nothing behind"
        }
        Unit::Rows => {
            "  {msg} {bar:24} {human_pos} of {human_len}, Ctrl-C ends it here and what is done stays"
        }
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
