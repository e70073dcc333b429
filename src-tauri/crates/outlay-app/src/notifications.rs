//! Notifications of the desktop: one per alert at most, and one for many that come at once. They are shown only
//! where the host can and the user wants them; how fast they come is `outlay_core::delivery`'s.

use outlay_core::alert::{Letter, notification, notifications};
use outlay_core::delivery::{Channel, DeliveryState, LEASE, Showing, showing};
use outlay_core::instant::Instant;
use outlay_ledger::{Claim, DeliveryOutcome, Reader, Writer};
use thiserror::Error;

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::mail;

/// Shows a notification with a title and a text.
pub type Notifier = Box<dyn Fn(&Letter) -> Result<(), NotShown> + Send + Sync>;

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

/// Shows what waits, if the host can. Tells when to come again for what came too fast.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn show_due(app: &App) -> Result<Option<Instant>, ApiError> {
    let Some(notifier) = app.notifier() else { return Ok(None) };
    if app.read(|reader| free(reader, app.now()))?.is_empty() {
        return Ok(None);
    }
    let claim = app.random();
    let (notices, later) = app.write(|writer| {
        let claimed = claimed(app, &writer, claim)?;
        writer.commit()?;
        Ok(claimed)
    })?;
    for notice in notices {
        let shown = notifier(&notice.letter);
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

/// A notification that is this program's to show.
struct Claimed {
    alerts: Vec<String>,
    letter: Letter,
}

fn claimed(
    app: &App,
    writer: &Writer<'_>,
    claim: Claim,
) -> Result<(Vec<Claimed>, Option<Instant>), AppError> {
    let (now, reader) = (app.now(), writer.reader());
    writer.end_resolved(Channel::Desktop, now)?;
    let alerts = free(&reader, now)?;
    let groups: Vec<&[String]> = match showing(alerts.len(), &reader.shown(now)?, now) {
        Showing::Later(at) => return Ok((Vec::new(), Some(at))),
        Showing::Each => alerts.chunks(1).collect(),
        Showing::Digest => vec![&alerts[..]],
    };
    let mut found = Vec::new();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        writer.claim(group, Channel::Desktop, &mail::name(group), claim, now)?;
        found.push(Claimed { alerts: group.to_vec(), letter: about(&reader, group)? });
    }
    Ok((found, None))
}

/// What waits and nobody is showing.
fn free(reader: &Reader<'_>, now: Instant) -> Result<Vec<String>, AppError> {
    let until = |at: Instant| (1..=LEASE).contains(&(at.micros() - now.micros()));
    let waiting = reader.waiting(Channel::Desktop)?.into_iter();
    Ok(waiting.filter(|one| !one.claimed_until.is_some_and(until)).map(|one| one.alert_id).collect())
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
