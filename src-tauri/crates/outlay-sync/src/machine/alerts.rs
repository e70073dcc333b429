//! The owner's alerts as they travel: under ids that are made of the team's name there and of the owner's here.

use outlay_ledger::sync::alert_id;
use outlay_ledger::{AlertScope, LedgerError, Reader, Writer};
use uuid::Uuid;

use super::Done;
use super::names::Names;
use crate::merge::{Alert, Body, Ended};
use crate::rows::AlertBody;

/// All alerts of the owner.
pub(super) fn all(reader: &Reader<'_>, names: &Names) -> Done<Vec<Alert<AlertBody>>> {
    let alerts = reader.alerts(&names.owner, AlertScope::All)?;
    alerts.into_iter().map(|alert| of_team(alert, names)).collect()
}

fn of_team(alert: outlay_ledger::Alert, names: &Names) -> Done<Alert<AlertBody>> {
    let id = alert_id(&names.member, alert.alert_type, &alert.dedupe_key);
    let id = Uuid::parse_str(&id).map_err(|_| LedgerError::Unreadable { what: "alert id", value: id })?;
    let ended = alert.resolved_at.zip(alert.resolution).map(|(at, how)| Ended { at, how });
    Ok(Alert { id, ended, body: body(alert) })
}

fn body(alert: outlay_ledger::Alert) -> AlertBody {
    AlertBody {
        alert_type: alert.alert_type,
        dedupe_key: alert.dedupe_key,
        severity: alert.severity,
        message: alert.message,
        threshold: alert.threshold,
        actual: alert.actual,
        threshold_money: alert.threshold_money,
        actual_money: alert.actual_money,
        expected: alert.expected,
        created_at: alert.created_at,
    }
}

/// Takes in alerts as the server has them, joined with what was done here since they were read.
pub(super) fn take(writer: &Writer<'_>, alerts: &[Alert<AlertBody>]) -> Done<()> {
    for alert in alerts {
        let owner = &writer.identity().owner;
        let id = alert_id(owner, alert.body.alert_type, &alert.body.dedupe_key);
        let body = match writer.reader().alert(&id) {
            Ok(here) => self::body(here).join(&alert.body),
            Err(LedgerError::NotFound { .. }) => alert.body.clone(),
            Err(error) => return Err(error.into()),
        };
        writer.keep_alert(&of_here(id, owner, alert.ended, body))?;
    }
    if alerts.is_empty() { Ok(()) } else { Ok(writer.note_other_news()?) }
}

fn of_here(id: String, owner: &str, ended: Option<Ended>, body: AlertBody) -> outlay_ledger::Alert {
    outlay_ledger::Alert {
        id,
        user_id: owner.to_owned(),
        alert_type: body.alert_type,
        dedupe_key: body.dedupe_key,
        severity: body.severity,
        message: body.message,
        threshold: body.threshold,
        actual: body.actual,
        threshold_money: body.threshold_money,
        actual_money: body.actual_money,
        resolved: ended.is_some(),
        resolved_at: ended.map(|ended| ended.at),
        resolution: ended.map(|ended| ended.how),
        expected: body.expected,
        snooze: None,
        created_at: body.created_at,
    }
}
