//! Alerts as the original's table has them: listed, resolved, and brought up to date in `evaluate`.

mod evaluate;
mod scene;

pub use evaluate::{AlertsChecked, check};
pub(crate) use evaluate::{Happened, evaluate};

use outlay_core::alert::{AlertType, Resolution, Severity};
use outlay_core::instant::Instant;
use outlay_ledger::AlertScope;
use serde::{Deserialize, Serialize};

use crate::app::{self, App};
use crate::error::ApiError;

/// Which alerts.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct AlertsRequest {
    /// A user's name; the owner when absent.
    pub user: Option<String>,
    /// Resolved ones too.
    pub resolved_too: bool,
}

/// How an alert ends.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ResolveRequest {
    /// Its id.
    pub id: String,
    /// How; acknowledged when absent.
    #[serde(default)]
    pub resolution: Option<Resolution>,
}

/// An alert with the original's columns.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Alert {
    /// Its id.
    pub id: String,
    /// Whose spend it is about.
    pub user_id: String,
    /// What it is about.
    pub alert_type: AlertType,
    /// How urgent it is.
    pub severity: Severity,
    /// The sentence, with the arithmetic in it.
    pub message: String,
    /// The limit, in dollars or bytes: a copy for display.
    pub threshold: Option<f64>,
    /// What was reached, in dollars or bytes: a copy for display.
    pub actual: Option<f64>,
    /// Whether it was resolved.
    pub resolved: bool,
    /// When.
    pub resolved_at: Option<Instant>,
    /// How.
    pub resolution: Option<Resolution>,
    /// When it was raised.
    pub created_at: Instant,
}

/// Alerts.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Alerts {
    /// `outlay.alerts/1`.
    pub schema: &'static str,
    /// The newest first.
    pub alerts: Vec<Alert>,
}

/// Alerts, the newest first.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, request: AlertsRequest) -> Result<Alerts, ApiError> {
    app.read(|reader| {
        let user = app::user_name(reader, request.user.as_deref())?;
        let scope = if request.resolved_too { AlertScope::All } else { AlertScope::Unresolved };
        let alerts = reader.alerts(&user, scope)?;
        Ok(Alerts { schema: "outlay.alerts/1", alerts: alerts.into_iter().map(Alert::from).collect() })
    })
}

/// Resolves an alert, and answers with it. A resolved alert stays as it was resolved.
///
/// # Errors
/// No such alert.
pub fn resolve(app: &App, request: ResolveRequest) -> Result<Alerts, ApiError> {
    // Known first, so that a wrong id on a missing ledger does not create one.
    app.read(|reader| Ok(reader.alert(&request.id)?))?;
    let resolution = request.resolution.unwrap_or(Resolution::Acknowledged);
    app.write(|writer| {
        let alert = writer.resolve_alert(&request.id, resolution, app.now())?;
        writer.commit()?;
        Ok(Alerts { schema: "outlay.alerts/1", alerts: vec![alert.into()] })
    })
}

impl From<outlay_ledger::Alert> for Alert {
    fn from(alert: outlay_ledger::Alert) -> Self {
        Self {
            id: alert.id,
            user_id: alert.user_id,
            alert_type: alert.alert_type,
            severity: alert.severity,
            message: alert.message,
            threshold: alert.threshold,
            actual: alert.actual,
            resolved: alert.resolved,
            resolved_at: alert.resolved_at,
            resolution: alert.resolution,
            created_at: alert.created_at,
        }
    }
}
