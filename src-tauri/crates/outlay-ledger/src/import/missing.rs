//! Rows of days that two exports of one source describe, and that only one of them has.
//!
//! They were renamed, filtered out, or exported in another grain: within one source nothing is guessed.
//! The user says whether the newer export replaces its days, or what only one has goes on counting; rows
//! of another grain of the same day never count beside each other.

use std::collections::BTreeSet;

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::finish::{Answers, DaysAnswer};
use super::ingest::Ingest;
use super::neighbours::bounds;
use crate::counting::containment::Containment;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::tables::authorities::{self, Answer, Speaker};

/// Rows that one of two exports lacks, in sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Missing {
    /// How many rows.
    pub rows: u64,
    /// What they cost.
    pub spend: Money,
    /// First and last UTC day of such rows.
    pub days: Option<(i64, i64)>,
}

/// Both ways, by day and import, as far as settling it needs.
#[derive(Debug, Default)]
pub(super) struct MissingRows {
    /// Rows that count, and that this newer file lacks.
    pub(super) lacking: Missing,
    /// New rows of this file that a newer export of their days lacks.
    pub(super) surplus: Missing,
    /// Per other import: the UTC days in question, with the shapes of its rows.
    others: Vec<(Uuid, FxHashMap<i64, FxHashSet<Shape>>)>,
    types: BTreeSet<String>,
}

/// What two rows must share to be parts of one description of a day: the length of their bucket, and
/// whether they name a model.
type Shape = (i64, bool);

/// An earlier import of the same source and account, with the days that it shares with the file.
struct Other {
    number: i64,
    id: [u8; 16],
    days: (i64, i64),
    newer: bool,
}

const ROWS: &str = "SELECT g.id, g.created_at, coalesce(g.period_end - g.created_at, 0), d.model_used <> '',
        g.cost_nanos, d.generation_type, (o.id IS NULL OR o.reason = 'also_reported')
    FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
    WHERE g.id BETWEEN ?1 AND ?2 AND g.import_number = ?3";

/// Finds what only one of two exports has. `as_of` is the file's.
pub(super) fn rows(
    ingest: &Ingest<'_, '_>,
    before: &Containment,
    days: (i64, i64),
    as_of: Instant,
) -> Result<MissingRows, LedgerError> {
    let mut missing = MissingRows::default();
    let restating: FxHashSet<_> = ingest.restating.iter().map(bounds).collect();
    for other in others(ingest, before, days, as_of)? {
        let shapes = if other.newer {
            surplus(ingest, &other, &restating, &mut missing)?
        } else {
            lacking(ingest, before, &other, &restating, as_of, &mut missing)?
        };
        if !shapes.is_empty() {
            missing.others.push((Uuid::from_bytes(other.id), shapes));
        }
    }
    Ok(missing)
}

/// Live imports of the same source and account that cover one of the days, unless the file holds all of
/// their rows.
fn others(
    ingest: &Ingest<'_, '_>,
    before: &Containment,
    days: (i64, i64),
    as_of: Instant,
) -> Result<Vec<Other>, LedgerError> {
    let sql = "SELECT number, rows_new + rows_restated, max(first_day, ?4), min(last_day, ?5) FROM imports
        WHERE source = ?1 AND provider = ?2 AND account = ?3 AND first_day <= ?5 AND last_day >= ?4";
    let origin = &ingest.origin;
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    let mut rows = statement.query((&origin.source, &origin.provider, &origin.account, days.0, days.1))?;
    let mut others = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, brought): (i64, i64) = (row.get(0)?, row.get(1)?);
        let contained = ingest.known.get(&number).map_or(0, Vec::len);
        let Some(import) = before.import(number).filter(|import| import.live) else { continue };
        let newer = import.as_of > as_of.micros();
        if newer || usize::try_from(brought).is_ok_and(|brought| contained < brought) {
            others.push(Other { number, id: import.id, days: (row.get(2)?, row.get(3)?), newer });
        }
    }
    Ok(others)
}

/// Rows of an older import that count and that the file lacks, with their shapes by day.
fn lacking(
    ingest: &Ingest<'_, '_>,
    before: &Containment,
    other: &Other,
    restating: &FxHashSet<([u8; 16], [u8; 16])>,
    as_of: Instant,
    missing: &mut MissingRows,
) -> Result<FxHashMap<i64, FxHashSet<Shape>>, LedgerError> {
    let mut shapes: FxHashMap<i64, FxHashSet<Shape>> = FxHashMap::default();
    let known = ingest.known.get(&other.number).map(Vec::as_slice).unwrap_or_default();
    let (first, last) = ids_of_days(other.days.0, other.days.1);
    let mut statement = ingest.writer.transaction.prepare_cached(ROWS)?;
    let mut rows = statement.query((first, last, other.number))?;
    while let Some(row) = rows.next()? {
        let id: [u8; 16] = row.get(0)?;
        // A provider's exports of chats and of embeddings are two files of one kind.
        let generation_type = row.get_ref(5)?.as_str().unwrap_or_default();
        let counts: bool = row.get(6)?;
        let in_file = known.binary_search(&id).is_ok() || restating.contains(&bounds(&id));
        let older = before.newest_live(other.number, &id).is_some_and(|(newest, _)| newest < as_of.micros());
        if in_file || !counts || !older || !ingest.types.contains(generation_type) {
            continue;
        }
        let day = row.get::<_, i64>(1)?.div_euclid(MICROS_PER_DAY);
        shapes.entry(day).or_default().insert((row.get(2)?, row.get(3)?));
        missing.types.insert(generation_type.to_owned());
        missing.lacking.add(day, row.get(4)?);
    }
    Ok(shapes)
}

/// New rows of the file on days of a newer import, with the shapes of that import's own rows.
fn surplus(
    ingest: &Ingest<'_, '_>,
    other: &Other,
    restating: &FxHashSet<([u8; 16], [u8; 16])>,
    missing: &mut MissingRows,
) -> Result<FxHashMap<i64, FxHashSet<Shape>>, LedgerError> {
    if !ingest.origin.aggregate {
        return Ok(FxHashMap::default());
    }
    let (of_other, types) = shapes_of(ingest, other.number, other.days)?;
    let mut shapes: FxHashMap<i64, FxHashSet<Shape>> = FxHashMap::default();
    let (first, last) = ids_of_days(other.days.0, other.days.1);
    let mut statement = ingest.writer.transaction.prepare_cached(ROWS)?;
    let mut rows = statement.query((first, last, ingest.number))?;
    while let Some(row) = rows.next()? {
        let id: [u8; 16] = row.get(0)?;
        let generation_type = row.get_ref(5)?.as_str().unwrap_or_default();
        if restating.contains(&bounds(&id)) || !types.contains(generation_type) {
            continue;
        }
        let day = row.get::<_, i64>(1)?.div_euclid(MICROS_PER_DAY);
        shapes.insert(day, of_other.get(&day).cloned().unwrap_or_default());
        missing.types.insert(generation_type.to_owned());
        missing.surplus.add(day, row.get(4)?);
    }
    Ok(shapes)
}

impl Missing {
    fn add(&mut self, day: i64, cost_nanos: i64) {
        self.rows += 1;
        self.spend = self.spend.saturating_add(Money::from_nanos(cost_nanos));
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
    }
}

/// Stores the answer.
pub(super) fn settle(
    ingest: &Ingest<'_, '_>,
    import: Uuid,
    missing: &MissingRows,
    answers: Answers,
    now: Instant,
) -> Result<(), LedgerError> {
    let Some(answer) = answers.days.filter(|_| ingest.origin.aggregate) else { return Ok(()) };
    for generation_type in &missing.types {
        match answer {
            DaysAnswer::Replace => replace(ingest, import, generation_type, missing, now)?,
            DaysAnswer::Keep => keep(ingest, import, generation_type, missing, now)?,
        }
    }
    Ok(())
}

/// Of two exports the newer speaks for its days.
fn replace(
    ingest: &Ingest<'_, '_>,
    import: Uuid,
    generation_type: &str,
    missing: &MissingRows,
    now: Instant,
) -> Result<(), LedgerError> {
    if let Some(days) = missing.lacking.days {
        store(ingest, days, generation_type, import, None, now)?;
    }
    for (other, shapes) in missing.others.iter().filter(|_| missing.surplus.rows > 0) {
        for &day in shapes.keys() {
            store(ingest, (day, day), generation_type, *other, Some(import), now)?;
        }
    }
    Ok(())
}

/// What only one has counts; but a day that is described in another grain already is not described twice.
fn keep(
    ingest: &Ingest<'_, '_>,
    import: Uuid,
    generation_type: &str,
    missing: &MissingRows,
    now: Instant,
) -> Result<(), LedgerError> {
    let Some(days) = missing.lacking.days.or(missing.surplus.days) else { return Ok(()) };
    let all_days = missing.surplus.days.map_or(days, |more| (days.0.min(more.0), days.1.max(more.1)));
    let (of_file, _) = shapes_of(ingest, ingest.number, all_days)?;
    for (other, shapes) in &missing.others {
        let clashes = shapes.iter().filter(|(day, shapes)| {
            !shapes.is_empty() && of_file.get(day).is_some_and(|of_file| of_file.is_disjoint(shapes))
        });
        for (&day, _) in clashes {
            store(ingest, (day, day), generation_type, *other, Some(import), now)?;
        }
    }
    Ok(())
}

fn store(
    ingest: &Ingest<'_, '_>,
    days: (i64, i64),
    generation_type: &str,
    import: Uuid,
    over: Option<Uuid>,
    now: Instant,
) -> Result<(), LedgerError> {
    let origin = &ingest.origin;
    let speaker = Speaker::Import { source: &origin.source, generation_type, import, over };
    let answer = |provider| Answer { provider, account: &origin.account, days, speaker };
    ingest.providers.iter().try_for_each(|provider| authorities::insert(ingest.writer, answer(provider), now))
}

/// Per UTC day the shapes of the rows that an import holds, and their types.
#[expect(clippy::type_complexity, reason = "two small collections that are filled in one pass")]
fn shapes_of(
    ingest: &Ingest<'_, '_>,
    number: i64,
    days: (i64, i64),
) -> Result<(FxHashMap<i64, FxHashSet<Shape>>, FxHashSet<String>), LedgerError> {
    let sql = "SELECT g.created_at, coalesce(g.period_end - g.created_at, 0), d.model_used <> '', d.generation_type
        FROM generations g JOIN dimensions d ON d.id = g.dimension_id
        WHERE g.id BETWEEN ?1 AND ?2 AND (g.import_number = ?3 OR EXISTS (SELECT 1 FROM import_rows r
            WHERE r.import_number = ?3 AND r.holder = g.import_number AND g.id BETWEEN r.first_id AND r.last_id))";
    let (first, last) = ids_of_days(days.0, days.1);
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    let mut rows = statement.query((first, last, number))?;
    let mut shapes: FxHashMap<i64, FxHashSet<Shape>> = FxHashMap::default();
    let mut types = FxHashSet::default();
    while let Some(row) = rows.next()? {
        let day = row.get::<_, i64>(0)?.div_euclid(MICROS_PER_DAY);
        shapes.entry(day).or_default().insert((row.get(1)?, row.get(2)?));
        types.insert(row.get(3)?);
    }
    Ok((shapes, types))
}
