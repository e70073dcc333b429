//! Days that two sources of one provider describe: the same money must not count twice.
//!
//! Each overlap is named with the sums of both, a proposal is made, and the answer is stored as
//! authorities: billed beats computed beats estimated for money, the finer source speaks for tokens
//! and calls. Calls recorded by hand are the user's own word and take no part in this.

use std::collections::BTreeSet;

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;

use crate::counting::authority::{Authorities, Covers, SourceAnswer};
use crate::counting::containment::Containment;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Writer;
use crate::tables::authorities::{self, Answer, Speaker};

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
    /// The accounts under which the rows of these two stand.
    pub(super) speaker_accounts: (String, String),
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
    /// Whether it is a cost export: lines of a bill, without tokens.
    pub(super) is_bill: bool,
}

/// The account that a source has when nobody named one: it may be any.
pub(super) const UNNAMED: &str = "default";

/// Whose rows may overlap with others': those of a source and an account.
pub(crate) struct Asked<'a, 'l> {
    pub(crate) writer: &'a Writer<'l>,
    pub(crate) providers: &'a BTreeSet<String>,
    pub(crate) source: &'a str,
    pub(crate) account: &'a str,
}

/// Names the overlaps of the file's days, and stores the proposal where no answer stands yet.
pub(crate) fn settle(
    asked: &Asked<'_, '_>,
    days: (i64, i64),
    now: Instant,
) -> Result<Vec<Overlap>, LedgerError> {
    let mut overlaps = Vec::new();
    for provider in asked.providers {
        overlaps.extend(of_provider(asked, provider, days)?);
    }
    for overlap in overlaps.iter().filter(|overlap| !overlap.settled_before) {
        store(asked, overlap, now)?;
    }
    Ok(overlaps)
}

fn of_provider(asked: &Asked<'_, '_>, provider: &str, days: (i64, i64)) -> Result<Vec<Overlap>, LedgerError> {
    let mut overlaps: Vec<Overlap> = Vec::new();
    if !is_described_by_others(asked, provider, days)? {
        return Ok(overlaps);
    }
    let answers = Authorities::load(&asked.writer.transaction)?;
    let containment = Containment::load(&asked.writer.transaction)?;
    for (day, sources) in by_day(asked, provider, days)? {
        if !sources.iter().any(|sum| sum.source == asked.source) || distinct_sources(&sources) < 2 {
            continue;
        }
        let overlap = propose(provider, day, sources, |account, covers| {
            answers.of_account(provider, account)?.speaker(day, covers, &containment)
        });
        match overlaps.last_mut().filter(|previous| previous.continues(&overlap)) {
            Some(previous) => previous.extend(overlap),
            None => overlaps.push(overlap),
        }
    }
    Ok(overlaps)
}

/// Whether a live import of another source with rows of the provider touches the days: usually not, and
/// then nothing else is read.
fn is_described_by_others(
    asked: &Asked<'_, '_>,
    provider: &str,
    days: (i64, i64),
) -> Result<bool, LedgerError> {
    let sql = "SELECT 1 FROM imports i WHERE source <> ?2 AND first_day <= ?4 AND last_day >= ?3
        AND EXISTS (SELECT 1 FROM dimensions d WHERE d.provider = ?1 AND d.source = i.source)";
    let mut statement = asked.writer.transaction.prepare_cached(sql)?;
    Ok(statement.exists((provider, &asked.source, days.0, days.1))?)
}

/// What each source says per UTC day, for accounts that may be the file's own.
pub(super) fn by_day(
    asked: &Asked<'_, '_>,
    provider: &str,
    days: (i64, i64),
) -> Result<Vec<(i64, Vec<SourceSum>)>, LedgerError> {
    let sql = "SELECT g.created_at / ?3 AS day, d.source, d.account, sum(g.cost_nanos), sum(g.tokens_input + g.tokens_output),
            count(*), max(CASE d.cost_basis WHEN 'billed' THEN 3 WHEN 'computed' THEN 2 WHEN 'estimated' THEN 1 ELSE 0 END),
            max(coalesce(g.period_end - g.created_at, 0)),
            max(d.generation_type = 'cost_line' AND d.cost_basis = 'billed')
        FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
        WHERE g.id BETWEEN ?1 AND ?2 AND d.provider = ?4 AND g.import_number IS NOT NULL
            AND (d.account = ?5 OR d.account = ?6 OR ?5 = ?6)
            AND (o.id IS NULL OR o.reason = 'also_reported')
        GROUP BY day, d.source, d.account ORDER BY day, d.source, d.account";
    let (first, last) = ids_of_days(days.0, days.1);
    let account = &asked.account;
    let mut statement = asked.writer.transaction.prepare_cached(sql)?;
    let mut rows = statement.query((first, last, MICROS_PER_DAY, provider, account, UNNAMED))?;
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
            is_bill: row.get(8)?,
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

/// The overlap of a day: as it was answered, if every account that takes part has the same answer that
/// holds; else as the rule proposes.
pub(super) fn propose<'a>(
    provider: &str,
    day: i64,
    sources: Vec<SourceSum>,
    answer: impl Fn(&str, Covers) -> Option<&'a SourceAnswer>,
) -> Overlap {
    let answered = |covers| {
        let speaker =
            |sum: &SourceSum| answer(&sum.account, covers).map(|a| (a.source.clone(), a.account.clone()));
        let first = sources.first().and_then(speaker)?;
        sources.iter().all(|sum| speaker(sum).as_ref() == Some(&first)).then_some(first)
    };
    let settled = answered(Covers::Money).zip(answered(Covers::Usage));
    let settled_before = settled.is_some();
    let (money, usage) = settled.unwrap_or_else(|| {
        let finest = best(&sources, |sum| (i64::from(sum.tokens > 0), -sum.bucket, sum.rows));
        (best_for_money(&sources).unwrap_or_default(), finest.unwrap_or_default())
    });
    Overlap {
        provider: provider.to_owned(),
        days: (day, day),
        sources,
        money: money.0,
        usage: usage.0,
        speaker_accounts: (money.1, usage.1),
        settled_before,
    }
}

/// The source and account whose money is the surest: billed before computed before estimated, then the finer.
pub(super) fn best_for_money<'s>(
    sources: impl IntoIterator<Item = &'s SourceSum>,
) -> Option<(String, String)> {
    best(sources, |sum| (sum.basis_rank, -sum.bucket, sum.tokens))
}

fn best<'s>(
    sources: impl IntoIterator<Item = &'s SourceSum>,
    rank: fn(&SourceSum) -> (i64, i64, i64),
) -> Option<(String, String)> {
    let best = sources.into_iter().max_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| b.source.cmp(&a.source)));
    best.map(|sum| (sum.source.clone(), sum.account.clone()))
}

impl Overlap {
    pub(super) fn continues(&self, next: &Self) -> bool {
        let names = |overlap: &Self| -> Vec<(String, String)> {
            overlap.sources.iter().map(|sum| (sum.source.clone(), sum.account.clone())).collect()
        };
        self.days.1 + 1 == next.days.0
            && (&self.money, &self.usage, self.settled_before)
                == (&next.money, &next.usage, next.settled_before)
            && names(self) == names(next)
    }

    pub(super) fn extend(&mut self, next: Self) {
        self.days.1 = next.days.1;
        for (sum, more) in self.sources.iter_mut().zip(next.sources) {
            sum.spend = Money::from_nanos(sum.spend.nanos().saturating_add(more.spend.nanos()));
            sum.tokens = sum.tokens.saturating_add(more.tokens);
            sum.rows += more.rows;
        }
    }
}

/// Stores the answer for every account that takes part.
pub(super) fn store(asked: &Asked<'_, '_>, overlap: &Overlap, now: Instant) -> Result<(), LedgerError> {
    let accounts: BTreeSet<&str> = overlap.sources.iter().map(|sum| sum.account.as_str()).collect();
    let (of_money, of_usage) = &overlap.speaker_accounts;
    for account in accounts {
        let answer = |speaker| Answer { provider: &overlap.provider, account, days: overlap.days, speaker };
        let money = Speaker::Source { covers: Covers::Money, source: &overlap.money, account: of_money };
        let usage = Speaker::Source { covers: Covers::Usage, source: &overlap.usage, account: of_usage };
        authorities::insert(asked.writer, answer(money), now)?;
        authorities::insert(asked.writer, answer(usage), now)?;
    }
    Ok(())
}
