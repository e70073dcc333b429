//! A team's server in memory, which holds the rows that really travel: what it stores, what it shows to whom, and what
//! of it counts. That an import contains the rows that it brought it knows of those rows.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::instant::Instant;
use outlay_ledger::sync as ledger;
use outlay_ledger::{Access, Birth, Ledger};
use outlay_sync::{
    Alert, AlertBody, Body, Bucket, Bump, Columns, Counted, Digests, LedgerRow, Look, RecordKey, Row, RowId,
    Scope, ServerRecord, Table, Verdict, join,
};
use uuid::Uuid;

/// What names a row: members by import and row, all others by their key.
pub(crate) type Slot = (Table, Option<Uuid>, Uuid);

/// What a restore brings back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    pub(crate) rows: BTreeMap<Slot, (String, LedgerRow)>,
    pub(crate) devices: BTreeMap<Uuid, u64>,
    pub(crate) alerts: BTreeMap<(String, Uuid), Alert<AlertBody>>,
    pub(crate) records: BTreeMap<(String, RecordKey), ServerRecord>,
}

pub(crate) struct Server {
    pub(crate) stored: Stored,
    /// Members and what they may read.
    pub(crate) members: BTreeMap<String, Scope>,
    pub(crate) now: Instant,
}

pub(crate) fn slot(id: RowId) -> Slot {
    match id.bucket {
        Bucket::Import(import) => (id.table, Some(import), id.key),
        Bucket::Day(_) | Bucket::Whole => (id.table, None, id.key),
    }
}

fn user_of(row: &LedgerRow) -> Option<&str> {
    match row {
        LedgerRow::Generation(row) => Some(&row.user_id),
        LedgerRow::Import(row) => Some(&row.user_id),
        LedgerRow::Member { .. } => None,
        LedgerRow::Void(row) => Some(&row.user_id),
        LedgerRow::Authority(row) => Some(&row.user_id),
        LedgerRow::Price(row) => Some(&row.user_id),
        LedgerRow::Budget(row) => Some(&row.user_id),
    }
}

impl Server {
    pub(crate) fn new(now: Instant, members: &[(&str, Scope)]) -> Self {
        let members = members.iter().map(|(name, reads)| ((*name).to_owned(), *reads)).collect();
        Self { stored: Stored::default(), members, now }
    }

    pub(crate) fn raise(&mut self, bump: Option<Bump>) -> Option<u64> {
        let bump = bump?;
        let found = self.stored.devices.get(&bump.device).copied().unwrap_or_default();
        if found >= bump.at_least {
            self.stored.devices.insert(bump.device, found.max(bump.counter));
        }
        Some(found)
    }

    fn is_implied(&self, row: &LedgerRow) -> bool {
        let LedgerRow::Member { import, generation } = row else { return false };
        let of = self.stored.rows.get(&(Table::Generations, None, *generation));
        matches!(of, Some((_, LedgerRow::Generation(row))) if row.import_id == Some(*import))
    }

    /// Stores rows whose keys are free, and returns these keys with those that need not be stored.
    pub(crate) fn store(&mut self, user: &str, rows: &[LedgerRow]) -> Vec<Uuid> {
        let mut keys = Vec::new();
        for row in rows {
            assert!(user_of(row).is_none_or(|name| name == user), "what leaves is the member's: {row:?}");
            let place = slot(row.id());
            if self.is_implied(row) {
                keys.push(row.id().key);
            } else if let std::collections::btree_map::Entry::Vacant(free) = self.stored.rows.entry(place) {
                free.insert((user.to_owned(), row.clone()));
                keys.push(row.id().key);
            }
        }
        keys
    }

    pub(crate) fn judge(&self, (user, scope): (&str, Scope), row: &LedgerRow) -> Verdict {
        match self.shown(user, scope).get(&slot(row.id())) {
            None => Verdict::Hidden,
            Some((_, there)) if row.says_the_same(there) => Verdict::Known,
            Some(_) => Verdict::Different,
        }
    }

    /// Every row that a member is shown, with its name: who may see only their own sees what their imports contain,
    /// too, whoever stored it first.
    pub(crate) fn shown(&self, user: &str, scope: Scope) -> BTreeMap<Slot, (RowId, LedgerRow)> {
        let contained: BTreeSet<Uuid> = self
            .stored
            .rows
            .values()
            .filter_map(|(owner, row)| match row {
                LedgerRow::Member { generation, .. } if owner == user => Some(*generation),
                _ => None,
            })
            .collect();
        let mut shown = BTreeMap::new();
        for (owner, row) in self.stored.rows.values() {
            let is_own = scope == Scope::Team || owner == user;
            if let LedgerRow::Generation(call) = row
                && let Some(import) = call.import_id
                && is_own
            {
                let pair = LedgerRow::Member { import, generation: call.id };
                shown.insert(slot(pair.id()), (pair.id(), pair));
            }
            let is_contained = matches!(row, LedgerRow::Generation(call) if contained.contains(&call.id));
            if is_own || is_contained {
                shown.insert(slot(row.id()), (row.id(), row.clone()));
            }
        }
        shown
    }

    pub(crate) fn digests(&self, user: &str, scope: Scope, table: Table, look: Look) -> Digests {
        let is_looked_at = |id: &RowId| match (look, id.bucket) {
            (Look::All, _) | (_, Bucket::Whole) => true,
            (Look::Since(first), Bucket::Day(_) | Bucket::Import(_)) => ledger::day_of_id(id.key) >= first,
        };
        let mut buckets: BTreeMap<Bucket, BTreeSet<Uuid>> = BTreeMap::new();
        for (id, _) in self.shown(user, scope).into_values() {
            if id.table == table && is_looked_at(&id) {
                buckets.entry(id.bucket).or_default().insert(id.key);
            }
        }
        buckets.into_iter().map(|(bucket, keys)| (bucket, keys.into_iter().collect())).collect()
    }

    /// Decides what counts by a ledger that holds nothing but what the member is shown.
    pub(crate) fn counted(&self, user: &str, scope: Scope) -> Counted {
        let folder = tempfile::tempdir().expect("a folder");
        let birth =
            Birth { owner: user.into(), time_zone: "UTC".into(), device_id: Uuid::nil(), now: self.now };
        let mut book =
            Ledger::open(&folder.path().join("server.db"), &Access::Write(birth)).expect("a ledger");
        let writer = book.writer().expect("a writer");
        let mut calls = Vec::new();
        for (_, row) in self.shown(user, scope).into_values() {
            match row {
                LedgerRow::Generation(row) => calls.push(*row),
                LedgerRow::Import(row) => drop(writer.pull_small(&[*row]).expect("an import")),
                LedgerRow::Member { import, generation } => {
                    writer.pull_members(import, &[generation]).expect("a pair");
                }
                LedgerRow::Void(row) => drop(writer.pull_small(&[row]).expect("a void")),
                LedgerRow::Authority(row) => drop(writer.pull_small(&[*row]).expect("an answer")),
                LedgerRow::Price(_) | LedgerRow::Budget(_) => {}
            }
        }
        writer.pull_generations(calls).expect("calls");
        writer.commit().expect("a commit");
        let ledger::CountedRows { rows, spend } =
            book.read(|reader| reader.counted_rows(0, Scope::Team)).expect("a count");
        Counted { rows, spend }
    }

    pub(crate) fn join(&mut self, user: &str, alerts: &[Alert<AlertBody>]) {
        for alert in alerts {
            let place = (user.to_owned(), alert.id);
            let kept = self.stored.alerts.entry(place).or_insert_with(|| alert.clone());
            kept.ended = join(kept.ended, alert.ended);
            kept.body = alert.body.join(&kept.body);
        }
    }

    pub(crate) fn change_record(
        &mut self,
        (user, key): (&str, RecordKey),
        expected: Option<&ServerRecord>,
        values: &Columns,
    ) -> Option<Instant> {
        let place = (user.to_owned(), key);
        if self.stored.records.get(&place) != expected {
            return None;
        }
        self.now = Instant::from_micros(self.now.micros() + 1);
        let record = ServerRecord { values: values.clone(), changed_at: self.now };
        self.stored.records.insert(place, record);
        Some(self.now)
    }
}
