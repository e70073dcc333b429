//! Which forecasts of named budgets need not be made again for a call that was just recorded: one reads four months.
//!
//! A call of today adds to what today has cost and to nothing else. So the likely end grows by no more than the spend
//! does, and time alone never raises it: until the spend has grown by what lay between the likely end and the limit, no
//! forecast can pass it. What is noted holds for the change right before only; after anything else that was kept (an
//! import, a call of another day, another limit, another zone) every forecast is made anew. The end of an alert that
//! only time brings is found by the hourly look, as for all others.

use std::collections::BTreeMap;

use outlay_core::alert::BudgetSpend;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::Writer;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::evaluate::Happened;
use crate::budgets::moment::Moment;
use crate::error::AppError;

const SETTING: &str = "forecasts_seen";

/// Up to which spend each budget's forecast cannot pass its limit.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Forecasts {
    /// The ledger's revision with the change that noted it.
    revision: i64,
    /// The day on which it holds.
    day: i32,
    /// Since when it holds, in microseconds.
    at: i64,
    /// In nano-dollars, by the budget's id.
    up_to: BTreeMap<Uuid, i64>,
}

impl Forecasts {
    /// What was noted, as far as it still holds.
    pub(super) fn seen(
        writer: &Writer<'_>,
        moment: &Moment,
        happened: Happened<'_>,
    ) -> Result<Self, AppError> {
        let Happened::Logged { id, .. } = happened else { return Ok(Self::default()) };
        let noted = writer.reader().setting(SETTING)?;
        let noted: Option<Self> = noted.and_then(|text| serde_json::from_str(&text).ok());
        let holds = |noted: &Self| {
            noted.revision == writer.identity().revision
                && noted.day == moment.today.number()
                && noted.at <= moment.now.micros()
                && moment.zone.day_of(instant_of(id)) == moment.today
        };
        Ok(noted.filter(holds).unwrap_or_default())
    }

    /// Whether a forecast of this budget may tell something new.
    pub(super) fn may_tell(&self, limit: &BudgetSpend) -> bool {
        let up_to = limit.id.and_then(|id| self.up_to.get(&id));
        up_to.is_none_or(|&nanos| limit.spend.spend.nanos() > nanos)
    }

    /// Notes the forecasts that were made, for the next call.
    pub(super) fn keep(
        mut self,
        writer: &Writer<'_>,
        moment: &Moment,
        limits: &[BudgetSpend],
        happened: Happened<'_>,
    ) -> Result<(), AppError> {
        for limit in limits.iter().filter(|limit| limit.projection.is_some()) {
            let Some(id) = limit.id else { continue };
            self.up_to.insert(id, up_to(limit).nanos());
            self.at = moment.now.micros();
        }
        if self.up_to.is_empty() || !matches!(happened, Happened::Logged { .. }) {
            return Ok(());
        }
        // Whoever records a call keeps it in this transaction, which makes the next revision.
        self.revision = writer.identity().revision + 1;
        self.day = moment.today.number();
        let noted = serde_json::to_string(&self).expect("numbers by ids are JSON");
        Ok(writer.set_setting(SETTING, &noted)?)
    }
}

/// The spend up to which the forecast stays within the limit. One that is beyond it is told by now, and one without
/// enough days of history has no more of them today.
fn up_to(limit: &BudgetSpend) -> Money {
    let likely = limit.projection.as_ref().and_then(|projection| projection.likely);
    match likely.map(|likely| limit.budget.amount.saturating_add(-likely)) {
        Some(room) if room >= Money::ZERO => limit.spend.spend.saturating_add(room),
        _ => Money::from_nanos(i64::MAX),
    }
}

/// The instant of a recorded call, which its id begins with.
fn instant_of(id: Uuid) -> Instant {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX / 1000);
    Instant::from_micros(millis * 1000)
}
