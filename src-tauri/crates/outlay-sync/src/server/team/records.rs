//! Records that are changed in place: read whole, and changed only if they are still what was read. The server says when
//! a record was changed, and never the same twice; so that is what is compared.

use outlay_core::instant::Instant;
use serde_json::{Map, Value};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::Team;
use super::cells::Cells;
use super::counter::{self, raising};
use crate::merge::{Cell, Column, Columns, RecordKey, ServerRecord};
use crate::remote::{Bump, Bumped};
use crate::server::failure::Failure;

/// One line of `cost_config`, without an id, and the applications.
const READ: &str = "SELECT NULL::uuid, updated_at, monthly_ai_cap_nanos, alert_threshold_pct::int8, single_call_alert_nanos,
        block_on_cap::int4::int8, email_on_high::int4::int8, budget_month_first_day::int8, storage_limit_bytes,
        bandwidth_limit_bytes, confirmed_at, time_zone, NULL, NULL, NULL, NULL
    FROM public.cost_config WHERE user_id = (SELECT outlay.my_user())
    UNION ALL SELECT id, updated_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, provider, account, project, name,
        merged_into::text
    FROM outlay.applications WHERE user_id = (SELECT outlay.my_user())";

/// What is not said of a record stays as it is.
const CHANGE_CONFIG: &str = raising!(
    ", stored AS (
        UPDATE public.cost_config AS kept SET (monthly_ai_cap_nanos, alert_threshold_pct, single_call_alert_nanos, block_on_cap,
            email_on_high, time_zone, budget_month_first_day, storage_limit_bytes, bandwidth_limit_bytes, confirmed_at) = (
            SELECT v.monthly_ai_cap_nanos, v.alert_threshold_pct, v.single_call_alert_nanos, v.block_on_cap, v.email_on_high,
                v.time_zone, v.budget_month_first_day, v.storage_limit_bytes, v.bandwidth_limit_bytes, v.confirmed_at
            FROM pg_catalog.jsonb_populate_record(kept, $5::jsonb) AS v)
        WHERE kept.user_id = (SELECT outlay.my_user()) AND kept.updated_at = $6 RETURNING kept.updated_at
    )",
    "(SELECT updated_at FROM stored)"
);

const MAKE_CONFIG: &str = raising!(
    ", stored AS (
        INSERT INTO public.cost_config (user_id, monthly_ai_cap_nanos, alert_threshold_pct, single_call_alert_nanos,
            block_on_cap, email_on_high, time_zone, budget_month_first_day, storage_limit_bytes, bandwidth_limit_bytes,
            confirmed_at)
        SELECT outlay.my_user(), v.monthly_ai_cap_nanos, v.alert_threshold_pct, v.single_call_alert_nanos, v.block_on_cap,
            v.email_on_high, v.time_zone, v.budget_month_first_day, v.storage_limit_bytes, v.bandwidth_limit_bytes,
            v.confirmed_at
        FROM pg_catalog.jsonb_populate_record(NULL::public.cost_config, $5::jsonb) AS v
        ON CONFLICT (user_id) DO NOTHING RETURNING updated_at
    )",
    "(SELECT updated_at FROM stored)"
);

const CHANGE_APPLICATION: &str = raising!(
    ", stored AS (
        UPDATE outlay.applications AS kept SET (name, merged_into) = (
            SELECT v.name, v.merged_into FROM pg_catalog.jsonb_populate_record(kept, $5::jsonb) AS v)
        WHERE kept.user_id = (SELECT outlay.my_user()) AND kept.id = $7 AND kept.updated_at = $6 RETURNING kept.updated_at
    )",
    "(SELECT updated_at FROM stored)"
);

const MAKE_APPLICATION: &str = raising!(
    ", stored AS (
        INSERT INTO outlay.applications (id, provider, account, project, name, merged_into)
        SELECT $6, v.provider, v.account, v.project, v.name, v.merged_into
        FROM pg_catalog.jsonb_populate_record(NULL::outlay.applications, $5::jsonb) AS v
        ON CONFLICT (user_id, id) DO NOTHING RETURNING updated_at
    )",
    "(SELECT updated_at FROM stored)"
);

pub(super) fn read(team: &Team) -> Result<Vec<(RecordKey, ServerRecord)>, Failure> {
    team.query(READ, &[])?.iter().map(record).collect()
}

fn record(row: &Row) -> Result<(RecordKey, ServerRecord), Failure> {
    const NUMBERS: [Column; 8] = [
        Column::MonthlyAiCapNanos,
        Column::AlertThresholdPct,
        Column::SingleCallAlertNanos,
        Column::BlockOnCap,
        Column::EmailOnHigh,
        Column::BudgetMonthFirstDay,
        Column::StorageLimitBytes,
        Column::BandwidthLimitBytes,
    ];
    const NAMES: [Column; 5] =
        [Column::Provider, Column::Account, Column::Project, Column::Name, Column::MergedInto];
    let mut cells = Cells::of(row);
    let id: Option<Uuid> = cells.next()?;
    let changed_at = cells.instant()?;
    let number = |number: Option<i64>| number.map_or(Cell::Null, Cell::Number);
    let text = |text: Option<String>| text.map_or(Cell::Null, Cell::Text);
    let mut values = Columns::new();
    for column in NUMBERS {
        values.insert(column, number(cells.next()?));
    }
    values.insert(Column::ConfirmedAt, number(cells.some_instant()?.map(Instant::micros)));
    let Some(id) = id else {
        values.insert(Column::TimeZone, text(cells.next()?));
        return Ok((RecordKey::CostConfig, ServerRecord { values, changed_at }));
    };
    values.clear();
    for column in NAMES {
        values.insert(column, text(cells.next()?));
    }
    Ok((RecordKey::Application(id), ServerRecord { values, changed_at }))
}

pub(super) fn change(
    team: &Team,
    key: RecordKey,
    expected: Option<&ServerRecord>,
    values: &Columns,
    bump: Option<Bump>,
) -> Result<Bumped<Option<Instant>>, Failure> {
    let mut parameters = counter::parameters(bump);
    parameters.one(Type::TEXT, json(values));
    if let Some(expected) = expected {
        parameters.one(Type::TIMESTAMPTZ, expected.changed_at.to_utc());
    }
    let statement = match (key, expected.is_some()) {
        (RecordKey::CostConfig, true) => CHANGE_CONFIG,
        (RecordKey::CostConfig, false) => MAKE_CONFIG,
        (RecordKey::Application(id), is_there) => {
            parameters.one(Type::UUID, id);
            if is_there { CHANGE_APPLICATION } else { MAKE_APPLICATION }
        }
    };
    let row = team.row(statement, &parameters.borrowed())?;
    let mut cells = Cells::of(&row);
    Ok(Bumped { found: counter::found(&mut cells)?, done: cells.some_instant()? })
}

/// The values by the names of their columns, as the server reads them.
fn json(values: &Columns) -> String {
    let pair = |(column, cell): (&Column, &Cell)| {
        let value = match (column, cell) {
            (_, Cell::Null) => Value::Null,
            (Column::BlockOnCap | Column::EmailOnHigh, Cell::Number(number)) => Value::Bool(*number != 0),
            (Column::ConfirmedAt, Cell::Number(micros)) => {
                Value::String(Instant::from_micros(*micros).to_string())
            }
            (_, Cell::Number(number)) => Value::from(*number),
            (_, Cell::Text(text)) => Value::String(text.clone()),
        };
        (name(*column).to_owned(), value)
    };
    Value::Object(values.iter().map(pair).collect::<Map<_, _>>()).to_string()
}

const fn name(column: Column) -> &'static str {
    match column {
        Column::MonthlyAiCapNanos => "monthly_ai_cap_nanos",
        Column::AlertThresholdPct => "alert_threshold_pct",
        Column::SingleCallAlertNanos => "single_call_alert_nanos",
        Column::BlockOnCap => "block_on_cap",
        Column::EmailOnHigh => "email_on_high",
        Column::TimeZone => "time_zone",
        Column::BudgetMonthFirstDay => "budget_month_first_day",
        Column::StorageLimitBytes => "storage_limit_bytes",
        Column::BandwidthLimitBytes => "bandwidth_limit_bytes",
        Column::ConfirmedAt => "confirmed_at",
        Column::Provider => "provider",
        Column::Account => "account",
        Column::Project => "project",
        Column::Name => "name",
        Column::MergedInto => "merged_into",
    }
}
