//! Events on their way to every page that listens: one feed, and each listener's stream of it.
//!
//! A page that sleeps misses events; it is told that the ledger may have changed, which is all it must know.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::response::Sse;
use axum::response::sse::{self, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use outlay_app::{Event, Pace};
use tokio::sync::broadcast::{Receiver, Sender, channel, error::RecvError};

use crate::server::Stopping;

/// Events that wait for a listener before it misses the oldest.
const WAITING: usize = 64;

/// Where the application's events go. Cheap to clone; nothing happens while nobody listens.
#[derive(Debug, Clone)]
pub struct Feed {
    sender: Sender<Event>,
    pace: Arc<Pace>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { sender: channel(WAITING).0, pace: Arc::default() }
    }
}

impl Feed {
    /// Tells everybody who listens, progress at its pace.
    pub fn tell(&self, event: Event) {
        if self.pace.lets(&event, Instant::now()) {
            // Nobody may be listening.
            let _ = self.sender.send(event);
        }
    }

    /// What a new listener gets, until it goes or the server stops.
    pub(crate) fn stream(
        &self,
        stopping: Stopping,
    ) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>> + use<>> {
        let state = (self.sender.subscribe(), stopping);
        let events = unfold(state, |(mut receiver, mut stopping)| async move {
            let event = tokio::select! {
                event = next(&mut receiver) => event?,
                () = stopping.asked() => return None,
            };
            Some((Ok(written(&event)), (receiver, stopping)))
        });
        Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
    }
}

async fn next(receiver: &mut Receiver<Event>) -> Option<Event> {
    match receiver.recv().await {
        Ok(event) => Some(event),
        Err(RecvError::Lagged(_)) => Some(Event::LedgerChanged),
        Err(RecvError::Closed) => None,
    }
}

fn written(event: &Event) -> sse::Event {
    sse::Event::default().json_data(event).unwrap_or_default()
}
