//! The end of a file: what it restates, lacks and overlaps is named, settled, and counted.
//!
//! Questions that were not answered come back with the outcome; the caller then rolls back, so an
//! import with an open question leaves no trace.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use uuid::Uuid;

use super::ingest::{Found, Ingest};
use super::missing::{self, Missing};
use super::neighbours::bounds;
use super::older::{self, Restated};
use super::overlap::{self, Asked, Overlap};
use super::review::{self, Review};
use super::runs;
use crate::counting::authority::Authorities;
use crate::counting::containment::Containment;
use crate::counting::recount::{IdRange, Recount, ids_of_days};
use crate::error::LedgerError;
use crate::tables::{imports, spend};

/// What the ledger keeps of a file besides its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// The file's name, without its folder.
    pub name: String,
    /// BLAKE3 of its bytes.
    pub hash: [u8; 32],
    /// Its length.
    pub bytes: u64,
    /// The instant at which the provider made it, as well as we know.
    pub as_of: Instant,
    /// The first and last UTC day that it covers, days without usage included.
    pub days: Option<(i64, i64)>,
    /// Rows that could not be read.
    pub quarantined: u64,
    /// Buckets without usage.
    pub empty: u64,
    /// Rows that are not usage.
    pub ignored: u64,
    /// What was assumed when reading it.
    pub notes: Vec<String>,
}

/// What the user answered before being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answers {
    /// The account was named, so "another account?" is answered.
    pub account: bool,
    /// The export instant was named, so "older than what you have?" is answered.
    pub as_of: bool,
    /// What to do with rows that count and that this newer file lacks.
    pub days: Option<DaysAnswer>,
}

/// What happens to days that an earlier file of the same source described with other rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaysAnswer {
    /// Of two exports the newer speaks for its days: rows that it lacks do not count.
    Replace,
    /// What only one of them has counts too; rows of another grain of a day that is there stay out.
    Keep,
}

/// What must be answered before the file can go in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The file changes every row of closed days: is it another account's?
    AnotherAccount(Restated),
    /// Rows that count are not in this file, which covers their days.
    MissingRows(Missing),
    /// Rows of this file are not in a newer export that covers their days.
    NotInNewer(Missing),
}

/// Spend of a UTC month, as far as the file covers it, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthChange {
    /// Year and month, `2026-06`.
    pub month: outlay_core::period::Month,
    /// Before this file.
    pub before: Money,
    /// After it.
    pub after: Money,
}

/// What the file did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOutcome {
    /// The import's id.
    pub id: Uuid,
    /// Its `as_of`, lowered when the file looks older than what is there.
    pub as_of: Instant,
    /// Rows by what they are; `restated` are those that count in place of others.
    pub found: Found,
    /// Contents that are older than what counts: stored, not counted.
    pub outdated: u64,
    /// Set when the file would lower closed days: their totals as they are and as the file has them.
    pub looks_older: Option<Restated>,
    /// Rows that count and are not in this file.
    pub missing: Missing,
    /// Days that another source describes too.
    pub overlaps: Vec<Overlap>,
    /// Spend of the file's UTC days, before and after.
    pub spend_before: Money,
    /// Spend of the file's UTC days after.
    pub spend_after: Money,
    /// The same by UTC month.
    pub months: Vec<MonthChange>,
    /// What must be answered first. Not empty: roll back.
    pub questions: Vec<Question>,
    /// What a review shows; empty unless it was asked for.
    pub review: Review,
}

impl Ingest<'_, '_> {
    /// Ends the file.
    ///
    /// # Errors
    /// Those of SQLite; cancelled; a total beyond what the ledger holds.
    pub fn finish(
        mut self,
        id: Uuid,
        file: FileFacts,
        answers: Answers,
        now: Instant,
    ) -> Result<ImportOutcome, LedgerError> {
        self.settle_batch()?;
        for ids in self.known.values_mut() {
            ids.sort_unstable();
            ids.dedup();
        }
        let connection = &self.writer.transaction;
        let days = file.days.unwrap_or((0, -1));
        let months_before = spend::by_month(connection, days)?;
        let spend_before = spend::of_days(connection, days)?;
        self.deltas.write(connection)?;

        let before = Containment::load(connection)?;
        let restated = older::restated(&self, &before)?;
        let restated_facts = review::restated(&self)?;
        let looks_older =
            (restated.closed_rows > 0 && restated.lowers() && !answers.as_of).then_some(restated);
        let as_of = match looks_older {
            Some(restated) => file.as_of.min(Instant::from_micros(restated.oldest_as_of - 1)),
            None => file.as_of,
        };
        let missing = missing::rows(&self, &before, days, as_of)?;
        let questions = self.questions(&restated, &missing, answers);
        imports::insert(&self, id, &file, as_of, now)?;
        runs::insert(&self)?;
        missing::settle(&self, id, &missing, answers, now)?;
        self.recount(days)?;
        let asked = Asked {
            writer: self.writer,
            providers: &self.providers,
            source: &self.origin.source,
            account: &self.origin.account,
        };
        let overlaps = overlap::settle(&asked, days, now)?;
        let settled_now = overlaps.iter().filter(|overlap| !overlap.settled_before);
        let ranges: Vec<IdRange> =
            settled_now.map(|overlap| ids_of_days(overlap.days.0, overlap.days.1)).collect();
        recount_ranges(self.writer, &ranges)?;

        let outdated = self.outdated()?;
        let review =
            Review { verdicts: self.watched.verdicts(|id| self.is_outdated(id))?, restated: restated_facts };
        self.found.restated -= outdated;
        Ok(ImportOutcome {
            id,
            as_of,
            found: self.found,
            outdated,
            looks_older,
            missing: missing.lacking,
            overlaps,
            spend_before,
            spend_after: spend::of_days(connection, days)?,
            months: spend::changes(months_before, spend::by_month(connection, days)?),
            questions,
            review,
        })
    }

    fn questions(
        &self,
        restated: &Restated,
        missing: &missing::MissingRows,
        answers: Answers,
    ) -> Vec<Question> {
        let mut questions = Vec::new();
        let all_closed_rows_differ = restated.closed_rows > 0 && self.found.known == 0;
        if self.origin.keyed_by_dimensions
            && self.origin.aggregate
            && all_closed_rows_differ
            && !answers.account
        {
            questions.push(Question::AnotherAccount(*restated));
        }
        if self.origin.aggregate && answers.days.is_none() {
            questions.extend((missing.lacking.rows > 0).then_some(Question::MissingRows(missing.lacking)));
            questions.extend((missing.surplus.rows > 0).then_some(Question::NotInNewer(missing.surplus)));
        }
        questions
    }

    /// Decides anew for the facts that this file says something else about, and for its days about which
    /// something was answered, now or before.
    fn recount(&mut self, days: (i64, i64)) -> Result<(), LedgerError> {
        self.touched.sort_unstable();
        self.touched.dedup_by(|a, b| bounds(a) == bounds(b));
        let answers = Authorities::load(&self.writer.transaction)?;
        let accounts =
            self.providers.iter().filter_map(|provider| answers.of_account(provider, &self.origin.account));
        let answered = accounts.flat_map(|account| account.days_within(days));
        let answered = answered.map(|(first, last)| ids_of_days(first, last));
        let ranges: Vec<IdRange> = self.touched.iter().map(bounds).chain(answered).collect();
        recount_ranges(self.writer, &ranges)
    }

    /// How many of the contents that this file brought for known facts do not count.
    fn outdated(&self) -> Result<u64, LedgerError> {
        let mut outdated = 0;
        for id in &self.restating {
            outdated += u64::from(self.is_outdated(id)?);
        }
        Ok(outdated)
    }

    fn is_outdated(&self, id: &[u8; 16]) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM left_out WHERE id = ?1 AND reason = 'restated'";
        Ok(self.writer.transaction.prepare_cached(sql)?.exists([id])?)
    }
}

/// Decides anew for ranges of ids, on imports, voids and answers as they stand now. A range that the
/// authorities did not change, of facts that did not change, costs nothing but the reading.
pub(crate) fn recount_ranges(
    writer: &crate::handle::Writer<'_>,
    ranges: &[IdRange],
) -> Result<(), LedgerError> {
    if ranges.is_empty() {
        return Ok(());
    }
    let connection = &writer.transaction;
    let containment = Containment::load(connection)?;
    let authorities = Authorities::load(connection)?;
    let mut dimensions = writer.dimensions.borrow_mut();
    let mut recount =
        Recount::new(connection, &containment, &authorities, &mut dimensions, writer.identity.zone);
    for &range in &merged(ranges) {
        recount.range(range)?;
    }
    recount.finish()
}

/// Decides anew for the whole book, into empty derived tables.
pub(crate) fn recount_all(writer: &crate::handle::Writer<'_>) -> Result<(), LedgerError> {
    let connection = &writer.transaction;
    let containment = Containment::load(connection)?;
    let authorities = Authorities::load(connection)?;
    let mut dimensions = writer.dimensions.borrow_mut();
    let mut recount =
        Recount::from_nothing(connection, &containment, &authorities, &mut dimensions, writer.identity.zone);
    recount.range(([0; 16], [0xFF; 16]))?;
    recount.finish()
}

/// Ranges in order, without overlaps, so that no row is counted twice in one pass.
fn merged(ranges: &[IdRange]) -> Vec<IdRange> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<IdRange> = Vec::with_capacity(sorted.len());
    for (first, last) in sorted {
        match merged.last_mut() {
            Some(previous) if first <= previous.1 => previous.1 = previous.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}
