//! Leaving an alert alone for a while: until when is `outlay_core::alert`'s. It comes back by itself; while it is left
//! alone the rules look at it all the same, and end it when what it tells of is over.

use outlay_core::alert::snoozed_until;
use outlay_core::instant::Instant;
use serde::Deserialize;

use super::{Alerts, reason};
use crate::app::App;
use crate::error::{ApiError, AppError};

/// An alert that is left alone for a while.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SnoozeRequest {
    /// Its id.
    pub id: String,
    /// Until when: `1h`, `tomorrow`, `1w`, other hours, days and weeks, a day, or an instant.
    pub until: String,
    /// Why, in at most 500 letters.
    #[serde(default)]
    pub reason: Option<String>,
}

/// An alert that is left alone no longer.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct WakeRequest {
    /// Its id.
    pub id: String,
}

/// Leaves an alert alone until a time to come, and answers with it.
///
/// # Errors
/// No such alert; one that is resolved; no time to come.
pub fn snooze(app: &App, request: SnoozeRequest) -> Result<Alerts, ApiError> {
    let because = request.reason.as_deref().map(reason).transpose()?;
    app.read(|reader| Ok(reader.alert(&request.id)?))?;
    app.write(|writer| {
        let reader = writer.reader();
        let until = snoozed_until(request.until.trim(), app.now(), app.zone(&reader)?)?;
        if reader.alert(&request.id)?.resolved {
            return Err(AppError::ResolvedAlready);
        }
        let alert = writer.snooze(&request.id, until, because, app.now())?;
        let answer = Alerts::of(app, &reader, &alert.user_id.clone(), vec![alert])?;
        writer.commit()?;
        Ok(answer)
    })
}

/// Ends a snooze, and answers with the alert.
///
/// # Errors
/// No such alert.
pub fn wake(app: &App, request: WakeRequest) -> Result<Alerts, ApiError> {
    app.read(|reader| Ok(reader.alert(&request.id)?))?;
    app.write(|writer| {
        let alert = writer.wake(&request.id)?;
        let answer = Alerts::of(app, &writer.reader(), &alert.user_id.clone(), vec![alert])?;
        writer.commit()?;
        Ok(answer)
    })
}

/// Leaves alone until tomorrow what a notification told of; what is resolved by now stays resolved.
///
/// # Errors
/// Those of the ledger.
pub fn snooze_today(app: &App, alerts: &[String]) -> Result<(), ApiError> {
    app.on_own(|app| {
        app.write(|writer| {
            let reader = writer.reader();
            let tomorrow = snoozed_until("tomorrow", app.now(), app.zone(&reader)?)?;
            for id in alerts {
                if !reader.alert(id)?.resolved {
                    writer.snooze(id, tomorrow, None, app.now())?;
                }
            }
            Ok(writer.commit()?)
        })
    })
}

/// Lets alerts come back whose time is there, so that everybody is told. Tells when the next one does.
pub(crate) fn wake_due(app: &App) -> Result<Option<Instant>, ApiError> {
    let first = app.read(|reader| Ok(reader.first_snooze_end()?))?;
    if first.is_none_or(|first| first > app.now()) {
        return Ok(first);
    }
    app.write(|writer| {
        writer.end_snoozes(app.now())?;
        let next = writer.reader().first_snooze_end()?;
        writer.commit()?;
        Ok(next)
    })
}
