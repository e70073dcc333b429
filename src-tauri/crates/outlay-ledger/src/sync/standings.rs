//! What is known of rows and a remote: what waits, what was acknowledged, what the server refused, lost or disputes.
//!
//! A standing is kept in the transaction of what it describes. What makes it so is decided in the sync engine.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::members::{self, Part};
use super::names::{Bucket, RowId, Standing, Table};
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// What is known of a row from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStanding {
    /// The row.
    pub row: RowId,
    /// [`Standing::Shared`] acknowledges it.
    pub standing: Standing,
    /// What the server said of a row that it refused.
    pub reason: Option<String>,
}

/// The rows of an import that wait: those beyond an id.
struct WaitingImport {
    number: i64,
    id: Uuid,
    after: [u8; 16],
}

/// The line of the outbox as a part of which a row may wait: that an import contains what it brought waits with that.
pub(super) type Line = (Table, i64);

impl Reader<'_> {
    /// Rows of a table that wait to be pushed to a remote, at most `most` of them; empty only if none waits.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn waiting_rows(&self, remote: i64, table: Table, most: usize) -> Result<Vec<RowId>, LedgerError> {
        let mut waiting = self.waiting_alone(remote, table, most)?;
        for import in self.waiting_imports(remote, table)? {
            if waiting.len() >= most {
                break;
            }
            let left = most - waiting.len();
            let part = part_of(table);
            let beyond = (import.after, [0xFF; 16]);
            for key in members::present(self.connection, (import.number, part), beyond, left)? {
                waiting.push(name(table, import.id, key));
            }
        }
        Ok(waiting)
    }

    /// How many rows wait to be pushed to a remote, in all tables. Pairs that say which import contains what are none
    /// that a person would count.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn waiting_row_count(&self, remote: i64) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM sync_standings WHERE remote = ?1 AND standing = 'waiting'
            AND kind <> 'import_members'";
        let alone: i64 = self.connection.prepare_cached(sql)?.query_row([remote], |row| row.get(0))?;
        let mut count = alone.cast_unsigned();
        for import in self.waiting_imports(remote, Table::Generations)? {
            let rows = (import.number, Part::Brought);
            let beyond = (import.after, [0xFF; 16]);
            count += members::present(self.connection, rows, beyond, usize::MAX)?.len() as u64;
        }
        Ok(count)
    }

    /// What is noted of rows of a bucket; of others nothing is but that they are shared, or wait with their import.
    fn noted(
        &self,
        remote: i64,
        table: Table,
        bucket: &Bucket,
    ) -> Result<FxHashMap<[u8; 16], Standing>, LedgerError> {
        let (first, last) = match bucket {
            Bucket::Day(day) => crate::counting::recount::ids_of_days(*day, *day),
            Bucket::Import(_) | Bucket::Whole => ([0; 16], [0xFF; 16]),
        };
        let row = RowId { table, bucket: *bucket, key: Uuid::nil() };
        let sql = "SELECT key, standing FROM sync_standings
            WHERE remote = ?1 AND kind = ?2 AND bucket = ?3 AND key BETWEEN ?4 AND ?5";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![remote, table.as_str(), row.stored_bucket(), first, last])?;
        let mut noted = FxHashMap::default();
        while let Some(row) = rows.next()? {
            noted.insert(row.get(0)?, standing(row.get(1)?)?);
        }
        Ok(noted)
    }

    /// How the rows of a bucket stand, in the order of `keys`.
    pub(super) fn standings_of(
        &self,
        remote: i64,
        table: Table,
        bucket: &Bucket,
        keys: &[([u8; 16], Option<Line>)],
    ) -> Result<Vec<Standing>, LedgerError> {
        let noted = self.noted(remote, table, bucket)?;
        let mut waiting: FxHashMap<Line, [u8; 16]> = FxHashMap::default();
        for table in [Table::Generations, Table::ImportMembers] {
            let imports = self.waiting_beyond(remote, table)?;
            waiting.extend(imports.into_iter().map(|(number, after)| ((table, number), after)));
        }
        let standing = |(key, line): &([u8; 16], Option<Line>)| match noted.get(key) {
            Some(&standing) => standing,
            None if line.and_then(|line| waiting.get(&line)).is_some_and(|after| key > after) => {
                Standing::Waiting
            }
            None => Standing::Shared,
        };
        Ok(keys.iter().map(standing).collect())
    }

    /// The rows of whole imports that wait, by the import's number: those beyond an id.
    pub(super) fn waiting_beyond(
        &self,
        remote: i64,
        table: Table,
    ) -> Result<FxHashMap<i64, [u8; 16]>, LedgerError> {
        let imports = self.waiting_imports(remote, table)?;
        Ok(imports.into_iter().map(|import| (import.number, import.after)).collect())
    }

    fn waiting_alone(&self, remote: i64, table: Table, most: usize) -> Result<Vec<RowId>, LedgerError> {
        let sql =
            "SELECT bucket, key FROM sync_standings WHERE remote = ?1 AND kind = ?2 AND standing = 'waiting'
            ORDER BY bucket, key LIMIT ?3";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((remote, table.as_str(), most))?;
        let mut waiting = Vec::new();
        while let Some(row) = rows.next()? {
            let import = Uuid::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default()).unwrap_or_default();
            waiting.push(name(table, import, row.get(1)?));
        }
        Ok(waiting)
    }

    fn waiting_imports(&self, remote: i64, table: Table) -> Result<Vec<WaitingImport>, LedgerError> {
        let sql =
            "SELECT o.import_number, i.id, o.after FROM outbox o JOIN imports i ON i.number = o.import_number
            WHERE o.remote = ?1 AND o.kind = ?2 ORDER BY o.import_number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(WaitingImport { number: row.get(0)?, id: Uuid::from_bytes(row.get(1)?), after: row.get(2)? })
        };
        let imports = statement.query_map((remote, table.as_str()), read)?;
        Ok(imports.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Keeps what is known of rows and a remote. A row that is acknowledged leaves the outbox; so it must be kept
    /// together with the counter that it was sent with.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn stand(&self, remote: i64, standings: &[NewStanding]) -> Result<(), LedgerError> {
        let mut touched: BTreeMap<(Table, i64), Vec<[u8; 16]>> = BTreeMap::new();
        for new in standings {
            if let Some(number) = self.import_of(&new.row)? {
                touched.entry((new.row.table, number)).or_default().push(*new.row.key.as_bytes());
            }
        }
        for ((table, number), mut keys) in touched {
            keys.sort_unstable();
            self.advance(remote, table, number, &keys)?;
        }
        let note = "INSERT INTO sync_standings (remote, kind, bucket, key, standing, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET standing = excluded.standing, reason = excluded.reason";
        let forget =
            "DELETE FROM sync_standings WHERE remote = ?1 AND kind = ?2 AND bucket = ?3 AND key = ?4";
        let (mut note, mut forget) =
            (self.transaction.prepare_cached(note)?, self.transaction.prepare_cached(forget)?);
        for NewStanding { row, standing, reason } in standings {
            let (kind, bucket, key) = (row.table.as_str(), row.stored_bucket(), row.key.as_bytes());
            match standing {
                Standing::Shared => forget.execute(params![remote, kind, bucket, key])?,
                standing => note.execute(params![remote, kind, bucket, key, standing.as_str(), reason])?,
            };
        }
        Ok(())
    }

    /// Own rows that stand like one of these wait again.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn push_again(&self, remote: i64, standings: &[Standing]) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_standings SET standing = 'waiting', reason = NULL
            WHERE remote = ?1 AND standing = ?2 AND CASE kind
                WHEN 'generations' THEN (SELECT d.user_id FROM generations g JOIN dimensions d ON d.id = g.dimension_id
                    WHERE g.id = key) = (SELECT owner FROM ledger)
                WHEN 'import_members' THEN NOT EXISTS
                    (SELECT 1 FROM of_others o WHERE o.kind = 'imports' AND o.key = bucket)
                ELSE NOT EXISTS (SELECT 1 FROM of_others o WHERE o.kind = sync_standings.kind
                    AND o.key = sync_standings.key) END";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for standing in standings {
            statement.execute((remote, standing.as_str()))?;
        }
        Ok(())
    }

    /// The import as a part of which a row may wait.
    fn import_of(&self, row: &RowId) -> Result<Option<i64>, LedgerError> {
        match (row.table, row.bucket) {
            (Table::Generations, _) => self.brought_by(row.key),
            (Table::ImportMembers, Bucket::Import(import)) => {
                let import = members::number_of(&self.transaction, import)?;
                let holder = self.brought_by(row.key)?;
                Ok(import.filter(|_| holder.is_some() && holder != import))
            }
            _ => Ok(None),
        }
    }

    fn brought_by(&self, generation: Uuid) -> Result<Option<i64>, LedgerError> {
        let sql = "SELECT import_number FROM generations WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([generation.as_bytes()], |row| row.get(0)).optional()?.flatten())
    }

    /// Lets an import's rows wait beyond the last of `keys` (sorted) only. Rows before it that are not among them go
    /// on waiting, each by itself.
    fn advance(&self, remote: i64, table: Table, number: i64, keys: &[[u8; 16]]) -> Result<(), LedgerError> {
        let sql = "SELECT after FROM outbox WHERE remote = ?1 AND kind = ?2 AND import_number = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let place = (remote, table.as_str(), number);
        let after: Option<[u8; 16]> = statement.query_row(place, |row| row.get(0)).optional()?;
        let (Some(after), Some(&last)) = (after, keys.last()) else { return Ok(()) };
        if last <= after {
            return Ok(());
        }
        let rows = (number, part_of(table));
        let passed = members::present(&self.transaction, rows, (after, last), usize::MAX)?;
        let import = self.import_id(number)?;
        let mut wait = self.transaction.prepare_cached(
            "INSERT INTO sync_standings (remote, kind, bucket, key, standing) VALUES (?1, ?2, ?3, ?4, 'waiting')
                ON CONFLICT DO NOTHING",
        )?;
        for key in passed.into_iter().filter(|key| keys.binary_search(key).is_err()) {
            let row = name(table, import, key);
            wait.execute((remote, table.as_str(), row.stored_bucket(), key))?;
        }
        let sql = if members::present(&self.transaction, rows, (last, [0xFF; 16]), 1)?.is_empty() {
            "DELETE FROM outbox WHERE remote = ?1 AND kind = ?2 AND import_number = ?3 AND ?4 IS NOT NULL"
        } else {
            "UPDATE outbox SET after = ?4 WHERE remote = ?1 AND kind = ?2 AND import_number = ?3"
        };
        self.transaction.prepare_cached(sql)?.execute((remote, table.as_str(), number, last))?;
        Ok(())
    }

    fn import_id(&self, number: i64) -> Result<Uuid, LedgerError> {
        let mut statement = self.transaction.prepare_cached("SELECT id FROM imports WHERE number = ?1")?;
        Ok(Uuid::from_bytes(statement.query_row([number], |row| row.get(0))?))
    }
}

fn part_of(table: Table) -> Part {
    if table == Table::Generations { Part::Brought } else { Part::Known }
}

fn name(table: Table, import: Uuid, key: [u8; 16]) -> RowId {
    let key = Uuid::from_bytes(key);
    match table {
        Table::Generations => RowId::generation(key),
        Table::ImportMembers => RowId::member(import, key),
        table => RowId::whole(table, key),
    }
}

pub(super) fn standing(word: String) -> Result<Standing, LedgerError> {
    let known = Standing::NOTED.into_iter().find(|standing| standing.as_str() == word);
    known.ok_or(LedgerError::Unreadable { what: "standing", value: word })
}
