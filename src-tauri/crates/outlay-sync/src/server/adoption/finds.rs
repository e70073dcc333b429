//! What lies in a foreign table's rows: whose they are, where cached tokens stand, and what each month comes to.

use outlay_core::money::Money;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::look::cell;
use super::source::{Fault, faulted, taken};
use crate::adoption::{CachedExample, Finds, Layout, UserRows};
use crate::server::connect::Server;
use crate::server::failure::Failure;

/// What the rows of a table come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows that can be taken.
    pub rows: u64,
    /// What they come to.
    pub spend: Money,
    /// Of these, rows that say no cost.
    pub unpriced: u64,
    /// The same by UTC month.
    pub months: Vec<MonthRows>,
    /// Rows that cannot be taken, by reason.
    pub faults: Vec<FaultRows>,
    /// Ids that stand in more than one row.
    pub doubled_ids: u64,
}

/// A UTC month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRows {
    /// As `2026-08`.
    pub month: String,
    /// How many rows.
    pub rows: u64,
    /// What they come to.
    pub spend: Money,
}

/// Rows that cannot be taken for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRows {
    /// Why not.
    pub fault: Fault,
    /// How many.
    pub rows: u64,
    /// The ids of some of them.
    pub ids: Vec<Uuid>,
}

/// So many users are named.
const MOST_USERS: &str = "20";

/// Whose the rows are, and whether they say where cached tokens stand. To be called within a transaction that reads.
///
/// # Errors
/// [`Failure`].
pub async fn finds(server: &Server, layout: &Layout) -> Result<Finds, Failure> {
    let zone = [(&layout.zone as _, Type::TEXT)];
    let users = format!(
        "SELECT member, count(*), coalesce(sum(nanos), 0)::text, count(*) OVER () FROM {}
            GROUP BY member ORDER BY 2 DESC, 1 LIMIT {MOST_USERS}",
        taken(layout, "true")
    );
    let users = server.query(&users, &zone).await?;
    let user_count = users.first().map_or(Ok(0), |row| unsigned(row, 3))?;
    let (mut proves_apart, mut cached_examples) = (0, Vec::new());
    if layout.cached_tokens.is_some() {
        let proof = format!("SELECT count(*) FROM {} WHERE cached > input AND input >= 0", faulted(layout));
        proves_apart = server.query(&proof, &zone).await?.first().map_or(Ok(0), |row| unsigned(row, 0))?;
        let examples = format!(
            "SELECT id, coalesce(model, ''), input, cached FROM {} WHERE fault = 0 AND cached > 0 ORDER BY at DESC, id LIMIT 10",
            faulted(layout)
        );
        cached_examples =
            server.query(&examples, &zone).await?.iter().map(example).collect::<Result<_, _>>()?;
    }
    Ok(Finds {
        users: users.iter().map(user).collect::<Result<_, _>>()?,
        user_count,
        proves_apart,
        cached_examples,
    })
}

/// What the rows come to. To be called within a transaction that reads.
///
/// # Errors
/// [`Failure`].
pub async fn rows_found(server: &Server, layout: &Layout) -> Result<Rows, Failure> {
    let zone = [(&layout.zone as _, Type::TEXT)];
    let months = format!(
        "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM'), count(*), coalesce(sum(nanos), 0)::text,
            count(*) FILTER (WHERE nanos IS NULL) FROM {} GROUP BY 1 ORDER BY 1",
        taken(layout, "true")
    );
    let mut found = Rows::default();
    for row in &server.query(&months, &zone).await? {
        let month = MonthRows { month: cell(row, 0)?, rows: unsigned(row, 1)?, spend: money(row, 2)? };
        found.rows += month.rows;
        found.spend = Money::from_nanos(found.spend.nanos().saturating_add(month.spend.nanos()));
        found.unpriced += unsigned(row, 3)?;
        found.months.push(month);
    }
    let faults = format!(
        "SELECT fault, count(*), (array_agg(id ORDER BY id) FILTER (WHERE id IS NOT NULL))[1:3] FROM {}
            WHERE fault <> 0 GROUP BY fault ORDER BY fault",
        faulted(layout)
    );
    for row in &server.query(&faults, &zone).await? {
        if let Some(fault) = Fault::of(cell(row, 0)?) {
            let ids = cell::<Option<Vec<Uuid>>>(row, 2)?.unwrap_or_default();
            found.faults.push(FaultRows { fault, rows: unsigned(row, 1)?, ids });
        }
    }
    let doubled = format!(
        "SELECT count(*) FROM (SELECT id FROM {} GROUP BY id HAVING count(*) > 1) doubled",
        taken(layout, "true")
    );
    found.doubled_ids = server.query(&doubled, &zone).await?.first().map_or(Ok(0), |row| unsigned(row, 0))?;
    Ok(found)
}

fn user(row: &Row) -> Result<UserRows, Failure> {
    Ok(UserRows { user: cell(row, 0)?, rows: unsigned(row, 1)?, spend: money(row, 2)? })
}

fn example(row: &Row) -> Result<CachedExample, Failure> {
    Ok(CachedExample { id: cell(row, 0)?, model: cell(row, 1)?, input: cell(row, 2)?, cached: cell(row, 3)? })
}

fn unsigned(row: &Row, number: usize) -> Result<u64, Failure> {
    Ok(u64::try_from(cell::<i64>(row, number)?).unwrap_or(0))
}

/// A sum of nano-dollars, which may be more than the ledger holds.
fn money(row: &Row, number: usize) -> Result<Money, Failure> {
    let text: &str = cell(row, number)?;
    let nanos = text.parse::<i64>();
    let too_much = |_| Failure::Unintelligible { reason: format!("a sum of {text} nano-dollars") };
    nanos.map(Money::from_nanos).map_err(too_much)
}
