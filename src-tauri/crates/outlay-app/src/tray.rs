//! What an icon beside the clock says: the month at a glance, read from one state of the ledger's rollups.
//!
//! The words are `outlay_core::glance`'s; whether there is such an icon, and how it looks, is the host's matter.

use outlay_core::glance::{Glance, GlanceWords, TrayWish};
use outlay_core::period::Month;
use outlay_core::report::{Count, Headline};
use outlay_ledger::AlertScope;
use serde::Serialize;

use crate::app::{self, App, Nothing};
use crate::error::ApiError;
use crate::{reports, settings};

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
    /// The inbox, and how many alerts in it are unresolved.
    pub alerts: String,
    /// The same number.
    pub unresolved: Count,
    /// All of it in full words, for who hears it.
    pub label: String,
}

/// The month at a glance, for an icon beside the clock.
///
/// # Errors
/// Those of the ledger.
pub fn show(app: &App, _request: Nothing) -> Result<Tray, ApiError> {
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let today = app.today(zone);
        let (whose, user) = (app::whose(reader, None)?, app::user_name(reader, None)?);
        let month = Month::containing(today);
        let days = reports::days(reader, month.first_day(), today, zone, &whose)?;
        let of_today: Vec<_> = days.iter().filter(|entry| entry.day == today).cloned().collect();
        let projection = reports::projection(app, reader, month, zone, &whose)?;
        let unresolved = reader.alerts(&user, AlertScope::Unresolved)?.len();
        let unresolved = i64::try_from(unresolved).unwrap_or(i64::MAX);
        let glance = Glance {
            month: Headline::of(&days),
            today: Headline::of(&of_today),
            projection: projection.as_ref(),
            config: &reader.cost_config(&user)?,
            alerts: unresolved,
        };
        let wish = settings::tray(reader)?;
        let words = glance.words(wish != Some(TrayWish::NoAmounts));
        let GlanceWords { title, month, today, month_end, alerts, label } = words;
        let unresolved = Count(unresolved);
        Ok(Tray { schema: "outlay.tray/1", wish, title, month, today, month_end, alerts, unresolved, label })
    })
}
