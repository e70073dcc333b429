//! What the page is told without asking, as the event `outlay-event`; and what waits until it listens.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use outlay_app::{Event, Pace};
use tauri::{AppHandle, Emitter as _};

/// The event's name in the page.
const NAME: &str = "outlay-event";

/// The way to the page.
pub(crate) struct Events {
    window: AppHandle,
    pace: Pace,
    /// What a page that is still loading must not miss; `None` once it listens.
    waiting: Mutex<Option<Vec<Event>>>,
}

impl Events {
    pub(crate) fn new(window: AppHandle) -> Self {
        Self { window, pace: Pace::default(), waiting: Mutex::new(Some(Vec::new())) }
    }

    pub(crate) fn tell(&self, event: Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.as_mut() {
            // Whatever else happens before the page asks its first question, the answer holds.
            Some(waiting) if matches!(event, Event::OpenFiles { .. } | Event::Navigate { .. }) => {
                waiting.push(event);
            }
            Some(_) => {}
            None => self.send(&event),
        }
    }

    pub(crate) fn page_listens(&self) {
        let waited = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        for event in waited.into_iter().flatten() {
            self.send(&event);
        }
    }

    fn send(&self, event: &Event) {
        if self.pace.lets(event, Instant::now()) {
            // A window that is closing hears nothing, and needs nothing.
            let _ = self.window.emit(NAME, event);
        }
    }
}
