//! Alerts on the server: stored once, and joined there as everywhere. Of two ends the earlier holds, of two severities
//! the greater speaks.

use outlay_core::alert::{AlertType, Resolution};
use outlay_core::money::Money;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::Team;
use super::cells::Cells;
use super::counter::{self, raising};
use crate::merge::{Alert, Ended};
use crate::remote::{Bump, Bumped};
use crate::rows::AlertBody;
use crate::server::failure::Failure;

/// Those of which this program knows what they are about. Who resolved one without a word did so when it was raised.
const READ: &str = "SELECT id, CASE WHEN resolved THEN coalesce(resolved_at, created_at) END,
        coalesce(resolution, 'acknowledged'), alert_type, coalesce(dedupe_key, ''), severity, message, threshold, actual,
        threshold_nanos, actual_nanos, expected, created_at
    FROM public.expense_alerts WHERE user_id = (SELECT outlay.my_user()) AND alert_type = ANY($1)";

const JOIN: &str = raising!(
    ", stored AS (
        INSERT INTO public.expense_alerts AS kept (id, user_id, resolved, resolved_at, resolution, alert_type, dedupe_key,
            severity, message, threshold, actual, threshold_nanos, actual_nanos, expected, created_at)
        SELECT r.id, outlay.my_user(), r.resolved_at IS NOT NULL, r.resolved_at, r.resolution, r.alert_type, r.dedupe_key,
            r.severity, r.message, r.threshold, r.actual, r.threshold_nanos, r.actual_nanos, r.expected, r.created_at
        FROM unnest($5::uuid[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
            $12::float8[], $13::float8[], $14::int8[], $15::int8[], $16::text[], $17::timestamptz[])
        AS r (id, resolved_at, resolution, alert_type, dedupe_key, severity, message, threshold, actual, threshold_nanos,
            actual_nanos, expected, created_at)
        ON CONFLICT (id) DO UPDATE SET
            (resolved, resolved_at, resolution) = (SELECT e.resolved, e.resolved_at, e.resolution
                FROM (VALUES (EXCLUDED.resolved, EXCLUDED.resolved_at, EXCLUDED.resolution),
                    (kept.resolved, kept.resolved_at, kept.resolution)) AS e (resolved, resolved_at, resolution)
                ORDER BY e.resolved DESC, e.resolved_at NULLS FIRST, e.resolution COLLATE \"C\" LIMIT 1),
            (severity, message, threshold, actual, threshold_nanos, actual_nanos, created_at) = (SELECT s.severity, s.message,
                    s.threshold, s.actual, s.threshold_nanos, s.actual_nanos, s.created_at
                FROM (VALUES (EXCLUDED.severity, EXCLUDED.message, EXCLUDED.threshold, EXCLUDED.actual,
                        EXCLUDED.threshold_nanos, EXCLUDED.actual_nanos, EXCLUDED.created_at, 0),
                    (kept.severity, kept.message, kept.threshold, kept.actual, kept.threshold_nanos, kept.actual_nanos,
                        kept.created_at, 1))
                AS s (severity, message, threshold, actual, threshold_nanos, actual_nanos, created_at, was_there)
                ORDER BY pg_catalog.array_position(ARRAY['low', 'medium', 'high', 'critical'], s.severity) DESC,
                    s.was_there DESC LIMIT 1),
            expected = LEAST(kept.expected COLLATE \"C\", EXCLUDED.expected)
    )",
    "NULL"
);

pub(super) fn read(team: &Team) -> Result<Vec<Alert<AlertBody>>, Failure> {
    let known: Vec<&str> = AlertType::ALL.iter().map(|kind| kind.as_str()).collect();
    team.query(READ, &[(&known, Type::TEXT_ARRAY)])?.iter().map(alert).collect()
}

fn alert(row: &Row) -> Result<Alert<AlertBody>, Failure> {
    let mut cells = Cells::of(row);
    let id = cells.next()?;
    let at = cells.some_instant()?;
    let how: Resolution = cells.word()?;
    let body = AlertBody {
        alert_type: cells.word()?,
        dedupe_key: cells.next()?,
        severity: cells.word()?,
        message: cells.next()?,
        threshold: cells.next()?,
        actual: cells.next()?,
        threshold_money: cells.some_money()?,
        actual_money: cells.some_money()?,
        expected: cells.next()?,
        created_at: cells.instant()?,
    };
    Ok(Alert { id, ended: at.map(|at| Ended { at, how }), body })
}

pub(super) fn join(
    team: &Team,
    alerts: &[Alert<AlertBody>],
    bump: Option<Bump>,
) -> Result<Bumped<()>, Failure> {
    let mut parameters = counter::parameters(bump);
    let bodies = || alerts.iter().map(|alert| &alert.body);
    parameters.each(Type::UUID_ARRAY, alerts.iter().map(|alert| alert.id));
    parameters
        .each(Type::TIMESTAMPTZ_ARRAY, alerts.iter().map(|alert| alert.ended.map(|end| end.at.to_utc())));
    parameters.each(Type::TEXT_ARRAY, alerts.iter().map(|alert| alert.ended.map(|end| end.how.as_str())));
    parameters.each(Type::TEXT_ARRAY, bodies().map(|body| body.alert_type.as_str()));
    parameters.each(Type::TEXT_ARRAY, bodies().map(|body| &*body.dedupe_key));
    parameters.each(Type::TEXT_ARRAY, bodies().map(|body| body.severity.as_str()));
    parameters.each(Type::TEXT_ARRAY, bodies().map(|body| &*body.message));
    parameters.each(Type::FLOAT8_ARRAY, bodies().map(|body| body.threshold));
    parameters.each(Type::FLOAT8_ARRAY, bodies().map(|body| body.actual));
    parameters.each(Type::INT8_ARRAY, bodies().map(|body| body.threshold_money.map(Money::nanos)));
    parameters.each(Type::INT8_ARRAY, bodies().map(|body| body.actual_money.map(Money::nanos)));
    parameters.each(Type::TEXT_ARRAY, bodies().map(|body| body.expected.as_deref()));
    parameters.each(Type::TIMESTAMPTZ_ARRAY, bodies().map(|body| body.created_at.to_utc()));
    let row = team.row(JOIN, &parameters.borrowed())?;
    Ok(Bumped { found: counter::found(&mut Cells::of(&row))?, done: () })
}
