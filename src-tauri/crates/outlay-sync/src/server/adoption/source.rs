//! A foreign table as a source of rows under names that are always the same. Everything else that is asked of it is a
//! fixed text over this one.
//!
//! The first parameter is the time zone of times that name none.

use super::quote::{quoted, table};
use crate::adoption::{Cached, Column, ColumnKind, Layout};

/// Why a row cannot become one of the ledger's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Fault {
    /// Without a name nothing can be known again.
    #[error("it has no id")]
    NoId,
    /// Whose it is, is not said.
    #[error("it says no user")]
    NoUser,
    /// When it was, is not said.
    #[error("it says no time")]
    NoTime,
    /// Before 1970, after 9999, or infinite.
    #[error("its time is before 1970, after 9999 or infinite")]
    Time,
    /// A count below zero.
    #[error("a count of it is negative")]
    Negative,
    /// More cached than input tokens, though the input is said to contain them.
    #[error("it has more cached than input tokens, though the input is said to contain them")]
    Cached,
    /// NaN, infinite, or a billion dollars and more.
    #[error("its cost is no amount, or a billion dollars and more")]
    Cost,
    /// A name of a thousand characters.
    #[error("a name of it is longer than a thousand characters")]
    Long,
}

impl Fault {
    const ALL: [Self; 8] = [
        Self::NoId,
        Self::NoUser,
        Self::NoTime,
        Self::Time,
        Self::Negative,
        Self::Cached,
        Self::Cost,
        Self::Long,
    ];

    /// The fault of a number in `FAULT`, where 0 is none.
    pub(super) fn of(number: i32) -> Option<Self> {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number.checked_sub(1)?)).copied()
    }
}

/// In the order of [`Fault`], counted from 1.
const FAULT: &str = "CASE WHEN id IS NULL THEN 1 WHEN member IS NULL OR member = '' THEN 2 WHEN at IS NULL THEN 3
    WHEN NOT isfinite(at) OR at < '1970-01-01 00:00:00+00' OR at >= '9999-12-31 00:00:00+00' THEN 4
    WHEN input < 0 OR output < 0 OR cached < 0 THEN 5 WHEN is_inside AND cached > input THEN 6
    WHEN NOT (cost IS NULL OR (cost > -1e9 AND cost < 1e9)) THEN 7
    WHEN length(member) > 1000 OR length(model) > 1000 OR length(kind) > 1000 OR length(provider) > 1000 THEN 8
    ELSE 0 END";

/// Half to even, as the ledger rounds.
const NANOS: &str = "CASE WHEN abs(dollars * 1000000000 - trunc(dollars * 1000000000)) = 0.5
    THEN 2 * round(dollars * 500000000) ELSE round(dollars * 1000000000) END::int8";

/// All rows of a table, with what is wrong with each.
pub(super) fn faulted(layout: &Layout) -> String {
    format!("(SELECT *, {FAULT} AS fault FROM ({}) named) faulted", named(layout))
}

/// The rows of a table that can be taken, with their cost in nano-dollars. `condition` is about columns of [`named`].
pub(super) fn taken(layout: &Layout, condition: &str) -> String {
    format!(
        "(SELECT *, CASE WHEN cost IS NULL THEN NULL ELSE {NANOS} END AS nanos
            FROM (SELECT *, cost::text::numeric AS dollars FROM {} WHERE fault = 0 AND {condition}) plain) taken",
        faulted(layout)
    )
}

fn named(layout: &Layout) -> String {
    let some = |column: &Option<Column>, cast: &str, otherwise: &str| match column {
        Some(column) => format!("t.{}::{cast}", quoted(&column.name)),
        None => format!("{otherwise}::{cast}"),
    };
    let count = |column: &Option<Column>| format!("coalesce({}, 0)", some(column, "int8", "0"));
    let amount = match &layout.cost {
        Some(Column { kind: ColumnKind::Real, .. }) => "float4",
        Some(Column { kind: ColumnKind::Double, .. }) => "float8",
        _ => "numeric",
    };
    let at = match layout.needs_zone() {
        true => format!("t.{}::timestamp AT TIME ZONE $1::text", quoted(&layout.created_at.name)),
        false => format!("t.{}::timestamptz", quoted(&layout.created_at.name)),
    };
    format!(
        "SELECT t.{}::uuid AS id, t.{}::text AS member, {at} AS at, {} AS kind, {} AS model, {} AS provider,
            {} AS input, {} AS output, {} AS cached, {} AS cost, {} AS application, {} AS duration,
            left({}, 1000) AS error, {} AS is_inside
        FROM {} t",
        quoted(&layout.id.name),
        quoted(&layout.user.name),
        some(&layout.generation_type, "text", "NULL"),
        some(&layout.model, "text", "NULL"),
        some(&layout.provider, "text", "NULL"),
        count(&layout.tokens_input),
        count(&layout.tokens_output),
        count(&layout.cached_tokens),
        some(&layout.cost, amount, "NULL"),
        some(&layout.application, "text", "NULL"),
        some(&layout.duration, "int8", "NULL"),
        some(&layout.error, "text", "NULL"),
        layout.cached == Cached::Inside,
        table(&layout.schema, &layout.table),
    )
}
