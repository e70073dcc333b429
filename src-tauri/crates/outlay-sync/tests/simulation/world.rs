//! Machines, people and one server, and all that happens to them, as one seed decides it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::rc::Rc;

use outlay_core::alert::Resolution;
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_sync::{
    Alert, Bucket, Cell as Value, Change, Column, Columns, Direction, Ended, LocalRecord, Purpose, RecordKey,
    Report, Request, RowId, Scope, Standing, State, Table, sync,
};
use uuid::Uuid;

use crate::book::{Book, Device, Entry, Running};
use crate::chance::Chance;
use crate::connection::Connection;
use crate::mutant::Mutant;
use crate::row::{Said, SimRow, Slot, fact, fresh_key, made_key, recorded, slot};
use crate::server::{Rights, Server};

/// The server's day when it begins.
pub(crate) const TODAY: i64 = 20_600;
const USERS_OF_DEVICES: [usize; 5] = [0, 0, 1, 1, 2];
/// Somebody who writes to the server without Outlay.
pub(crate) const FOREIGNER: usize = 3;
const COLUMNS: [Column; 3] = [Column::MonthlyAiCapNanos, Column::AlertThresholdPct, Column::BlockOnCap];

/// How often things go wrong, in a thousand; another mix for each seed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rates {
    pub(crate) cut: usize,
    pub(crate) late: usize,
    pub(crate) in_the_way: usize,
    pub(crate) too_slow: usize,
    pub(crate) kill: usize,
    pub(crate) cancel: usize,
    pub(crate) meanwhile: usize,
}

/// What can happen at all; another mix for each seed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Perils {
    pub(crate) rewinds: bool,
    pub(crate) partial_restores: bool,
    pub(crate) deletions: bool,
    pub(crate) copies: bool,
    pub(crate) other_rights: bool,
    pub(crate) reused_keys: bool,
    pub(crate) poolers: bool,
}

/// What really happened, to judge the outcome by.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    pub(crate) acknowledged: BTreeMap<Slot, Rc<SimRow>>,
    pub(crate) deleted: BTreeSet<Slot>,
    /// User, column, value and what it replaced before the user's eyes.
    pub(crate) edits: Vec<(usize, Column, i64, Value)>,
    pub(crate) rewinds: u32,
    pub(crate) copies: u32,
    pub(crate) needless_devices: u32,
}

/// A moment of a sync at which something can be staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// What there is to pull was pulled; the records are not read yet.
    BeforeRecords,
    /// The server's records are read, those of the machine as well.
    RecordsAreRead,
}

type Staged = (Moment, Box<dyn FnOnce(&World)>);

pub(crate) struct World {
    pub(crate) server: RefCell<Server>,
    pub(crate) devices: Vec<RefCell<Device>>,
    pub(crate) chance: RefCell<Chance>,
    pub(crate) rates: Cell<Rates>,
    pub(crate) perils: Perils,
    pub(crate) truth: RefCell<Truth>,
    pub(crate) now: Cell<i64>,
    pub(crate) mutant: Option<Mutant>,
    /// What happens when a sync comes to a moment.
    staged: RefCell<Option<Staged>>,
    /// What people do most.
    favourite: usize,
    depth: Cell<u32>,
}

impl World {
    pub(crate) fn new(seed: u64, mutant: Option<Mutant>) -> Self {
        let mut chance = Chance::new(seed);
        let mut rate = || chance.one_of(&[0, 8, 30]);
        let rates = Rates {
            cut: rate(),
            late: rate(),
            in_the_way: rate(),
            too_slow: rate(),
            kill: rate(),
            cancel: rate() / 4,
            meanwhile: 2 * rate(),
        };
        let mut peril = || chance.happens(400);
        let mut perils = Perils {
            rewinds: peril(),
            partial_restores: peril(),
            deletions: peril(),
            copies: peril(),
            other_rights: peril(),
            reused_keys: peril(),
            poolers: peril(),
        };
        // A server that loses a row and then gets another one under its key is beyond digests of ids.
        perils.reused_keys &=
            !(perils.rewinds || perils.partial_restores || perils.deletions || perils.copies);
        let rights =
            [0; 4].map(|_| Rights { reads: chance.one_of(&[Scope::Mine, Scope::Team]), can_write: true });
        let favourite = chance.below(6);
        let now = TODAY * MICROS_PER_DAY;
        let devices = USERS_OF_DEVICES.map(|user| RefCell::new(device(user, &mut chance)));
        Self {
            server: RefCell::new(Server::new(rights.to_vec(), now, mutant)),
            devices: devices.into(),
            chance: RefCell::new(chance),
            rates: Cell::new(rates),
            perils,
            truth: RefCell::default(),
            now: Cell::new(now),
            mutant,
            staged: RefCell::default(),
            favourite,
            depth: Cell::new(0),
        }
    }

    pub(crate) fn happens(&self, rate: impl Fn(Rates) -> usize) -> bool {
        self.chance.borrow_mut().happens(rate(self.rates.get()))
    }

    pub(crate) fn below(&self, end: usize) -> usize {
        self.chance.borrow_mut().below(end)
    }

    /// Between two statements of a sync anything can happen, another machine's whole sync among it.
    pub(crate) fn meanwhile(&self, device: usize) {
        if self.depth.get() < 2 && self.happens(|rates| rates.meanwhile) {
            // Mostly to the same machine: that is what a sync must stand.
            if self.below(3) == 0 { self.record(device) } else { self.event() }
        }
    }

    /// Lets something happen when the next sync comes to a moment.
    pub(crate) fn stage(&self, moment: Moment, happening: impl FnOnce(&Self) + 'static) {
        *self.staged.borrow_mut() = Some((moment, Box::new(happening)));
    }

    /// A sync has come to a moment.
    pub(crate) fn reach(&self, moment: Moment) {
        let staged = self.staged.borrow_mut().take_if(|(when, _)| *when == moment);
        if let Some((_, happening)) = staged {
            happening(self);
        }
    }

    pub(crate) fn after_write(&self) {
        if self.perils.rewinds || self.perils.partial_restores {
            let backs_up = self.chance.borrow_mut().happens(250);
            if backs_up {
                self.server.borrow_mut().back_up();
            }
        }
    }

    /// One thing that happens.
    pub(crate) fn event(&self) {
        let device = self.below(self.devices.len());
        match self.below(24) {
            0..=6 => self.record(device),
            7..=12 => drop(self.sync(device, Purpose::Sync, Direction::Both)),
            13 => drop(self.sync(device, Purpose::Sync, Direction::Push)),
            14 => drop(self.sync(device, Purpose::Sync, Direction::Pull)),
            15 => self.write_from_elsewhere(),
            16 => self.now.set(self.now.get() + self.below(90) as i64 * 60_000_000),
            17 => self.server.borrow_mut().commit_late(),
            18 => self.copy(device),
            19 => self.bring_back_copy(device),
            20 if self.perils.rewinds => self.rewind(),
            21 if self.perils.partial_restores => self.restore_tables_only(),
            22 if self.perils.deletions => self.delete(),
            23 if self.perils.other_rights => self.change_rights(),
            _ => {}
        }
    }

    /// The user works on a machine, also while it syncs.
    fn record(&self, device: usize) {
        let Ok(mut device) = self.devices[device].try_borrow_mut() else { return };
        let chance = &mut *self.chance.borrow_mut();
        let work = if chance.happens(400) { self.favourite } else { chance.below(6) };
        match work {
            0 | 1 => {
                let day = TODAY - chance.one_of(&[0, 0, 1, 3, 9, 15]);
                for _ in 0..=chance.below(4) {
                    let row = recorded(chance, device.user, Table::Generations, Bucket::Day(day));
                    device.add(row);
                }
            }
            2 => import(&mut device, chance),
            3 => {
                let table = chance.one_of(&[Table::Voids, Table::Authorities, Table::Prices, Table::Budgets]);
                let row = recorded(chance, device.user, table, Bucket::Whole);
                device.add(row);
            }
            4 => self.work_on_alerts(&mut device, chance),
            _ => self.change_setting(&mut device, chance.one_of(&COLUMNS), (chance.next() >> 8) as i64),
        }
        if self.perils.reused_keys && chance.happens(60) {
            self.reuse_key(&mut device, chance);
        }
    }

    /// The user sets something.
    pub(crate) fn change_setting(&self, device: &mut Device, column: Column, value: i64) {
        let record = device.book.records.get_mut(&RecordKey::CostConfig).expect("made with the device");
        let before = record.values.insert(column, Value::Number(value)).expect("all columns are there");
        self.truth.borrow_mut().edits.push((device.user, column, value, before));
    }

    /// One call of today.
    pub(crate) fn record_call(&self, device: usize) {
        let device = &mut *self.devices[device].borrow_mut();
        let row =
            recorded(&mut self.chance.borrow_mut(), device.user, Table::Generations, Bucket::Day(TODAY));
        device.add(row);
    }

    /// The user looks at alerts, some of them new.
    pub(crate) fn touch_alerts(&self, device: usize) {
        self.work_on_alerts(&mut self.devices[device].borrow_mut(), &mut self.chance.borrow_mut());
    }

    fn work_on_alerts(&self, device: &mut Device, chance: &mut Chance) {
        for _ in 0..4 {
            let id = made_key(device.user as u64 + 100, chance.below(4) as u64);
            let body = Said(chance.next() % 3);
            let alert = device.book.alerts.entry(id).or_insert(Alert { id, ended: None, body });
            if alert.ended.is_none() && chance.happens(400) {
                let at = Instant::from_micros(self.now.get() - chance.below(5) as i64);
                alert.ended = Some(Ended { at, how: chance.one_of(Resolution::ALL) });
            }
        }
    }

    /// Syncs a machine; `None` if it ended early.
    pub(crate) fn sync(&self, index: usize, purpose: Purpose, direction: Direction) -> Option<Report> {
        if std::mem::replace(&mut self.devices[index].borrow_mut().is_syncing, true) {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let (user, before) = {
            let device = self.devices[index].borrow();
            (device.user, device.book.state.device)
        };
        let fresh_device = fresh_key(&mut self.chance.borrow_mut());
        let request = Request {
            now: Instant::from_micros(self.now.get()),
            fresh_device,
            schema: 1,
            purpose,
            direction,
            page: 1 + self.below(5),
        };
        let incarnation = self.server.borrow().incarnation;
        let refused = BTreeSet::new();
        let has_pooler = self.perils.poolers;
        let mut remote = Connection { world: self, device: index, user, incarnation, has_pooler, refused };
        let mut local = Running { world: self, device: index };
        let mut watch = |_| {
            if self.happens(|rates| rates.cancel) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let (report, outcome) = sync(&mut remote, &mut local, &request, &mut watch);
        self.depth.set(self.depth.get() - 1);
        let mut device = self.devices[index].borrow_mut();
        device.is_syncing = false;
        let truth = &mut *self.truth.borrow_mut();
        truth.needless_devices += u32::from(truth.copies == 0 && device.book.state.device != before);
        outcome.ok().map(|()| report)
    }

    pub(crate) fn note_acknowledged(&self, device: &Device, change: &Change<SimRow, Said>) {
        for (id, standing, _) in &change.standings {
            let entry = device.book.rows.get(&slot(*id));
            if let (Standing::Shared | Standing::Unseen, Some(entry)) = (standing, entry)
                && entry.standing == Standing::Waiting
            {
                self.truth.borrow_mut().acknowledged.insert(entry.row.slot(), entry.row.clone());
            }
        }
    }
}

fn device(user: usize, chance: &mut Chance) -> Device {
    let defaults: Columns = COLUMNS.iter().map(|column| (*column, Value::Number(0))).collect();
    let record = LocalRecord { values: defaults.clone(), base: defaults, base_at: None, sent: None };
    let book = Book {
        state: State::new(fresh_key(chance)),
        rows: BTreeMap::new(),
        alerts: BTreeMap::new(),
        records: BTreeMap::from([(RecordKey::CostConfig, record)]),
        clashes: Vec::new(),
        changed: 0,
    };
    Device { user, copies: vec![book.clone()], book, is_syncing: false }
}

impl Device {
    pub(crate) fn add(&mut self, row: SimRow) -> bool {
        let is_free = !self.book.rows.contains_key(&row.slot());
        if is_free {
            let entry = Entry { is_mine: true, standing: Standing::Waiting, row: Rc::new(row.clone()) };
            self.book.rows.insert(row.slot(), entry);
        }
        is_free
    }
}

/// An export that others import as well: some rows are new, some known, and all of them its members.
fn import(device: &mut Device, chance: &mut Chance) {
    let file = recorded(chance, device.user, Table::Imports, Bucket::Whole);
    let import: Uuid = file.id.key;
    device.add(file);
    let first = chance.below(30);
    for number in first..first + 1 + chance.below(6) {
        let row = fact(number as u64, device.user, TODAY);
        let id = RowId { table: Table::ImportMembers, bucket: Bucket::Import(import), key: row.id.key };
        device.add(SimRow { id, user: device.user, content: 1, nanos: 0 });
        device.add(row);
    }
}
