//! What a sync would do, without doing it: nothing is written on either side.

use crate::digest::all_differences;
use crate::engine::Failure;
use crate::local::Local;
use crate::look::Look;
use crate::plan::{Plan, Request, plan};
use crate::remote::Remote;
use crate::report::SyncError;
use crate::state::Reconcile;
use crate::table::Table;

/// How much there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outlook {
    /// Rows that wait.
    pub to_push: u64,
    /// Rows to pull; at least, where rows are also lacking on the other side of a bucket.
    pub to_pull: u64,
    /// Rows that the server lacks; at least, as above.
    pub lacking_there: u64,
    /// Buckets that differ.
    pub buckets: u64,
}

/// Says what a sync would do.
///
/// # Errors
/// As of a sync.
pub fn preview<R, L>(
    remote: &mut R,
    local: &mut L,
    request: &Request,
) -> Result<(Plan, Outlook), Failure<R, L>>
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    let known = local.state().map_err(SyncError::Local)?;
    let server = remote.handshake(known.device).map_err(SyncError::Remote)?;
    let plan = plan(&known, &server, request)?;
    let look = if plan.state.reconcile == Reconcile::Done { plan.look } else { Look::All };
    let to_push = local.waiting_count().map_err(SyncError::Local)?;
    let mut outlook = Outlook { to_push, ..Outlook::default() };
    let mut here = Vec::with_capacity(Table::ALL.len());
    for &table in remote.extent().tables() {
        here.push((table, local.digests(table, look, plan.scope).map_err(SyncError::Local)?));
    }
    let there = remote.all_digests(look, plan.scope).map_err(SyncError::Remote)?;
    for (_, difference) in all_differences(&here, &there) {
        outlook.buckets += 1;
        outlook.to_pull += difference.there.count.saturating_sub(difference.here.count);
        outlook.lacking_there += difference.here.count.saturating_sub(difference.there.count);
    }
    Ok((plan, outlook))
}
