//! The caps and limits, by the names of the original's columns.

use outlay_core::budget::Budget;
use outlay_core::cost_config::{self, CostField};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Zone;
use outlay_core::report::Count;
use serde::{Deserialize, Serialize};

use crate::alerts::{self, Happened};
use crate::app::App;
use crate::budgets;
use crate::error::ApiError;
use crate::users;

/// Whose caps.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct CostConfigRequest {
    /// A user's name; the owner when absent.
    pub user: Option<String>,
}

/// Another value for a field.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SetCostConfigRequest {
    /// The field.
    pub field: CostField,
    /// Its value as text: `10.00`, `80`, `true`, `none`.
    pub value: String,
    /// False refuses a cap that the month has passed already, true keeps it; it is kept when absent, too.
    #[serde(default)]
    pub confirm_below_spend: Option<bool>,
    /// A user's name; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
}

/// A user's caps and limits.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct CostConfig {
    /// `outlay.config/1`.
    pub schema: &'static str,
    /// Whose they are.
    pub user_id: String,
    /// The most that a month may cost.
    pub monthly_ai_cap_usd: Money,
    /// The part of the cap at which a warning is raised, in percent.
    pub alert_threshold_pct: u8,
    /// What one call may cost before it is named.
    pub single_call_alert: Money,
    /// Whether the gate refuses calls once the cap is reached.
    pub block_on_cap: bool,
    /// Whether alerts of severity high and critical are sent by e-mail.
    pub email_on_high: bool,
    /// The size of the ledger file at which a warning is raised, in bytes.
    pub storage_limit_bytes: Option<Count>,
    /// What sync may move in a month before a warning is raised, in bytes.
    pub bandwidth_limit_bytes: Option<Count>,
    /// The zone in which months are counted.
    pub time_zone: Zone,
    /// When the cap was set or confirmed; until then it is a default that never blocks.
    pub confirmed_at: Option<Instant>,
}

/// The caps and limits.
///
/// # Errors
/// Those of the ledger.
pub fn get(app: &App, request: CostConfigRequest) -> Result<CostConfig, ApiError> {
    app.read(|reader| {
        let user = users::one_user(reader, request.user.as_deref())?;
        let config = reader.cost_config(&user)?;
        Ok(described(user, &config, reader.identity()?.zone))
    })
}

/// Sets one cap or limit. Setting the cap, also to what it was, confirms it.
///
/// # Errors
/// A value that the field does not take; a cap that is spent already, where that is to be confirmed.
pub fn set(app: &App, request: SetCostConfigRequest) -> Result<CostConfig, ApiError> {
    // Refused before a ledger is created for it.
    cost_config::CostConfig::default()
        .set(request.field, &request.value, app.now())
        .map_err(crate::error::AppError::from)?;
    app.write(|writer| {
        let user = users::one_user(&writer.reader(), request.user.as_deref())?;
        let mut config = writer.reader().cost_config(&user)?;
        let before = Budget::cap(&config);
        config.set(request.field, &request.value, app.now())?;
        if request.confirm_below_spend == Some(false) {
            budgets::refuse_below_spend(app, &writer.reader(), &user, (&before, &Budget::cap(&config)))?;
        }
        writer.set_cost_config(&user, &config, app.now())?;
        if !config.email_on_high {
            writer.end_mail_of(&user, "email_on_high was turned off", app.now())?;
        }
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        let zone = writer.identity().zone;
        writer.commit()?;
        Ok(described(user, &config, zone))
    })
}

fn described(user_id: String, config: &cost_config::CostConfig, time_zone: Zone) -> CostConfig {
    CostConfig {
        schema: "outlay.config/1",
        user_id,
        monthly_ai_cap_usd: config.monthly_ai_cap_usd,
        alert_threshold_pct: config.alert_threshold_pct,
        single_call_alert: config.single_call_alert,
        block_on_cap: config.block_on_cap,
        email_on_high: config.email_on_high,
        storage_limit_bytes: config.storage_limit_bytes.map(Count),
        bandwidth_limit_bytes: config.bandwidth_limit_bytes.map(Count),
        time_zone,
        confirmed_at: config.confirmed_at,
    }
}
