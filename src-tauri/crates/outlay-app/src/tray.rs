//! What an icon beside the clock says: the month at a glance, read from one state of the ledger's rollups.
//!
//! The words are `outlay_core::glance`'s; whether there is such an icon, and how it looks, is the host's matter.

use outlay_core::cost_config::CostConfig;
use outlay_core::glance::{Glance, GlanceWords, TrayWish, pause_words};
use outlay_core::instant::Instant;
use outlay_core::period::Month;
use outlay_core::report::{Count, Headline};
use serde::Serialize;

use crate::app::{App, Nothing};
use crate::error::ApiError;
use crate::users;
use crate::{notifications, reports, settings};

/// What one choice in the menu pauses for.
const PAUSE_MINUTES: u32 = 60;

/// Tells whether an icon beside the clock could be seen.
pub type TrayProbe = Box<dyn Fn() -> TrayPlace + Send + Sync>;

/// Whether an icon beside the clock could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum TrayPlace {
    /// Yes.
    Here,
    /// The library that draws it is not installed: libayatana-appindicator3-1 in Debian's words.
    NoLibrary,
    /// The desktop shows no such icons, or only with an extension.
    NoPlace,
    /// This program has none: a terminal, a server.
    NotHere,
}

/// What the icon says.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Tray {
    /// `outlay.tray/1`.
    pub schema: &'static str,
    /// What the user wants; null while nobody was asked.
    pub wish: Option<TrayWish>,
    /// The shortest form of the month's spend, `$110`; empty where nothing may be shown.
    pub title: String,
    /// The month's spend, and its share of a confirmed cap.
    pub month: String,
    /// Today's spend.
    pub today: String,
    /// Where the month is heading.
    pub month_end: String,
    /// The inbox, and how many alerts in it are open.
    pub alerts: String,
    /// The same number.
    pub unresolved: Count,
    /// Pausing notifications for an hour, or going on with them.
    pub pause: String,
    /// For how many minutes that is, for `pause_notifications`; null where it goes on with them.
    pub pause_minutes: Option<u32>,
    /// Until when they are paused; null when they are not.
    pub paused_until: Option<Instant>,
    /// All of it in full words, for who hears it.
    pub label: String,
}

/// The month at a glance, for an icon beside the clock: that of the person's own ledger, whichever is shown.
///
/// # Errors
/// Those of the ledger.
pub fn show(app: &App, _request: Nothing) -> Result<Tray, ApiError> {
    app.on_own(show_own)
}

fn show_own(app: &App) -> Result<Tray, ApiError> {
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let today = app.today(zone);
        let (whose, user) = (users::whose(reader, None)?, users::user_name(reader, None)?);
        let month = Month::containing(today);
        let days = reports::days(reader, month.first_day(), today, zone, &whose)?;
        let of_today: Vec<_> = days.iter().filter(|entry| entry.day == today).cloned().collect();
        let projection = reports::projection(app, reader, month, zone, &whose)?;
        let (config, cap) = reader.cost_config_in(&user, month)?;
        let unresolved = reader.alert_count(&user, app.now())?.open;
        let glance = Glance {
            month: Headline::of(&days),
            today: Headline::of(&of_today),
            projection: projection.as_ref(),
            config: &CostConfig { monthly_ai_cap_usd: cap.amount, ..config },
            alerts: unresolved,
        };
        let wish = settings::tray(reader)?;
        let words = glance.words(wish != Some(TrayWish::NoAmounts));
        let GlanceWords { title, month, today, month_end, alerts, label } = words;
        let unresolved = Count(unresolved);
        let paused = notifications::paused_until(reader, app.now())?;
        Ok(Tray {
            schema: "outlay.tray/1",
            wish,
            title,
            month,
            today,
            month_end,
            alerts,
            unresolved,
            pause: pause_words(paused, zone),
            pause_minutes: paused.is_none().then_some(PAUSE_MINUTES),
            paused_until: paused,
            label,
        })
    })
}
