//! Machines, people and one server, and all that happens to them, as one seed decides it.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::Duration;

use outlay_core::alert::Severity;
use outlay_core::instant::Instant;
use outlay_ledger::Action;
use outlay_sync::server::Address;
use outlay_sync::{Purpose, Standing};
use uuid::Uuid;

use super::chance::Chance;
use super::child::Running;
use super::site::Site;
use super::{PEOPLE, TEAM, TEST};
use crate::postgres::book::line;
use crate::postgres::device::{Device, Errand};
use crate::postgres::proxy::{Order, Proxy, Then, Unit, Way};

/// Of each machine: which of the people it belongs to, and what its user is called there.
const MACHINES: [(usize, &str); 5] = [(0, "ada"), (0, "ada at home"), (1, "ben"), (1, "ben"), (2, "cleo")];
/// Who writes to the server without Outlay.
const WRITERS: [&str; 3] = ["ada", "ben", "eve"];
/// Longer than any sync takes.
const AT_MOST: Duration = Duration::from_secs(60);

/// What happened, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) syncs: u64,
    /// Of them, those that came to their end.
    pub(super) whole: u64,
    pub(super) kills: u64,
    pub(super) cuts: u64,
    pub(super) stalls: u64,
    pub(super) foreign_transactions: u64,
    pub(super) rewinds: u64,
    pub(super) restores: u64,
    pub(super) clones: u64,
    pub(super) rows: u64,
    pub(super) acknowledged: u64,
}

impl Counts {
    pub(super) fn and(mut self, other: &Self) -> Self {
        let add = |sum: &mut u64, number: u64| sum.add_assign(number);
        add(&mut self.syncs, other.syncs);
        add(&mut self.whole, other.whole);
        add(&mut self.kills, other.kills);
        add(&mut self.cuts, other.cuts);
        add(&mut self.stalls, other.stalls);
        add(&mut self.foreign_transactions, other.foreign_transactions);
        add(&mut self.rewinds, other.rewinds);
        add(&mut self.restores, other.restores);
        add(&mut self.clones, other.clones);
        add(&mut self.rows, other.rows);
        add(&mut self.acknowledged, other.acknowledged);
        self
    }
}

/// A machine and its way to the server.
pub(super) struct Machine {
    pub(super) device: Device,
    pub(super) person: usize,
    proxy: Proxy,
}

impl Machine {
    pub(super) fn name(&self) -> &'static str {
        PEOPLE[self.person].0
    }

    pub(super) fn login(&self) -> String {
        format!("{TEAM}_{}", self.name())
    }
}

/// What must be there in the end.
#[derive(Debug, Default)]
pub(super) struct Truth {
    /// What every call cost that was recorded by hand anywhere.
    pub(super) recorded: BTreeMap<Uuid, i64>,
    /// Calls that a machine knows the server to have, or that others committed there, and whose they are.
    pub(super) acknowledged: BTreeMap<Uuid, (&'static str, i64)>,
}

pub(super) struct World {
    pub(super) machines: Vec<Machine>,
    pub(super) site: Site,
    pub(super) truth: Truth,
    pub(super) counts: Counts,
    chance: Chance,
    /// Of which machine, and its ledger as it was.
    copies: Vec<(usize, PathBuf)>,
    /// Of which of the people, and which.
    imports: Vec<(usize, Uuid)>,
    now: Instant,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let site = Site::new(seed, TEAM);
        let port = site.address(TEAM).port;
        let machine = |(number, (person, owner)): (usize, (usize, &'static str))| Machine {
            device: Device::new(owner, number as u128 + 1),
            person,
            proxy: Proxy::before(port),
        };
        let machines = MACHINES.into_iter().enumerate().map(machine).collect();
        let now = &site.all_lines("SELECT floor(extract(epoch FROM now()) * 1000)::text")[0];
        let now = Instant::from_micros(now.parse::<i64>().expect("milliseconds") * 1000);
        Self {
            machines,
            site,
            truth: Truth::default(),
            counts: Counts::default(),
            chance: Chance::new(seed),
            copies: Vec::new(),
            imports: Vec::new(),
            now,
        }
    }

    /// Something that happens.
    pub(super) fn event(&mut self) {
        let machine = self.chance.below(MACHINES.len());
        match self.chance.below(100) {
            0..18 => (0..=self.chance.below(12)).for_each(|_| self.record(machine)),
            18..28 => self.import(machine),
            28..31 => self.void(machine),
            31..38 => self.change(machine),
            38..46 => self.foreigner_writes(),
            46..50 => self.copy_server(),
            50..54 => self.set_server_back(),
            54..58 => self.copy_ledger(machine),
            58..61 => self.restore(machine),
            _ => self.syncs(machine),
        }
    }

    pub(super) fn record(&mut self, machine: usize) {
        let at = self.some_time();
        let nanos = 1 + self.chance.below(5_000_000_000) as i64;
        let id = self.machines[machine].device.log(at, nanos);
        self.truth.recorded.insert(id, nanos);
        self.counts.rows += 1;
    }

    /// Today or some days before: the last days are compared more often than others.
    fn some_time(&mut self) -> Instant {
        let ago = self.chance.one_of(&[0, 0, 0, 1, 3, 40]);
        let within = self.chance.below(3_600_000) as i64 * 1000;
        Instant::from_micros(self.now.micros() - ago * 86_400_000_000 - within)
    }

    fn import(&mut self, machine: usize) {
        let as_of = 20 + self.chance.below(9) as i64;
        let mut lines: Vec<_> = (0..=self.chance.below(9))
            .map(|_| {
                let key = self.chance.one_of(&["gpt-5", "gpt-5-mini"]);
                line(1 + self.chance.below(12) as i64, key, 1 + self.chance.below(3) as i64)
            })
            .collect();
        lines.sort_by(|one, other| (one.day, &one.key).cmp(&(other.day, &other.key)));
        lines.dedup_by(|one, other| (one.day, &one.key) == (other.day, &other.key));
        self.counts.rows += lines.len() as u64;
        let Machine { device, person, .. } = &mut self.machines[machine];
        self.imports.push((*person, device.import(as_of, &lines)));
    }

    /// Somebody undoes or redoes an import of their own, be it from another of their machines.
    fn void(&mut self, machine: usize) {
        let Machine { device, person, .. } = &mut self.machines[machine];
        let own: Vec<Uuid> =
            self.imports.iter().filter(|(of, _)| of == person).map(|(_, import)| *import).collect();
        if !own.is_empty() {
            let action = self.chance.one_of(&[Action::Void, Action::Void, Action::Restore]);
            device.void(self.chance.one_of(&own), action);
        }
    }

    /// What is changed in place.
    fn change(&mut self, machine: usize) {
        let device = &mut self.machines[machine].device;
        let number = 1 + self.chance.below(20);
        match self.chance.below(5) {
            0 => device.set_caps(number as i64, 80),
            1 => device.set_caps(50, number as u8),
            2 => device.set_budget(number as i64),
            3 => device.raise_alert(number % 4, self.chance.one_of(&[Severity::Medium, Severity::High])),
            _ => device.end_alert(Instant::from_micros(self.now.micros() + number as i64)),
        }
    }

    fn foreigner_writes(&mut self) {
        if self.chance.happens(400) {
            let commits = self.chance.happens(700);
            self.end_transaction(commits);
        } else {
            let (at, user) = (self.some_time(), self.chance.one_of(&WRITERS));
            self.site.write(at, user, 1 + self.chance.below(1_000_000_000) as i64);
            self.counts.rows += 1;
        }
    }

    pub(super) fn end_transaction(&mut self, commits: bool) {
        for (id, user, nanos) in self.site.end_transaction(commits) {
            self.truth.recorded.insert(id, nanos);
            self.truth.acknowledged.insert(id, (user, nanos));
            self.counts.foreign_transactions += 1;
        }
    }

    fn copy_server(&mut self) {
        let commits = self.chance.happens(500);
        self.end_transaction(commits);
        if self.site.copies() < 3 {
            self.site.copy();
        }
    }

    fn set_server_back(&mut self) {
        if self.site.copies() > 0 {
            let copy = 1 + self.chance.below(self.site.copies());
            self.site.set_back(copy);
            self.counts.rewinds += 1;
            self.forget_what_nobody_has();
        }
    }

    fn copy_ledger(&mut self, machine: usize) {
        let device = &self.machines[machine].device;
        let copy = device.book.folder.path().join(format!("copy-{}.db", self.copies.len()));
        device.book.ledger.backup(&copy).expect("a copy");
        self.copies.push((machine, copy));
    }

    /// An old copy takes the place of the ledger, be it of the same machine or of another one of the same person.
    fn restore(&mut self, machine: usize) {
        let person = self.machines[machine].person;
        let fitting: Vec<usize> = (0..self.copies.len())
            .filter(|copy| self.machines[self.copies[*copy].0].person == person)
            .collect();
        if fitting.is_empty() {
            return;
        }
        let (of, copy) = self.copies[self.chance.one_of(&fitting)].clone();
        self.machines[machine].device.restore(&copy);
        if of == machine {
            self.counts.restores += 1;
        } else {
            self.counts.clones += 1;
        }
        self.forget_what_nobody_has();
    }

    /// What neither the server nor any machine of whom it belongs to has can come back from nowhere.
    fn forget_what_nobody_has(&mut self) {
        let there = self.site.all_lines("SELECT id::text FROM ai_generations");
        let mut held: Vec<Uuid> = there.iter().map(|id| id.parse().expect("an id")).collect();
        for machine in &self.machines {
            held.extend(machine.device.calls(|is_mine, _| is_mine).iter().map(|call| call.id));
        }
        held.sort_unstable();
        self.truth.acknowledged.retain(|id, _| held.binary_search(id).is_ok());
    }

    /// One machine syncs, or two at once, and something may be in the way.
    fn syncs(&mut self, machine: usize) {
        let mut running = vec![self.start(machine)];
        if self.chance.happens(300) {
            let other = (machine + 1 + self.chance.below(MACHINES.len() - 1)) % MACHINES.len();
            running.push(self.start(other));
        }
        if self.chance.happens(80) {
            self.set_server_back();
        }
        for (machine, child, kill_after) in running {
            self.counts.syncs += 1;
            match child.end(kill_after) {
                None => self.counts.kills += 1,
                Some(said) if said["ended"] == "well" => self.counts.whole += 1,
                Some(_) => {}
            }
            self.machines[machine].proxy.order(None);
            self.acknowledge(machine);
        }
    }

    fn start(&mut self, machine: usize) -> (usize, Running, Duration) {
        let proxy = &self.machines[machine].proxy;
        let address = self.site.address(&self.machines[machine].login());
        let mut errand = Errand {
            address: Address { port: proxy.port, ..address },
            page: self.chance.one_of(&[3, 7, 100]),
            purpose: Purpose::Sync,
            fresh: Uuid::from_u128(u128::from(self.chance.next()) << 64 | u128::from(self.chance.next())),
            patience: Duration::from_secs(20),
        };
        let (way, unit) = (
            self.chance.one_of(&[Way::There, Way::Back]),
            self.chance.one_of(&[Unit::Bytes, Unit::Messages]),
        );
        let most = if unit == Unit::Bytes { 30_000 } else { 400 };
        let after = self.chance.below(most) as u64;
        let trouble = self.chance.below(10);
        if trouble == 6 {
            errand.patience = Duration::from_millis(400);
        }
        let (tell, told) = channel();
        let then = match trouble {
            4 | 5 => Some(Then::Cut),
            6 => Some(Then::Swallow),
            7 => Some(Then::Hold(tell.clone())),
            _ => None,
        };
        self.counts.cuts += u64::from(matches!(then, Some(Then::Cut)));
        self.counts.stalls += u64::from(matches!(then, Some(Then::Swallow)));
        proxy.order(then.map(|then| Order { way, unit, after, then }));
        let device = &self.machines[machine].device;
        let running = Running::start(TEST, &device.file(), device.remote, &errand, (tell, told));
        let kill_after =
            if trouble > 7 { Duration::from_millis(20 + self.chance.below(150) as u64) } else { AT_MOST };
        (machine, running, kill_after)
    }

    /// What this machine knows the server to have must never be lost from now on.
    pub(super) fn acknowledge(&mut self, machine: usize) {
        let Machine { device, .. } = &self.machines[machine];
        let name = self.machines[machine].name();
        for call in device.calls(|is_mine, standing| is_mine && standing == Standing::Shared) {
            self.truth.acknowledged.insert(call.id, (name, call.cost.nanos()));
        }
        self.counts.acknowledged = self.truth.acknowledged.len() as u64;
    }

    /// Nothing goes wrong any more: a sync of a machine in this process.
    pub(super) fn errand(&mut self, machine: usize) -> Errand {
        Errand {
            address: self.site.address(&self.machines[machine].login()),
            page: 50,
            purpose: Purpose::Verify,
            fresh: Uuid::from_u128(u128::from(self.chance.next()) << 64 | u128::from(self.chance.next())),
            patience: Duration::from_secs(30),
        }
    }
}
