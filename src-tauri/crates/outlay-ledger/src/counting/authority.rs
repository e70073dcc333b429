//! Who speaks where two sets of rows describe the same money or the same usage.
//!
//! Answers that were stored, per provider, account and UTC days. Between sources one source speaks for
//! money and one for usage, as long as a live import of it covers the day: undoing that import gives the
//! others their voice back. Within a source one import speaks over older ones, or over a named one.

use rusqlite::{Connection, Row};
use rustc_hash::FxHashMap;

use super::containment::Containment;
use super::{LeftOut, Reason};
use crate::error::LedgerError;

/// What an answer between sources is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Covers {
    /// Cost.
    Money,
    /// Tokens and calls.
    Usage,
}

/// A source that speaks for money or usage of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceAnswer {
    pub(crate) covers: Covers,
    pub(crate) source: String,
    /// The account under which that source's rows stand.
    pub(crate) account: String,
    days: (i64, i64),
    revision: i64,
    id: [u8; 16],
}

/// An import that speaks for some days of its own source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportAnswer {
    source: String,
    generation_type: String,
    speaker: [u8; 16],
    /// The import that is silenced; `None`: every one that is older than the speaker.
    over: Option<[u8; 16]>,
    days: (i64, i64),
}

/// The answers of one account.
#[derive(Debug, Default)]
pub(crate) struct OfAccount {
    between: Vec<SourceAnswer>,
    within: Vec<ImportAnswer>,
}

/// All stored answers, by provider and account.
#[derive(Debug, Default)]
pub(crate) struct Authorities {
    by_provider: FxHashMap<String, FxHashMap<String, OfAccount>>,
    latest_revision: i64,
}

/// The rows of one fact and the one of them that would count, for answers within a source.
pub(crate) struct AskedFact<'a> {
    pub(crate) source: &'a str,
    pub(crate) generation_type: &'a str,
    pub(crate) utc_day: i64,
    /// The import that brought the row that would count, and its id.
    pub(crate) winner: (i64, [u8; 16]),
    /// The same of all rows of the fact.
    pub(crate) rows: &'a [(i64, [u8; 16])],
}

impl Authorities {
    /// Reads all answers.
    pub(crate) fn load(connection: &Connection) -> Result<Self, LedgerError> {
        let sql =
            "SELECT provider, account, first_day, last_day, covers, source, speaker_account, generation_type,
                import_id, over_import, revision, id
            FROM authorities";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut authorities = Self::default();
        while let Some(row) = rows.next()? {
            let accounts = authorities.by_provider.entry(row.get(0)?).or_default();
            let answers = accounts.entry(row.get(1)?).or_default();
            match row.get_ref(4)?.as_str().unwrap_or_default() {
                "rows" => answers.within.push(import_answer(row)?),
                "money" => answers.between.push(source_answer(row, Covers::Money)?),
                _ => answers.between.push(source_answer(row, Covers::Usage)?),
            }
            authorities.latest_revision = authorities.latest_revision.max(row.get(10)?);
        }
        Ok(authorities)
    }

    /// The greatest revision given so far.
    pub(crate) fn latest_revision(&self) -> i64 {
        self.latest_revision
    }

    /// The answers of an account, if something was ever asked about it.
    pub(crate) fn of_account(&self, provider: &str, account: &str) -> Option<&OfAccount> {
        self.by_provider.get(provider)?.get(account)
    }
}

impl OfAccount {
    /// The parts of a range of days about which something was answered.
    pub(crate) fn days_within(&self, (first, last): (i64, i64)) -> Vec<(i64, i64)> {
        let of_sources = self.between.iter().map(|answer| answer.days);
        let of_imports = self.within.iter().map(|answer| answer.days);
        let common = |(from, to): (i64, i64)| (from.max(first), to.min(last));
        of_sources.chain(of_imports).map(common).filter(|(from, to)| from <= to).collect()
    }

    /// The answer that holds for a day: the latest whose source has a live import of that day.
    pub(crate) fn speaker(
        &self,
        day: i64,
        covers: Covers,
        containment: &Containment,
    ) -> Option<&SourceAnswer> {
        self.between
            .iter()
            .filter(|answer| answer.covers == covers && (answer.days.0..=answer.days.1).contains(&day))
            .filter(|answer| containment.covers(&answer.source, &answer.account, day))
            .max_by_key(|answer| (answer.revision, answer.id))
    }

    /// What of a source's rows of a day is left out because another source speaks.
    pub(crate) fn silenced(&self, source: &str, day: i64, containment: &Containment) -> Option<LeftOut> {
        let silent =
            |covers| self.speaker(day, covers, containment).is_some_and(|answer| answer.source != source);
        let (money, usage) = (silent(Covers::Money), silent(Covers::Usage));
        (money || usage).then_some(LeftOut { money, usage, reason: Reason::AlsoReported })
    }

    /// Whether an import that speaks for the day lacks the fact, and the fact stands only where it silences.
    pub(crate) fn replaced(&self, asked: &AskedFact<'_>, containment: &Containment) -> bool {
        self.within.iter().any(|answer| {
            answer.source == asked.source
                && answer.generation_type == asked.generation_type
                && (answer.days.0..=answer.days.1).contains(&asked.utc_day)
                && silences(answer, asked, containment)
        })
    }
}

fn silences(answer: &ImportAnswer, asked: &AskedFact<'_>, containment: &Containment) -> bool {
    let Some(speaker) = containment.import_with(&answer.speaker).filter(|import| import.live) else {
        return false;
    };
    if asked.rows.iter().any(|(brought_by, id)| containment.holds(&answer.speaker, *brought_by, id)) {
        return false;
    }
    let (brought_by, id) = &asked.winner;
    match &answer.over {
        None => containment
            .newest_live(*brought_by, id)
            .is_some_and(|newest| newest < (speaker.as_of, speaker.id)),
        Some(over) => containment.live_holders(*brought_by, id).all(|holder| holder.id == *over),
    }
}

fn source_answer(row: &Row<'_>, covers: Covers) -> Result<SourceAnswer, rusqlite::Error> {
    Ok(SourceAnswer {
        covers,
        source: row.get(5)?,
        account: row.get(6)?,
        days: (row.get(2)?, row.get(3)?),
        revision: row.get(10)?,
        id: row.get(11)?,
    })
}

fn import_answer(row: &Row<'_>) -> Result<ImportAnswer, rusqlite::Error> {
    Ok(ImportAnswer {
        source: row.get(5)?,
        generation_type: row.get(7)?,
        speaker: row.get(8)?,
        over: row.get(9)?,
        days: (row.get(2)?, row.get(3)?),
    })
}
