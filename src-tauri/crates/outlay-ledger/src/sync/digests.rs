//! What this machine holds of what a remote is thought to show, in a few numbers per bucket, and row by row.
//!
//! One pass over the keys: an id says its day. Rows that wait, and those that the server does not show, are left out.

use rusqlite::Connection;
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::members::{self, Part};
use super::names::{Bucket, Digest, Digests, Scope, Standing, Table, day_of};
use super::records;
use super::standings::Line;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Reader;

/// A row of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its key.
    pub key: Uuid,
    /// Whether it is the owner's, recorded or imported on any of the owner's machines, or stands as claimed.
    pub is_mine: bool,
    /// What is known of it.
    pub standing: Standing,
    /// Whether it is what another row says: that an import contains what it brought.
    pub is_said: bool,
}

/// The bucket of a row as it is stored, zeros where the key says it, and the key.
pub(super) type BucketAndKey = ([u8; 16], [u8; 16]);

impl Reader<'_> {
    /// The digests of the rows that a remote is thought to show, the owner's or everybody's. A UTC day leaves out
    /// generations of earlier days, and imports' members among them.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn digests(
        &self,
        remote: i64,
        table: Table,
        since: Option<i64>,
        scope: Scope,
    ) -> Result<Digests, LedgerError> {
        match table {
            Table::Generations => self.digests_of_days(remote, since, scope),
            Table::ImportMembers => self.digests_of_imports(remote, since, scope),
            table => {
                let held = self.held(remote, table, Bucket::Whole)?.into_iter();
                let shown =
                    held.filter(|row| row.standing.is_shown() && (row.is_mine || scope == Scope::Team));
                let mut digest = Digest::default();
                shown.for_each(|row| digest.add(row.key.as_bytes()));
                Ok((digest.count > 0).then_some((Bucket::Whole, digest)).into_iter().collect())
            }
        }
    }

    /// All rows of a bucket, whosever they are and however they stand, in the order of their keys.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn held(&self, remote: i64, table: Table, bucket: Bucket) -> Result<Vec<Held>, LedgerError> {
        let rows = match bucket {
            Bucket::Day(day) => self.keys_of_day(day)?,
            Bucket::Import(import) => {
                let number = members::number_of(self.connection, import)?;
                let is_mine = !records::is_of_others(self.connection, Table::Imports, &import)?;
                let line = |part| match part {
                    Part::Brought => number.map(|number| (Table::Generations, number)),
                    Part::Known => number.map(|number| (Table::ImportMembers, number)),
                };
                let keys = members::all(self.connection, import)?;
                keys.into_iter().map(|(key, part)| ((key, part.and_then(line)), is_mine)).collect()
            }
            Bucket::Whole => {
                let keys = records::keys(self, table)?;
                keys.into_iter().map(|(key, is_mine)| ((*key.as_bytes(), None), is_mine)).collect()
            }
        };
        let (keys, mine): (Vec<_>, Vec<bool>) = rows.into_iter().unzip();
        let standings = self.standings_of(remote, table, &bucket, &keys)?;
        let rows = keys.iter().zip(mine).zip(standings);
        Ok(rows
            .map(|(((key, line), is_mine), standing)| Held {
                key: Uuid::from_bytes(*key),
                is_mine: is_mine || standing == Standing::Claimed,
                standing,
                is_said: table == Table::ImportMembers
                    && line.is_some_and(|(table, _)| table == Table::Generations),
            })
            .collect())
    }

    #[expect(clippy::type_complexity, reason = "a row's key with its line, and whether it is the owner's")]
    fn keys_of_day(&self, day: i64) -> Result<Vec<(([u8; 16], Option<Line>), bool)>, LedgerError> {
        let mine = self.own_dimensions()?;
        let sql =
            "SELECT id, import_number, dimension_id FROM generations WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(ids_of_days(day, day))?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            let line = row.get::<_, Option<i64>>(1)?.map(|number| (Table::Generations, number));
            keys.push(((row.get(0)?, line), mine.contains(&row.get(2)?)));
        }
        Ok(keys)
    }

    fn digests_of_days(&self, remote: i64, since: Option<i64>, scope: Scope) -> Result<Digests, LedgerError> {
        let mine = self.own_dimensions()?;
        let hidden = self.unshown(remote, Table::Generations)?;
        let claimed = self.claimed(remote, Table::Generations)?;
        let waiting = self.waiting_beyond(remote, Table::Generations)?;
        let first = ids_of_days(since.unwrap_or(0), since.unwrap_or(0)).0;
        let sql = "SELECT id, import_number, dimension_id FROM generations WHERE id >= ?1 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([first])?;
        let mut days: Vec<(i64, Digest)> = Vec::new();
        while let Some(row) = rows.next()? {
            let id: [u8; 16] = row.get(0)?;
            let waits = || match row.get::<_, Option<i64>>(1) {
                Ok(Some(number)) => waiting.get(&number).is_some_and(|after| id > *after),
                _ => false,
            };
            let is_mine = mine.contains(&row.get(2)?) || claimed.contains(&([0; 16], id));
            if (scope == Scope::Mine && !is_mine)
                || (!waiting.is_empty() && waits())
                || (!hidden.is_empty() && hidden.contains(&([0; 16], id)))
            {
                continue;
            }
            let day = day_of(&id);
            if days.last().is_none_or(|(last, _)| *last != day) {
                days.push((day, Digest::default()));
            }
            if let Some((_, digest)) = days.last_mut() {
                digest.add(&id);
            }
        }
        Ok(days.into_iter().map(|(day, digest)| (Bucket::Day(day), digest)).collect())
    }

    fn digests_of_imports(
        &self,
        remote: i64,
        since: Option<i64>,
        scope: Scope,
    ) -> Result<Digests, LedgerError> {
        let hidden = self.unshown(remote, Table::ImportMembers)?;
        let brought = self.waiting_beyond(remote, Table::Generations)?;
        let known = self.waiting_beyond(remote, Table::ImportMembers)?;
        let from = since.map_or([0; 16], |day| ids_of_days(day, day).0);
        let mut wanted = self.wanted_imports(scope)?;
        for import in wanted.values_mut() {
            import.after = [&brought, &known].map(|waiting| waiting.get(&import.number).copied());
        }
        let contained = Contained::load(self.connection, &wanted)?;
        contained.pass(
            self.connection,
            from,
            |import, (id, holder)| {
                let is_hidden = !hidden.is_empty() && hidden.contains(&(import.id, *id));
                let [brought, known] = import.after;
                let after = if holder == import.number { brought } else { known };
                if !is_hidden && after.is_none_or(|after| *id <= after) {
                    import.digest.add(id);
                }
            },
            &mut wanted,
        )?;
        let mut digests: FxHashMap<[u8; 16], Digest> =
            wanted.values().map(|import| (import.id, import.digest)).collect();
        self.add_awaited(from, scope, &mut digests)?;
        if scope == Scope::Mine {
            self.add_claimed(remote, from, &mut digests)?;
        }
        let held = digests.into_iter().filter(|(_, digest)| digest.count > 0);
        Ok(held.map(|(import, digest)| (Bucket::Import(Uuid::from_bytes(import)), digest)).collect())
    }

    /// Pairs whose row is not here are contained all the same.
    fn add_awaited(
        &self,
        from: [u8; 16],
        scope: Scope,
        digests: &mut FxHashMap<[u8; 16], Digest>,
    ) -> Result<(), LedgerError> {
        let sql = "SELECT import_id, generation_id FROM awaited_members WHERE generation_id >= ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([from])?;
        while let Some(row) = rows.next()? {
            let import = row.get(0)?;
            if scope == Scope::Team || digests.contains_key(&import) {
                digests.entry(import).or_default().add(&row.get(1)?);
            }
        }
        Ok(())
    }

    /// Pairs of others' imports that the server shows as the member's own.
    fn add_claimed(
        &self,
        remote: i64,
        from: [u8; 16],
        digests: &mut FxHashMap<[u8; 16], Digest>,
    ) -> Result<(), LedgerError> {
        let sql = "SELECT 1 FROM of_others WHERE kind = 'imports' AND key = ?1";
        let mut is_of_others = self.connection.prepare_cached(sql)?;
        for (import, key) in self.claimed(remote, Table::ImportMembers)? {
            if key >= from && is_of_others.exists([import])? {
                digests.entry(import).or_default().add(&key);
            }
        }
        Ok(())
    }

    fn wanted_imports(&self, scope: Scope) -> Result<FxHashMap<i64, Wanted>, LedgerError> {
        let sql = "SELECT number, id FROM imports i WHERE ?1 OR NOT EXISTS
            (SELECT 1 FROM of_others o WHERE o.kind = 'imports' AND o.key = i.id)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([scope == Scope::Team])?;
        let mut wanted = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            let import = Wanted { number, id: row.get(1)?, after: [None; 2], digest: Digest::default() };
            wanted.insert(number, import);
        }
        Ok(wanted)
    }

    /// The dimensions of the owner's rows.
    pub(super) fn own_dimensions(&self) -> Result<FxHashSet<i64>, LedgerError> {
        let sql = "SELECT id FROM dimensions WHERE user_id = (SELECT owner FROM ledger)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let own = statement.query_map([], |row| row.get(0))?;
        Ok(own.collect::<Result<_, _>>()?)
    }

    /// Rows, by bucket and key, of which it is noted that the remote does not show them.
    pub(super) fn unshown(&self, remote: i64, table: Table) -> Result<FxHashSet<BucketAndKey>, LedgerError> {
        let sql = "SELECT bucket, key FROM sync_standings
            WHERE remote = ?1 AND kind = ?2 AND standing NOT IN ('disputed', 'claimed')";
        self.noted_rows(sql, remote, table)
    }

    /// Rows, by bucket and key, that the remote shows as the owner's own, whosever they are here.
    pub(super) fn claimed(&self, remote: i64, table: Table) -> Result<FxHashSet<BucketAndKey>, LedgerError> {
        let sql = "SELECT bucket, key FROM sync_standings
            WHERE remote = ?1 AND kind = ?2 AND standing = 'claimed'";
        self.noted_rows(sql, remote, table)
    }

    fn noted_rows(
        &self,
        sql: &str,
        remote: i64,
        table: Table,
    ) -> Result<FxHashSet<BucketAndKey>, LedgerError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((remote, table.as_str()))?;
        let mut unshown = FxHashSet::default();
        while let Some(row) = rows.next()? {
            let bucket = row.get_ref(0)?.as_blob().unwrap_or_default().try_into().unwrap_or_default();
            unshown.insert((bucket, row.get(1)?));
        }
        Ok(unshown)
    }
}

/// An import whose members are added up.
struct Wanted {
    number: i64,
    id: [u8; 16],
    /// Members beyond this one wait: of those that it brought, and of known ones.
    after: [Option<[u8; 16]>; 2],
    digest: Digest,
}

/// A run of a holder's rows, and the import that contains them too.
type Run = ([u8; 16], [u8; 16], i64);

/// The runs of wanted imports by holder, and the ids between which all their members lie.
struct Contained {
    runs: FxHashMap<i64, Vec<Run>>,
    bounds: Option<([u8; 16], [u8; 16])>,
}

impl Contained {
    fn load(connection: &Connection, wanted: &FxHashMap<i64, Wanted>) -> Result<Self, LedgerError> {
        let mut contained = Self { runs: FxHashMap::default(), bounds: None };
        let sql = "SELECT holder, first_id, last_id, import_number FROM import_rows
            UNION ALL SELECT number, first_id, last_id, number FROM imports WHERE first_id IS NOT NULL
            ORDER BY 1, 2";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let run: Run = (row.get(1)?, row.get(2)?, row.get(3)?);
            if wanted.contains_key(&run.2) {
                let (first, last) = contained.bounds.get_or_insert((run.0, run.1));
                (*first, *last) = ((*first).min(run.0), (*last).max(run.1));
                contained.runs.entry(row.get(0)?).or_default().push(run);
            }
        }
        Ok(contained)
    }

    /// Visits every member of every wanted import from an id on, in their order, with the number of its holder.
    fn pass(
        mut self,
        connection: &Connection,
        from: [u8; 16],
        mut visit: impl FnMut(&mut Wanted, (&[u8; 16], i64)),
        wanted: &mut FxHashMap<i64, Wanted>,
    ) -> Result<(), LedgerError> {
        let Some((first, last)) = self.bounds else { return Ok(()) };
        let sql = "SELECT id, import_number FROM generations
            WHERE id BETWEEN ?1 AND ?2 AND import_number IS NOT NULL ORDER BY id";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query((first.max(from), last))?;
        while let Some(row) = rows.next()? {
            let id: [u8; 16] = row.get(0)?;
            let holder: i64 = row.get(1)?;
            let Some(runs) = self.runs.get_mut(&holder) else { continue };
            let begun = runs.iter().take_while(|run| run.0 <= id).count();
            let mut is_over = false;
            for run in &runs[..begun] {
                is_over |= run.1 < id;
                if let Some(import) = wanted.get_mut(&run.2).filter(|_| id <= run.1) {
                    visit(import, (&id, holder));
                }
            }
            if is_over {
                runs.retain(|run| run.1 >= id);
            }
        }
        Ok(())
    }
}
