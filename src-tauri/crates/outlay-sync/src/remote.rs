//! What the engine asks of a server. How it is asked, in which SQL and over which wire, is not here.
//!
//! Each method is one statement that commits by itself, so that a cut leaves it done or not done and never half.
//! Rows are bounded by the engine: at most a page at a time.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use uuid::Uuid;

use crate::digest::Digests;
use crate::look::Look;
use crate::merge::{Alert, Body, Columns, RecordKey, ServerRecord};
use crate::plan::Handshake;
use crate::table::{Bucket, Row, Scope, Table};

/// The device counter that a statement raises, together with what else it does.
///
/// It is never lowered: a statement that commits late must not undo a later one. And it is raised only if the server
/// holds at least what it must: if it was set back in between and the answer is lost, the counter still says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bump {
    /// The device.
    pub device: Uuid,
    /// Its counter from now on.
    pub counter: u64,
    /// What the server must hold for it to be raised; a device that it does not know holds 0.
    pub at_least: u64,
}

/// What a statement did that raised the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bumped<T> {
    /// The counter before, 0 for a device that the server does not know; `None` if it keeps none.
    pub found: Option<u64>,
    /// What it did besides.
    pub done: T,
}

/// Why a row was not stored by a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same row is there.
    Known,
    /// Another row is there under its key.
    Different,
    /// Nothing is shown under its key: somebody holds it whose rows the member may not see.
    Hidden,
}

/// A question that will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// [`Remote::rows`] of generations with these keys.
    Rows(Vec<Uuid>),
    /// [`Remote::rows_of`].
    Days((i64, i64), Scope),
    /// [`Remote::all_digests`].
    Digests(Look, Scope),
    /// [`Remote::counted`].
    Counted(Scope),
}

/// What counts, on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How many rows count.
    pub rows: u64,
    /// What they come to.
    pub spend: Money,
}

/// What follows from a failure for what is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The connection broke: whether the statement was done is not known.
    Cut,
    /// A row of the statement cannot be stored; nothing of it was done.
    RowRefused,
    /// The member may not store a row of the statement, or nothing any longer; nothing of it was done.
    NotAllowed,
    /// Others were in the way; nothing was done, and the same may work at once.
    InTheWay,
    /// It took too long; nothing was done, and less may work.
    TookTooLong,
    /// The server takes nothing at present.
    ReadOnly,
    /// Anything else: it ends this sync.
    Other,
}

/// A failure, as far as the engine looks at it.
pub trait Failing: std::error::Error {
    /// What follows from it.
    fn cause(&self) -> Cause;

    /// What is kept beside a row that is put aside: SQLSTATE and the server's words.
    fn code(&self) -> String {
        self.to_string()
    }
}

/// What a server has a place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything that travels.
    Everything,
    /// Calls and nothing else: another program's table. Which of them count is not known there.
    Calls,
}

impl Extent {
    /// The tables that travel, in their order.
    pub const fn tables(self) -> &'static [Table] {
        match self {
            Self::Everything => &Table::ALL,
            Self::Calls => &[Table::Generations],
        }
    }
}

/// A server with a ledger that a team shares.
pub trait Remote {
    /// A row as it travels, with the team's name of its user.
    type Row: Row;
    /// What an alert says.
    type Body: Body;
    /// Why something did not work.
    type Failure: Failing;

    /// What it has a place for.
    fn extent(&self) -> Extent {
        Extent::Everything
    }

    /// What the server says of itself and of `device`.
    fn handshake(&mut self, device: Uuid) -> Result<Handshake, Self::Failure>;

    /// Raises the counter and does nothing else.
    fn bump(&mut self, bump: Bump) -> Result<Bumped<()>, Self::Failure>;

    /// Stores those of `rows` whose keys are free, all or none of them, and raises the counter in the same
    /// statement. Returns the keys that it stored.
    fn push(
        &mut self,
        table: Table,
        rows: &[Self::Row],
        bump: Option<Bump>,
    ) -> Result<Bumped<Vec<Uuid>>, Self::Failure>;

    /// Says of each row why [`Remote::push`] did not store it, in their order. A statement of its own: that of the
    /// push cannot see what others committed meanwhile.
    fn judge(&mut self, table: Table, rows: &[Self::Row]) -> Result<Vec<Verdict>, Self::Failure>;

    /// The digests of what the member is shown. A `look` since a day leaves out generations of earlier days,
    /// and imports' members among them.
    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Result<Digests, Self::Failure>;

    /// The digests of all tables, each as [`Remote::digests`] says them; a table that is left out is empty. A server
    /// that can say them at once does.
    fn all_digests(&mut self, look: Look, scope: Scope) -> Result<Vec<(Table, Digests)>, Self::Failure> {
        Table::ALL.into_iter().map(|table| Ok((table, self.digests(table, look, scope)?))).collect()
    }

    /// The keys of a bucket that the member is shown.
    fn keys(&mut self, table: Table, bucket: Bucket, scope: Scope) -> Result<Vec<Uuid>, Self::Failure>;

    /// The keys of several buckets of a table, each as [`Remote::keys`] says them. A server that can say them at once
    /// does.
    fn keys_of(
        &mut self,
        table: Table,
        buckets: &[Bucket],
        scope: Scope,
    ) -> Result<Vec<(Bucket, Uuid)>, Self::Failure> {
        let mut all = Vec::new();
        for &bucket in buckets {
            all.extend(self.keys(table, bucket, scope)?.into_iter().map(|key| (bucket, key)));
        }
        Ok(all)
    }

    /// Says what will be asked next, so that the answer may come in while this machine does something else.
    fn expect(&mut self, _asked: Asked) {}

    /// All generations that the member is shown of the UTC days from one to another, both included.
    fn rows_of(&mut self, days: (i64, i64), scope: Scope) -> Result<Vec<Self::Row>, Self::Failure> {
        let mut rows = Vec::new();
        for day in (days.0..=days.1).map(Bucket::Day) {
            let keys = self.keys(Table::Generations, day, scope)?;
            rows.extend(self.rows(Table::Generations, day, &keys)?);
        }
        Ok(rows)
    }

    /// The rows of these keys of a bucket; generations may be of several days. One that is not there any more is left
    /// out.
    fn rows(&mut self, table: Table, bucket: Bucket, keys: &[Uuid]) -> Result<Vec<Self::Row>, Self::Failure>;

    /// The member's alerts.
    fn alerts(&mut self) -> Result<Vec<Alert<Self::Body>>, Self::Failure>;

    /// Stores alerts that are not there, and joins the ends of those that are and what they say, as [`Body::join`].
    fn join_alerts(
        &mut self,
        alerts: &[Alert<Self::Body>],
        bump: Option<Bump>,
    ) -> Result<Bumped<()>, Self::Failure>;

    /// The member's records.
    fn records(&mut self) -> Result<Vec<(RecordKey, ServerRecord)>, Self::Failure>;

    /// Changes a record to `values` if it still is `expected`, or makes it if there is and was none. Returns when
    /// it was changed, or `None` if it was another. Columns that the server does not have are left out.
    fn change_record(
        &mut self,
        key: RecordKey,
        expected: Option<&ServerRecord>,
        values: &Columns,
        bump: Option<Bump>,
    ) -> Result<Bumped<Option<Instant>>, Self::Failure>;

    /// What counts of the rows that the member is shown.
    fn counted(&mut self, scope: Scope) -> Result<Counted, Self::Failure>;
}
