//! A team's server as the engine asks it: every question is one statement that commits by itself, on a connection that
//! may go through a pooler.
//!
//! The engine waits for each answer, so this waits too; only rows that are expected come in while it does something
//! else. What is asked when is not decided here, nor is a broken connection made anew.

mod alerts;
mod cells;
mod counter;
mod digests;
mod expecting;
mod failing;
mod generations;
mod handshake;
mod members;
mod pushing;
mod reading;
mod records;
mod small;

pub(in crate::server) use cells::{Cells, Parameters, beginning};
pub use handshake::login_of_device;

use std::sync::Arc;

use outlay_core::instant::Instant;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::digest::Digests;
use crate::look::Look;
use crate::merge::{Alert, Columns, RecordKey, ServerRecord};
use crate::plan::Handshake;
use crate::remote::{Asked, Bump, Bumped, Counted, Remote, Verdict};
use crate::rows::{AlertBody, LedgerRow};
use crate::server::address::Address;
use crate::server::blocking::Driven;
use crate::server::connect::{Limits, Parameter, Server, connect};
use crate::server::failure::Failure;
use crate::server::password::Password;
use crate::table::{Bucket, Scope, Table};

/// A connection to a team's ledger.
#[derive(Debug)]
pub struct Team {
    expected: Option<expecting::Expected>,
    // Before the runtime, for it is ended within it.
    server: Arc<Server>,
    runtime: Driven,
}

impl Team {
    /// Connects to a team's ledger. It waits, as all of this does: it must not be called within another runtime.
    ///
    /// # Errors
    /// [`Failure`], whose stage says how far it came.
    pub fn connect(address: &Address, password: Option<&Password>, limits: Limits) -> Result<Self, Failure> {
        let runtime = Driven::begin()?;
        let server = Arc::new(runtime.handle().block_on(connect(address, password, limits))?);
        Ok(Self { expected: None, server, runtime })
    }

    /// Where it leads.
    pub fn address(&self) -> &Address {
        self.server.address()
    }

    /// How many bytes went either way so far.
    pub fn moved_bytes(&self) -> u64 {
        self.server.moved_bytes()
    }

    fn query(&self, statement: &str, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, Failure> {
        self.runtime.handle().block_on(self.server.query(statement, parameters))
    }

    /// The one row of an answer that always has one.
    fn row(&self, statement: &str, parameters: &[Parameter<'_>]) -> Result<Row, Failure> {
        only(self.query(statement, parameters)?)
    }
}

fn only(rows: Vec<Row>) -> Result<Row, Failure> {
    let missing = || Failure::Unintelligible { reason: "an answer without a row".into() };
    rows.into_iter().next().ok_or_else(missing)
}

impl Remote for Team {
    type Row = LedgerRow;
    type Body = AlertBody;
    type Failure = Failure;

    fn handshake(&mut self, device: Uuid) -> Result<Handshake, Failure> {
        handshake::greet(self, device)
    }

    fn bump(&mut self, bump: Bump) -> Result<Bumped<()>, Failure> {
        counter::raise(self, bump)
    }

    fn push(
        &mut self,
        table: Table,
        rows: &[LedgerRow],
        bump: Option<Bump>,
    ) -> Result<Bumped<Vec<Uuid>>, Failure> {
        pushing::push(self, table, rows, bump)
    }

    fn judge(&mut self, table: Table, rows: &[LedgerRow]) -> Result<Vec<Verdict>, Failure> {
        pushing::judge(self, table, rows)
    }

    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Result<Digests, Failure> {
        Ok(digests::all(self, look, scope)?.remove(&table).unwrap_or_default())
    }

    fn all_digests(&mut self, look: Look, scope: Scope) -> Result<Vec<(Table, Digests)>, Failure> {
        Ok(digests::all(self, look, scope)?.into_iter().collect())
    }

    fn keys(&mut self, table: Table, bucket: Bucket, scope: Scope) -> Result<Vec<Uuid>, Failure> {
        reading::keys(self, table, bucket, scope)
    }

    fn keys_of(
        &mut self,
        table: Table,
        buckets: &[Bucket],
        scope: Scope,
    ) -> Result<Vec<(Bucket, Uuid)>, Failure> {
        reading::keys_of(self, table, buckets, scope)
    }

    fn expect(&mut self, asked: Asked) {
        self.ask_ahead(asked);
    }

    fn rows_of(&mut self, days: (i64, i64), scope: Scope) -> Result<Vec<LedgerRow>, Failure> {
        Ok(self.answer(Asked::Days(days, scope))?.generations())
    }

    fn rows(&mut self, table: Table, bucket: Bucket, keys: &[Uuid]) -> Result<Vec<LedgerRow>, Failure> {
        if table == Table::Generations {
            return Ok(self.answer(Asked::Rows(keys.to_vec()))?.generations());
        }
        reading::rows(self, table, bucket, keys)
    }

    fn alerts(&mut self) -> Result<Vec<Alert<AlertBody>>, Failure> {
        alerts::read(self)
    }

    fn join_alerts(
        &mut self,
        alerts: &[Alert<AlertBody>],
        bump: Option<Bump>,
    ) -> Result<Bumped<()>, Failure> {
        alerts::join(self, alerts, bump)
    }

    fn records(&mut self) -> Result<Vec<(RecordKey, ServerRecord)>, Failure> {
        records::read(self)
    }

    fn change_record(
        &mut self,
        key: RecordKey,
        expected: Option<&ServerRecord>,
        values: &Columns,
        bump: Option<Bump>,
    ) -> Result<Bumped<Option<Instant>>, Failure> {
        records::change(self, key, expected, values, bump)
    }

    fn counted(&mut self, scope: Scope) -> Result<Counted, Failure> {
        digests::counted(self, scope)
    }
}
