//! Not for keeping: stands where the two adapters will.
#![expect(missing_docs, reason = "it goes")]

use std::path::Path;

use outlay_core::instant::Instant;
use outlay_ledger::LedgerError;

use crate::local::*;
use crate::merge::*;
use crate::plan::*;
use crate::remote::*;
use crate::rows::*;
use crate::server::{Address, Failure, Limits, Password};
use crate::table::*;
use crate::{Digests, Look, Report, State};
use uuid::Uuid;

pub struct Team;
pub struct Machine;

impl Team {
    pub fn connect(_: &Address, _: Option<&Password>, _: Limits) -> Result<Self, Failure> {
        Err(Failure::NoTls)
    }
    pub fn moved_bytes(&self) -> u64 {
        0
    }
}
impl Machine {
    pub fn open(_: &Path, _: i64, _: Box<dyn Fn() -> Instant + Send + Sync>) -> Result<Self, LedgerError> {
        Ok(Self)
    }
    pub fn finish(&mut self, _: &Report, _: u64) -> Result<(), LedgerError> {
        Ok(())
    }
}
impl Failing for Failure {
    fn cause(&self) -> Cause {
        Cause::Other
    }
}
impl Remote for Team {
    type Row = LedgerRow;
    type Body = AlertBody;
    type Failure = Failure;
    fn handshake(&mut self, _: Uuid) -> Result<Handshake, Failure> {
        Err(Failure::NoTls)
    }
    fn bump(&mut self, _: Bump) -> Result<Bumped<()>, Failure> {
        Err(Failure::NoTls)
    }
    fn push(&mut self, _: Table, _: &[LedgerRow], _: Option<Bump>) -> Result<Bumped<Vec<Uuid>>, Failure> {
        Err(Failure::NoTls)
    }
    fn judge(&mut self, _: Table, _: &[LedgerRow]) -> Result<Vec<Verdict>, Failure> {
        Err(Failure::NoTls)
    }
    fn digests(&mut self, _: Table, _: Look, _: Scope) -> Result<Digests, Failure> {
        Err(Failure::NoTls)
    }
    fn keys(&mut self, _: Table, _: Bucket, _: Scope) -> Result<Vec<Uuid>, Failure> {
        Err(Failure::NoTls)
    }
    fn rows(&mut self, _: Table, _: Bucket, _: &[Uuid]) -> Result<Vec<LedgerRow>, Failure> {
        Err(Failure::NoTls)
    }
    fn alerts(&mut self) -> Result<Vec<Alert<AlertBody>>, Failure> {
        Err(Failure::NoTls)
    }
    fn join_alerts(&mut self, _: &[Alert<AlertBody>], _: Option<Bump>) -> Result<Bumped<()>, Failure> {
        Err(Failure::NoTls)
    }
    fn records(&mut self) -> Result<Vec<(RecordKey, ServerRecord)>, Failure> {
        Err(Failure::NoTls)
    }
    fn change_record(
        &mut self,
        _: RecordKey,
        _: Option<&ServerRecord>,
        _: &Columns,
        _: Option<Bump>,
    ) -> Result<Bumped<Option<Instant>>, Failure> {
        Err(Failure::NoTls)
    }
    fn counted(&mut self, _: Scope) -> Result<Counted, Failure> {
        Err(Failure::NoTls)
    }
}
impl Local for Machine {
    type Row = LedgerRow;
    type Body = AlertBody;
    type Failure = LedgerError;
    fn state(&mut self) -> Result<State, LedgerError> {
        unreachable!()
    }
    fn keep(&mut self, _: &Change<LedgerRow, AlertBody>) -> Result<Aside, LedgerError> {
        unreachable!()
    }
    fn complete(&mut self) -> Result<(), LedgerError> {
        unreachable!()
    }
    fn waiting(&mut self, _: Table, _: usize) -> Result<Vec<LedgerRow>, LedgerError> {
        unreachable!()
    }
    fn waiting_count(&mut self) -> Result<u64, LedgerError> {
        unreachable!()
    }
    fn digests(&mut self, _: Table, _: Look, _: Scope) -> Result<Digests, LedgerError> {
        unreachable!()
    }
    fn held(&mut self, _: Table, _: Bucket) -> Result<Vec<Held>, LedgerError> {
        unreachable!()
    }
    fn alerts(&mut self) -> Result<Vec<Alert<AlertBody>>, LedgerError> {
        unreachable!()
    }
    fn records(&mut self) -> Result<Vec<(RecordKey, LocalRecord)>, LedgerError> {
        unreachable!()
    }
    fn counted(&mut self, _: Scope) -> Result<Counted, LedgerError> {
        unreachable!()
    }
}
