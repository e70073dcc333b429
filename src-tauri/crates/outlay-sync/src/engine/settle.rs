//! Alerts and records: small, read whole on both sides, and merged.

use crate::engine::{Done, Session, TRIES};
use crate::local::{Change, Local};
use crate::merge::{
    Alert, Columns, LocalRecord, RecordChange, RecordKey, RecordStep, ServerRecord, exchange, record_step,
};
use crate::plan::Pushing;
use crate::remote::{Cause, Failing, Remote};
use crate::report::{Step, SyncError};

impl<R, L> Session<'_, R, L>
where
    R: Remote,
    L: Local<Row = R::Row, Body = R::Body>,
{
    /// Brings the alerts of both sides together. Nothing is remembered about them: the next sync reads them anew.
    pub(super) fn settle_alerts(&mut self) -> Done<(), R, L> {
        self.at(Step::Settling, 0, 0)?;
        let here = self.local.alerts().map_err(SyncError::Local)?;
        let there = self.ask(R::alerts)?;
        let moved = exchange(here, there);
        if !moved.take.is_empty() {
            self.report.alerts += moved.take.len() as u64;
            let mut change = Change::of(&self.state);
            change.alerts = moved.take;
            self.keep(change)?;
        }
        for page in moved.send.chunks(self.request.page) {
            self.send_alerts(page)?;
        }
        Ok(())
    }

    fn send_alerts(&mut self, alerts: &[Alert<R::Body>]) -> Done<(), R, L> {
        if !self.pushes() {
            return Ok(());
        }
        let failure = match self.change(|remote, bump| remote.join_alerts(alerts, bump)) {
            Ok(()) => {
                self.report.alerts += alerts.len() as u64;
                return self.keep(Change::of(&self.state));
            }
            Err(SyncError::Remote(failure)) => failure,
            Err(error) => return Err(error),
        };
        match (failure.cause(), alerts) {
            (Cause::ReadOnly, _) => self.report.pushing = Pushing::ServerIsReadOnly,
            // It is tried with each sync, for what is in its way may go; alerts are few.
            (Cause::RowRefused | Cause::NotAllowed, [_]) => self.report.quarantined += 1,
            (Cause::RowRefused | Cause::NotAllowed | Cause::TookTooLong, [_, _, ..]) => {
                let (first, second) = alerts.split_at(alerts.len() / 2);
                self.send_alerts(first)?;
                self.send_alerts(second)?;
            }
            _ => return Err(SyncError::Remote(failure)),
        }
        Ok(())
    }

    /// Brings the records of both sides together, each until both are the same or it keeps changing under way.
    pub(super) fn settle_records(&mut self) -> Done<(), R, L> {
        if self.report.pushing == Pushing::ServerIsReadOnly {
            // Whether what it says is old cannot be known, and a value would be taken over for good.
            return Ok(());
        }
        let there = self.ask(R::records)?;
        let here = self.local.records().map_err(SyncError::Local)?;
        let mut keys: Vec<RecordKey> =
            here.iter().map(|(key, _)| *key).chain(there.iter().map(|(key, _)| *key)).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.settle_record(key, find(&there, key).cloned())?;
        }
        Ok(())
    }

    fn settle_record(&mut self, key: RecordKey, mut there: Option<ServerRecord>) -> Done<(), R, L> {
        for _ in 0..2 * TRIES {
            let here = self.local.records().map_err(SyncError::Local)?;
            match record_step(key, find(&here, key), there.as_ref(), self.state.reconcile) {
                RecordStep::Settled => break,
                RecordStep::Keep(change, clashes) => {
                    // Before the user's value goes: the server may have been set back since it was greeted.
                    if change.read.as_ref() != Some(&change.record.values) && self.vouch()? {
                        there = self.record_there(key)?;
                        continue;
                    }
                    self.report.records += 1;
                    self.report.conflicts += clashes.len() as u64;
                    self.keep(Change { record: Some(change), clashes, ..Change::of(&self.state) })?;
                }
                RecordStep::Send(_) if !self.pushes() => break,
                RecordStep::Send(values) => {
                    let Some(before) = find(&here, key).cloned() else { break };
                    there = self.send_record(key, before, there, values)?;
                }
            }
        }
        Ok(())
    }

    fn record_there(&mut self, key: RecordKey) -> Done<Option<ServerRecord>, R, L> {
        let records = self.ask(R::records)?;
        Ok(find(&records, key).cloned())
    }

    /// Offers a record to the server, and returns what it holds then.
    fn send_record(
        &mut self,
        key: RecordKey,
        before: LocalRecord,
        there: Option<ServerRecord>,
        values: Columns,
    ) -> Done<Option<ServerRecord>, R, L> {
        let read = Some(before.values.clone());
        // Kept before it is sent: if the answer is lost, the server's value is known to be mine.
        let record = LocalRecord { sent: Some(values.clone()), ..before };
        let noted = Change {
            record: Some(RecordChange { key, read: read.clone(), record }),
            ..Change::of(&self.state)
        };
        self.keep(noted)?;
        let changed = self.change(|remote, bump| remote.change_record(key, there.as_ref(), &values, bump));
        let changed_at = match changed {
            Err(SyncError::Remote(failure)) if failure.cause() == Cause::ReadOnly => {
                self.report.pushing = Pushing::ServerIsReadOnly;
                return Ok(there);
            }
            changed => changed?,
        };
        self.report.records += u64::from(changed_at.is_some());
        if let Some(changed_at) = changed_at {
            let record =
                LocalRecord { values: values.clone(), base: values, base_at: Some(changed_at), sent: None };
            let change = Some(RecordChange { key, read, record });
            self.keep(Change { record: change, ..Change::of(&self.state) })?;
        }
        self.record_there(key)
    }
}

fn find<T>(records: &[(RecordKey, T)], key: RecordKey) -> Option<&T> {
    records.iter().find(|(name, _)| *name == key).map(|(_, record)| record)
}
