//! What the ledger is set to: whose it is, and in which time zone days and months are counted.

use std::str::FromStr;

use outlay_core::delivery::{Channel, NotifyFrom, QuietHours};
use outlay_core::glance::TrayWish;
use outlay_core::instant::Instant;
use outlay_core::period::Zone;
use outlay_core::text::UnknownWord;
use outlay_ledger::Reader;
use serde::{Deserialize, Serialize};

use crate::alerts::{self, Happened};
use crate::app::{App, Nothing};
use crate::budgets::{self, WhenUnknown};
use crate::error::{ApiError, AppError, Code};
use crate::notifications;
use crate::paths;
use crate::tray::TrayPlace;

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
    /// The severity from which the desktop notifies of alerts, or off; null while nobody was asked.
    pub notify_from: Option<NotifyFrom>,
    /// Hours of the day in which the desktop shows none; null for none such.
    pub quiet_hours: Option<QuietHours>,
    /// Until when a person paused them; null when they are not paused.
    pub paused_until: Option<Instant>,
    /// Whether this program can show notifications: the window can, a server cannot.
    pub notifies: bool,
    /// What the icon beside the clock shows, or that there is none; null while nobody was asked.
    pub tray: Option<TrayWish>,
    /// Whether that icon could be seen: on this desktop, of this program.
    pub tray_place: TrayPlace,
    /// Whether the ledger is the one of sample data, whose calls are made up.
    pub sample: bool,
    /// Whether it is shown beside the own ledger, and `remove_sample` leads back.
    pub sample_removable: bool,
    /// Why the ledger cannot be read: what lies beside it was set, and all else is what a new ledger would have.
    pub ledger_problem: Option<String>,
}

/// Settings that can be set, by name.
const KNOWN: &str = "time_zone, gate_when_unknown, notify_from, quiet_hours, tray";

const NOTIFY_FROM: &str = "notify_from";
const TRAY: &str = "tray";

/// The ledger's settings.
///
/// # Errors
/// Those of the ledger.
pub fn get(app: &App, _request: Nothing) -> Result<Settings, ApiError> {
    // A pause is of the person's own ledger, whichever is shown.
    let paused_until = app.on_own(|app| app.read(|reader| notifications::paused_until(reader, app.now())))?;
    Ok(Settings { paused_until, ..app.read(|reader| read(app, reader))? })
}

fn read(app: &App, reader: &Reader<'_>) -> Result<Settings, AppError> {
    let identity = reader.identity()?;
    Ok(Settings {
        schema: "outlay.settings/1",
        owner: identity.owner,
        time_zone: identity.zone,
        notify_from: notify_from(reader)?,
        quiet_hours: notifications::quiet_hours(reader)?,
        paused_until: None,
        notifies: app.notifier().is_some(),
        tray: tray(reader)?,
        tray_place: app.tray_place(),
        gate_when_unknown: budgets::when_unknown(app),
        ledger: app.ledger_path().display().to_string(),
        sample: app.shows_sample() || paths::is_sample(app.data_dir()),
        sample_removable: app.shows_sample(),
        ledger_problem: None,
    })
}

/// What lies beside the ledger is set whatever state the ledger is in.
fn set_beside(app: &App, word: &str) -> Result<Settings, ApiError> {
    budgets::set_when_unknown(app, word)?;
    match get(app, Nothing {}) {
        Err(error) if error.code == Code::Storage => {
            let settings = app.read_nowhere(|reader| read(app, reader))?;
            Ok(Settings { ledger_problem: Some(error.message), ..settings })
        }
        settings => settings,
    }
}

/// Changes a setting. Another time zone moves every row to its day there.
///
/// # Errors
/// No such setting; a value that it does not take.
pub fn set(app: &App, request: SetSettingRequest) -> Result<Settings, ApiError> {
    match request.name.as_str() {
        "time_zone" => set_time_zone(app, &request.value)?,
        NOTIFY_FROM => set_notify_from(app, &request.value)?,
        notifications::QUIET_HOURS => notifications::set_quiet_hours(app, &request.value)?,
        TRAY => set_tray(app, &request.value)?,
        "gate_when_unknown" => return set_beside(app, &request.value),
        _ => return Err(AppError::UnknownSetting { name: request.name, known: KNOWN.to_owned() }.into()),
    }
    get(app, Nothing {})
}

/// From which severity on the desktop notifies; `None` while nobody said.
pub(crate) fn notify_from(reader: &Reader<'_>) -> Result<Option<NotifyFrom>, AppError> {
    word(reader, NOTIFY_FROM)
}

/// What the icon beside the clock shows; `None` while nobody said.
pub(crate) fn tray(reader: &Reader<'_>) -> Result<Option<TrayWish>, AppError> {
    word(reader, TRAY)
}

pub(crate) fn word<T: FromStr>(reader: &Reader<'_>, name: &'static str) -> Result<Option<T>, AppError> {
    let Some(text) = reader.setting(name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| AppError::UnreadableSetting { name })
}

pub(crate) fn parsed<T: FromStr<Err = UnknownWord>>(field: &'static str, word: &str) -> Result<T, AppError> {
    word.parse().map_err(|error: UnknownWord| {
        let problem = format!("takes one of {}, not `{word}`", error.expected);
        AppError::Field { field, problem }
    })
}

fn set_notify_from(app: &App, word: &str) -> Result<(), ApiError> {
    let from: NotifyFrom = parsed(NOTIFY_FROM, word)?;
    app.write(|writer| {
        writer.set_setting(NOTIFY_FROM, from.as_str())?;
        if from == NotifyFrom::Off {
            writer.end_channel(Channel::Desktop, "notifications were turned off", app.now())?;
        }
        Ok(writer.commit()?)
    })
}

fn set_tray(app: &App, word: &str) -> Result<(), ApiError> {
    let wish: TrayWish = parsed(TRAY, word)?;
    app.write(|writer| {
        writer.set_setting(TRAY, wish.as_str())?;
        Ok(writer.commit()?)
    })
}

fn set_time_zone(app: &App, name: &str) -> Result<(), ApiError> {
    let zone: Zone = name.parse().map_err(AppError::from)?;
    app.write_much(|mut writer| {
        writer.rebuild(zone)?;
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        Ok(writer.commit()?)
    })
}
