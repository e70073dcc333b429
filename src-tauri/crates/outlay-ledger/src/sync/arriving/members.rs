//! Which imports contain rows that arrive, written down as runs of this ledger's holders.
//!
//! A run says that every row of its holder between two ids is contained. Rows of a holder may still arrive: one that
//! falls within a run to which it does not belong splits it.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::Unlocked;
use super::generations::ranges;
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::import::recount_ranges;
use crate::import::runs::{insert_run, runs};
use crate::sync::members::number_of;

/// A run as it is stored: the import, its first and last id, and how many rows.
type StoredRun = (i64, [u8; 16], [u8; 16], i64);

impl Writer<'_> {
    /// Takes in which rows an import contains. Rows or an import that are not here yet are awaited.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn pull_members(&self, import: Uuid, rows: &[Uuid]) -> Result<(), LedgerError> {
        let ids: Vec<[u8; 16]> = rows.iter().map(|row| *row.as_bytes()).collect();
        let added = self.add_members(import, &ids)?;
        // A row that counts goes on counting with one more import that holds it.
        let touched = self.left_out_of(&added)?;
        let touched = ranges(&self.transaction, &touched)?;
        self.note_rows(&touched)?;
        recount_ranges(self, &touched)
    }

    /// Those of some rows (sorted) that do not count, or not in full.
    pub(super) fn left_out_of(&self, ids: &[[u8; 16]]) -> Result<Vec<[u8; 16]>, LedgerError> {
        let mut statement = self.transaction.prepare_cached("SELECT 1 FROM left_out WHERE id = ?1")?;
        let mut found = Vec::new();
        for id in ids {
            if statement.exists([id])? {
                found.push(*id);
            }
        }
        Ok(found)
    }

    /// Notes that an import contains rows. Returns those, sorted, of which that is new.
    pub(super) fn add_members(&self, import: Uuid, ids: &[[u8; 16]]) -> Result<Vec<[u8; 16]>, LedgerError> {
        let number = number_of(&self.transaction, import)?;
        let sql = "SELECT import_number, import_number = (SELECT number FROM awaited_imports WHERE id = ?2)
            FROM generations WHERE id = ?1";
        let mut find = self.transaction.prepare_cached(sql)?;
        let sql =
            "INSERT INTO awaited_members (import_id, generation_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let mut wait = self.transaction.prepare_cached(sql)?;
        let mut by_holder: BTreeMap<i64, Vec<[u8; 16]>> = BTreeMap::new();
        for id in ids {
            let mut rows = find.query((id, import.as_bytes()))?;
            let holder: Option<i64> = match rows.next()? {
                // The row says so itself.
                Some(row) if row.get::<_, Option<bool>>(1)? == Some(true) => continue,
                Some(row) => row.get(0)?,
                None => None,
            };
            match (holder, number) {
                (Some(holder), Some(number)) if holder == number => {}
                (Some(holder), Some(_)) => by_holder.entry(holder).or_default().push(*id),
                _ => drop(wait.execute((import.as_bytes(), id))?),
            }
        }
        let Some(number) = number else { return Ok(Vec::new()) };
        self.add_runs(number, by_holder)
    }

    fn add_runs(
        &self,
        import: i64,
        by_holder: BTreeMap<i64, Vec<[u8; 16]>>,
    ) -> Result<Vec<[u8; 16]>, LedgerError> {
        let sql = "SELECT first_id, last_id FROM import_rows
            WHERE import_number = ?1 AND holder = ?2 AND first_id <= ?3 ORDER BY first_id DESC LIMIT 1";
        let mut covering = self.transaction.prepare_cached(sql)?;
        let mut added = Vec::new();
        for (holder, mut ids) in by_holder {
            ids.sort_unstable();
            ids.dedup();
            let mut new = Vec::with_capacity(ids.len());
            for id in ids {
                let mut rows = covering.query((import, holder, id))?;
                let last: Option<[u8; 16]> = rows.next()?.map(|row| row.get(1)).transpose()?;
                if last.is_none_or(|last| last < id) {
                    new.push(id);
                }
            }
            for run in runs(&self.transaction, holder, &new)? {
                insert_run(&self.transaction, import, holder, run)?;
            }
            added.extend(new);
        }
        added.sort_unstable();
        Ok(added)
    }

    /// Settles which imports contain rows that were just written, by the number of the import that brought them.
    /// Returns those of which more is known now than that.
    pub(super) fn receive_members(
        &self,
        brought: &FxHashMap<i64, Vec<[u8; 16]>>,
    ) -> Result<Vec<[u8; 16]>, LedgerError> {
        let awaited = self.awaited_of(brought)?;
        for (&holder, ids) in brought {
            self.fit_runs(holder, ids, &awaited)?;
        }
        let mut touched = Vec::new();
        for (import, ids) in awaited {
            if number_of(&self.transaction, import)?.is_none() {
                continue;
            }
            self.forget_awaited(import, &ids)?;
            let mut ids: Vec<_> = ids.into_iter().collect();
            ids.sort_unstable();
            self.add_members(import, &ids)?;
            touched.extend(ids);
        }
        Ok(touched)
    }

    /// The import is here: takes in what it was said to contain. Returns the rows, sorted.
    pub(super) fn receive_awaited(&self, import: Uuid) -> Result<Vec<[u8; 16]>, LedgerError> {
        let sql = "SELECT a.generation_id FROM awaited_members a JOIN generations g ON g.id = a.generation_id
            WHERE a.import_id = ?1 AND g.import_number IS NOT NULL ORDER BY a.generation_id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let ids = statement.query_map([import.as_bytes()], |row| row.get(0))?;
        let ids: Vec<[u8; 16]> = ids.collect::<Result<_, _>>()?;
        self.forget_awaited(import, &ids)?;
        self.add_members(import, &ids)
    }

    fn forget_awaited<'i>(
        &self,
        import: Uuid,
        ids: impl IntoIterator<Item = &'i [u8; 16]>,
    ) -> Result<(), LedgerError> {
        let sql = "DELETE FROM awaited_members WHERE generation_id = ?1 AND import_id = ?2";
        let mut forget = self.transaction.prepare_cached(sql)?;
        for id in ids {
            forget.execute((id, import.as_bytes()))?;
        }
        Ok(())
    }

    /// What is known already about rows that were just written: by import, the rows that it contains.
    fn awaited_of(
        &self,
        brought: &FxHashMap<i64, Vec<[u8; 16]>>,
    ) -> Result<FxHashMap<Uuid, FxHashSet<[u8; 16]>>, LedgerError> {
        let mut awaited: FxHashMap<Uuid, FxHashSet<[u8; 16]>> = FxHashMap::default();
        if !self.transaction.prepare_cached("SELECT 1 FROM awaited_members LIMIT 1")?.exists([])? {
            return Ok(awaited);
        }
        let sql = "SELECT import_id FROM awaited_members WHERE generation_id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for id in brought.values().flatten() {
            for import in statement.query_map([id], |row| row.get(0))? {
                awaited.entry(Uuid::from_bytes(import?)).or_default().insert(*id);
            }
        }
        Ok(awaited)
    }

    /// Writes the runs anew within which new rows of their holder (sorted) fall.
    fn fit_runs(
        &self,
        holder: i64,
        ids: &[[u8; 16]],
        awaited: &FxHashMap<Uuid, FxHashSet<[u8; 16]>>,
    ) -> Result<(), LedgerError> {
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(()) };
        let sql = "SELECT r.import_number, r.first_id, r.last_id, r.row_count, i.id
            FROM import_rows r JOIN imports i ON i.number = r.import_number
            WHERE r.holder = ?1 AND r.first_id < ?3 AND r.last_id > ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            let run: StoredRun = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((run, Uuid::from_bytes(row.get(4)?)))
        };
        let found = statement.query_map((holder, first, last), read)?.collect::<Result<Vec<_>, _>>()?;
        for (run, import) in found {
            let within: Vec<_> = ids.iter().filter(|id| (run.1..run.2).contains(*id)).copied().collect();
            let members = awaited.get(&import);
            let (belong, others): (Vec<_>, Vec<_>) =
                within.into_iter().partition(|id| members.is_some_and(|members| members.contains(id)));
            if !belong.is_empty() || !others.is_empty() {
                self.rewrite(holder, run, belong.len(), &others)?;
            }
        }
        Ok(())
    }

    /// Replaces a run by what is contained of it now that its holder has more rows there.
    fn rewrite(
        &self,
        holder: i64,
        (import, first, last, count): StoredRun,
        more: usize,
        others: &[[u8; 16]],
    ) -> Result<(), LedgerError> {
        let connection = &self.transaction;
        let sql = "DELETE FROM import_rows WHERE holder = ?1 AND first_id = ?2 AND import_number = ?3";
        self.unlocked(Unlocked::Runs, || {
            Ok(connection.prepare_cached(sql)?.execute((holder, first, import))?)
        })?;
        if others.is_empty() {
            let count = count + i64::try_from(more).unwrap_or(0);
            return insert_run(connection, import, holder, (first, last, count));
        }
        let sql = "SELECT id FROM generations WHERE id BETWEEN ?1 AND ?2 AND import_number = ?3 ORDER BY id";
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map((first, last, holder), |row| row.get(0))?;
        let mut members: Vec<[u8; 16]> = rows.collect::<Result<_, _>>()?;
        members.retain(|id| others.binary_search(id).is_err());
        for run in runs(connection, holder, &members)? {
            insert_run(connection, import, holder, run)?;
        }
        Ok(())
    }
}
