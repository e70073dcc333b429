//! What a server says of itself and of a device, in one statement.

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::Team;
use super::cells::Cells;
use crate::plan::{Counters, Handshake};
use crate::server::connect::Server;
use crate::server::failure::Failure;
use crate::state::Member;
use crate::table::Scope;

const GREET: &str =
    "SELECT m.ledger_id, m.min_reader, m.min_writer, outlay.my_user(), outlay.read_all(), outlay.can_write(),
        pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') = 'on',
        (SELECT d.counter FROM outlay.devices d WHERE d.device_id = $1), outlay.counters_of_others($1),
        pg_catalog.clock_timestamp()
    FROM outlay.meta m";

/// The login under which a machine is known there, as far as the own login may see it.
///
/// # Errors
/// [`Failure`].
pub async fn login_of_device(server: &Server, device: Uuid) -> Result<Option<String>, Failure> {
    let statement = "SELECT login::text FROM outlay.devices WHERE device_id = $1";
    let rows = server.query(statement, &[(&device, Type::UUID)]).await?;
    Ok(rows.first().map(|row| row.get(0)))
}

pub(super) fn greet(team: &Team, device: Uuid) -> Result<Handshake, Failure> {
    let row = team.row(GREET, &[(&device, Type::UUID)])?;
    let mut cells = Cells::of(&row);
    let ledger = cells.next()?;
    let (oldest_reader, oldest_writer) = (cells.next()?, cells.next()?);
    let user: Option<String> = cells.next()?;
    let reads = if cells.next()? { Scope::Team } else { Scope::Mine };
    let can_write = cells.next()?;
    let is_read_only = cells.next()?;
    let counter = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let counters = Counters { mine: counter(cells.next()?), others: counter(cells.next()?) };
    Ok(Handshake {
        ledger,
        oldest_reader,
        oldest_writer,
        member: user.map(|user| Member { user, reads }),
        can_write,
        is_read_only,
        counters: Some(counters),
        now: cells.instant()?,
    })
}
