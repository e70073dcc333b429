//! Records as columns, and columns as JSON: how what is merged column by column is read from the ledger, written to it,
//! and kept as the base of the next merge.

use outlay_core::cost_config::CostConfig;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Zone;
use outlay_ledger::Application;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Done, MachineError};
use crate::merge::{Cell, Column, Columns};

/// What a user's caps are in a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caps {
    pub(super) config: CostConfig,
    pub(super) zone: Zone,
    pub(super) month_start_day: u8,
}

impl Caps {
    /// As nobody has set them yet; the zone is not set by a person at first, so it gives way.
    pub(super) fn unset(zone: Zone) -> Self {
        Self { config: CostConfig::default(), zone, month_start_day: 1 }
    }

    pub(super) fn columns(&self) -> Columns {
        let Self { config, zone, month_start_day } = self;
        Columns::from([
            (Column::MonthlyAiCapNanos, Cell::Number(config.monthly_ai_cap_usd.nanos())),
            (Column::AlertThresholdPct, Cell::Number(config.alert_threshold_pct.into())),
            (Column::SingleCallAlertNanos, Cell::Number(config.single_call_alert.nanos())),
            (Column::BlockOnCap, Cell::Number(config.block_on_cap.into())),
            (Column::EmailOnHigh, Cell::Number(config.email_on_high.into())),
            (Column::TimeZone, Cell::Text(zone.name().to_owned())),
            (Column::BudgetMonthFirstDay, Cell::Number((*month_start_day).into())),
            (Column::StorageLimitBytes, number(config.storage_limit_bytes)),
            (Column::BandwidthLimitBytes, number(config.bandwidth_limit_bytes)),
            (Column::ConfirmedAt, number(config.confirmed_at.map(Instant::micros))),
        ])
    }

    /// These caps with what columns say otherwise; `None` if a value is none that caps can have.
    pub(super) fn with(mut self, columns: &Columns) -> Option<Self> {
        let config = &mut self.config;
        for (column, cell) in columns {
            match (column, cell) {
                (Column::MonthlyAiCapNanos, Cell::Number(nanos)) if *nanos > 0 => {
                    config.monthly_ai_cap_usd = Money::from_nanos(*nanos);
                }
                (Column::AlertThresholdPct, Cell::Number(percent @ 1..=100)) => {
                    config.alert_threshold_pct = u8::try_from(*percent).ok()?;
                }
                (Column::SingleCallAlertNanos, Cell::Number(nanos)) if *nanos > 0 => {
                    config.single_call_alert = Money::from_nanos(*nanos);
                }
                (Column::BlockOnCap, Cell::Number(yes @ 0..=1)) => config.block_on_cap = *yes == 1,
                (Column::EmailOnHigh, Cell::Number(yes @ 0..=1)) => config.email_on_high = *yes == 1,
                (Column::TimeZone, Cell::Text(name)) => self.zone = name.parse().ok()?,
                // A team's server does not know one until a machine says it.
                (Column::TimeZone, Cell::Null) => {}
                (Column::BudgetMonthFirstDay, Cell::Number(day @ 1..=28)) => {
                    self.month_start_day = u8::try_from(*day).ok()?;
                }
                (Column::StorageLimitBytes, limit) => config.storage_limit_bytes = bytes(limit)?,
                (Column::BandwidthLimitBytes, limit) => config.bandwidth_limit_bytes = bytes(limit)?,
                (Column::ConfirmedAt, Cell::Null) => config.confirmed_at = None,
                (Column::ConfirmedAt, Cell::Number(micros)) => {
                    config.confirmed_at = Some(Instant::from_micros(*micros));
                }
                _ => return None,
            }
        }
        Some(self)
    }
}

fn number(value: Option<i64>) -> Cell {
    value.map_or(Cell::Null, Cell::Number)
}

fn bytes(cell: &Cell) -> Option<Option<i64>> {
    match cell {
        Cell::Null => Some(None),
        Cell::Number(limit) if *limit > 0 => Some(Some(*limit)),
        Cell::Number(_) | Cell::Text(_) => None,
    }
}

/// An application as the user calls it.
pub(super) fn of_application(application: &Application) -> Columns {
    let text = |text: &str| Cell::Text(text.to_owned());
    Columns::from([
        (Column::Provider, text(&application.provider)),
        (Column::Account, text(&application.account)),
        (Column::Project, text(&application.project)),
        (Column::Name, text(&application.name)),
        (Column::MergedInto, application.merged_into.map_or(Cell::Null, |id| Cell::Text(id.to_string()))),
    ])
}

/// An application of columns; `None` if they do not say enough.
pub(super) fn application(id: Uuid, columns: &Columns) -> Option<Application> {
    let text = |column| match columns.get(&column) {
        Some(Cell::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let merged_into = match text(Column::MergedInto) {
        Some(into) => Some(into.parse().ok()?),
        None => None,
    };
    Some(Application {
        id,
        provider: text(Column::Provider)?,
        account: text(Column::Account)?,
        project: text(Column::Project)?,
        name: text(Column::Name)?,
        merged_into,
    })
}

/// Columns as a JSON object.
pub(super) fn to_json(columns: &Columns) -> String {
    let object: Map<String, Value> =
        columns.iter().map(|(column, cell)| (column.as_str().to_owned(), value(cell))).collect();
    Value::Object(object).to_string()
}

/// A cell as JSON.
pub(super) fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => (*number).into(),
        Cell::Text(text) => text.as_str().into(),
    }
}

/// Columns of a JSON object. A column that this program does not know is left out.
pub(super) fn of_json(text: &str) -> Done<Columns> {
    let unreadable = || MachineError::Base(text.to_owned());
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|_| unreadable())?;
    let mut columns = Columns::new();
    for (name, value) in object {
        let Some(column) = Column::ALL.iter().find(|column| column.as_str() == name) else { continue };
        let cell = match value {
            Value::Null => Cell::Null,
            Value::Number(number) => Cell::Number(number.as_i64().ok_or_else(unreadable)?),
            Value::String(text) => Cell::Text(text),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => return Err(unreadable()),
        };
        columns.insert(*column, cell);
    }
    Ok(columns)
}
