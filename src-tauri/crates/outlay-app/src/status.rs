//! Where the month stands, in one line. It reads the month's days and nothing else, so that a prompt
//! or a status bar can ask at any time.

use outlay_core::budget::Budget;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Month, Zone};
use outlay_core::report::{Headline, Ratio};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::ApiError;
use crate::reports;
use crate::users;

/// Whose month.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct StatusRequest {
    /// A user's name, or `all`; the owner when absent.
    pub user: Option<String>,
}

/// This month's spend against the cap.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Status {
    /// `outlay.status/1`.
    pub schema: &'static str,
    /// The current month.
    pub month: Month,
    /// The zone whose month it is.
    pub time_zone: Zone,
    /// Money out.
    pub spend: Money,
    /// The true spend is at least this.
    pub at_least: bool,
    /// The spend is about this.
    pub about: bool,
    /// The monthly cap.
    pub cap: Money,
    /// Whether the person set the cap; until then it is a default that never blocks.
    pub cap_confirmed: bool,
    /// Spend as a share of the cap: `0.5483` is 54.83 %.
    pub used: Ratio,
    /// The newest row that counts; null on an empty ledger.
    pub newest: Option<Instant>,
}

/// This month's spend against the cap.
///
/// # Errors
/// Those of the ledger.
pub fn show(app: &App, request: StatusRequest) -> Result<Status, ApiError> {
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let month = Month::containing(app.today(zone));
        let whose = users::whose(reader, request.user.as_deref())?;
        let days = reports::days(reader, month.first_day(), month.last_day(), zone, &whose)?;
        let Headline { spend, at_least, about } = Headline::of(&days);
        let user = users::user_name(reader, request.user.as_deref())?;
        let (_, Budget { amount: cap, confirmed, .. }) = reader.cost_config_in(&user, month)?;
        Ok(Status {
            schema: "outlay.status/1",
            month,
            time_zone: zone,
            spend,
            at_least,
            about,
            cap,
            cap_confirmed: confirmed,
            used: Ratio::of(spend, cap).unwrap_or_default(),
            newest: app.newest(reader)?,
        })
    })
}
