//! Evaluation: what holds is raised, what is over is resolved, in the transaction of the change that causes it.
//!
//! The rules are `outlay_core::alert`'s; here is when they are asked, and about whom. What time alone changes
//! (a month that ends, a source that falls silent) is asked by [`check`], which hosts call at their start and
//! on the hour.

use outlay_core::alert::{notices, resolution};
use outlay_core::period::Month;
use outlay_ledger::sync::News;
use outlay_ledger::{AlertScope, Writer};
use serde::Serialize;
use uuid::Uuid;

use super::Alert;
use super::scene::Scene;
use crate::app::{App, Nothing};
use crate::delivery::{self, Ways};
use crate::error::{ApiError, AppError};

/// What an evaluation is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Happened<'a> {
    /// A call of a user was recorded.
    Logged { id: Uuid, user: &'a str },
    /// Files were imported.
    Imported(&'a [Uuid]),
    /// An import was undone.
    Undone(Uuid),
    /// An undo was taken back.
    Redone(Uuid),
    /// Rows, undos, caps or ends of alerts came from a team's server, or rows count otherwise by a person's answer.
    Pulled(&'a News),
    /// No row came: a cap or the time zone was changed, or time passed.
    NoRows,
}

/// What an evaluation changed.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AlertsChecked {
    /// `outlay.alerts-check/1`.
    pub schema: &'static str,
    /// Alerts that were raised, or became more urgent.
    pub raised: Vec<Alert>,
    /// Alerts that ended.
    pub resolved: Vec<Alert>,
    /// Whether reservations ended whose time was over.
    #[serde(skip)]
    gate_moved: bool,
}

/// Raises and resolves what time alone has changed, and lets alerts come back that were left alone until now. Nothing
/// is written if nothing changes. It is about the person's own ledger, whichever is shown.
///
/// # Errors
/// Those of the ledger.
pub fn check(app: &App, _request: Nothing) -> Result<AlertsChecked, ApiError> {
    app.on_own(check_own)
}

fn check_own(app: &App) -> Result<AlertsChecked, ApiError> {
    if !app.ledger_path().exists() {
        return Ok(AlertsChecked::nothing());
    }
    app.write(|writer| {
        let checked = evaluate(app, &writer, Happened::NoRows)?;
        let woken = writer.end_snoozes(app.now())?;
        if woken > 0 || !checked.raised.is_empty() || !checked.resolved.is_empty() {
            writer.commit()?;
        } else if checked.gate_moved {
            writer.commit_reservations()?;
        }
        Ok(checked)
    })
}

/// Raises what holds after the changes of the transaction and was never raised, lets what became more urgent say so, and
/// resolves what is over.
pub(crate) fn evaluate(
    app: &App,
    writer: &Writer<'_>,
    happened: Happened<'_>,
) -> Result<AlertsChecked, AppError> {
    let reader = writer.reader();
    let (scene, ways) = (Scene::of(app, writer)?, Ways::of(&reader)?);
    let now = scene.moment.now;
    let mut checked = AlertsChecked { gate_moved: writer.note_gate_time(now)?, ..AlertsChecked::nothing() };
    for user in users(writer, scene.moment.month, happened)? {
        let open = reader.alerts(&user, AlertScope::Unresolved)?;
        let sight = scene.of_user(writer, &user, &open, happened)?;
        let situation = sight.situation();
        let mut raised = Vec::new();
        for notice in notices(&situation) {
            if let Some(alert) = writer.raise(&user, &notice, now)? {
                ways.queue(app, writer, &notice, &situation.config, &alert)?;
                raised.push(alert);
            } else if let Some(known) = open.iter().find(|known| notice.worsens(&known.as_open())) {
                let alert = writer.worsen(&known.id, &notice)?;
                ways.queue_again(app, writer, &notice, &situation.config, &alert)?;
                checked.raised.push(Alert::at(now, alert));
            }
        }
        // What has just been raised may be over too, by what was raised with it.
        for alert in open.iter().chain(&raised) {
            if let Some(end) = resolution(&situation, &alert.as_open()) {
                checked.resolved.push(Alert::at(now, writer.resolve_alert(&alert.id, end, now)?));
            }
        }
        checked.raised.extend(raised.into_iter().map(|alert| Alert::at(now, alert)));
    }
    if !checked.resolved.is_empty() {
        delivery::end_resolved(app, writer)?;
    }
    Ok(checked)
}

/// Whose figures may have changed.
fn users(writer: &Writer<'_>, month: Month, happened: Happened<'_>) -> Result<Vec<String>, AppError> {
    Ok(match happened {
        Happened::Logged { user, .. } => vec![user.to_owned()],
        // What files bring is the owner's, and what others spend is told on their machines.
        Happened::Imported(_) | Happened::Undone(_) | Happened::Redone(_) | Happened::Pulled(_) => {
            vec![writer.identity().owner.clone()]
        }
        Happened::NoRows => writer.reader().alerted_users(month.first_day(), month.last_day())?,
    })
}

impl AlertsChecked {
    const fn nothing() -> Self {
        Self { schema: "outlay.alerts-check/1", raised: Vec::new(), resolved: Vec::new(), gate_moved: false }
    }
}
