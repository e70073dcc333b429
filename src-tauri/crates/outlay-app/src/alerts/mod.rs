//! Alerts as the original's table has them: listed, resolved, left alone for a while in `snooze`, brought up to date in
//! `evaluate` by the `rules` that the user set.

mod evaluate;
mod forecasts;
pub mod rules;
mod scene;
pub mod snooze;

pub use evaluate::{AlertsChecked, check};
pub(crate) use evaluate::{Happened, evaluate};

use outlay_core::alert::{AlertSubject, AlertType, Resolution, Severity};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::report::{Count, Ratio};
use outlay_ledger::{AlertCount, AlertScope, Reader};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::delivery;
use crate::error::{ApiError, AppError};
use crate::users;

/// Which alerts.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct AlertsRequest {
    /// A user's name; the owner when absent.
    pub user: Option<String>,
    /// Those too that are left alone for a while.
    pub snoozed_too: bool,
    /// All of them: resolved ones and those that are left alone, too.
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
    /// The same to the last digit, and how far apart they are, where it is about money.
    pub money: Option<AlertMoney>,
    /// What it is about, as far as it names it.
    pub subject: AlertSubject,
    /// Whether it was resolved.
    pub resolved: bool,
    /// When.
    pub resolved_at: Option<Instant>,
    /// How.
    pub resolution: Option<Resolution>,
    /// Why it was foreseen, if somebody said so.
    pub expected: Option<String>,
    /// Until when it is left alone; null when it is not.
    pub snoozed_until: Option<Instant>,
    /// Why, if somebody said so.
    pub snooze_reason: Option<String>,
    /// When it was raised.
    pub created_at: Instant,
}

/// What an alert about money is about.
#[derive(Debug, Clone, Copy, Serialize, specta::Type)]
pub struct AlertMoney {
    /// The limit: from here on, or beyond it, there is an alert.
    pub threshold: Money,
    /// What was reached.
    pub actual: Money,
    /// What was reached above the limit.
    pub impact: Money,
    /// The same as a share of the limit: `0.42` is 42 %.
    pub impact_share: Option<Ratio>,
}

/// Alerts.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Alerts {
    /// `outlay.alerts/1`.
    pub schema: &'static str,
    /// The newest first.
    pub alerts: Vec<Alert>,
    /// How many are open, whichever are listed: neither resolved nor left alone.
    pub unresolved: Count,
    /// How many are left alone for a while.
    pub snoozed: Count,
    /// When the newest of all was raised, resolved or not; null where there was none yet.
    pub newest: Option<Instant>,
    /// The rules that watch; one that needs a limit watches once that is set.
    pub watching: Vec<AlertType>,
}

impl Alerts {
    fn of(
        app: &App,
        reader: &Reader<'_>,
        user: &str,
        alerts: Vec<outlay_ledger::Alert>,
    ) -> Result<Self, AppError> {
        let AlertCount { open, snoozed, newest } = reader.alert_count(user, app.now())?;
        let (config, rules) = (reader.cost_config(user)?, rules::of(reader)?);
        let has_limit =
            |rule: AlertType| rule != AlertType::BandwidthWarning || config.bandwidth_limit_bytes.is_some();
        let watches = |rule: &AlertType| rules.watch(*rule) && has_limit(*rule);
        Ok(Self {
            schema: "outlay.alerts/1",
            alerts: alerts.into_iter().map(|alert| Alert::at(app.now(), alert)).collect(),
            unresolved: Count(open),
            snoozed: Count(snoozed),
            newest,
            watching: AlertType::ALL.iter().copied().filter(watches).collect(),
        })
    }
}

/// Alerts, the newest first.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, request: AlertsRequest) -> Result<Alerts, ApiError> {
    app.read(|reader| {
        let user = users::user_name(reader, request.user.as_deref())?;
        let scope = match (request.resolved_too, request.snoozed_too) {
            (true, _) => AlertScope::All,
            (false, true) => AlertScope::Unresolved,
            (false, false) => AlertScope::Open(app.now()),
        };
        let zone = app.zone(reader)?;
        let since = request.since.map_or(Instant::EARLIEST, |day| zone.start_of(day));
        let until = request.until.map_or(Instant::LATEST, |day| zone.start_of(day.next()));
        let most = request.limit.unwrap_or(u32::MAX);
        Alerts::of(app, reader, &user, reader.alerts_raised(&user, scope, (since, until), most)?)
    })
}

/// Resolves an alert as acknowledged, and answers with it; the other ends only the rules can tell of. A resolved alert
/// stays as it was resolved.
///
/// # Errors
/// No such alert.
pub fn resolve(app: &App, request: ResolveRequest) -> Result<Alerts, ApiError> {
    // Known first, so that a wrong id on a missing ledger does not create one.
    app.read(|reader| Ok(reader.alert(&request.id)?))?;
    app.write(|writer| {
        let alert = writer.resolve_alert(&request.id, Resolution::Acknowledged, app.now())?;
        delivery::end_resolved(app, &writer)?;
        let answer = Alerts::of(app, &writer.reader(), &alert.user_id.clone(), vec![alert])?;
        writer.commit()?;
        Ok(answer)
    })
}

/// Says why an alert was foreseen, resolves it as acknowledged, and answers with it. The day of a spike leaves what
/// other days are measured against.
///
/// # Errors
/// No such alert; a reason that is empty or too long.
pub fn expect(app: &App, request: ExpectRequest) -> Result<Alerts, ApiError> {
    let reason = reason(&request.reason)?;
    app.read(|reader| Ok(reader.alert(&request.id)?))?;
    app.write(|writer| {
        let alert = writer.expect_alert(&request.id, reason, app.now())?;
        delivery::end_resolved(app, &writer)?;
        evaluate(app, &writer, Happened::NoRows)?;
        let answer = Alerts::of(app, &writer.reader(), &alert.user_id.clone(), vec![alert])?;
        writer.commit()?;
        Ok(answer)
    })
}

const LONGEST_REASON: usize = 500;

/// Why somebody does something, as it is kept.
pub(crate) fn reason(text: &str) -> Result<&str, AppError> {
    let reason = text.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let problem = format!("takes a text of 1 to {LONGEST_REASON} letters");
        return Err(AppError::Field { field: "reason", problem });
    }
    Ok(reason)
}

impl Alert {
    /// As it stands at an instant.
    fn at(now: Instant, alert: outlay_ledger::Alert) -> Self {
        let snooze = alert.snooze.filter(|snooze| snooze.until > now && !alert.resolved);
        let (snoozed_until, snooze_reason) =
            snooze.map_or((None, None), |snooze| (Some(snooze.until), snooze.reason));
        let money = alert.threshold_money.zip(alert.actual_money).map(|(threshold, actual)| {
            let impact = actual.saturating_add(-threshold);
            AlertMoney { threshold, actual, impact, impact_share: Ratio::of(impact, threshold) }
        });
        let subject = AlertSubject::of(alert.alert_type, &alert.dedupe_key);
        Self {
            money,
            subject,
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
            snoozed_until,
            snooze_reason,
            created_at: alert.created_at,
        }
    }
}
