//! The configuration and the settings, field by field, under the names by which they are set.

use outlay_app::cost_config::CostConfig;
use outlay_app::report::Count;
use outlay_app::settings::Settings;
use owo_colors::OwoColorize as _;

use super::amount::{count, money};
use super::days::utc;
use super::table::pairs;

/// The cap and what happens around it.
pub(crate) fn config(config: &CostConfig) -> String {
    let cap = match config.confirmed_at {
        Some(_) => money(config.monthly_ai_cap_usd),
        None => format!("{}  (default: it only warns until you set it)", money(config.monthly_ai_cap_usd)),
    };
    let fields = [
        ("monthly_ai_cap_usd", cap),
        ("alert_threshold_pct", format!("{} %", config.alert_threshold_pct)),
        ("single_call_alert", money(config.single_call_alert)),
        ("block_on_cap", config.block_on_cap.to_string()),
        ("email_on_high", config.email_on_high.to_string()),
        ("storage_limit_bytes", limit(config.storage_limit_bytes)),
        ("bandwidth_limit_bytes", limit(config.bandwidth_limit_bytes)),
    ];
    let fields = pairs(&fields, None);
    format!("{} of {}, months in {}\n{fields}", "Configuration".bold(), config.user_id, config.time_zone)
}

fn limit(bytes: Option<Count>) -> String {
    bytes.map_or_else(|| "none".to_owned(), |bytes| count(bytes.0))
}

/// The ledger's settings.
pub(crate) fn settings(settings: &Settings) -> String {
    let fields = [
        ("time_zone", settings.time_zone.to_string()),
        ("notify_from", settings.notify_from.map_or_else(|| "not set".to_owned(), |from| from.to_string())),
        ("quiet_hours", settings.quiet_hours.map_or_else(|| "off".to_owned(), |hours| hours.to_string())),
        ("tray", settings.tray.map_or_else(|| "not set".to_owned(), |wish| wish.to_string())),
        ("gate_when_unknown", settings.gate_when_unknown.as_str().to_owned()),
        ("owner", settings.owner.clone()),
        ("ledger", settings.ledger.clone()),
    ];
    let fields = pairs(&fields, None);
    let paused =
        settings.paused_until.map(|until| format!("\nNotifications are paused until {}", utc(until)));
    format!("{}\n{fields}{}", "Settings".bold(), paused.unwrap_or_default())
}
