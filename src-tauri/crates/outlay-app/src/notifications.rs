//! Notifications of the desktop: one per alert at most, and one for many that come at once. They are shown only
//! where the host can and the user wants them, and not in quiet hours or while they are paused; how fast they come, and
//! when it is quiet, is `outlay_core::delivery`'s.

use outlay_core::alert::{Letter, notification, notifications, trial_notification};
use outlay_core::delivery::{
    Channel, DeliveryState, Hush, LEASE, Pause, QuietHours, Showing, ToShow, Waiting, showing,
};
use outlay_core::instant::Instant;
use outlay_core::period::Zone;
use outlay_ledger::{Claim, DeliveryOutcome, Reader, Writer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};
use crate::mail;
use crate::settings::{self, Settings};

/// Shows a notification.
pub type Notifier = Box<dyn Fn(&Notification) -> Result<(), NotShown> + Send + Sync>;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its title and text.
    pub letter: Letter,
    /// The alerts that it tells of, which can be left alone until tomorrow; none of what is about no alert.
    pub alerts: Vec<String>,
}

/// For how long nothing is shown.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct PauseRequest {
    /// In minutes, up to a day; absent or null goes on showing.
    pub minutes: Option<u32>,
}

/// Why the desktop shows nothing; the alert stays in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotShown {
    /// The user or the system does not let this program.
    #[error("the system does not let Outlay show notifications")]
    NotAllowed,
    /// Nobody on this desktop shows notifications.
    #[error("this system has no notification service")]
    NoService,
    /// The system fails.
    #[error("the system shows no notification ({0})")]
    Failed(String),
}

/// A test notification that the desktop took.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TestNotification {
    /// `outlay.test-notification/1`.
    pub schema: &'static str,
    /// What it says, in one sentence.
    pub said: String,
}

/// Shows a notification that says it is a test, whatever the quiet hours are. Nothing is written.
///
/// # Errors
/// A host that shows none; a desktop that does not take it.
pub fn test(app: &App, _request: Nothing) -> Result<TestNotification, ApiError> {
    let notifier = app.notifier().ok_or(AppError::NoNotifier)?;
    let letter = trial_notification();
    let said = letter.body.clone();
    notifier(&Notification { letter, alerts: Vec::new() }).map_err(AppError::from)?;
    Ok(TestNotification { schema: "outlay.test-notification/1", said })
}

/// The setting of the hours in which nothing is shown.
pub(crate) const QUIET_HOURS: &str = "quiet_hours";
const PAUSE: &str = "notifications_paused";
const OFF: &str = "off";

/// Shows no notification for a while, or goes on; what came meanwhile is told as one. It is about the person's own
/// ledger, whichever is shown.
///
/// # Errors
/// No such time.
pub fn pause(app: &App, request: PauseRequest) -> Result<Settings, ApiError> {
    let (now, minutes) = (app.now().micros(), i64::from(request.minutes.unwrap_or(0)));
    let length = minutes * 60_000_000;
    if request.minutes == Some(0) || length > Pause::LONGEST {
        let problem = "takes a number of minutes from 1 to 1440".to_owned();
        return Err(AppError::Field { field: "minutes", problem }.into());
    }
    app.on_own(|app| {
        app.write(|writer| {
            let since = match stored(&writer.reader())?.filter(|pause| pause.until > app.now()) {
                Some(pause) => pause.since,
                None => app.now(),
            };
            let pause = Pause { since, until: Instant::from_micros(now + length) };
            writer.set_setting(PAUSE, &pause.to_string())?;
            Ok(writer.commit()?)
        })
    })?;
    settings::get(app, Nothing {})
}

/// The hours in which nothing is shown.
pub(crate) fn quiet_hours(reader: &Reader<'_>) -> Result<Option<QuietHours>, AppError> {
    if reader.setting(QUIET_HOURS)?.as_deref() == Some(OFF) {
        return Ok(None);
    }
    settings::word(reader, QUIET_HOURS)
}

/// Sets the hours in which nothing is shown.
pub(crate) fn set_quiet_hours(app: &App, text: &str) -> Result<(), ApiError> {
    let value = match text.trim() {
        OFF => OFF.to_owned(),
        hours => {
            let refused = |_| AppError::Field {
                field: QUIET_HOURS,
                problem: format!(
                    "takes two times of a day that differ, such as 22:00-07:00, or off; not `{text}`"
                ),
            };
            hours.parse::<QuietHours>().map_err(refused)?.to_string()
        }
    };
    app.write(|writer| {
        writer.set_setting(QUIET_HOURS, &value)?;
        Ok(writer.commit()?)
    })
}

/// Until when a person paused notifications; `None` when they are not paused.
pub(crate) fn paused_until(reader: &Reader<'_>, now: Instant) -> Result<Option<Instant>, AppError> {
    let pause = stored(reader)?.filter(|pause| (pause.since..pause.until).contains(&now));
    Ok(pause.map(|pause| pause.until))
}

fn stored(reader: &Reader<'_>) -> Result<Option<Pause>, AppError> {
    settings::word(reader, PAUSE)
}

/// When nothing is shown, and the zone of its hours.
fn hush(reader: &Reader<'_>) -> Result<(Hush, Zone), AppError> {
    let hush = Hush { hours: quiet_hours(reader)?, pause: stored(reader)? };
    Ok((hush, reader.identity()?.zone))
}

/// Shows what waits, if the host can. Tells when to come again for what came too fast or in a quiet time.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn show_due(app: &App) -> Result<Option<Instant>, ApiError> {
    let Some(notifier) = app.notifier() else { return Ok(None) };
    let (is_waiting, quiet_until) = app.read(|reader| {
        let (hush, zone) = hush(reader)?;
        Ok((!free(reader, app.now())?.is_empty(), hush.until(app.now(), zone)))
    })?;
    if !is_waiting || quiet_until.is_some() {
        return Ok(quiet_until.filter(|_| is_waiting));
    }
    let claim = app.random();
    let (notices, later) = app.write(|writer| {
        let claimed = claimed(app, &writer, claim)?;
        writer.commit()?;
        Ok(claimed)
    })?;
    for notice in notices {
        let shown = notifier(&notice);
        let state = if shown.is_ok() { DeliveryState::Sent } else { DeliveryState::Failed };
        let reply = shown.err().map(|error| error.to_string()).unwrap_or_default();
        app.write(|writer| {
            for id in &notice.alerts {
                writer.settle(id, claim, &DeliveryOutcome::Ended(state), &reply, app.now())?;
            }
            Ok(writer.commit()?)
        })?;
    }
    Ok(later)
}

/// Notifications that are this program's to show.
fn claimed(
    app: &App,
    writer: &Writer<'_>,
    claim: Claim,
) -> Result<(Vec<Notification>, Option<Instant>), AppError> {
    let (now, reader) = (app.now(), writer.reader());
    writer.end_resolved(Channel::Desktop, now)?;
    let ((hush, zone), waiting) = (hush(&reader)?, free(&reader, now)?);
    let held = waiting.iter().any(|one| hush.until(one.queued_at, zone).is_some());
    let alerts: Vec<String> = waiting.into_iter().map(|one| one.alert_id).collect();
    let waits = ToShow { alerts: alerts.len(), held };
    let groups: Vec<&[String]> = match showing(waits, &reader.shown(now)?, now) {
        Showing::Later(at) => return Ok((Vec::new(), Some(at))),
        Showing::Each => alerts.chunks(1).collect(),
        Showing::Digest => vec![&alerts[..]],
    };
    let mut found = Vec::new();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        writer.claim(group, Channel::Desktop, &mail::name(group), claim, now)?;
        found.push(Notification { alerts: group.to_vec(), letter: about(&reader, group)? });
    }
    Ok((found, None))
}

/// What waits and nobody is showing. What is left alone for a while is not shown meanwhile.
fn free(reader: &Reader<'_>, now: Instant) -> Result<Vec<Waiting>, AppError> {
    let until = |at: Instant| (1..=LEASE).contains(&(at.micros() - now.micros()));
    let snoozed = reader.snoozed(now)?;
    let mut waiting = reader.waiting(Channel::Desktop)?;
    waiting.retain(|one| !one.claimed_until.is_some_and(until) && !snoozed.contains(&one.alert_id));
    Ok(waiting)
}

fn about(reader: &Reader<'_>, alerts: &[String]) -> Result<Letter, AppError> {
    let mut told = Vec::new();
    for id in alerts {
        told.push(mail::told_of(reader.alert(id)?));
    }
    Ok(match told.as_slice() {
        [one] => notification(one),
        several => notifications(several),
    })
}
