//! Notices that the ledger was changed, by whomever: this program, another one, a sync.
//!
//! The system tells when the files are written; whether a change was kept is asked of the ledger. So an import
//! that is going on, a reader that comes or goes, and a change that was taken back are no news. Nothing asks a ledger
//! that rests.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use outlay_app::paths::{LEDGER_FILE, SAMPLE_FILE};
use outlay_app::{App, Event, private};
use thiserror::Error;

/// Writes that come within this time are looked at together.
const QUIET: Duration = Duration::from_millis(50);

/// However many writes come, one looks this often.
const AT_LEAST_EVERY: Duration = Duration::from_millis(500);

/// How late a change may be seen that was written before: SQLite lets readers see it once the disk has it, and of
/// that the system tells nothing. Until then one looks again, at growing distances.
const LATEST: Duration = Duration::from_secs(10);

/// Why nobody notices.
#[derive(Debug, Error)]
pub enum WatchError {
    /// The data folder cannot be made.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
    /// The system does not tell, as when too many files are watched.
    #[error("changes by other programs will not be noticed: {0}")]
    System(#[from] notify::Error),
}

/// Watches until it is dropped.
pub struct Watch {
    _watcher: RecommendedWatcher,
}

/// Tells `tell` whenever the ledger holds something else than before. The data folder is made if it is not there.
///
/// # Errors
/// The folder cannot be made, or the system does not watch it.
pub fn watch(app: Arc<App>, tell: impl Fn(Event) + Send + 'static) -> Result<Watch, WatchError> {
    private::folder(app.data_dir())?;
    let (sender, written) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| concerns(&event)) {
            // Nobody waits any more once the watch was dropped.
            let _ = sender.send(());
        }
    })?;
    watcher.watch(app.data_dir(), RecursiveMode::NonRecursive)?;
    let known = app.revision();
    std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || notice(&app, &written, known, &tell))?;
    Ok(Watch { _watcher: watcher })
}

/// Whether the ledger or its log was written.
fn concerns(event: &notify::Event) -> bool {
    !event.kind.is_access() && event.paths.iter().any(|path| is_ours(path))
}

fn is_ours(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(OsStr::to_str) else { return false };
    [LEDGER_FILE, SAMPLE_FILE].contains(&name.strip_suffix("-wal").unwrap_or(name))
}

fn notice(app: &App, written: &Receiver<()>, mut known: i64, tell: &impl Fn(Event)) {
    while written.recv().is_ok() {
        gather(written);
        let mut pause = QUIET;
        while pause < LATEST {
            let revision = app.revision();
            if revision != known {
                known = revision;
                tell(Event::LedgerChanged);
            }
            pause = if written.recv_timeout(pause).is_ok() {
                gather(written);
                QUIET
            } else {
                pause * 2
            };
        }
    }
}

/// Waits for the writes that belong to one that was told.
fn gather(written: &Receiver<()>) {
    let first = Instant::now();
    while first.elapsed() < AT_LEAST_EVERY && written.recv_timeout(QUIET).is_ok() {}
}
