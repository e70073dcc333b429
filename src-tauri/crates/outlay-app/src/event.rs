//! What hosts tell their page without being asked, and how often.
//!
//! The application makes events; how they travel (server-sent events, the window's own) is a host's
//! matter. An event says that something is so, never what to draw.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use outlay_core::report::Count;
use serde::Serialize;

/// Something that a page wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The ledger holds something else than before, whoever changed it: ask again for what is shown.
    LedgerChanged,
    /// How far long work is.
    Progress {
        /// What is being done: a file as it was named, a step of a sync.
        what: String,
        /// How much is done.
        done: Count,
        /// How much there is in all; 0 if that is not known.
        of: Count,
        /// Of what.
        unit: Unit,
    },
    /// Files were handed to the program: by a second start of it, or by a menu.
    OpenFiles {
        /// Where they are.
        paths: Vec<PathBuf>,
    },
    /// A menu leads to a screen.
    Navigate {
        /// The screen, as the page's address names it: `#/calls`.
        to: String,
    },
}

/// What progress is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Bytes of a file.
    Bytes,
    /// Rows.
    Rows,
}

/// Where events go.
pub type Events = Box<dyn Fn(Event) + Send + Sync>;

/// Lets progress through about twenty times a second, and everything else always.
#[derive(Debug, Default)]
pub struct Pace {
    last: Mutex<Option<Instant>>,
}

impl Pace {
    /// Whether `event` is worth telling at `now`. The end of a piece of work always is.
    pub fn lets(&self, event: &Event, now: Instant) -> bool {
        const APART: Duration = Duration::from_millis(50);
        let Event::Progress { done, of, .. } = event else { return true };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = done >= of || last.is_none_or(|last| now.duration_since(last) >= APART);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(done: i64) -> Event {
        Event::Progress {
            what: "calls.csv".to_owned(),
            done: Count(done),
            of: Count(1000),
            unit: Unit::Bytes,
        }
    }

    #[test]
    fn progress_is_told_twenty_times_a_second_and_its_end_always() {
        let (pace, start) = (Pace::default(), Instant::now());
        let at = |millis: u64| start + Duration::from_millis(millis);
        let told = (0..1000).filter(|&done| pace.lets(&progress(done), at(done as u64))).count();
        assert_eq!(told, 20, "a second of steps that take a millisecond each");
        assert!(pace.lets(&progress(1000), at(1000)), "the end");
        assert!(!pace.lets(&progress(1), at(1001)));
        assert!(pace.lets(&Event::LedgerChanged, at(1001)), "only progress waits");
    }

    #[test]
    fn events_cross_with_their_type_beside_what_they_say() {
        let shown = |event: &Event| serde_json::to_string(event).expect("JSON");
        insta::assert_snapshot!(shown(&Event::LedgerChanged), @r#"{"type":"ledger_changed"}"#);
        insta::assert_snapshot!(shown(&progress(7)), @r#"{"type":"progress","what":"calls.csv","done":7,"of":1000,"unit":"bytes"}"#);
        let files = Event::OpenFiles { paths: vec!["a.csv".into()] };
        insta::assert_snapshot!(shown(&files), @r#"{"type":"open_files","paths":["a.csv"]}"#);
        let to = "#/calls".to_owned();
        insta::assert_snapshot!(shown(&Event::Navigate { to }), @r##"{"type":"navigate","to":"#/calls"}"##);
    }
}
