//! What befalls machines and the server: copies and restores, rewinds of several kinds, deletions, other rights, and
//! keys that are used twice.

use std::cell::RefCell;
use std::rc::Rc;

use outlay_sync::{Bucket, Scope, Standing, Table};

use crate::book::Device;
use crate::chance::Chance;
use crate::row::{SimRow, Slot, recorded};
use crate::world::{FOREIGNER, TODAY, World};

impl World {
    /// A row gets a key that somebody else's row has: what must never happen, and is survived.
    pub(crate) fn reuse_key(&self, device: &mut Device, chance: &mut Chance) {
        let Ok(server) = self.server.try_borrow() else { return };
        let can_be_met = |row: &&Rc<SimRow>| {
            row.id.key.get_version_num() == 7 && !device.book.rows.contains_key(&row.slot())
        };
        let rows: Vec<_> = server.stored.rows.values().filter(can_be_met).collect();
        let Some(taken) = rows.get(chance.below(rows.len())) else { return };
        if taken.user == device.user || taken.id.table == Table::ImportMembers {
            return;
        }
        let mut row = recorded(chance, device.user, taken.id.table, taken.id.bucket);
        row.id.key = taken.id.key;
        if taken.id.table == Table::Generations && chance.happens(300) {
            row.id.bucket = Bucket::Day(TODAY - 1);
        }
        // Both at once would be refused for one reason and disputed for the other, for ever.
        if !row.is_refused() {
            device.add(row);
        }
    }

    pub(crate) fn write_from_elsewhere(&self) {
        let chance = &mut *self.chance.borrow_mut();
        let day = TODAY - chance.below(20) as i64;
        let row = recorded(chance, FOREIGNER, Table::Generations, Bucket::Day(day));
        self.server.borrow_mut().store(FOREIGNER, &[row]);
    }

    pub(crate) fn copy(&self, device: usize) {
        let mut device = self.devices[device].borrow_mut();
        let book = device.book.clone();
        device.copies.push(book);
    }

    /// A machine is restored from a copy of its file, or of that of the user's other machine.
    pub(crate) fn bring_back_copy(&self, device: usize) {
        let from = self.below(self.devices.len());
        let user = self.devices[device].borrow().user;
        let is_possible = self.perils.copies
            && !self.devices[device].borrow().is_syncing
            && self.devices[from].borrow().user == user;
        let copy = self.devices[from].borrow().copies.last().cloned();
        if let (true, Some(copy)) = (is_possible, copy) {
            self.devices[device].borrow_mut().book = copy;
            self.truth.borrow_mut().copies += 1;
        }
    }

    /// The whole server is as it was: an old backup, or the last one, as after a failover with a lost tail.
    pub(crate) fn rewind(&self) {
        let mut server = self.server.borrow_mut();
        let last = server.backups.len() - 1;
        let index = if self.below(2) == 0 { last } else { self.below(last + 1) };
        server.stored = server.backups[index].clone();
        server.incarnation += 1;
        server.late.clear();
        let truth = &mut *self.truth.borrow_mut();
        truth.rewinds += 1;
        truth.deleted.clear();
    }

    /// Only the rows are as they were: no counter tells.
    pub(crate) fn restore_tables_only(&self) {
        let mut server = self.server.borrow_mut();
        let index = self.below(server.backups.len());
        server.stored.rows = server.backups[index].rows.clone();
        server.late.clear();
        let truth = &mut *self.truth.borrow_mut();
        truth.rewinds += 1;
        truth.deleted.clear();
    }

    /// An administrator deletes a row.
    pub(crate) fn delete(&self) {
        let mut server = self.server.borrow_mut();
        server.commit_late();
        let slots: Vec<Slot> = server.stored.rows.keys().copied().collect();
        let Some(slot) = slots.get(self.below(slots.len())) else { return };
        let waits = |device: &RefCell<Device>| {
            device.borrow().book.rows.get(slot).is_some_and(|entry| entry.standing == Standing::Waiting)
        };
        let is_waited_for = self.devices.iter().any(waits);
        server.stored.rows.remove(slot);
        self.truth.borrow_mut().acknowledged.remove(slot);
        if !is_waited_for && slot.2.get_version_num() == 7 && slot.0 != Table::ImportMembers {
            self.truth.borrow_mut().deleted.insert(*slot);
        }
    }

    pub(crate) fn change_rights(&self) {
        let user = self.below(3);
        let mut server = self.server.borrow_mut();
        match self.below(4) {
            0 => server.is_read_only = !server.is_read_only,
            1 => server.rights[user].can_write = !server.rights[user].can_write,
            _ => {
                let reads = server.rights[user].reads;
                server.rights[user].reads = if reads == Scope::Mine { Scope::Team } else { Scope::Mine };
            }
        }
    }
}
