//! What the engine asks of the ledger of this machine. How it is stored is not here.
//!
//! There is one way to write: a [`Change`], which is one transaction. So rows and what is known about them are
//! never apart, whenever the program ends. The program may record calls while a sync goes on; two syncs of one
//! ledger must not run at once, which is the implementation's to see to.

pub use outlay_ledger::sync::Held;

use crate::digest::Digests;
use crate::look::Look;
use crate::merge::{Alert, Body, Clash, LocalRecord, RecordChange, RecordKey};
use crate::remote::Counted;
use crate::state::State;
use crate::table::{Bucket, Row, RowId, Scope, Standing, Table};

/// A row, how it stands from now on, and the server's words where it refused it.
pub type Stands = (RowId, Standing, Option<String>);

/// Everything that is written at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<R, B> {
    /// What the machine knows from now on.
    pub state: State,
    /// Own rows that stand like one of these become waiting.
    pub again: &'static [Standing],
    /// Pulled rows. They are new or already here with the same content; one whose key holds another content here
    /// changes nothing and becomes [`Standing::Disputed`]; one that no ledger takes is kept aside.
    pub rows: Vec<R>,
    /// What is known of rows from now on.
    pub standings: Vec<Stands>,
    /// Alerts as the server has them. An end is joined with that of this machine, and so is what they say, as by
    /// [`Body::join`].
    pub alerts: Vec<Alert<B>>,
    /// A record, kept only if the user has not changed it since it was read.
    pub record: Option<RecordChange>,
    /// Columns that both sides changed, kept with the record or not at all.
    pub clashes: Vec<Clash>,
}

impl<R, B> Change<R, B> {
    /// A change of nothing but what the machine knows.
    pub fn of(state: &State) -> Self {
        Self {
            state: state.clone(),
            again: &[],
            rows: Vec::new(),
            standings: Vec::new(),
            alerts: Vec::new(),
            record: None,
            clashes: Vec::new(),
        }
    }
}

/// Rows of a change that did not become part of the ledger. They are kept where a person can see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Aside {
    /// Rows with another content than those that are here.
    pub disputed: u64,
    /// Rows that no ledger takes.
    pub refused: u64,
}

/// A machine's ledger.
pub trait Local {
    /// A row as it travels.
    type Row: Row;
    /// What an alert says.
    type Body: Body;
    /// Why something did not work: no room, a damaged file.
    type Failure: std::error::Error;

    /// What the machine knows of the server.
    fn state(&mut self) -> Result<State, Self::Failure>;

    /// Keeps a change, all of it or nothing. Says which of its rows are kept aside.
    fn keep(&mut self, change: Change<Self::Row, Self::Body>) -> Result<Aside, Self::Failure>;

    /// Everything that was to be pulled is here: what only all of it together says is decided now, and what is written
    /// to that end waits. If the program ends before, the next sync asks for it.
    fn complete(&mut self) -> Result<(), Self::Failure>;

    /// Waiting rows of a table, at most `most` of them, and fewer if they are together larger than what a statement
    /// should carry; empty only if none waits.
    fn waiting(&mut self, table: Table, most: usize) -> Result<Vec<Self::Row>, Self::Failure>;

    /// How many rows wait, in all tables.
    fn waiting_count(&mut self) -> Result<u64, Self::Failure>;

    /// The digests of the rows that the server is thought to show: those of which [`Standing::is_shown`] holds, own
    /// ones (as in [`Held::is_mine`]) or everybody's. A `look` since a day leaves out what [`crate::Remote::digests`] leaves out.
    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Result<Digests, Self::Failure>;

    /// All rows of a bucket, whosever they are and however they stand.
    fn held(&mut self, table: Table, bucket: Bucket) -> Result<Vec<Held>, Self::Failure>;

    /// The owner's alerts.
    fn alerts(&mut self) -> Result<Vec<Alert<Self::Body>>, Self::Failure>;

    /// The owner's records.
    fn records(&mut self) -> Result<Vec<(RecordKey, LocalRecord)>, Self::Failure>;

    /// What counts of the rows that the server is thought to show, as [`crate::Remote::counted`] decides it.
    fn counted(&mut self, scope: Scope) -> Result<Counted, Self::Failure>;
}
