//! The server in memory: what it stores, what it shows to whom, and how it is set back.

use std::collections::BTreeMap;
use std::rc::Rc;

use outlay_core::instant::Instant;
use outlay_sync::{
    Alert, Body, Bucket, Bump, Columns, Counted, Digests, Look, RecordKey, Scope, ServerRecord, Table, join,
};
use uuid::Uuid;

use crate::mutant::Mutant;
use crate::row::{Said, SimRow, Slot};

/// What a restore brings back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    pub(crate) rows: BTreeMap<Slot, Rc<SimRow>>,
    pub(crate) devices: BTreeMap<Uuid, u64>,
    pub(crate) alerts: BTreeMap<(usize, Uuid), Alert<Said>>,
    pub(crate) records: BTreeMap<(usize, RecordKey), ServerRecord>,
}

/// A login's rights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rights {
    pub(crate) reads: Scope,
    pub(crate) can_write: bool,
}

type Late = Box<dyn Fn(&mut Server)>;

pub(crate) struct Server {
    pub(crate) stored: Stored,
    pub(crate) rights: Vec<Rights>,
    pub(crate) is_read_only: bool,
    pub(crate) has_poison: bool,
    /// Grows with every restore: connections to an earlier one are gone.
    pub(crate) incarnation: u64,
    pub(crate) backups: Vec<Stored>,
    pub(crate) clock: i64,
    pub(crate) mutant: Option<Mutant>,
    /// How often an alert's end moved to a later one, or went away.
    pub(crate) changed_ends: u32,
    /// Statements whose connection broke and that commit some time.
    pub(crate) late: Vec<Late>,
}

impl Server {
    pub(crate) fn new(rights: Vec<Rights>, clock: i64, mutant: Option<Mutant>) -> Self {
        Self {
            stored: Stored::default(),
            rights,
            is_read_only: false,
            has_poison: true,
            incarnation: 0,
            backups: vec![Stored::default()],
            clock,
            mutant,
            changed_ends: 0,
            late: Vec::new(),
        }
    }

    pub(crate) fn raise(&mut self, bump: Bump) -> u64 {
        let found = self.stored.devices.get(&bump.device).copied().unwrap_or_default();
        if found >= bump.at_least || self.mutant == Some(Mutant::CounterHidesRewind) {
            self.stored.devices.insert(bump.device, found.max(bump.counter));
        }
        found
    }

    /// Stores rows whose keys are free and returns these keys.
    pub(crate) fn store(&mut self, user: usize, rows: &[SimRow]) -> Vec<Uuid> {
        let mut keys = Vec::new();
        for row in rows {
            let is_dropped = self.mutant == Some(Mutant::RefusedRowIsDropped) && row.is_refused();
            if is_dropped {
                keys.push(row.id.key);
            } else if let std::collections::btree_map::Entry::Vacant(free) =
                self.stored.rows.entry(row.slot())
            {
                free.insert(Rc::new(SimRow { user, ..row.clone() }));
                keys.push(row.id.key);
            }
        }
        keys
    }

    pub(crate) fn shown(&self, user: usize, scope: Scope) -> impl Iterator<Item = &Rc<SimRow>> {
        self.stored.rows.values().filter(move |row| scope == Scope::Team || row.user == user)
    }

    pub(crate) fn digests(&self, user: usize, scope: Scope, table: Table, look: Look) -> Digests {
        let rows = self.shown(user, scope).filter(|row| row.id.table == table);
        digests(rows.map(|row| (row.id.bucket, row.id.key)), look, self.mutant)
    }

    pub(crate) fn counted(&self, user: usize, scope: Scope) -> Counted {
        counted(self.shown(user, scope).map(Rc::as_ref))
    }

    pub(crate) fn join(&mut self, user: usize, alerts: &[Alert<Said>]) {
        for alert in alerts {
            let kept = self.stored.alerts.entry((user, alert.id)).or_insert_with(|| alert.clone());
            let before = kept.ended;
            kept.ended = match self.mutant {
                Some(Mutant::AlertsLastWriterWins) => alert.ended,
                _ => join(before, alert.ended),
            };
            kept.body = alert.body.join(&kept.body);
            self.changed_ends += u32::from(join(before, kept.ended) != kept.ended);
        }
    }

    pub(crate) fn change_record(
        &mut self,
        (user, key): (usize, RecordKey),
        expected: Option<&ServerRecord>,
        values: &Columns,
    ) -> Option<Instant> {
        let is_as_expected = self.stored.records.get(&(user, key)) == expected;
        if !is_as_expected && self.mutant != Some(Mutant::RecordIsOverwritten) {
            return None;
        }
        self.clock += 1;
        let changed_at = Instant::from_micros(self.clock);
        self.stored.records.insert((user, key), ServerRecord { values: values.clone(), changed_at });
        Some(changed_at)
    }

    pub(crate) fn back_up(&mut self) {
        if self.backups.len() > 5 {
            self.backups.remove(0);
        }
        self.backups.push(self.stored.clone());
    }

    /// What broke off and had reached the server commits now.
    pub(crate) fn commit_late(&mut self) {
        for statement in std::mem::take(&mut self.late) {
            statement(self);
        }
    }
}

pub(crate) fn digests(
    keys: impl Iterator<Item = (Bucket, Uuid)>,
    look: Look,
    mutant: Option<Mutant>,
) -> Digests {
    let mut buckets: BTreeMap<Bucket, Vec<Uuid>> = BTreeMap::new();
    for (bucket, key) in keys {
        buckets.entry(bucket).or_default().push(key);
    }
    let look = if mutant == Some(Mutant::OnlyRecentDays) && look == Look::All {
        Look::Since(crate::world::TODAY - 6)
    } else {
        look
    };
    let is_looked_at = |bucket: &Bucket| match (look, bucket) {
        (Look::Since(first), Bucket::Day(day)) => *day >= first,
        _ => true,
    };
    let buckets = buckets.into_iter().filter(|(bucket, _)| is_looked_at(bucket));
    let mut digests: Digests = buckets.map(|(bucket, keys)| (bucket, keys.into_iter().collect())).collect();
    if mutant == Some(Mutant::DigestsOnlyCount) {
        digests.values_mut().for_each(|digest| digest.sum = 0);
    }
    digests
}

pub(crate) fn counted<'r>(rows: impl Iterator<Item = &'r SimRow>) -> Counted {
    let (mut count, mut nanos) = (0, 0);
    for row in rows.filter(|row| row.id.table == Table::Generations) {
        count += 1;
        nanos += row.nanos;
    }
    Counted { rows: count, spend: outlay_core::money::Money::from_nanos(nanos) }
}
