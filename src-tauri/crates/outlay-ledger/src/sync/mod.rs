//! The local half of one ledger on many machines: what is held, what waits to be pushed, and how rows of other
//! machines enter the book.
//!
//! Rows cross as plain values with texts (`rows`); nothing here knows a server, decides what is sent when, or
//! translates names of users: callers hand in and get local ones. Rows that arrive take the same way as those of a
//! file (`arriving`): they are counted by `counting`, and the rollups follow in the same transaction.

mod adopted;
pub(crate) mod arriving;
mod aside;
mod conflicts;
mod connecting;
mod counted;
mod digests;
mod leaving;
mod members;
pub(crate) mod names;
pub(crate) mod news;
pub(crate) mod outbox;
mod overlaps;
mod reading;
pub(crate) mod records;
pub(crate) mod remotes;
pub(crate) mod rows;
mod standings;

pub use crate::counting::recount::ids_of_days;
pub use crate::import::Overlap;
pub use adopted::ADOPTED;
pub use arriving::changing::{BaseRecord, CostConfigRow, RecordKind, alert_id};
pub use arriving::small::Arriving;
pub use arriving::{Arrival, Conflict, Refusal};
pub use aside::{AsideCounts, AsideRow};
pub use conflicts::SyncConflict;
pub use counted::CountedRows;
pub use digests::Held;
pub use leaving::OthersRows;
pub use names::{Bucket, Digest, Digests, RowId, Scope, Standing, Table, day_of_id, time_ordered};
pub use news::News;
pub use remotes::{Member, Reconcile, RemoteState, SyncRemote};
pub use rows::{AuthorityRow, BudgetRow, Generation, ImportRow, PriceRow, SmallRow, VoidRow};
pub use standings::NewStanding;
