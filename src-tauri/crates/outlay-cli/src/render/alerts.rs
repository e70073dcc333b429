//! Alerts, the newest first.

use outlay_app::alerts::{Alert, Alerts, AlertsChecked};

use outlay_app::figures::counted;

use super::days::utc;
use super::table::{Side, table};

/// The alerts as a table; none is good news.
pub(crate) fn alerts(alerts: &Alerts, width: Option<u16>) -> String {
    if alerts.alerts.is_empty() {
        return match alerts.snoozed.0 {
            0 => "Nothing needs attention".to_owned(),
            some => format!(
                "Nothing needs attention now; {}",
                counted(some, "alert is snoozed", "alerts are snoozed")
            ),
        };
    }
    rows(&alerts.alerts, width)
}

/// What a look changed: alerts that were raised, then those that ended.
pub(crate) fn checked(checked: &AlertsChecked, width: Option<u16>) -> String {
    let AlertsChecked { raised, resolved, .. } = checked;
    if raised.is_empty() && resolved.is_empty() {
        return "Nothing has changed".to_owned();
    }
    rows(raised.iter().chain(resolved), width)
}

fn rows<'a>(alerts: impl IntoIterator<Item = &'a Alert>, width: Option<u16>) -> String {
    let header = [
        ("Raised", Side::Whole),
        ("Severity", Side::Whole),
        ("Alert", Side::Left),
        ("State", Side::Left),
        ("Id", Side::Whole),
    ];
    table(&header, alerts.into_iter().map(row).collect(), width)
}

fn row(alert: &Alert) -> Vec<String> {
    let state = match (alert.resolved, alert.resolution) {
        _ if alert.expected.is_some() => {
            format!("expected: {}", alert.expected.as_deref().unwrap_or_default())
        }
        (true, Some(resolution)) => resolution.as_str().replace('_', " "),
        (true, None) => "resolved".to_owned(),
        (false, _) => match (alert.snoozed_until, &alert.snooze_reason) {
            (Some(until), Some(reason)) => format!("snoozed until {}: {reason}", utc(until)),
            (Some(until), None) => format!("snoozed until {}", utc(until)),
            (None, _) => "open".to_owned(),
        },
    };
    let raised = utc(alert.created_at);
    vec![raised, alert.severity.as_str().to_owned(), alert.message.clone(), state, alert.id.clone()]
}
