//! What the original's other two tables say: open alerts and the cap. Read for a person to see; nothing of it is
//! taken over by itself.

use outlay_core::money::Money;
use tokio_postgres::types::Type;

use super::look::{cell, look};
use super::quote::{quoted, table};
use crate::adoption::{ColumnKind, Layout, Shape};
use crate::server::connect::Server;
use crate::server::failure::Failure;

/// What stands beside the calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Original {
    /// Alerts that nobody resolved; `None` where there is no such table.
    pub open_alerts: Option<u64>,
    /// The owner's monthly cap.
    pub cap: Option<Money>,
}

/// Reads what stands beside the calls. To be called within a transaction that reads.
///
/// # Errors
/// [`Failure`].
pub async fn original(server: &Server, layout: &Layout, me: &str) -> Result<Original, Failure> {
    let mut found = Original::default();
    if let Some(shape) = look(server, &layout.schema, "expense_alerts").await?
        && let (Some(user), Some(resolved)) =
            (readable(&shape, &layout.user.name), readable(&shape, "resolved"))
        && resolved.1 == "boolean"
    {
        let statement = format!(
            "SELECT count(*) FROM {} WHERE {}::text = $1 AND NOT coalesce({}, false)",
            table(&shape.schema, &shape.name),
            quoted(&user.0),
            quoted(&resolved.0)
        );
        let rows = server.query(&statement, &[(&me, Type::TEXT)]).await?;
        let count = rows.first().map(|row| cell::<i64>(row, 0)).transpose()?;
        found.open_alerts = count.and_then(|count| u64::try_from(count).ok());
    }
    if let Some(shape) = look(server, &layout.schema, "cost_config").await?
        && let (Some(user), Some(cap)) =
            (readable(&shape, &layout.user.name), readable(&shape, "monthly_ai_cap_usd"))
        && shape
            .column(&cap.0)
            .is_some_and(|column| column.kind.is_amount() && column.kind != ColumnKind::Integer)
    {
        let statement = format!(
            "SELECT round(cap::text::numeric * 1000000000)::int8 FROM (SELECT {} AS cap FROM {} WHERE {}::text = $1) c
                WHERE cap > 0 AND cap < 1e9 LIMIT 1",
            quoted(&cap.0),
            table(&shape.schema, &shape.name),
            quoted(&user.0)
        );
        let rows = server.query(&statement, &[(&me, Type::TEXT)]).await?;
        found.cap = rows.first().map(|row| cell::<i64>(row, 0)).transpose()?.map(Money::from_nanos);
    }
    Ok(found)
}

/// A column's name and type, if the login may read it.
fn readable(shape: &Shape, name: &str) -> Option<(String, String)> {
    let column = shape.column(name).filter(|column| column.may_read)?;
    Some((column.name.clone(), column.type_name.clone()))
}
