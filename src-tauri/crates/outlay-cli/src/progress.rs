//! Progress of long work, drawn on stderr while someone looks, and gone when the work is done.

use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;

/// A bar over bytes, or nothing where nobody would see it move.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Begins to show how much of a file was read.
    pub(crate) fn begin(printer: &Printer) -> Self {
        let wanted = printer.terminal.shows_messages && !printer.quiet;
        Self(wanted.then(|| {
            let bar = ProgressBar::new(0);
            let template =
                "  {msg} {bar:24} {decimal_bytes} of {decimal_total_bytes}, Ctrl-C leaves nothing behind";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        }))
    }

    /// Shows where the work is.
    pub(crate) fn at(&self, name: &str, done: u64, whole: u64) {
        if let Some(bar) = &self.0 {
            bar.set_message(name.to_owned());
            bar.set_length(whole);
            bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
