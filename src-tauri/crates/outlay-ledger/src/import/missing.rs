//! Rows that count, on days that a file covers, and that the file lacks.
//!
//! They were renamed, filtered out, or exported in another grain: within one source nothing is
//! guessed, so the user says whether the file replaces its days or the rows stay.

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::finish::{Answers, DaysAnswer};
use super::ingest::Ingest;
use super::neighbours::bounds;
use crate::counting::authority::Covers;
use crate::counting::containment::Containment;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::tables::{authorities, voids};

/// Rows that count and are not in the file, in sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Missing {
    /// How many rows.
    pub rows: u64,
    /// What they cost.
    pub spend: Money,
    /// What the file says for the same days.
    pub spend_in_file: Money,
    /// First and last UTC day of such rows.
    pub days: Option<(i64, i64)>,
}

/// The same, by day, as far as settling it needs.
#[derive(Debug, Default)]
pub(super) struct MissingRows {
    pub(super) summary: Missing,
    /// Per UTC day, the shapes of the missing rows.
    shapes: FxHashMap<i64, FxHashSet<Shape>>,
}

/// What two rows must share to be parts of one description of a day: the length of their bucket, and
/// whether they name a model.
type Shape = (i64, bool);

/// Finds the rows that count and that the file lacks.
pub(super) fn rows(
    ingest: &Ingest<'_, '_>,
    before: &Containment,
    days: (i64, i64),
) -> Result<MissingRows, LedgerError> {
    let mut missing = MissingRows::default();
    let restating: FxHashSet<_> = ingest.restating.iter().map(bounds).collect();
    let sql = "SELECT g.id, g.created_at, coalesce(g.period_end - g.created_at, 0), d.model_used <> '', g.cost_nanos,
            d.generation_type
        FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
        WHERE g.id BETWEEN ?1 AND ?2 AND g.import_number = ?3 AND (o.id IS NULL OR o.reason = 'also_reported')";
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    for number in earlier_imports(ingest, before, days)? {
        let (first, last) = ids_of_days(days.0, days.1);
        let known = ingest.known.get(&number).map(Vec::as_slice).unwrap_or_default();
        let mut rows = statement.query((first, last, number))?;
        while let Some(row) = rows.next()? {
            let id: [u8; 16] = row.get(0)?;
            // A provider's exports of chats and of embeddings are two files of one kind.
            let of_file = ingest.types.contains(row.get_ref(5)?.as_str().unwrap_or_default());
            if !of_file || known.binary_search(&id).is_ok() || restating.contains(&bounds(&id)) {
                continue;
            }
            let day = row.get::<_, i64>(1)?.div_euclid(MICROS_PER_DAY);
            missing.shapes.entry(day).or_default().insert((row.get(2)?, row.get(3)?));
            missing.summary.add(day, row.get(4)?);
        }
    }
    let in_file = shapes_of_file(ingest)?;
    missing.summary.spend_in_file = missing
        .shapes
        .keys()
        .filter_map(|day| in_file.get(day))
        .map(|&(spend, _)| Money::from_nanos(spend))
        .sum();
    Ok(missing)
}

impl Missing {
    fn add(&mut self, day: i64, cost_nanos: i64) {
        self.rows += 1;
        self.spend = Money::from_nanos(self.spend.nanos().saturating_add(cost_nanos));
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
    }
}

/// Live imports of the same source and account that cover one of the days, unless the file holds all
/// of their rows.
fn earlier_imports(
    ingest: &Ingest<'_, '_>,
    before: &Containment,
    days: (i64, i64),
) -> Result<Vec<i64>, LedgerError> {
    let sql = "SELECT number, rows_new + rows_restated FROM imports
        WHERE source = ?1 AND provider = ?2 AND account = ?3 AND first_day <= ?5 AND last_day >= ?4";
    let origin = &ingest.origin;
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    let rows = statement
        .query_map((&origin.source, &origin.provider, &origin.account, days.0, days.1), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let numbers: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    let relevant = |&(number, brought): &(i64, i64)| {
        let live = before.import(number).is_some_and(|import| import.live);
        let contained = ingest.known.get(&number).map_or(0, Vec::len);
        live && usize::try_from(brought).is_ok_and(|brought| contained < brought)
    };
    Ok(numbers.into_iter().filter(relevant).map(|(number, _)| number).collect())
}

/// Stores the answer, and returns the days whose rows must be counted anew.
pub(super) fn settle(
    ingest: &Ingest<'_, '_>,
    import: Uuid,
    missing: &MissingRows,
    answers: Answers,
    now: Instant,
) -> Result<Vec<(i64, i64)>, LedgerError> {
    let Some(days) = missing.summary.days.filter(|_| ingest.origin.aggregate) else { return Ok(Vec::new()) };
    match answers.days {
        None => return Ok(Vec::new()),
        Some(DaysAnswer::Replace) => {
            let speaker = authorities::Speaker { source: &ingest.origin.source, import: Some(import) };
            let origin = &ingest.origin;
            authorities::insert(
                ingest.writer,
                &origin.provider,
                &origin.account,
                days,
                Covers::Usage,
                speaker,
                now,
            )?;
        }
        Some(DaysAnswer::Keep) => keep_out_other_grains(ingest, missing, now)?,
    }
    Ok(vec![days])
}

/// Voids this file's rows on days that are described by rows of another grain, which stay.
fn keep_out_other_grains(
    ingest: &Ingest<'_, '_>,
    missing: &MissingRows,
    now: Instant,
) -> Result<(), LedgerError> {
    let in_file = shapes_of_file(ingest)?;
    let clashing = missing
        .shapes
        .iter()
        .filter(|(day, shapes)| in_file.get(day).is_some_and(|(_, of_file)| of_file.is_disjoint(shapes)));
    let sql = "SELECT id FROM generations WHERE id BETWEEN ?1 AND ?2 AND import_number = ?3";
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    for (&day, _) in clashing {
        let (first, last) = ids_of_days(day, day);
        let ids = statement.query_map((first, last, ingest.number), |row| row.get::<_, [u8; 16]>(0))?;
        for id in ids.collect::<Result<Vec<_>, _>>()? {
            let target = Uuid::from_bytes(id);
            voids::insert(
                ingest.writer,
                voids::Target::Generation(target),
                voids::Action::Void,
                "the days are kept",
                now,
            )?;
        }
    }
    Ok(())
}

/// Per UTC day, what the file's own new rows cost and their shapes.
fn shapes_of_file(ingest: &Ingest<'_, '_>) -> Result<FxHashMap<i64, (i64, FxHashSet<Shape>)>, LedgerError> {
    let mut days: FxHashMap<i64, (i64, FxHashSet<Shape>)> = FxHashMap::default();
    let Some((first, last)) = ingest.brought.filter(|_| ingest.origin.aggregate) else { return Ok(days) };
    let sql =
        "SELECT g.created_at, coalesce(g.period_end - g.created_at, 0), d.model_used <> '', g.cost_nanos
        FROM generations g JOIN dimensions d ON d.id = g.dimension_id
        WHERE g.id BETWEEN ?1 AND ?2 AND g.import_number = ?3";
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    let mut rows = statement.query((first, last, ingest.number))?;
    while let Some(row) = rows.next()? {
        let day = days.entry(row.get::<_, i64>(0)?.div_euclid(MICROS_PER_DAY)).or_default();
        day.0 = day.0.saturating_add(row.get(3)?);
        day.1.insert((row.get(1)?, row.get(2)?));
    }
    Ok(days)
}
