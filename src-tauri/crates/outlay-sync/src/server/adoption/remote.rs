//! An adopted table as the engine asks it: it has calls and nothing else, keeps no counter, and its rows may be anybody's.
//!
//! Rows are brought by one import for each UTC month, so that they can be undone and overlap with other sources as the
//! rows of files do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use outlay_core::instant::Instant;
use outlay_ledger::sync::{Generation, ImportRow};
use thiserror::Error;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::months::Month;
use super::rows::{self, COLUMNS, kept_id};
use super::source::taken;
use super::writing::{foreign_id, insert};
use super::{look, reading};
use crate::adoption::{Choices, Layout, Obstacle, OnlyRead, agrees, read};
use crate::digest::{Digest, Digests};
use crate::look::Look;
use crate::merge::{Alert, Columns, RecordKey, ServerRecord};
use crate::plan::Handshake;
use crate::remote::{Bump, Bumped, Counted, Extent, Remote, Verdict};
use crate::rows::{AlertBody, LedgerRow};
use crate::server::address::Address;
use crate::server::blocking::Driven;
use crate::server::connect::{Limits, Parameter, Server, connect};
use crate::server::failure::Failure;
use crate::server::password::Password;
use crate::server::team::{Cells, beginning};
use crate::state::Member;
use crate::table::{Bucket, Scope, Table};

/// Why an adopted table is not what it was.
#[derive(Debug, Error)]
pub enum AdoptedError {
    /// On the way there.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The table is gone, or the login may not read it any longer.
    #[error("the adopted table {0} is not there any more, or the login may not read it")]
    Gone(String),
    /// It cannot be read any longer as it was.
    #[error("the adopted table cannot be read any longer: {0}")]
    Changed(Obstacle),
}

/// A connection to an adopted table.
#[derive(Debug)]
pub struct Adopted {
    layout: Layout,
    only_read: Vec<OnlyRead>,
    me: String,
    writes: bool,
    place: Uuid,
    now: Instant,
    /// Imports that the ledger has.
    known: BTreeSet<Uuid>,
    /// The ids there of the rows that were named last, by those here.
    foreign: HashMap<Uuid, Uuid>,
    /// How many rows each UTC day has, as it was said last.
    days: BTreeMap<i64, u64>,
    // Before the runtime, for it is ended within it.
    server: Server,
    runtime: Driven,
}

impl Adopted {
    /// Connects to an adopted table and looks whether it still is what it was. `known` are imports that the ledger has.
    /// It waits, as all of this does: it must not be called within another runtime.
    ///
    /// # Errors
    /// [`AdoptedError`].
    pub fn connect(
        (address, password, limits): (&Address, Option<&Password>, Limits),
        choices: &Choices,
        known: BTreeSet<Uuid>,
        now: Instant,
    ) -> Result<Self, AdoptedError> {
        let runtime = Driven::begin()?;
        let (schema, table) =
            (choices.schema.clone().unwrap_or_default(), choices.table.clone().unwrap_or_default());
        let (server, shape) = runtime.handle().block_on(async {
            let server = connect(address, password, limits).await?;
            let shape = reading(&server, look(&server, &schema, &table)).await?;
            Ok::<_, Failure>((server, shape))
        })?;
        let shape = shape.ok_or_else(|| AdoptedError::Gone(format!("{schema}.{table}")))?;
        let found = read(&shape, choices);
        if let Some(obstacle) = found.obstacles.into_iter().next() {
            return Err(AdoptedError::Changed(obstacle));
        }
        let layout = found.layout.ok_or_else(|| AdoptedError::Gone(format!("{schema}.{table}")))?;
        Ok(Self {
            writes: choices.writes && found.only_read.is_empty(),
            only_read: found.only_read,
            me: choices.me.clone().unwrap_or_default(),
            place: place_of(address, &layout),
            layout,
            now,
            known,
            foreign: HashMap::new(),
            days: BTreeMap::new(),
            server,
            runtime,
        })
    }

    /// How many bytes went either way so far.
    pub fn moved_bytes(&self) -> u64 {
        self.server.moved_bytes()
    }

    /// Why nothing can be written there.
    pub fn only_read(&self) -> &[OnlyRead] {
        &self.only_read
    }

    /// The next rows in the order of their ids there, with the id of the last; empty at the end.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn page(
        &mut self,
        after: Option<Uuid>,
        most: usize,
    ) -> Result<(Vec<LedgerRow>, Option<Uuid>), Failure> {
        if after.is_none() {
            // How many rows each month has is said by the imports that bring them.
            self.digests(Table::Generations, Look::All, Scope::Team)?;
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        // A plain bound, from which the index goes on.
        let beyond = if after.is_some() { "id > $2" } else { "$2::uuid IS NULL" };
        let statement = format!("SELECT {COLUMNS} FROM {} ORDER BY id LIMIT $3", taken(&self.layout, beyond));
        let found = self.read(&statement, &[(&after as _, Type::UUID), (&most as _, Type::INT8)])?;
        let last = found.last().map(|row| Cells::of(row).next()).transpose()?;
        let all = found.iter().map(|row| rows::generation(&self.layout, row));
        let all = all.collect::<Result<_, _>>()?;
        Ok((self.brought(all), last))
    }

    /// Whether a row of the ledger and one of this table say the same, as far as this table can say it.
    pub fn agrees(&self, here: &Generation, there: &Generation) -> bool {
        agrees(&self.layout, here, there)
    }

    /// Which column means what.
    pub(super) const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Asks in a transaction that can only read. The first parameter is always the time zone.
    pub(super) fn read(
        &self,
        statement: &str,
        more: &[Parameter<'_>],
    ) -> Result<Vec<tokio_postgres::Row>, Failure> {
        let mut parameters: Vec<Parameter<'_>> = vec![(&self.layout.zone as _, Type::TEXT)];
        parameters.extend(more.iter().cloned());
        let asked = reading(&self.server, self.server.query(statement, &parameters));
        self.runtime.handle().block_on(asked)
    }

    /// Rows with the imports that bring them, as far as the ledger lacks these.
    fn brought(&mut self, mut all: Vec<Generation>) -> Vec<LedgerRow> {
        let mut months = BTreeSet::new();
        for row in &mut all {
            let month = Month::of(row.created_at);
            row.import_id = Some(month.import(self.place));
            months.insert(month);
        }
        let mut rows = Vec::with_capacity(all.len());
        for month in months {
            if self.known.insert(month.import(self.place)) {
                rows.push(LedgerRow::Import(Box::new(self.import(month))));
            }
        }
        rows.extend(all.into_iter().map(|row| LedgerRow::Generation(Box::new(row))));
        rows
    }

    fn import(&self, month: Month) -> ImportRow {
        let (first, last) = month.days();
        let rows: u64 = self.days.range(first..=last).map(|(_, rows)| rows).sum();
        let first_day = self.days.range(first..=last).next().map_or(first, |(day, _)| *day);
        let name = format!("{}.{} {month}", self.layout.schema, self.layout.table);
        let import = month.row(self.place, name, &self.me, self.now);
        ImportRow { days: Some((first_day, last)), found: [rows.cast_signed(), 0, 0, 0, 0, 0], ..import }
    }
}

/// Which table it is: nothing can be written there to say so.
fn place_of(address: &Address, layout: &Layout) -> Uuid {
    let Address { host, port, database, .. } = address;
    let name = serde_json::json!([host.to_string(), port, database, layout.schema, layout.table]);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("outlay-adopted:{name}").as_bytes())
}

impl Remote for Adopted {
    type Row = LedgerRow;
    type Body = AlertBody;
    type Failure = Failure;

    fn extent(&self) -> Extent {
        Extent::Calls
    }

    fn handshake(&mut self, _: Uuid) -> Result<Handshake, Failure> {
        let greet = "SELECT pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') = 'on',
            pg_catalog.clock_timestamp()";
        let found = self.runtime.handle().block_on(self.server.query(greet, &[]))?;
        let row = found.first().ok_or_else(|| Failure::Unintelligible { reason: "no answer".into() })?;
        let mut cells = Cells::of(row);
        let is_read_only: bool = cells.next()?;
        Ok(Handshake {
            ledger: self.place,
            oldest_reader: 0,
            oldest_writer: 0,
            member: Some(Member { user: self.me.clone(), reads: Scope::Team }),
            can_write: self.writes,
            // Where nothing is to be written, a copy that may lag behind only lags behind.
            is_read_only: is_read_only && self.writes,
            counters: None,
            now: cells.instant()?,
        })
    }

    fn bump(&mut self, _: Bump) -> Result<Bumped<()>, Failure> {
        Ok(Bumped { found: None, done: () })
    }

    fn push(&mut self, _: Table, rows: &[LedgerRow], _: Option<Bump>) -> Result<Bumped<Vec<Uuid>>, Failure> {
        let generations: Vec<&Generation> = rows.iter().filter_map(of_generation).collect();
        let (statement, parameters) = insert(&self.layout, &generations);
        let parameters = parameters.borrowed();
        let stored = self.runtime.handle().block_on(self.server.query(&statement, &parameters))?;
        let ids: BTreeSet<Uuid> = stored.iter().map(|row| Cells::of(row).next()).collect::<Result<_, _>>()?;
        let done =
            generations.iter().filter(|row| ids.contains(&foreign_id(row))).map(|row| row.id).collect();
        Ok(Bumped { found: None, done })
    }

    fn judge(&mut self, _: Table, rows: &[LedgerRow]) -> Result<Vec<Verdict>, Failure> {
        let generations: Vec<&Generation> = rows.iter().filter_map(of_generation).collect();
        let ids: Vec<Uuid> = generations.iter().map(|row| foreign_id(row)).collect();
        let there: HashMap<String, Generation> =
            self.of_ids(&ids)?.into_iter().map(|row| (row.source_key.clone(), row)).collect();
        let verdict = |row: &&Generation| match there.get(&foreign_id(row).to_string()) {
            None => Verdict::Hidden,
            Some(there) if agrees(&self.layout, row, there) => Verdict::Known,
            Some(_) => Verdict::Different,
        };
        Ok(generations.iter().map(verdict).collect())
    }

    fn digests(&mut self, table: Table, look: Look, _: Scope) -> Result<Digests, Failure> {
        if table != Table::Generations {
            return Ok(Digests::new());
        }
        let (condition, since) = match look {
            Look::Since(day) => ("at >= $2", beginning(day)),
            Look::All => ("$2::timestamptz IS NOT NULL", beginning(0)),
        };
        let statement = format!(
            "SELECT (at AT TIME ZONE 'UTC')::date - '1970-01-01'::date, count(*),
                (sum(('x' || right(id::text, 12))::bit(48)::bigint) % 18446744073709551616)::text
                FROM {} GROUP BY 1",
            taken(&self.layout, condition)
        );
        let found = self.read(&statement, &[(&since as _, Type::TIMESTAMPTZ)])?;
        let mut digests = Digests::new();
        for row in &found {
            let mut cells = Cells::of(row);
            let day = i64::from(cells.next::<i32>()?);
            let count = u64::try_from(cells.next::<i64>()?).unwrap_or(0);
            digests.insert(Bucket::Day(day), Digest { count, sum: cells.word()? });
            self.days.insert(day, count);
        }
        Ok(digests)
    }

    fn all_digests(&mut self, look: Look, scope: Scope) -> Result<Vec<(Table, Digests)>, Failure> {
        Ok(vec![(Table::Generations, self.digests(Table::Generations, look, scope)?)])
    }

    fn keys(&mut self, table: Table, bucket: Bucket, scope: Scope) -> Result<Vec<Uuid>, Failure> {
        Ok(self.keys_of(table, &[bucket], scope)?.into_iter().map(|(_, key)| key).collect())
    }

    fn keys_of(&mut self, _: Table, buckets: &[Bucket], _: Scope) -> Result<Vec<(Bucket, Uuid)>, Failure> {
        let day = |bucket: &Bucket| if let Bucket::Day(day) = bucket { Some(*day) } else { None };
        let days: BTreeSet<i64> = buckets.iter().filter_map(day).collect();
        let Some((first, last)) = days.first().zip(days.last()) else { return Ok(Vec::new()) };
        let (from, until) = (beginning(*first), beginning(last + 1));
        let statement = format!("SELECT id, at FROM {}", taken(&self.layout, "at >= $2 AND at < $3"));
        let bounds = [(&from as _, Type::TIMESTAMPTZ), (&until as _, Type::TIMESTAMPTZ)];
        let found = self.read(&statement, &bounds)?;
        self.foreign.clear();
        let mut keys = Vec::with_capacity(found.len());
        for row in &found {
            let mut cells = Cells::of(row);
            let (id, at) = (cells.next()?, cells.instant()?);
            let key = kept_id(id, at);
            let day = outlay_ledger::sync::day_of_id(key);
            if days.contains(&day) {
                self.foreign.insert(key, id);
                keys.push((Bucket::Day(day), key));
            }
        }
        Ok(keys)
    }

    fn rows(&mut self, _: Table, _: Bucket, keys: &[Uuid]) -> Result<Vec<LedgerRow>, Failure> {
        let ids: Vec<Uuid> = keys.iter().filter_map(|key| self.foreign.get(key)).copied().collect();
        let found = self.of_ids(&ids)?;
        Ok(self.brought(found))
    }

    fn alerts(&mut self) -> Result<Vec<Alert<AlertBody>>, Failure> {
        Ok(Vec::new())
    }

    fn join_alerts(&mut self, _: &[Alert<AlertBody>], _: Option<Bump>) -> Result<Bumped<()>, Failure> {
        Ok(Bumped { found: None, done: () })
    }

    fn records(&mut self) -> Result<Vec<(RecordKey, ServerRecord)>, Failure> {
        Ok(Vec::new())
    }

    fn change_record(
        &mut self,
        _: RecordKey,
        _: Option<&ServerRecord>,
        _: &Columns,
        _: Option<Bump>,
    ) -> Result<Bumped<Option<Instant>>, Failure> {
        Ok(Bumped { found: None, done: None })
    }

    fn counted(&mut self, _: Scope) -> Result<Counted, Failure> {
        let statement =
            format!("SELECT count(*), coalesce(sum(nanos), 0)::text FROM {}", taken(&self.layout, "true"));
        let found = self.read(&statement, &[])?;
        let row = found.first().ok_or_else(|| Failure::Unintelligible { reason: "no answer".into() })?;
        let mut cells = Cells::of(row);
        let rows = u64::try_from(cells.next::<i64>()?).unwrap_or(0);
        Ok(Counted { rows, spend: outlay_core::money::Money::from_nanos(cells.word()?) })
    }
}

impl Adopted {
    /// The rows with these ids there.
    fn of_ids(&self, ids: &[Uuid]) -> Result<Vec<Generation>, Failure> {
        let statement = format!("SELECT {COLUMNS} FROM {}", taken(&self.layout, "id = ANY ($2)"));
        let found = self.read(&statement, &[(&ids as _, Type::UUID_ARRAY)])?;
        found.iter().map(|row| rows::generation(&self.layout, row)).collect()
    }
}

fn of_generation(row: &LedgerRow) -> Option<&Generation> {
    if let LedgerRow::Generation(row) = row { Some(row) } else { None }
}
