//! Calls and aggregates of other machines: found new or known, written, and counted.

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::faults::Faults;
use super::{Arrival, Conflict, number_for};
use crate::counting::authority::Authorities;
use crate::counting::containment::Containment;
use crate::counting::recount::IdRange;
use crate::error::LedgerError;
use crate::generations::{self, StoredRow};
use crate::handle::Writer;
use crate::import::neighbours::{Neighbourhood, bounds};
use crate::import::recount_ranges;
use crate::interning::{Detail, Dimension};
use crate::rollup::{Deltas, Numbers};
use crate::sync::rows::Generation;

/// What the book has of a row that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// Nothing, and nothing of its fact.
    New,
    /// Another row of its fact.
    NewToFact,
    /// A row with its id, which this import brought.
    Held(Option<i64>),
}

/// What is decided about rows by the state of the book alone, asked once for a page.
struct Deciding<'w, 'l> {
    writer: &'w Writer<'l>,
    containment: Containment,
    authorities: Authorities,
    imports: FxHashMap<Uuid, i64>,
    deltas: Deltas,
    touched: Vec<[u8; 16]>,
    /// The days of rows that a source describes, by dimension.
    described: FxHashMap<i64, (i64, i64)>,
    /// JSON as this ledger writes it, by how it arrived; `None`: just so.
    canonical: FxHashMap<String, Option<String>>,
    /// By import that brought them: ids in their order.
    brought: FxHashMap<i64, Vec<[u8; 16]>>,
}

impl Writer<'_> {
    /// Takes in calls and aggregates of other machines, at best in the order of their ids and some thousand at a time.
    /// Rows whose import is not here yet wait for it and do not count.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn pull_generations(&self, rows: Vec<Generation>) -> Result<Arrival<Generation>, LedgerError> {
        let mut arrival = Arrival::default();
        let mut taken = Vec::with_capacity(rows.len());
        let mut faults = Faults::default();
        for row in rows {
            match faults.of(&row) {
                None => taken.push(row),
                Some(refusal) => arrival.refused.push((row, refusal)),
            }
        }
        taken.sort_by_key(|row| row.id);
        taken.dedup_by(|row, before| {
            let repeats = row.id == before.id;
            if repeats && !says_the_same(before, row) {
                arrival.conflicts.push(Conflict { here: before.clone(), there: row.clone() });
            }
            repeats
        });
        let findings = self.findings(&taken)?;
        let mut deciding = Deciding::new(self)?;
        let mut held = self.held_rows(&taken, &findings)?.into_iter();
        let mut also = Vec::new();
        let mut written: Option<IdRange> = None;
        let mut insert = generations::prepare_insert(&self.transaction)?;
        for (row, finding) in taken.into_iter().zip(findings) {
            match finding {
                Finding::Held(number) => {
                    also.extend(held.next().and_then(|here| meet(here, row, number, &mut arrival)));
                }
                finding => {
                    arrival.new += 1;
                    let id = *row.id.as_bytes();
                    written.get_or_insert((id, id)).1 = id;
                    deciding.write(&mut insert, row, finding == Finding::NewToFact)?;
                }
            }
        }
        self.note_rows(written.as_slice())?;
        deciding.finish(also)?;
        Ok(arrival)
    }

    fn findings(&self, rows: &[Generation]) -> Result<Vec<Finding>, LedgerError> {
        let ids: Vec<[u8; 16]> = rows.iter().map(|row| *row.id.as_bytes()).collect();
        let mut findings = vec![Finding::New; rows.len()];
        Neighbourhood::default().visit(&self.transaction, &ids, |position, neighbours| {
            let row = &rows[position];
            if let Some(held) = neighbours.iter().find(|stored| stored.id == *row.id.as_bytes()) {
                findings[position] = Finding::Held(held.brought_by);
            } else if neighbours.iter().any(|stored| stored.source_key == row.source_key.as_str()) {
                findings[position] = Finding::NewToFact;
            }
            Ok(())
        })?;
        for position in 1..rows.len() {
            let (row, before) = (&rows[position], &rows[position - 1]);
            let is_near = row.id.as_bytes()[..12] == before.id.as_bytes()[..12];
            if is_near && findings[position] == Finding::New {
                findings[position] = Finding::NewToFact;
            }
        }
        Ok(findings)
    }

    /// Those of the rows that are here, in their order.
    fn held_rows(&self, rows: &[Generation], findings: &[Finding]) -> Result<Vec<Generation>, LedgerError> {
        let held = rows.iter().zip(findings).filter(|(_, finding)| matches!(finding, Finding::Held(_)));
        let ids: Vec<Uuid> = held.map(|(row, _)| row.id).collect();
        self.reader().generation_rows(&ids)
    }
}

/// Compares a row with the one that is here. If another import brought it elsewhere, that import contains it, too.
fn meet(
    here: Generation,
    there: Generation,
    brought_by: Option<i64>,
    arrival: &mut Arrival<Generation>,
) -> Option<(Uuid, [u8; 16])> {
    if !says_the_same(&here, &there) {
        arrival.conflicts.push(Conflict { here, there });
        return None;
    }
    arrival.known += 1;
    let also = there.import_id.filter(|import| brought_by.is_some() && here.import_id != Some(*import));
    also.map(|import| (import, *there.id.as_bytes()))
}

impl<'w, 'l> Deciding<'w, 'l> {
    fn new(writer: &'w Writer<'l>) -> Result<Self, LedgerError> {
        Ok(Self {
            writer,
            containment: Containment::load(&writer.transaction)?,
            authorities: Authorities::load(&writer.transaction)?,
            imports: FxHashMap::default(),
            deltas: Deltas::new(writer.identity.zone),
            touched: Vec::new(),
            described: FxHashMap::default(),
            canonical: FxHashMap::default(),
            brought: FxHashMap::default(),
        })
    }

    /// Writes a row as one that counts; whether it does is decided at the end, where that is not plain.
    fn write(
        &mut self,
        insert: &mut rusqlite::CachedStatement<'_>,
        row: Generation,
        is_of_known_fact: bool,
    ) -> Result<(), LedgerError> {
        let connection = &self.writer.transaction;
        if row.import_id.is_none() && row.device_id != Some(self.writer.identity.device_id) {
            let device = row.device_id.unwrap_or_default();
            let sql = "INSERT INTO logged_elsewhere (id, device_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            connection.prepare_cached(sql)?.execute((row.id.as_bytes(), device.as_bytes()))?;
        }
        let number = row.import_id.map(|import| self.number(import)).transpose()?;
        let stored = self.stored(row, number)?;
        generations::insert(insert, &stored)?;
        let mut dimensions = self.writer.dimensions.borrow_mut();
        self.deltas.add(connection, &mut dimensions, &stored.numbers, None)?;
        let day = stored.numbers.created_at.micros().div_euclid(MICROS_PER_DAY);
        let dimension = dimensions.get(connection, stored.numbers.dimension)?;
        let is_live = |number| self.containment.import(number).is_some_and(|import| import.live);
        if is_of_known_fact
            || number.is_some_and(|number| !is_live(number))
            || self.containment.is_row_voided(&stored.id)
            || self
                .authorities
                .of_account(&dimension.provider, &dimension.account)
                .is_some_and(|answers| !answers.days_within((day, day)).is_empty())
        {
            self.touched.push(stored.id);
        }
        if let Some(number) = number {
            self.brought.entry(number).or_default().push(stored.id);
            let (first, last) = self.described.entry(stored.numbers.dimension).or_insert((day, day));
            (*first, *last) = ((*first).min(day), (*last).max(day));
        }
        Ok(())
    }

    fn number(&mut self, import: Uuid) -> Result<i64, LedgerError> {
        if let Some(&number) = self.imports.get(&import) {
            return Ok(number);
        }
        let number = number_for(&self.writer.transaction, import)?;
        self.imports.insert(import, number);
        Ok(number)
    }

    /// A server writes JSON with other spaces and in another order: what is the same is stored once.
    fn canonical(&mut self, text: String) -> String {
        if text == "{}" {
            return text;
        }
        if let Some(known) = self.canonical.get(&text) {
            return known.clone().unwrap_or(text);
        }
        let written = serde_json::from_str::<serde_json::Value>(&text).ok().map(|value| value.to_string());
        let written = written.filter(|written| *written != text);
        self.canonical.insert(text.clone(), written.clone());
        written.unwrap_or(text)
    }

    fn stored(&mut self, row: Generation, import_number: Option<i64>) -> Result<StoredRow, LedgerError> {
        let connection = &self.writer.transaction;
        let dimension = Dimension {
            user_id: row.user_id,
            account: row.account,
            application_id: row.application_id.map(Uuid::into_bytes),
            generation_type: row.generation_type,
            model_used: row.model_used,
            provider: row.provider,
            source: row.source,
            cost_basis: row.cost_basis,
        };
        let detail = Detail {
            labels: self.canonical(row.labels),
            service_tier: row.service_tier,
            batch: row.batch,
            variant: self.canonical(row.variant),
            price_id: row.price_id,
            price_note: row.price_note,
        };
        let numbers = Numbers {
            dimension: self.writer.dimensions.borrow_mut().number(connection, &dimension)?,
            created_at: row.created_at,
            period_end: row.period_end,
            request_count: row.request_count,
            tokens_input: row.tokens_input,
            tokens_output: row.tokens_output,
            cached_tokens: row.cached_tokens,
            cache_write_tokens: row.cache_write_tokens,
            reasoning_tokens: row.reasoning_tokens,
            cost_nanos: row.cost.nanos(),
            list_nanos: row.list.map(Money::nanos),
            exact: row.cost_exact,
        };
        Ok(StoredRow {
            id: row.id.into_bytes(),
            numbers,
            detail: self.writer.details.borrow_mut().number(connection, &detail)?,
            import_number,
            source_line: None,
            cache_write_long_tokens: row.cache_write_long_tokens,
            other_units: row.other_units.map(|units| self.canonical(units)),
            priced_at: row.priced_at.map(Instant::micros),
            source_key: row.source_key,
            fingerprint: row.fingerprint,
            duration_ms: row.duration_ms,
            error: row.error,
            input_summary: row.input_summary,
            output_summary: row.output_summary,
        })
    }

    /// Settles which imports contain the new rows, and what counts of them. `also` are known rows that other imports
    /// contain, too.
    fn finish(mut self, also: Vec<(Uuid, [u8; 16])>) -> Result<(), LedgerError> {
        self.deltas.write(&self.writer.transaction)?;
        self.touched.extend(self.writer.receive_members(&self.brought)?);
        let mut by_import: FxHashMap<Uuid, Vec<[u8; 16]>> = FxHashMap::default();
        for (import, id) in also {
            by_import.entry(import).or_default().push(id);
        }
        for (import, ids) in by_import {
            let added = self.writer.add_members(import, &ids)?;
            self.touched.extend(self.writer.left_out_of(&added)?);
        }
        self.note_unsettled()?;
        self.touched.sort_unstable();
        self.touched.dedup();
        let touched = ranges(&self.writer.transaction, &self.touched)?;
        self.writer.note_rows(&touched)?;
        recount_ranges(self.writer, &touched)
    }

    /// Notes where overlaps between sources may have come up.
    fn note_unsettled(&self) -> Result<(), LedgerError> {
        let connection = &self.writer.transaction;
        let sql = "INSERT INTO unsettled (provider, account, source, first_day, last_day) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET first_day = min(first_day, excluded.first_day),
                last_day = max(last_day, excluded.last_day)";
        let mut statement = connection.prepare_cached(sql)?;
        let mut dimensions = self.writer.dimensions.borrow_mut();
        for (&number, &(first, last)) in &self.described {
            let of = dimensions.get(connection, number)?;
            statement.execute((&of.provider, &of.account, &of.source, first, last))?;
        }
        Ok(())
    }
}

/// The ranges in which the facts of some rows (sorted) lie: one for all of them where the book has little besides.
pub(super) fn ranges(
    connection: &rusqlite::Connection,
    touched: &[[u8; 16]],
) -> Result<Vec<IdRange>, LedgerError> {
    const FEW: usize = 64;
    let (Some(first), Some(last)) = (touched.first(), touched.last()) else { return Ok(Vec::new()) };
    let whole = (bounds(first).0, bounds(last).1);
    let limit = i64::try_from(touched.len() * 8).unwrap_or(i64::MAX);
    let sql = "SELECT count(*) FROM (SELECT 1 FROM generations WHERE id BETWEEN ?1 AND ?2 LIMIT ?3)";
    let stored: i64 =
        connection.prepare_cached(sql)?.query_row((whole.0, whole.1, limit), |row| row.get(0))?;
    if touched.len() > FEW && stored < limit {
        return Ok(vec![whole]);
    }
    Ok(touched.iter().map(bounds).collect())
}

/// Whether two rows with one id state the same. Which import and machine a row came from, whose it is, what the user
/// calls its type and application, and what a person reads beside it is not compared.
fn says_the_same(here: &Generation, there: &Generation) -> bool {
    let stated = |row: &Generation| {
        (
            (row.fingerprint, row.created_at, row.period_end, row.request_count, row.priced_at),
            (row.tokens_input, row.tokens_output, row.cached_tokens, row.reasoning_tokens),
            (row.cache_write_tokens, row.cache_write_long_tokens, row.duration_ms, row.batch),
        )
    };
    let named = |row: &Generation| {
        [
            &row.source_key,
            &row.source,
            &row.account,
            &row.provider,
            &row.model_used,
            &row.price_id,
            &row.service_tier,
        ]
        .map(String::clone)
    };
    let cost = |row: &Generation| (row.cost, row.cost_basis, row.list);
    stated(here) == stated(there)
        && named(here) == named(there)
        && here.error == there.error
        // A cost that was read from a binary float says less than the one that is here.
        && (!there.cost_exact || cost(here) == cost(there))
}

impl Generation {
    /// Whether a row of another machine with the same id states the same, as when it arrives here.
    pub fn says_the_same(&self, there: &Self) -> bool {
        says_the_same(self, there)
    }
}
