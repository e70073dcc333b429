//! Alerts as the original's table has them: listed, resolved, and brought up to date in `evaluate`.

mod evaluate;
mod scene;

pub use evaluate::{AlertsChecked, check};
pub(crate) use evaluate::{Happened, evaluate};

use outlay_core::alert::{AlertType, Resolution, Severity};
use outlay_core::instant::Instant;
use outlay_core::period::Day;
use outlay_ledger::AlertScope;
use serde::{Deserialize, Serialize};

use crate::app::{self, App};
use crate::delivery;
use crate::error::{ApiError, AppError};

/// Which alerts.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct AlertsRequest {
    /// A user's name; the owner when absent.
    pub user: Option<String>,
    /// Resolved ones too.
    pub resolved_too: bool,
    /// Only those raised on this day or later.
    pub since: Option<Day>,
    /// Only those raised on this day or earlier.
    pub until: Option<Day>,
    /// No more than so many, of these the newest; all when absent.
    pub limit: Option<u32>,
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

/// An alert that was foreseen.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ExpectRequest {
    /// Its id.
    pub id: String,
    /// Why it was foreseen, in at most 500 letters.
    pub reason: String,
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
    /// Why it was foreseen, if somebody said so.
    pub expected: Option<String>,
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
        let zone = app.zone(reader)?;
        let since = request.since.map_or(Instant::EARLIEST, |day| zone.start_of(day));
        let until = request.until.map_or(Instant::LATEST, |day| zone.start_of(day.next()));
        let most = request.limit.unwrap_or(u32::MAX);
        let alerts = reader.alerts_raised(&user, scope, (since, until), most)?;
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
        delivery::end_resolved(app, &writer)?;
        writer.commit()?;
        Ok(Alerts { schema: "outlay.alerts/1", alerts: vec![alert.into()] })
    })
}

/// Says why an alert was foreseen, resolves it as acknowledged, and answers with it. The day of a spike leaves what
/// other days are measured against.
///
/// # Errors
/// No such alert; a reason that is empty or too long.
pub fn expect(app: &App, request: ExpectRequest) -> Result<Alerts, ApiError> {
    let reason = request.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let problem = format!("takes a text of 1 to {LONGEST_REASON} letters");
        return Err(AppError::Field { field: "reason", problem }.into());
    }
    app.read(|reader| Ok(reader.alert(&request.id)?))?;
    app.write(|writer| {
        let alert = writer.expect_alert(&request.id, reason, app.now())?;
        delivery::end_resolved(app, &writer)?;
        evaluate(app, &writer, Happened::NoRows)?;
        writer.commit()?;
        Ok(Alerts { schema: "outlay.alerts/1", alerts: vec![alert.into()] })
    })
}

const LONGEST_REASON: usize = 500;

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
            expected: alert.expected,
            created_at: alert.created_at,
        }
    }
}
