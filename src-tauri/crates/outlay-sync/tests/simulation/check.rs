//! What must hold when everything has come to rest, whatever happened before.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use outlay_sync::{Cell, Direction, Purpose, Reconcile, RecordKey, Report, Scope, Standing, Verified};

use crate::book::{Device, Entry};
use crate::row::{SimRow, Slot};
use crate::server::Server;
use crate::world::{Rates, Truth, World};

type Violations = Vec<String>;

impl World {
    /// Nothing goes wrong any more, and all machines sync until nothing changes. Then people answer what they
    /// are asked, and all sync again.
    pub(crate) fn settle(&self) -> Violations {
        self.rates.set(Rates::default());
        let mut server = self.server.borrow_mut();
        server.commit_late();
        server.is_read_only = false;
        server.rights.iter_mut().for_each(|rights| rights.can_write = true);
        drop(server);
        // One more row from each machine: a copy of a ledger is noticed when both have something to say.
        (0..self.devices.len()).for_each(|device| self.record_call(device));
        self.come_to_rest();
        let mut violations = self.needless_questions();
        self.answer_questions();
        let reports = self.come_to_rest();
        let server = self.server.borrow();
        let truth = self.truth.borrow();
        for (device, report) in self.devices.iter().zip(reports) {
            check_device(&server, &device.borrow(), report.as_ref(), &mut violations);
        }
        self.check_acknowledged(&server, &truth, &mut violations);
        self.check_edits(&server, &truth, &mut violations);
        let changed = |device: &RefCell<Device>| device.borrow().book.changed;
        if server.changed_ends + self.devices.iter().map(changed).sum::<u32>() > 0 {
            violations
                .push("a row was changed, or an alert that had ended stood again or ended later".into());
        }
        let names: BTreeSet<_> =
            self.devices.iter().map(|device| device.borrow().book.state.device).collect();
        if names.len() < self.devices.len() {
            violations.push("two machines take themselves for the same".into());
        }
        if truth.needless_devices > 0 {
            violations.push("a machine became another device without having been copied".into());
        }
        violations
    }

    fn come_to_rest(&self) -> Vec<Option<Report>> {
        let mut reports = Vec::new();
        for _ in 0..8 {
            reports = (0..self.devices.len())
                .map(|device| self.sync(device, Purpose::Verify, Direction::Both))
                .collect();
            let is_quiet = |report: &Report| {
                report.pushed
                    + report.pulled
                    + report.pairs
                    + report.alerts
                    + report.records
                    + report.pushed_again
                    + report.missing
                    + report.returned
                    == 0
            };
            if reports.iter().all(|report| report.as_ref().is_some_and(is_quiet)) {
                break;
            }
        }
        reports
    }

    /// Nobody is asked about own rows that a rewind took which the counters prove.
    fn needless_questions(&self) -> Violations {
        let perils = self.perils;
        if perils.partial_restores || perils.deletions || perils.copies || perils.other_rights {
            return Vec::new();
        }
        let questions = self.devices.iter().flat_map(|device| {
            let rows: Vec<Entry> = device.borrow().book.rows.values().cloned().collect();
            rows.into_iter().filter(|entry| entry.is_mine && entry.standing == Standing::Missing)
        });
        questions.map(|entry| format!("asked about an own row: {:?}", entry.row.id)).collect()
    }

    /// What an administrator deleted is accepted; all else is to be restored.
    fn answer_questions(&self) {
        let deleted = &self.truth.borrow().deleted;
        for device in &self.devices {
            let rows = &mut device.borrow_mut().book.rows;
            for (slot, entry) in
                rows.iter_mut().filter(|(_, entry)| entry.is_mine && entry.standing == Standing::Missing)
            {
                entry.standing = if deleted.contains(slot) { Standing::Gone } else { Standing::Waiting };
            }
        }
    }

    fn check_acknowledged(&self, server: &Server, truth: &Truth, violations: &mut Violations) {
        for (slot, row) in &truth.acknowledged {
            let entries =
                self.devices.iter().filter_map(|device| device.borrow().book.rows.get(slot).cloned());
            let own: Vec<Entry> = entries.filter(|entry| entry.is_mine).collect();
            let is_disputed =
                own.iter().any(|entry| matches!(entry.standing, Standing::Disputed | Standing::Refused));
            let may_be_gone = own.is_empty() && truth.copies > 0 && truth.rewinds > 0;
            let there = server.stored.rows.get(slot);
            if !is_disputed && !may_be_gone && !there.is_some_and(|there| there.says_the_same(row)) {
                violations.push(format!("an acknowledged row is lost or altered: {row:?}, there {there:?}"));
            }
        }
        let perils = self.perils;
        let is_ambiguous = perils.rewinds
            || perils.partial_restores
            || perils.copies
            || perils.other_rights
            || perils.reused_keys;
        for slot in truth.deleted.iter().filter(|slot| !is_ambiguous && server.stored.rows.contains_key(slot))
        {
            violations.push(format!("a deleted row came back by itself: {slot:?}"));
        }
    }

    /// Every value that a user set is the final one, was replaced by somebody who saw it, or was offered.
    fn check_edits(&self, server: &Server, truth: &Truth, violations: &mut Violations) {
        if truth.copies > 0 {
            return;
        }
        let edits = truth.edits.iter();
        let touched: BTreeSet<_> = edits.map(|(user, column, ..)| (*user, *column)).collect();
        for (user, column) in touched {
            let record = server.stored.records.get(&(user, RecordKey::CostConfig));
            let mut known: Vec<Cell> =
                record.and_then(|record| record.values.get(&column)).cloned().into_iter().collect();
            for device in self.devices.iter().filter(|device| device.borrow().user == user) {
                let clashes = device.borrow().book.clashes.clone();
                known.extend(
                    clashes.into_iter().filter(|clash| clash.column == column).map(|clash| clash.offered),
                );
            }
            // An edit replaces an earlier one: backwards, one pass meets all.
            for (.., value, before) in
                truth.edits.iter().rev().filter(|edit| (edit.0, edit.1) == (user, column))
            {
                if known.contains(&Cell::Number(*value)) {
                    known.push(before.clone());
                } else {
                    violations.push(format!(
                        "a value of user {user} was lost without a word: {column:?} = {value}"
                    ));
                }
            }
        }
    }
}

fn check_device(server: &Server, device: &Device, report: Option<&Report>, violations: &mut Violations) {
    let scope = server.rights[device.user].reads;
    let there: BTreeSet<Slot> = server.shown(device.user, scope).map(|row| row.slot()).collect();
    let here =
        device.book.rows.iter().filter(|(_, entry)| {
            entry.standing.is_shown() && (entry.counts_as_mine() || scope == Scope::Team)
        });
    let here: BTreeSet<Slot> = here.map(|(slot, _)| *slot).collect();
    if here != there {
        let held = |slot: &Slot| device.book.rows.get(slot).map(|entry| (entry.is_mine, entry.standing));
        let differing: Vec<_> = here.symmetric_difference(&there).map(|slot| (held(slot), slot)).collect();
        violations.push(format!("a machine of user {} and the server differ: {differing:?}", device.user));
    }
    for entry in device.book.rows.values() {
        check_entry(server, device, entry, server.stored.rows.get(&entry.row.slot()), violations);
    }
    if device.book.state.reconcile != Reconcile::Done {
        violations.push("something is still to be reconciled".into());
    }
    let alerts: Vec<_> = server
        .stored
        .alerts
        .iter()
        .filter(|((user, _), _)| *user == device.user)
        .map(|(_, alert)| alert)
        .collect();
    if alerts != device.book.alerts.values().collect::<Vec<_>>() {
        violations.push(format!("alerts differ: {alerts:?} there, {:?} here", device.book.alerts.values()));
    }
    let record = server.stored.records.get(&(device.user, RecordKey::CostConfig));
    let mine = device.book.records.get(&RecordKey::CostConfig);
    if record.map(|record| &record.values) != mine.map(|record| &record.values) {
        violations.push(format!("records differ: {record:?} there, {mine:?} here"));
    }
    let is_disputed = device.book.rows.values().any(|entry| entry.standing == Standing::Disputed);
    let verified = report.and_then(|report| report.verified);
    if !is_disputed && !matches!(verified, Some(Verified::Identical { .. })) {
        violations.push(format!("not verified: {verified:?}"));
    }
}

fn check_entry(
    server: &Server,
    device: &Device,
    entry: &Entry,
    there: Option<&Rc<SimRow>>,
    violations: &mut Violations,
) {
    let is_same = there.is_some_and(|there| there.says_the_same(&entry.row));
    let is_others = there.is_some_and(|there| there.user != device.user);
    let is_right = match entry.standing {
        Standing::Shared => is_same || !entry.is_mine && server.rights[device.user].reads == Scope::Mine,
        Standing::Claimed => is_same,
        Standing::Waiting => false,
        Standing::Refused => entry.row.is_refused() || is_others && !entry.row.id.is_deterministic(),
        Standing::Unseen => is_others && is_same && entry.row.id.is_deterministic(),
        Standing::Disputed => !is_same,
        Standing::Missing => !entry.is_mine,
        Standing::Gone => true,
    };
    if !is_right {
        violations.push(format!("{:?} is wrong for {:?}, there {there:?}", entry.standing, entry.row));
    }
    let is_shared_fact =
        entry.row.id.is_deterministic() && entry.row.id.table == outlay_sync::Table::Generations;
    if entry.is_mine && is_others && is_same && !is_shared_fact {
        violations.push(format!("a row of somebody else became one's own: {:?}", entry.row));
    }
}
