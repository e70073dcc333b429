//! What a person looks at before a file goes in: the verdicts on its first rows, and what it restates.
//!
//! Nothing is kept of a file that nobody reviews; of one that is reviewed, no more than was asked for.

use outlay_core::basis::CostBasis;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::{OptionalExtension, Row};
use rustc_hash::FxHashMap;

use super::ingest::Ingest;
use super::neighbours::bounds;
use crate::error::LedgerError;

/// What the book has of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    New,
    /// The same.
    Known,
    /// Other values, in whose place these count.
    Restated,
    /// Other values, that are newer and go on counting.
    Outdated,
}

/// What a review shows of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// The verdicts on the first facts, in the order in which they were taken.
    pub verdicts: Vec<Verdict>,
    /// The first facts with other values than the book has.
    pub restated: Vec<RestatedFact>,
}

/// A fact with other values than the book has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestatedFact {
    /// What counts before this file.
    pub before: StatedRow,
    /// What the file says.
    pub after: StatedRow,
}

/// What a row states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedRow {
    /// Its id.
    pub id: uuid::Uuid,
    /// The line of its file.
    pub line: Option<i64>,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The model as the source writes it.
    pub model: String,
    /// How many requests.
    pub requests: Option<i64>,
    /// All input tokens.
    pub tokens_input: i64,
    /// All output tokens.
    pub tokens_output: i64,
    /// Input read from a cache.
    pub cached_tokens: i64,
    /// Money out.
    pub cost: Money,
    /// What it rests on.
    pub basis: CostBasis,
}

/// The first facts of a file, while it is taken.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    limit: usize,
    ids: Vec<[u8; 16]>,
    verdicts: FxHashMap<[u8; 16], Option<Verdict>>,
}

impl Watched {
    pub(super) fn first(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(super) fn note(&mut self, id: [u8; 16]) {
        if self.ids.len() < self.limit {
            self.ids.push(id);
            self.verdicts.insert(id, None);
        }
    }

    /// What was found of a row; of a line that stands twice the first finding is the fact's.
    pub(super) fn settle(&mut self, id: &[u8; 16], verdict: Verdict) {
        if let Some(open) = self.verdicts.get_mut(id) {
            open.get_or_insert(verdict);
        }
    }

    pub(super) const fn is_on(&self) -> bool {
        self.limit > 0
    }

    /// The verdicts, now that it is decided what counts.
    pub(super) fn verdicts(
        &self,
        is_outdated: impl Fn(&[u8; 16]) -> Result<bool, LedgerError>,
    ) -> Result<Vec<Verdict>, LedgerError> {
        let verdict = |id| match self.verdicts.get(id).copied().flatten() {
            Some(Verdict::Restated) if is_outdated(id)? => Ok(Verdict::Outdated),
            verdict => Ok(verdict.unwrap_or(Verdict::Known)),
        };
        self.ids.iter().map(verdict).collect()
    }
}

/// The first facts that the file restates, with what counts for them before.
pub(super) fn restated(ingest: &Ingest<'_, '_>) -> Result<Vec<RestatedFact>, LedgerError> {
    const COLUMNS: &str =
        "SELECT g.id, g.source_line, g.created_at, d.model_used, g.request_count, g.tokens_input,
            g.tokens_output, g.cached_tokens, g.cost_nanos, d.cost_basis
        FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id";
    let connection = &ingest.writer.transaction;
    let after = format!("{COLUMNS} WHERE g.id = ?1");
    let before = format!(
        "{COLUMNS} WHERE g.id BETWEEN ?1 AND ?2 AND g.id <> ?3 AND g.import_number IS NOT ?4
            AND g.source_key = (SELECT source_key FROM generations WHERE id = ?3)
            AND (o.id IS NULL OR o.reason = 'also_reported') LIMIT 1"
    );
    let (mut after, mut before) = (connection.prepare_cached(&after)?, connection.prepare_cached(&before)?);
    let mut facts = Vec::new();
    for id in ingest.restating.iter().take(ingest.watched.limit) {
        let (first, last) = bounds(id);
        let said = after.query_row([id], |row| Ok(stated(row))).optional()?.transpose()?;
        let counting = before.query_row((first, last, id, ingest.number), |row| Ok(stated(row)));
        let counting = counting.optional()?.transpose()?;
        facts.extend(counting.zip(said).map(|(before, after)| RestatedFact { before, after }));
    }
    Ok(facts)
}

fn stated(row: &Row<'_>) -> Result<StatedRow, LedgerError> {
    let basis: String = row.get(9)?;
    Ok(StatedRow {
        id: uuid::Uuid::from_bytes(row.get(0)?),
        line: row.get(1)?,
        created_at: Instant::from_micros(row.get(2)?),
        model: row.get(3)?,
        requests: row.get(4)?,
        tokens_input: row.get(5)?,
        tokens_output: row.get(6)?,
        cached_tokens: row.get(7)?,
        cost: Money::from_nanos(row.get(8)?),
        basis: basis.parse().map_err(|_| LedgerError::Unreadable { what: "cost basis", value: basis })?,
    })
}
