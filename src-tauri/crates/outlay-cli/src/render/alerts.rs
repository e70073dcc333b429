//! Alerts, the newest first.

use outlay_app::alerts::{Alert, Alerts};

use super::days::utc;
use super::table::{Side, table};

/// The alerts as a table; none is good news.
pub(crate) fn alerts(alerts: &Alerts, width: Option<u16>) -> String {
    if alerts.alerts.is_empty() {
        return "Nothing needs attention".to_owned();
    }
    let header = [
        ("Raised", Side::Whole),
        ("Severity", Side::Whole),
        ("Alert", Side::Left),
        ("State", Side::Left),
        ("Id", Side::Whole),
    ];
    table(&header, alerts.alerts.iter().map(row).collect(), width)
}

fn row(alert: &Alert) -> Vec<String> {
    let state = match (alert.resolved, alert.resolution) {
        (true, Some(resolution)) => resolution.as_str().replace('_', " "),
        (true, None) => "resolved".to_owned(),
        (false, _) => "open".to_owned(),
    };
    let raised = utc(alert.created_at);
    vec![raised, alert.severity.as_str().to_owned(), alert.message.clone(), state, alert.id.clone()]
}
