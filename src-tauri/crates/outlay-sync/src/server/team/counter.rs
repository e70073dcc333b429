//! The device counter, raised by the statement that it vouches for.
//!
//! It is never lowered, and only raised if the server holds what it must: a statement that commits late undoes nothing.
//! What was there before is kept beside it, for in one statement nothing else sees what a concurrent one left.

use tokio_postgres::types::Type;

use super::Team;
use super::cells::{Cells, Parameters};
use crate::remote::{Bump, Bumped};
use crate::server::failure::Failure;

/// A statement that does something and raises the counter: `$1` device, `$2` program, `$3` counter, `$4` what must be
/// there; its own parameters follow. It answers with one row: what was there, and what `$answer` says of what it did.
macro_rules! raising {
    ($does:literal, $answer:literal) => {
        concat!(
            "WITH raised AS (
                INSERT INTO outlay.devices (device_id, app_version, counter, last_seen)
                SELECT $1, $2, CASE WHEN $4 = 0 THEN $3 ELSE 0 END, pg_catalog.clock_timestamp() WHERE $1 IS NOT NULL
                ON CONFLICT (device_id) DO UPDATE SET app_version = EXCLUDED.app_version, last_seen = EXCLUDED.last_seen,
                    found = devices.counter,
                    counter = CASE WHEN devices.counter >= $4 THEN GREATEST(devices.counter, $3) ELSE devices.counter END
                RETURNING found
            )",
            $does,
            " SELECT (SELECT found FROM raised), ",
            $answer
        )
    };
}
pub(super) use raising;

/// The parameters of a raising statement, up to its own.
pub(super) fn parameters<'r>(bump: Option<Bump>) -> Parameters<'r> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let mut parameters = Parameters::default();
    parameters.one(Type::UUID, bump.map(|bump| bump.device));
    parameters.one(Type::TEXT, env!("CARGO_PKG_VERSION"));
    parameters.one(Type::INT8, bump.map(|bump| number(bump.counter)));
    parameters.one(Type::INT8, bump.map_or(0, |bump| number(bump.at_least)));
    parameters
}

/// What the counter was, of the row that a raising statement answers with.
pub(super) fn found(cells: &mut Cells<'_>) -> Result<Option<u64>, Failure> {
    Ok(cells.next::<Option<i64>>()?.map(|found| u64::try_from(found).unwrap_or(0)))
}

pub(super) fn raise(team: &Team, bump: Bump) -> Result<Bumped<()>, Failure> {
    let row = team.row(raising!("", "NULL"), &parameters(Some(bump)).borrowed())?;
    Ok(Bumped { found: found(&mut Cells::of(&row))?, done: () })
}
