//! A member's way to the server. It can be cut after so many statements; else it always holds.

use std::cell::RefCell;

use outlay_core::instant::Instant;
use outlay_sync::{
    Alert, AlertBody, Bucket, Bump, Bumped, Cause, Columns, Counted, Counters, Digests, Failing, Handshake,
    LedgerRow, Look, Member, RecordKey, Remote, Scope, ServerRecord, Table, Verdict,
};
use uuid::Uuid;

use crate::server::{Server, slot};

#[derive(Debug, thiserror::Error)]
#[error("cut")]
pub(crate) struct Cut;

impl Failing for Cut {
    fn cause(&self) -> Cause {
        Cause::Cut
    }
}

pub(crate) struct Connection<'s> {
    pub(crate) server: &'s RefCell<Server>,
    pub(crate) user: String,
    /// Statements until the cut.
    pub(crate) left: usize,
}

impl Connection<'_> {
    fn ask<T>(&mut self, ask: impl FnOnce(&mut Server, &str) -> T) -> Result<T, Cut> {
        self.left = self.left.checked_sub(1).ok_or(Cut)?;
        Ok(ask(&mut self.server.borrow_mut(), &self.user))
    }
}

impl Remote for Connection<'_> {
    type Row = LedgerRow;
    type Body = AlertBody;
    type Failure = Cut;

    fn handshake(&mut self, device: Uuid) -> Result<Handshake, Cut> {
        self.ask(|server, user| {
            let devices = &server.stored.devices;
            let mine = devices.get(&device).copied().unwrap_or_default();
            let others =
                devices.iter().filter(|(other, _)| **other != device).map(|(_, counter)| counter).sum();
            let reads = server.members.get(user).copied();
            Handshake {
                ledger: Uuid::from_u128(1),
                oldest_reader: 1,
                oldest_writer: 1,
                member: reads.map(|reads| Member { user: user.to_owned(), reads }),
                can_write: true,
                is_read_only: false,
                counters: Some(Counters { mine, others }),
                now: server.now,
            }
        })
    }

    fn bump(&mut self, bump: Bump) -> Result<Bumped<()>, Cut> {
        self.ask(|server, _| Bumped { found: server.raise(Some(bump)), done: () })
    }

    fn push(&mut self, _: Table, rows: &[LedgerRow], bump: Option<Bump>) -> Result<Bumped<Vec<Uuid>>, Cut> {
        self.ask(|server, user| Bumped { found: server.raise(bump), done: server.store(user, rows) })
    }

    fn judge(&mut self, _: Table, rows: &[LedgerRow]) -> Result<Vec<Verdict>, Cut> {
        self.ask(|server, user| {
            let scope = server.members[user];
            rows.iter().map(|row| server.judge((user, scope), row)).collect()
        })
    }

    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Result<Digests, Cut> {
        self.ask(|server, user| server.digests(user, scope, table, look))
    }

    fn keys(&mut self, table: Table, bucket: Bucket, scope: Scope) -> Result<Vec<Uuid>, Cut> {
        self.ask(|server, user| {
            let shown = server.shown(user, scope).into_values();
            shown.filter(|(id, _)| (id.table, id.bucket) == (table, bucket)).map(|(id, _)| id.key).collect()
        })
    }

    fn rows(&mut self, table: Table, bucket: Bucket, keys: &[Uuid]) -> Result<Vec<LedgerRow>, Cut> {
        self.ask(|server, _| {
            let row = |key: &Uuid| match bucket {
                Bucket::Import(import) => Some(LedgerRow::Member { import, generation: *key }),
                Bucket::Day(_) | Bucket::Whole => {
                    let id = outlay_sync::RowId { table, bucket, key: *key };
                    server.stored.rows.get(&slot(id)).map(|(_, row)| row.clone())
                }
            };
            keys.iter().filter_map(row).collect()
        })
    }

    fn alerts(&mut self) -> Result<Vec<Alert<AlertBody>>, Cut> {
        self.ask(|server, user| {
            let mine = server.stored.alerts.iter().filter(|((owner, _), _)| owner == user);
            mine.map(|(_, alert)| alert.clone()).collect()
        })
    }

    fn join_alerts(&mut self, alerts: &[Alert<AlertBody>], bump: Option<Bump>) -> Result<Bumped<()>, Cut> {
        self.ask(|server, user| {
            server.join(user, alerts);
            Bumped { found: server.raise(bump), done: () }
        })
    }

    fn records(&mut self) -> Result<Vec<(RecordKey, ServerRecord)>, Cut> {
        self.ask(|server, user| {
            let mine = server.stored.records.iter().filter(|((owner, _), _)| owner == user);
            mine.map(|((_, key), record)| (*key, record.clone())).collect()
        })
    }

    fn change_record(
        &mut self,
        key: RecordKey,
        expected: Option<&ServerRecord>,
        values: &Columns,
        bump: Option<Bump>,
    ) -> Result<Bumped<Option<Instant>>, Cut> {
        self.ask(|server, user| Bumped {
            found: server.raise(bump),
            done: server.change_record((user, key), expected, values),
        })
    }

    fn counted(&mut self, scope: Scope) -> Result<Counted, Cut> {
        self.ask(|server, user| server.counted(user, scope))
    }
}
