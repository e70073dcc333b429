//! Sends and shows what alerts are worth, on a thread of its own, while a window or a server runs.
//!
//! It comes when a change is told to it, when the next try is due, and every hour. What goes out is the application's
//! matter; a program that ends in between leaves a claim, which ends by itself.

use std::sync::Arc;
use std::time::Duration;

use outlay_app::{App, delivery};

use crate::errand::{Errand, errand};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Looks at once, and begins to wait for calls.
///
/// # Errors
/// The system gives no thread.
pub fn courier(app: Arc<App>) -> std::io::Result<Errand> {
    errand("courier", Duration::ZERO, move || {
        // What fails here is told to whoever asks for the settings of mail; it is tried again in an hour.
        let next = delivery::deliver(&app).ok().flatten();
        next.map_or(HOUR, |next| until(next.micros() - app.now().micros()))
    })
}

/// No shorter than a second, so that a clock that stands still keeps nobody busy.
fn until(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0)).clamp(Duration::from_secs(1), HOUR)
}
