//! When sync runs by itself: only where a person turned that on, a minute after the last one, and later after failures.
//! What failed is remembered with the ledger, so that the terminal says it too.

use std::time::Duration;

use outlay_core::instant::Instant;
use outlay_ledger::{Reader, Writer};
use outlay_sync::{Pushing, backoff};
use serde::{Deserialize, Serialize};

use super::running::{RunRequest, run};
use crate::app::App;
use crate::error::{ApiError, AppError, Code};

/// The name under which the ledger remembers it.
const SETTING: &str = "sync";

/// How long after a sync that went well.
const PAUSE: Duration = Duration::from_secs(60);

/// How long after one in which the server took nothing.
const PAUSE_OF_READ_ONLY: Duration = Duration::from_secs(300);

/// What is remembered about syncing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Schedule {
    /// Whether it runs by itself.
    pub(super) background: bool,
    /// Failures in a row.
    pub(super) failures: u32,
    /// The last of them, if the last sync failed.
    pub(super) failed: Option<Failed>,
    /// When the next one is due.
    pub(super) next_at: Option<Instant>,
}

/// A sync that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failed {
    /// When.
    pub(super) at: Instant,
    /// What happened.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: String,
    /// What kind of failure it is.
    pub(super) code: Code,
    /// Whether nothing helps but a person.
    pub(super) needs_person: bool,
}

/// What is remembered.
pub(super) fn read(reader: &Reader<'_>) -> Result<Schedule, AppError> {
    let Some(text) = reader.setting(SETTING)? else { return Ok(Schedule::default()) };
    serde_json::from_str(&text).map_err(|_| AppError::UnreadableSetting { name: SETTING })
}

/// Changes what is remembered.
pub(super) fn change(app: &App, change: impl FnOnce(Schedule) -> Schedule) -> Result<(), ApiError> {
    let known = app.read(read)?;
    let changed = change(known.clone());
    if changed == known {
        return Ok(());
    }
    app.write(|writer| {
        let text = serde_json::to_string(&changed)
            .map_err(|error| AppError::Response { command: "sync", detail: error.to_string() })?;
        writer.set_setting(SETTING, &text)?;
        Ok(writer.commit()?)
    })
}

/// A failure of before says nothing any more.
pub(super) fn begin_anew(app: &App) -> Result<(), ApiError> {
    change(app, |known| Schedule { background: known.background, ..Schedule::default() })
}

/// Forgets all of it, with the connection.
pub(super) fn forget(writer: &Writer<'_>) -> Result<(), AppError> {
    Ok(writer.remove_setting(SETTING)?)
}

/// Remembers how a sync ended.
pub(super) fn note(app: &App, outcome: Result<Pushing, &ApiError>) -> Result<(), ApiError> {
    let now = app.now();
    change(app, |known| match outcome {
        Ok(pushing) => {
            let pause = if pushing == Pushing::ServerIsReadOnly { PAUSE_OF_READ_ONLY } else { PAUSE };
            let next_at = known.background.then(|| after(now, pause));
            Schedule { background: known.background, next_at, ..Schedule::default() }
        }
        Err(error) if error.code == Code::Cancelled => known,
        Err(error) => {
            let failures = known.failures.saturating_add(1);
            let wait = backoff::wait(failures, u64::from_le_bytes(first_half(app.random()))).max(PAUSE / 6);
            let needs_person = error.code != Code::Unavailable;
            let (message, hint) = (error.message.clone(), error.hint.clone());
            let failed = Some(Failed { at: now, message, hint, code: error.code, needs_person });
            let next_at = (known.background && !needs_person).then(|| after(now, wait));
            Schedule { failures, failed, next_at, ..known }
        }
    })
}

/// Syncs if that is due, and says when it is next; `None` while nothing is to be done by itself.
///
/// # Errors
/// Those of the ledger. What goes wrong on the way to the server is remembered instead.
pub fn run_when_due(app: &App) -> Result<Option<Instant>, ApiError> {
    app.on_own(|app| {
        let state = |reader: &Reader<'_>| Ok((super::server::remote(reader)?.is_some(), read(reader)?));
        let (is_connected, schedule) = app.read(state)?;
        let stands_still = schedule.failed.is_some_and(|failed| failed.needs_person);
        if !is_connected || !schedule.background || stands_still {
            return Ok(None);
        }
        if let Some(next) = schedule.next_at.filter(|next| *next > app.now()) {
            return Ok(Some(next));
        }
        // How it ended is remembered there.
        let _ = run(app, RunRequest::default());
        Ok(app.read(read)?.next_at)
    })
}

fn after(now: Instant, wait: Duration) -> Instant {
    let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    Instant::from_micros(now.micros().saturating_add(micros))
}

fn first_half(random: [u8; 16]) -> [u8; 8] {
    let mut half = [0; 8];
    half.copy_from_slice(&random[..8]);
    half
}
