//! Syncs by itself, on a thread of its own, while a window or a server runs and its person turned that on.
//!
//! When it is due the application says; it comes when a change is told to it, too, for it may have been turned on.

use std::sync::Arc;
use std::time::Duration;

use outlay_app::{App, sync};

use crate::errand::{Errand, errand};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Begins to look, a moment after the start: what the page asks first goes before.
///
/// # Errors
/// The system gives no thread.
pub fn mirror(app: Arc<App>) -> std::io::Result<Errand> {
    errand("mirror", Duration::from_secs(5), move || {
        // What fails is remembered with the ledger, and told by its status.
        let next = sync::run_when_due(&app).ok().flatten();
        next.map_or(HOUR, |next| until(next.micros() - app.now().micros()))
    })
}

/// No shorter than a second, so that a clock that stands still keeps nobody busy.
fn until(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0)).clamp(Duration::from_secs(1), HOUR)
}
