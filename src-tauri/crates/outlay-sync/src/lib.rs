//! The mirror: the ledger's tables in a PostgreSQL that a team shares.
//!
//! Here is what speaks to that server. Where a password is kept belongs to the host; what the rows mean belongs
//! to `outlay-core`.

pub mod adoption;
pub mod backoff;
mod digest;
mod engine;
mod local;
mod look;
mod machine;
mod merge;
mod plan;
mod remote;
mod report;
mod rows;
pub mod server;
mod state;
mod table;

pub use digest::{Difference, Digest, Digests, differences};
pub use engine::{Failure as SyncFailure, Outlook, preview, sync};
pub use local::{Aside, Change, Held, Local, Stands};
pub use look::{Look, look};
pub use machine::{AsideRow, Machine, MachineError, Reviewed};
pub use merge::{
    Alert, Body, BudgetVersion, Cell, Clash, Column, Columns, Ended, Exchange, LocalRecord, RecordChange,
    RecordKey, RecordStep, ServerRecord, Speaking, exchange, join, record_step, speaking,
};
pub use plan::{Counters, Direction, Handshake, Notice, Plan, Purpose, Pushing, Request, Stop, plan};
pub use remote::{Asked, Bump, Bumped, Cause, Counted, Extent, Failing, Remote, Verdict};
pub use report::{Progress, Report, Step, SyncError, Verified, Watch};
pub use rows::{AlertBody, LedgerRow};
pub use state::{Judgement, Member, Reconcile, State};
pub use table::{Bucket, Row, RowId, Scope, Standing, Table};
