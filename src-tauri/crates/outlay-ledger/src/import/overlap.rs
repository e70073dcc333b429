//! Days that two sources of one provider describe: the same money must not count twice.
//!
//! Each overlap is named with the sums of both, a proposal is made, and the answer is stored as
//! authorities: billed beats computed beats estimated for money, the finer source speaks for tokens
//! and calls. Calls recorded by hand are the user's own word and take no part in this.

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use rustc_hash::FxHashMap;

use super::ingest::Ingest;
use crate::counting::authority::{Authorities, Covers};
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::tables::authorities;

/// Successive UTC days that the same sources describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Who bills it.
    pub provider: String,
    /// First and last UTC day.
    pub days: (i64, i64),
    /// What each source says for these days.
    pub sources: Vec<SourceSum>,
    /// The source that speaks for money.
    pub money: String,
    /// The source that speaks for tokens and calls.
    pub usage: String,
    /// Whether an earlier answer holds.
    pub settled_before: bool,
}

/// What one source says for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSum {
    /// The kind of source.
    pub source: String,
    /// The account it names.
    pub account: String,
    /// Its money.
    pub spend: Money,
    /// Its tokens, input and output.
    pub tokens: i64,
    /// Its rows.
    pub rows: i64,
    /// 3 billed, 2 computed, 1 estimated, 0 no money.
    basis_rank: i64,
    /// The longest bucket, in microseconds; 0 for calls.
    bucket: i64,
}

/// The account that a source has when nobody named one: it may be any.
const UNNAMED: &str = "default";

/// Names the overlaps of the file's days, and stores the proposal where no answer stands yet.
pub(super) fn settle(
    ingest: &Ingest<'_, '_>,
    days: (i64, i64),
    now: Instant,
) -> Result<Vec<Overlap>, LedgerError> {
    if !is_described_by_others(ingest, days)? {
        return Ok(Vec::new());
    }
    let answered = Authorities::load(&ingest.writer.transaction)?;
    let mut overlaps: Vec<Overlap> = Vec::new();
    for (day, sources) in by_day(ingest, days)? {
        if !sources.iter().any(|sum| sum.source == ingest.origin.source) || distinct_sources(&sources) < 2 {
            continue;
        }
        let overlap = propose(&ingest.origin.provider, day, sources, &answered);
        match overlaps.last_mut().filter(|previous| previous.continues(&overlap)) {
            Some(previous) => previous.extend(overlap),
            None => overlaps.push(overlap),
        }
    }
    for overlap in overlaps.iter().filter(|overlap| !overlap.settled_before) {
        store(ingest, overlap, now)?;
    }
    Ok(overlaps)
}

/// Whether a live import of another source of the provider touches the days: usually not, and then
/// nothing else is read.
fn is_described_by_others(ingest: &Ingest<'_, '_>, days: (i64, i64)) -> Result<bool, LedgerError> {
    let sql =
        "SELECT 1 FROM imports WHERE provider = ?1 AND source <> ?2 AND first_day <= ?4 AND last_day >= ?3";
    let origin = &ingest.origin;
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    Ok(statement.exists((&origin.provider, &origin.source, days.0, days.1))?)
}

/// What each source says per UTC day, for accounts that may be the file's own.
fn by_day(ingest: &Ingest<'_, '_>, days: (i64, i64)) -> Result<Vec<(i64, Vec<SourceSum>)>, LedgerError> {
    let sql = "SELECT g.created_at / ?3 AS day, d.source, d.account, sum(g.cost_nanos), sum(g.tokens_input + g.tokens_output),
            count(*), max(CASE d.cost_basis WHEN 'billed' THEN 3 WHEN 'computed' THEN 2 WHEN 'estimated' THEN 1 ELSE 0 END),
            max(coalesce(g.period_end - g.created_at, 0))
        FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
        WHERE g.id BETWEEN ?1 AND ?2 AND d.provider = ?4 AND g.import_number IS NOT NULL
            AND (d.account = ?5 OR d.account = ?6 OR ?5 = ?6)
            AND (o.id IS NULL OR o.reason = 'also_reported')
        GROUP BY day, d.source, d.account ORDER BY day, d.source, d.account";
    let (first, last) = ids_of_days(days.0, days.1);
    let origin = &ingest.origin;
    let mut statement = ingest.writer.transaction.prepare_cached(sql)?;
    let mut rows =
        statement.query((first, last, MICROS_PER_DAY, &origin.provider, &origin.account, UNNAMED))?;
    let mut by_day: Vec<(i64, Vec<SourceSum>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let sum = SourceSum {
            source: row.get(1)?,
            account: row.get(2)?,
            spend: Money::from_nanos(row.get(3)?),
            tokens: row.get(4)?,
            rows: row.get(5)?,
            basis_rank: row.get(6)?,
            bucket: row.get(7)?,
        };
        let day = row.get(0)?;
        match by_day.last_mut().filter(|(known, _)| *known == day) {
            Some((_, sums)) => sums.push(sum),
            None => by_day.push((day, vec![sum])),
        }
    }
    Ok(by_day)
}

fn distinct_sources(sources: &[SourceSum]) -> usize {
    let mut names: Vec<&str> = sources.iter().map(|sum| sum.source.as_str()).collect();
    names.dedup();
    names.len()
}

fn propose(provider: &str, day: i64, sources: Vec<SourceSum>, answered: &Authorities) -> Overlap {
    let answer = |covers| {
        sources
            .iter()
            .find_map(|sum| answered.speaker(provider, &sum.account, day, covers))
            .map(str::to_owned)
    };
    let (money, usage) = (answer(Covers::Money), answer(Covers::Usage));
    let settled_before = money.is_some() && usage.is_some();
    let best = |rank: fn(&SourceSum) -> (i64, i64, i64)| {
        let best = sources.iter().max_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| b.source.cmp(&a.source)));
        best.map(|sum| sum.source.clone()).unwrap_or_default()
    };
    Overlap {
        money: money.unwrap_or_else(|| best(|sum| (sum.basis_rank, -sum.bucket, sum.tokens))),
        usage: usage.unwrap_or_else(|| best(|sum| (i64::from(sum.tokens > 0), -sum.bucket, sum.rows))),
        provider: provider.to_owned(),
        days: (day, day),
        sources,
        settled_before,
    }
}

impl Overlap {
    fn continues(&self, next: &Self) -> bool {
        let names = |overlap: &Self| -> Vec<(String, String)> {
            overlap.sources.iter().map(|sum| (sum.source.clone(), sum.account.clone())).collect()
        };
        self.days.1 + 1 == next.days.0
            && (&self.money, &self.usage, self.settled_before)
                == (&next.money, &next.usage, next.settled_before)
            && names(self) == names(next)
    }

    fn extend(&mut self, next: Self) {
        self.days.1 = next.days.1;
        for (sum, more) in self.sources.iter_mut().zip(next.sources) {
            sum.spend = Money::from_nanos(sum.spend.nanos().saturating_add(more.spend.nanos()));
            sum.tokens += more.tokens;
            sum.rows += more.rows;
        }
    }
}

/// Stores the answer for every account that takes part.
fn store(ingest: &Ingest<'_, '_>, overlap: &Overlap, now: Instant) -> Result<(), LedgerError> {
    let mut accounts: FxHashMap<&str, ()> = FxHashMap::default();
    for sum in &overlap.sources {
        if accounts.insert(&sum.account, ()).is_some() {
            continue;
        }
        for (covers, source) in [(Covers::Money, &overlap.money), (Covers::Usage, &overlap.usage)] {
            let speaker = authorities::Speaker { source, import: None };
            authorities::insert(
                ingest.writer,
                &overlap.provider,
                &sum.account,
                overlap.days,
                covers,
                speaker,
                now,
            )?;
        }
    }
    Ok(())
}
