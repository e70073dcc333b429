//! A month on one page, read from one state of the ledger's rollups.
//!
//! What is shown of it, and how its figures come about, is `outlay_core::report::overview`. The figures are
//! those of the month's report, which is read for it.

use std::collections::BTreeMap;

use outlay_core::alert::AlertType;
use outlay_core::cost_config::CostConfig;
use outlay_core::period::{Day, Month, Zone};
use outlay_core::report::overview::{self, Attention, Material, Overview};
use outlay_core::report::{FileSpan, Sources};
use outlay_ledger::{AlertScope, Reader, Settled, Whose};
use serde::Deserialize;

use crate::alerts::rules;
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::reports::{self, Past};
use crate::users;

/// Which month, and whose.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct OverviewRequest {
    /// The month; the current one when absent.
    pub month: Option<Month>,
    /// A user's name, or `all`; the owner when absent.
    pub user: Option<String>,
}

/// A month on one page.
///
/// # Errors
/// Those of the ledger.
pub fn show(app: &App, request: OverviewRequest) -> Result<Overview, ApiError> {
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let month = request.month.unwrap_or_else(|| Month::containing(app.today(zone)));
        let whose = users::whose(reader, request.user.as_deref())?;
        let user = users::user_name(reader, request.user.as_deref())?;
        of_month(app, reader, month, zone, &whose, &user)
    })
}

fn of_month(
    app: &App,
    reader: &Reader<'_>,
    month: Month,
    zone: Zone,
    whose: &Whose,
    user: &str,
) -> Result<Overview, AppError> {
    let (today, rules) = (app.today(zone), rules::of(reader)?);
    let people = reports::people(reader, (month.first_day(), month.last_day()), zone, whose, false)?;
    let report = reports::report_of(app, reader, month, zone, whose, people)?;
    let (first, last) = (month.previous().first_day(), month.last_day());
    let earliest = reports::first_day_of_history(month).min(first);
    let days = reports::days(reader, earliest, last, zone, whose)?;
    let covered = reports::covered(reader, earliest, last, zone)?;
    let past = Past::of(today, &days, &covered);
    let dimensions = reader.dimensions_of(whose)?;
    let files = reader.file_spans()?;
    let sources = Sources::known(today, &reader.row_spans(&dimensions)?, &files);
    let costs = reports::day_costs(reader, month.first_day(), last, zone)?;
    let (compared_month, compared_until) = overview::compared_days(month, today);
    let costs_before = reports::costs_until(reader, compared_month, compared_until, zone)?;
    let is_empty = !days.iter().any(|entry| entry.day >= month.first_day());
    let nearest = if is_empty { reader.nearest_day(month.first_day(), last, whose)? } else { None };
    Ok(overview::overview(&Material {
        outlook: past.outlook(month, app.now(), zone),
        report,
        days: &days,
        covered: &covered,
        expected: &reader.expected_days(user)?,
        told: &reader.told_days(user)?,
        spikes: rules.watch(AlertType::DailySpike).then_some(rules.spike),
        costs: &costs,
        costs_before: &costs_before,
        dimensions: &dimensions,
        sources: &sources,
        newest: app.newest(reader)?,
        has_rows: reader.has_rows()?,
        nearest,
        quarantined: quarantined(&files),
        config: caps(reader, whose, month)?,
        attention: attention(app, reader, (month.first_day(), last), user)?,
    }))
}

/// The caps of one person. Everybody together has none: no cap is what several people spend.
fn caps(reader: &Reader<'_>, whose: &Whose, month: Month) -> Result<CostConfig, AppError> {
    let Whose::User(user) = whose else { return Ok(CostConfig::default()) };
    let (config, cap) = reader.cost_config_in(user, month)?;
    Ok(CostConfig { monthly_ai_cap_usd: cap.amount, ..config })
}

/// Rows that could not be read, and the number of files that hold them.
fn quarantined(files: &[FileSpan]) -> (i64, i64) {
    let with_some = files.iter().filter(|file| file.quarantined > 0);
    with_some.fold((0, 0), |(rows, files), file| (rows + file.quarantined, files + 1))
}

/// Alerts that are open, and the overlaps of the month.
fn attention(
    app: &App,
    reader: &Reader<'_>,
    (first, last): (Day, Day),
    user: &str,
) -> Result<Vec<Attention>, AppError> {
    let alerts = reader.alerts(user, AlertScope::Open(app.now()))?;
    // A stale source stands there with its days, and what an import brought needs no look.
    let told_otherwise = [AlertType::SourceStale, AlertType::BackfillSummary];
    let alerts = alerts.into_iter().filter(|alert| !told_otherwise.contains(&alert.alert_type));
    let mut attention: Vec<Attention> = alerts.map(alert).collect();
    attention.extend(overlaps(reader.settled_overlaps(first, last)?));
    Ok(attention)
}

fn alert(alert: outlay_ledger::Alert) -> Attention {
    Attention::Alert {
        id: alert.id,
        alert_type: alert.alert_type,
        severity: alert.severity,
        message: alert.message,
        actual: alert.actual_money,
        threshold: alert.threshold_money,
        created_at: alert.created_at,
        day: (alert.alert_type == AlertType::DailySpike).then(|| alert.dedupe_key.parse().ok()).flatten(),
    }
}

/// One entry for the money and the usage of an account; of several answers the latest is named.
fn overlaps(settled: Vec<Settled>) -> Vec<Attention> {
    let mut by_account: BTreeMap<(String, String), Attention> = BTreeMap::new();
    for answer in settled {
        let Settled { provider, account, first_day, last_day, money, source } = answer;
        let entry = by_account.entry((provider.clone(), account.clone()));
        let entry = entry.or_insert(Attention::SettledOverlap {
            provider,
            account,
            first_day,
            last_day,
            money_from: None,
            usage_from: None,
        });
        if let Attention::SettledOverlap {
            first_day: first, last_day: last, money_from, usage_from, ..
        } = entry
        {
            *first = first_day.min(*first);
            *last = last_day.max(*last);
            *(if money { money_from } else { usage_from }) = Some(source);
        }
    }
    by_account.into_values().collect()
}
