//! The only place that reads the terminal and its signals; the clock, the account and the data folder are read
//! in `outlay-host`, the same for every host.
//!
//! Everything else gets what it needs as values, so a test can fix all of it.

use std::io::{BufWriter, IsTerminal, Write, stderr, stdin, stdout};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use outlay_host::variable;

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// Someone can answer a question.
    pub(crate) can_ask: bool,
    /// Someone looks at what is printed.
    pub(crate) shows: bool,
    /// Someone looks at the messages, so progress may move.
    pub(crate) shows_messages: bool,
    /// Columns; `None` where lines may be of any length.
    pub(crate) width: Option<u16>,
    /// Data may be coloured.
    pub(crate) colour: bool,
    /// Messages may be coloured.
    pub(crate) colour_messages: bool,
}

/// What the user asked of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// `--no-color`.
    pub(crate) no_colour: bool,
    /// `--no-input`.
    pub(crate) no_input: bool,
}

impl Terminal {
    /// No terminal at all.
    pub(crate) const fn plain() -> Self {
        Self {
            can_ask: false,
            shows: false,
            shows_messages: false,
            width: None,
            colour: false,
            colour_messages: false,
        }
    }

    /// Looks at the terminal that this process has.
    pub(crate) fn look(wishes: Wishes) -> Self {
        let (shows, shows_messages) = (stdout().is_terminal(), stderr().is_terminal());
        let may_colour = !wishes.no_colour
            && variable("NO_COLOR").is_none_or(|value| value.is_empty())
            && variable("TERM").as_deref() != Some("dumb");
        Self {
            can_ask: !wishes.no_input && stdin().is_terminal() && shows_messages,
            shows,
            shows_messages,
            width: columns(shows),
            colour: shows && may_colour,
            colour_messages: shows_messages && may_colour,
        }
    }
}

/// What was typed.
pub(crate) fn arguments() -> Vec<std::ffi::OsString> {
    std::env::args_os().collect()
}

/// `COLUMNS` if it is exported, else what the terminal says.
fn columns(shows: bool) -> Option<u16> {
    let exported = variable("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|&width| width > 0);
    let measured = || terminal_size::terminal_size().map_or(80, |(width, _)| width.0);
    exported.or_else(|| shows.then(measured))
}

/// Ctrl-C and a request to end: noticed and passed on while work must end in order, obeyed at once
/// at any other time, and at once when it comes twice.
#[derive(Clone)]
pub(crate) struct Interrupt {
    cancel: Arc<AtomicBool>,
    in_order: Arc<AtomicBool>,
    came: Arc<AtomicBool>,
    left: Arc<AtomicBool>,
    passed_on: Arc<OnceLock<PassOn>>,
}

/// Told of it while work must end in order.
type PassOn = Box<dyn Fn() + Send + Sync>;

impl Interrupt {
    /// Begins to listen.
    pub(crate) fn listen() -> Self {
        let interrupt = Self {
            cancel: Arc::default(),
            in_order: Arc::default(),
            came: Arc::default(),
            left: Arc::default(),
            passed_on: Arc::default(),
        };
        let heard = interrupt.clone();
        // Without a handler the system ends the process, which the ledger survives too.
        let _ = ctrlc::set_handler(move || heard.happened());
        interrupt
    }

    /// The flag that is set once the user wants to stop.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancel)
    }

    /// Tells `whom` too: for work that waits instead of looking at the flag. The first one stays.
    pub(crate) fn pass_on(&self, whom: impl Fn() + Send + Sync + 'static) {
        let _ = self.passed_on.set(Box::new(whom));
    }

    /// Runs work that looks at the flag and ends in order.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        self.in_order.store(true, Ordering::SeqCst);
        let outcome = work();
        self.in_order.store(false, Ordering::SeqCst);
        outcome
    }

    /// Leaves to another program what an interruption means, from now on: one that came while it ran may be heard
    /// only when it has ended, and what is to be done then must be done.
    pub(crate) fn leave_to_another(&self) {
        self.left.store(true, Ordering::SeqCst);
    }

    fn happened(&self) {
        if self.left.load(Ordering::SeqCst) {
            return;
        }
        self.cancel.store(true, Ordering::SeqCst);
        if self.came.swap(true, Ordering::SeqCst) || !self.in_order.load(Ordering::SeqCst) {
            std::process::exit(crate::failure::Exit::Cancelled as i32);
        }
        if let Some(pass_on) = self.passed_on.get() {
            pass_on();
        }
    }
}

/// Keeps what comes on standard input in a file that goes with its handle: an import is read twice.
///
/// # Errors
/// Those of standard input and of the temporary folder.
pub(crate) fn standard_input() -> std::io::Result<tempfile::NamedTempFile> {
    let mut kept = tempfile::NamedTempFile::new()?;
    std::io::copy(&mut stdin().lock(), &mut kept)?;
    kept.flush()?;
    Ok(kept)
}

/// Writes a file so that it is there whole or not at all: beside its place first, then moved.
///
/// # Errors
/// Those of `write`, and those of the file system with the path in them.
pub(crate) fn write_whole<T, E: From<std::io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let named = |error: std::io::Error| {
        // In the system's own words stands a temporary name, which is nobody's concern.
        let cause = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            kind => kind.to_string(),
        };
        std::io::Error::other(format!("cannot write {}: {cause}", path.display()))
    };
    let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(named)?;
    let mut buffered = BufWriter::new(file);
    let value = write(&mut buffered)?;
    let file = buffered.into_inner().map_err(|error| named(error.into_error()))?;
    file.as_file().sync_all().map_err(named)?;
    file.persist(path).map_err(|error| named(error.error))?;
    Ok(value)
}
