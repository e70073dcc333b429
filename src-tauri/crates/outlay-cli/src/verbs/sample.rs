//! `outlay --sample`: a ledger of made-up calls, apart from the user's own.

use outlay_app::import::{self, ImportRequest};
use outlay_app::status::{self, StatusRequest};
use outlay_app::{Instant, Zone};

use crate::failure::Failure;
use crate::sample;
use crate::session::Session;

/// Brings the sample ledger up to the present: by importing sample exports, as one would import real ones.
///
/// # Errors
/// What the app refuses, and those of the temporary folder.
pub(crate) fn fill(session: &Session) -> Result<(), Failure> {
    let now = session.app.now();
    let newest = status::show(&session.app, StatusRequest::default())?.newest;
    let day = |instant: Instant| Zone::UTC.day_of(instant);
    session.printer.say("This is sample data: made-up calls of three months; your own ledger is elsewhere");
    if newest.is_some_and(|newest| day(newest) >= day(now).previous()) {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let files = [
        ("sample_openrouter.csv", sample::openrouter_log(now)),
        ("sample_openai_usage.csv", sample::openai_usage(now)),
    ];
    let mut paths = Vec::new();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs_err::write(&path, content)?;
        paths.push(path);
    }
    session
        .long(|app| import::commit_import(app, ImportRequest { files: paths, ..ImportRequest::default() }))?;
    Ok(())
}
