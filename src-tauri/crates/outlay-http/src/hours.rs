//! Lets time pass in the ledger: what only the clock changes about alerts is looked at at the start and every hour.
//!
//! What that is stands in the application; a change is noticed by [`crate::watch`] like any other.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use outlay_app::{App, Nothing, alerts};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Goes on until it is dropped.
#[derive(Debug)]
pub struct Hours {
    _ends: Sender<()>,
}

/// Looks now and every hour, on a thread of its own.
///
/// # Errors
/// The system gives no thread.
pub fn hours(app: Arc<App>) -> std::io::Result<Hours> {
    let (sender, ended) = channel();
    let look = move || {
        // A ledger that is busy or cannot be written is looked at again in an hour.
        let _ = alerts::check(&app, Nothing {});
        while ended.recv_timeout(HOUR) == Err(RecvTimeoutError::Timeout) {
            let _ = alerts::check(&app, Nothing {});
        }
    };
    std::thread::Builder::new().name("hours".to_owned()).spawn(look)?;
    Ok(Hours { _ends: sender })
}
