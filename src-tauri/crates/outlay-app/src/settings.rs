//! What the ledger is set to: whose it is, and in which time zone days and months are counted.

use outlay_core::period::Zone;
use serde::{Deserialize, Serialize};

use crate::alerts::{self, Happened};
use crate::app::{App, Nothing};
use crate::budgets::{self, WhenUnknown};
use crate::error::{ApiError, AppError};
use crate::paths;

/// Another value for a setting.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SetSettingRequest {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The ledger's settings.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Settings {
    /// `outlay.settings/1`.
    pub schema: &'static str,
    /// The person whose spend this is.
    pub owner: String,
    /// The zone in which days and months are counted.
    pub time_zone: Zone,
    /// What the gate says when it cannot tell.
    pub gate_when_unknown: WhenUnknown,
    /// The ledger's file.
    pub ledger: String,
    /// Whether the ledger is the one of sample data, whose calls are made up.
    pub sample: bool,
    /// Whether it is shown beside the own ledger, and `remove_sample` leads back.
    pub sample_goes: bool,
}

/// Settings that can be set, by name.
const KNOWN: &str = "time_zone, gate_when_unknown";

/// The ledger's settings.
///
/// # Errors
/// Those of the ledger.
pub fn get(app: &App, _request: Nothing) -> Result<Settings, ApiError> {
    app.read(|reader| {
        let identity = reader.identity()?;
        Ok(Settings {
            schema: "outlay.settings/1",
            owner: identity.owner,
            time_zone: identity.zone,
            gate_when_unknown: budgets::when_unknown(app),
            ledger: app.ledger_path().display().to_string(),
            sample: app.shows_sample() || paths::is_sample(app.data_dir()),
            sample_goes: app.shows_sample(),
        })
    })
}

/// Changes a setting. Another time zone moves every row to its day there.
///
/// # Errors
/// No such setting; a value that it does not take.
pub fn set(app: &App, request: SetSettingRequest) -> Result<Settings, ApiError> {
    match request.name.as_str() {
        "time_zone" => set_time_zone(app, &request.value)?,
        "gate_when_unknown" => budgets::set_when_unknown(app, &request.value)?,
        _ => return Err(AppError::UnknownSetting { name: request.name, known: KNOWN.to_owned() }.into()),
    }
    get(app, Nothing {})
}

fn set_time_zone(app: &App, name: &str) -> Result<(), ApiError> {
    let zone: Zone = name.parse().map_err(AppError::from)?;
    app.write(|mut writer| {
        writer.rebuild(zone)?;
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        Ok(writer.commit()?)
    })
}
