//! The ledger of a machine in memory. Its only way to fail is to be killed: before a change is kept, or after it.

use std::collections::BTreeMap;
use std::rc::Rc;

use outlay_sync::{
    Alert, Aside, Body, Bucket, Change, Clash, Counted, Digests, Held, Local, LocalRecord, Look, Reconcile,
    RecordKey, Scope, Standing, State, Table, join,
};
use uuid::Uuid;

use crate::mutant::Mutant;
use crate::row::{Said, SimRow, Slot, slot};
use crate::server::{counted, digests};
use crate::world::{Moment, World};

/// A row with what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) row: Rc<SimRow>,
    pub(crate) is_mine: bool,
    pub(crate) standing: Standing,
}

/// All that a machine has kept: what is left after a kill, and what a copy of the file holds.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub(crate) state: State,
    pub(crate) rows: BTreeMap<Slot, Entry>,
    pub(crate) alerts: BTreeMap<Uuid, Alert<Said>>,
    pub(crate) records: BTreeMap<RecordKey, LocalRecord>,
    pub(crate) clashes: Vec<Clash>,
    /// How often what is never to change did: a row, or an alert's end but to an earlier one.
    pub(crate) changed: u32,
}

/// A machine.
pub(crate) struct Device {
    pub(crate) user: usize,
    pub(crate) book: Book,
    pub(crate) copies: Vec<Book>,
    pub(crate) is_syncing: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("killed")]
pub(crate) struct Killed;

/// A machine's ledger while the program runs.
pub(crate) struct Running<'w> {
    pub(crate) world: &'w World,
    pub(crate) device: usize,
}

impl Entry {
    pub(crate) fn counts_as_mine(&self) -> bool {
        self.is_mine || self.standing == Standing::Claimed
    }
}

impl Book {
    fn in_scope(&self, scope: Scope) -> impl Iterator<Item = &SimRow> {
        let shown = self.rows.values().filter(move |entry| {
            entry.standing.is_shown() && (scope == Scope::Team || entry.counts_as_mine())
        });
        shown.map(|entry| entry.row.as_ref())
    }

    fn keep(&mut self, user: usize, change: &Change<SimRow, Said>, mutant: Option<Mutant>) -> Aside {
        let before = std::mem::replace(&mut self.state, change.state.clone());
        self.break_state(&before, change, mutant);
        if mutant != Some(Mutant::UnseenIsForgotten) {
            let own = self.rows.values_mut().filter(|entry| entry.is_mine);
            let again = own.filter(|entry| change.again.contains(&entry.standing));
            again.for_each(|entry| entry.standing = Standing::Waiting);
        }
        let disputed = change.rows.iter().filter(|row| self.pulled(user, row, mutant)).count() as u64;
        for (id, standing, _) in &change.standings {
            let entry = self.rows.get_mut(&slot(*id)).expect("only rows that are held get a standing");
            entry.standing = match (mutant, standing) {
                (Some(Mutant::MissingIsPushedAgain), Standing::Missing) if entry.is_mine => Standing::Waiting,
                (Some(Mutant::MissingStaysMissing), Standing::Shared)
                    if entry.standing == Standing::Missing =>
                {
                    Standing::Missing
                }
                (Some(Mutant::RefusedIsTakenForShared), Standing::Refused) => Standing::Shared,
                _ => *standing,
            };
        }
        for alert in &change.alerts {
            let here = self.alerts.get(&alert.id);
            let mine = here.and_then(|mine| mine.ended);
            let body = here.map_or(alert.body, |mine| mine.body.join(&alert.body));
            let ended = if mutant == Some(Mutant::AlertEndsAreReplaced) {
                alert.ended
            } else {
                join(mine, alert.ended)
            };
            self.changed += u32::from(join(mine, ended) != ended);
            self.alerts.insert(alert.id, Alert { id: alert.id, ended, body });
        }
        self.keep_record(change, mutant);
        Aside { disputed, refused: 0 }
    }

    fn break_state(&mut self, before: &State, change: &Change<SimRow, Said>, mutant: Option<Mutant>) {
        match mutant {
            Some(Mutant::ReconcileIsForgotten) => self.state.reconcile = Reconcile::Done,
            Some(Mutant::ReconcileEndsEarly) if !change.standings.is_empty() || !change.rows.is_empty() => {
                self.state.reconcile = Reconcile::Done;
            }
            Some(Mutant::SentCounterIsForgotten) if self.state.device == before.device => {
                self.state.sent = self.state.acknowledged;
            }
            Some(Mutant::RowsWithoutCounter) if self.state.device == before.device => {
                self.state.acknowledged = before.acknowledged;
            }
            _ => {}
        }
    }

    /// Takes a row in, and says whether another one is here under its key.
    fn pulled(&mut self, user: usize, row: &SimRow, mutant: Option<Mutant>) -> bool {
        let is_mine = row.user == user || mutant == Some(Mutant::PulledRowsAreMine);
        let new = Entry { row: Rc::new(row.clone()), is_mine, standing: Standing::Shared };
        match self.rows.get_mut(&row.slot()) {
            None => drop(self.rows.insert(row.slot(), new)),
            Some(held) if mutant == Some(Mutant::PulledRowOverwrites) => {
                self.changed += u32::from(!held.row.says_the_same(row));
                *held = new;
            }
            Some(held) if held.row.says_the_same(row) => {}
            Some(held) => {
                held.standing = Standing::Disputed;
                return true;
            }
        }
        false
    }

    fn keep_record(&mut self, change: &Change<SimRow, Said>, mutant: Option<Mutant>) {
        let Some(record) = &change.record else { return };
        let now = self.records.get(&record.key).map(|record| &record.values);
        if now == record.read.as_ref() || mutant == Some(Mutant::RecordChangeOverwrites) {
            let mut kept = record.record.clone();
            if let (Some(Mutant::RecordBaseBeforeAnswer), Some(sent)) = (mutant, kept.sent.clone()) {
                kept.base = sent;
            }
            self.records.insert(record.key, kept);
            self.clashes.extend(change.clashes.iter().cloned());
        }
    }
}

impl Running<'_> {
    fn book<T>(&self, ask: impl FnOnce(&Book) -> T) -> Result<T, Killed> {
        Ok(ask(&self.world.devices[self.device].borrow().book))
    }
}

impl Local for Running<'_> {
    type Row = SimRow;
    type Body = Said;
    type Failure = Killed;

    fn state(&mut self) -> Result<State, Killed> {
        self.book(|book| book.state.clone())
    }

    fn keep(&mut self, change: Change<SimRow, Said>) -> Result<Aside, Killed> {
        let change = &change;
        if self.world.happens(|rates| rates.kill) {
            return Err(Killed);
        }
        let device = &mut *self.world.devices[self.device].borrow_mut();
        self.world.note_acknowledged(device, change);
        let aside = device.book.keep(device.user, change, self.world.mutant);
        if self.world.happens(|rates| rates.kill) { Err(Killed) } else { Ok(aside) }
    }

    fn complete(&mut self) -> Result<(), Killed> {
        Ok(())
    }

    fn waiting(&mut self, table: Table, most: usize) -> Result<Vec<SimRow>, Killed> {
        self.world.meanwhile(self.device);
        let book = &mut self.world.devices[self.device].borrow_mut().book;
        let waiting = book
            .rows
            .values_mut()
            .filter(|entry| entry.standing == Standing::Waiting && entry.row.id.table == table);
        let waiting = waiting.take(most).map(|entry| {
            if self.world.mutant == Some(Mutant::AcknowledgedBeforePush) {
                entry.standing = Standing::Shared;
            }
            entry.row.as_ref().clone()
        });
        Ok(waiting.collect())
    }

    fn waiting_count(&mut self) -> Result<u64, Killed> {
        self.book(|book| {
            book.rows.values().filter(|entry| entry.standing == Standing::Waiting).count() as u64
        })
    }

    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Result<Digests, Killed> {
        self.world.meanwhile(self.device);
        self.book(|book| {
            let rows = book.in_scope(scope).filter(|row| row.id.table == table);
            digests(rows.map(|row| (row.id.bucket, row.id.key)), look, self.world.mutant)
        })
    }

    fn held(&mut self, table: Table, bucket: Bucket) -> Result<Vec<Held>, Killed> {
        self.book(|book| {
            let rows = book
                .rows
                .values()
                .filter(|entry| (entry.row.id.table, entry.row.id.bucket) == (table, bucket));
            let held = rows.map(|entry| Held {
                key: entry.row.id.key,
                is_mine: entry.counts_as_mine(),
                standing: entry.standing,
                is_said: false,
            });
            held.collect()
        })
    }

    fn alerts(&mut self) -> Result<Vec<Alert<Said>>, Killed> {
        self.world.reach(Moment::BeforeRecords);
        let alerts = self.book(|book| book.alerts.values().cloned().collect());
        // The user may resolve one between this and what is made of it.
        if self.world.happens(|rates| 5 * rates.meanwhile) {
            self.world.touch_alerts(self.device);
        }
        alerts
    }

    fn records(&mut self) -> Result<Vec<(RecordKey, LocalRecord)>, Killed> {
        let records =
            self.book(|book| book.records.iter().map(|(key, record)| (*key, record.clone())).collect());
        self.world.reach(Moment::RecordsAreRead);
        // The user may change a record between this and what is made of it.
        self.world.meanwhile(self.device);
        records
    }

    fn counted(&mut self, scope: Scope) -> Result<Counted, Killed> {
        self.book(|book| counted(book.in_scope(scope)))
    }
}
