//! Sample data, to look around on before there is any of one's own: a ledger of made-up calls beside the person's.
//!
//! It is another file, shown in place of the own one until it is removed. While it is shown nothing of the person's
//! is taken in, so the two never mix. What the calls are is made up in `exports`; they are imported like anyone's.

mod exports;

use crate::app::{App, Nothing};
use crate::error::ApiError;
use crate::held_files;
use crate::import::{self, ImportRequest};
use crate::settings::{self, Settings};
use crate::status::{self, StatusRequest};

/// Shows the sample ledger, brought up to the present.
///
/// # Errors
/// The data folder cannot be written; then the own ledger is shown as before.
pub fn open(app: &App, _request: Nothing) -> Result<Settings, ApiError> {
    app.show_sample();
    if let Err(refusal) = fill(app) {
        app.remove_sample();
        return Err(refusal);
    }
    app.tell_changed();
    settings::get(app, Nothing {})
}

/// Shows the own ledger again and removes the sample.
///
/// # Errors
/// The own ledger cannot be read.
pub fn remove(app: &App, _request: Nothing) -> Result<Settings, ApiError> {
    if app.shows_sample() {
        app.remove_sample();
        app.tell_changed();
    }
    settings::get(app, Nothing {})
}

/// Brings the ledger that is shown up to the present by importing sample exports. It is for ledgers of sample data
/// alone.
///
/// # Errors
/// The data folder cannot be written; the import was cancelled.
pub fn fill(app: &App) -> Result<(), ApiError> {
    let now = app.now();
    let yesterday = exports::utc_day(now).previous();
    let newest = status::show(app, StatusRequest::default())?.newest;
    if newest.is_some_and(|newest| exports::utc_day(newest) >= yesterday) {
        return Ok(());
    }
    let made_up = [
        ("sample_openrouter.csv", exports::openrouter_log(now)),
        ("sample_openai_usage.csv", exports::openai_usage(now)),
    ];
    let mut files = Vec::new();
    for (name, content) in made_up {
        files.push(held_files::hold(app, name, content.as_bytes())?.path);
    }
    import::commit(app, ImportRequest { files, ..ImportRequest::default() })?;
    Ok(())
}
