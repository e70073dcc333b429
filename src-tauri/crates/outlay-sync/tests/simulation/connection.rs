//! The way to the server: it breaks before and after a commit, others are in the way, and between any two
//! statements anything can happen.

use std::collections::BTreeSet;

use outlay_core::instant::Instant;
use outlay_sync::{
    Alert, Bucket, Bump, Bumped, Cause, Columns, Counted, Counters, Digests, Failing, Handshake, Look,
    Member, RecordKey, Remote, Scope, ServerRecord, Table, Verdict,
};
use uuid::Uuid;

use crate::mutant::Mutant;
use crate::row::{Said, SimRow, slot};
use crate::server::Server;
use crate::world::World;

#[derive(Debug, thiserror::Error)]
#[error("{0:?}")]
pub(crate) struct SimFailure(Cause);

impl Failing for SimFailure {
    fn cause(&self) -> Cause {
        self.0
    }
}

type Answer<T> = Result<T, SimFailure>;

pub(crate) struct Connection<'w> {
    pub(crate) world: &'w World,
    pub(crate) device: usize,
    pub(crate) user: usize,
    pub(crate) incarnation: u64,
    /// A pooler connects anew in silence.
    pub(crate) has_pooler: bool,
    /// Rows of a page that was refused, for a mutant.
    pub(crate) refused: BTreeSet<Uuid>,
}

impl Connection<'_> {
    fn read<T>(&mut self, read: impl Fn(&Server) -> T) -> Answer<T> {
        self.world.meanwhile(self.device);
        let server = self.world.server.borrow();
        if server.incarnation != self.incarnation && !self.has_pooler {
            return Err(SimFailure(Cause::Cut));
        }
        if self.world.happens(|rates| rates.cut) {
            return Err(SimFailure(Cause::Cut));
        }
        if self.world.happens(|rates| rates.in_the_way) {
            return Err(SimFailure(Cause::InTheWay));
        }
        Ok(read(&server))
    }

    fn write<T: Default>(
        &mut self,
        rows: &[SimRow],
        write: impl Fn(&mut Server) -> T + 'static,
    ) -> Answer<T> {
        let user = self.user;
        let is_refused = self.read(|server| {
            if server.is_read_only {
                return Err(SimFailure(Cause::ReadOnly));
            }
            if !server.rights[user].can_write {
                return Err(SimFailure(Cause::NotAllowed));
            }
            let is_poisoned = server.has_poison && rows.iter().any(SimRow::is_refused);
            if is_poisoned && server.mutant != Some(Mutant::RefusedRowIsDropped) {
                return Err(SimFailure(Cause::RowRefused));
            }
            Ok(())
        });
        // A cut before or after the commit, or one whose statement commits much later.
        match is_refused {
            Ok(Err(refusal)) => return Err(refusal),
            Err(SimFailure(Cause::Cut)) if self.world.mutant == Some(Mutant::CutTakenForDone) => {
                return Ok(T::default());
            }
            Err(failure) => return Err(failure),
            Ok(Ok(())) => {}
        }
        if self.world.happens(|rates| rates.too_slow) && rows.len() > 1 {
            return Err(SimFailure(Cause::TookTooLong));
        }
        if self.world.happens(|rates| rates.late) {
            self.world.server.borrow_mut().late.push(Box::new(move |server| drop(write(server))));
            return Err(SimFailure(Cause::Cut));
        }
        let done = write(&mut self.world.server.borrow_mut());
        self.world.after_write();
        if self.world.happens(|rates| rates.cut) { Err(SimFailure(Cause::Cut)) } else { Ok(done) }
    }

    fn found(&self, found: u64) -> Option<u64> {
        let state = &self.world.devices[self.device].borrow().book.state;
        Some(match self.world.mutant {
            Some(Mutant::RewindIsHidden) => found.max(state.acknowledged),
            Some(Mutant::CopyIsHidden) => found.min(state.sent.saturating_sub(1)).max(state.acknowledged),
            _ => found,
        })
    }
}

fn raise(server: &mut Server, bump: Option<Bump>) -> u64 {
    let is_push_mutant = server.mutant == Some(Mutant::PushRaisesNoCounter);
    match bump.filter(|_| !is_push_mutant) {
        Some(bump) => server.raise(bump),
        None => bump.and_then(|bump| server.stored.devices.get(&bump.device).copied()).unwrap_or_default(),
    }
}

impl Remote for Connection<'_> {
    type Row = SimRow;
    type Body = Said;
    type Failure = SimFailure;

    fn handshake(&mut self, device: Uuid) -> Answer<Handshake> {
        let (user, world) = (self.user, self.world);
        let state = world.devices[self.device].borrow().book.state.clone();
        self.read(|server| {
            let devices = &server.stored.devices;
            let mine = devices.get(&device).copied().unwrap_or_default();
            let mine = match world.mutant {
                Some(Mutant::RewindIsHidden) => mine.max(state.acknowledged),
                Some(Mutant::CopyIsHidden) => mine.min(state.sent),
                _ => mine,
            };
            let others =
                devices.iter().filter(|(other, _)| **other != device).map(|(_, counter)| counter).sum();
            let rights = server.rights[user];
            Handshake {
                ledger: Uuid::from_u128(1),
                oldest_reader: 1,
                oldest_writer: 1,
                member: Some(Member { user: format!("user {user}"), reads: rights.reads }),
                can_write: rights.can_write,
                is_read_only: server.is_read_only,
                counters: Some(Counters { mine, others }),
                now: Instant::from_micros(world.now.get()),
            }
        })
    }

    fn bump(&mut self, bump: Bump) -> Answer<Bumped<()>> {
        let found = self.write(&[], move |server| {
            if server.mutant == Some(Mutant::BumpDoesNothing) {
                return server.stored.devices.get(&bump.device).copied().unwrap_or_default();
            }
            server.raise(bump)
        })?;
        Ok(Bumped { found: self.found(found), done: () })
    }

    fn push(&mut self, _: Table, rows: &[SimRow], bump: Option<Bump>) -> Answer<Bumped<Vec<Uuid>>> {
        if self.world.mutant == Some(Mutant::WholePageIsRefused) {
            let was_refused = rows.iter().all(|row| self.refused.contains(&row.id.key));
            if was_refused || rows.iter().any(SimRow::is_refused) {
                self.refused.extend(rows.iter().map(|row| row.id.key));
                return Err(SimFailure(Cause::RowRefused));
            }
        }
        let (user, given) = (self.user, rows.to_vec());
        let (found, mut stored) = self.write(rows, move |server| {
            let found = raise(server, bump);
            (found, server.store(user, &given))
        })?;
        if self.world.mutant == Some(Mutant::CutTakenForDone) && stored.is_empty() {
            stored = rows.iter().map(|row| row.id.key).collect();
        }
        Ok(Bumped { found: self.found(found), done: stored })
    }

    fn judge(&mut self, _: Table, rows: &[SimRow]) -> Answer<Vec<Verdict>> {
        let user = self.user;
        self.read(|server| {
            let scope = server.rights[user].reads;
            let judged = rows.iter().map(|row| match server.stored.rows.get(&row.slot()) {
                Some(there) if scope == Scope::Mine && there.user != user => match server.mutant {
                    Some(Mutant::HiddenTakenForKnown) => Verdict::Known,
                    _ => Verdict::Hidden,
                },
                None => Verdict::Hidden,
                Some(there) if there.says_the_same(row) => Verdict::Known,
                Some(_) if server.mutant == Some(Mutant::DifferentTakenForKnown) => Verdict::Known,
                Some(_) => Verdict::Different,
            });
            judged.collect()
        })
    }

    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Answer<Digests> {
        let user = self.user;
        self.read(|server| server.digests(user, scope, table, look))
    }

    fn keys(&mut self, table: Table, bucket: Bucket, scope: Scope) -> Answer<Vec<Uuid>> {
        let user = self.user;
        self.read(|server| {
            let scope = if server.mutant == Some(Mutant::PullIgnoresTeam) { Scope::Mine } else { scope };
            let rows =
                server.shown(user, scope).filter(|row| (row.id.table, row.id.bucket) == (table, bucket));
            let most = if server.mutant == Some(Mutant::KeysAreCutOff) { 3 } else { usize::MAX };
            rows.map(|row| row.id.key).take(most).collect()
        })
    }

    fn rows(&mut self, table: Table, bucket: Bucket, keys: &[Uuid]) -> Answer<Vec<SimRow>> {
        self.read(|server| {
            let found = keys.iter().filter_map(|key| {
                let id = outlay_sync::RowId { table, bucket, key: *key };
                server.stored.rows.get(&slot(id)).map(|row| row.as_ref().clone())
            });
            let mut rows: Vec<SimRow> = found.collect();
            if server.mutant == Some(Mutant::CostTravelsAsReal) {
                rows.iter_mut().for_each(|row| row.nanos = as_real(row.nanos));
            }
            rows
        })
    }

    fn alerts(&mut self) -> Answer<Vec<Alert<Said>>> {
        let user = self.user;
        self.read(|server| {
            let mine = server.stored.alerts.iter().filter(|((owner, _), _)| *owner == user);
            mine.map(|(_, alert)| alert.clone()).collect()
        })
    }

    fn join_alerts(&mut self, alerts: &[Alert<Said>], bump: Option<Bump>) -> Answer<Bumped<()>> {
        let (user, alerts) = (self.user, alerts.to_vec());
        let found = self.write(&[], move |server| {
            server.join(user, &alerts);
            raise(server, bump)
        })?;
        Ok(Bumped { found: self.found(found), done: () })
    }

    fn records(&mut self) -> Answer<Vec<(RecordKey, ServerRecord)>> {
        let user = self.user;
        self.read(|server| {
            let mine = server.stored.records.iter().filter(|((owner, _), _)| *owner == user);
            mine.map(|((_, key), record)| (*key, record.clone())).collect()
        })
    }

    fn change_record(
        &mut self,
        key: RecordKey,
        expected: Option<&ServerRecord>,
        values: &Columns,
        bump: Option<Bump>,
    ) -> Answer<Bumped<Option<Instant>>> {
        let (user, expected, values) = (self.user, expected.cloned(), values.clone());
        let (found, done) = self.write(&[], move |server| {
            let found = raise(server, bump);
            (found, server.change_record((user, key), expected.as_ref(), &values))
        })?;
        Ok(Bumped { found: self.found(found), done })
    }

    fn counted(&mut self, scope: Scope) -> Answer<Counted> {
        let user = self.user;
        self.read(|server| server.counted(user, scope))
    }
}

/// The cost as a four-byte float brings it.
#[expect(clippy::float_arithmetic, reason = "this is the mistake that is looked for")]
fn as_real(nanos: i64) -> i64 {
    (f64::from((nanos as f64 / 1e9) as f32) * 1e9).round() as i64
}
