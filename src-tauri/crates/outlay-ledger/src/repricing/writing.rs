//! Does a re-pricing: asks about each row, adds those whose price is another, and counts anew.

use outlay_core::basis::CostBasis;
use outlay_core::identity::repriced_id;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::reading::{self, Candidate, PAGE};
use super::{Pricing, Repriceable, Repriced, whole_months};
use crate::counting::recount::IdRange;
use crate::error::LedgerError;
use crate::generations::{self, Costing, StoredRow};
use crate::handle::Writer;
use crate::import::recount_ranges;
use crate::interning::Detail;
use crate::rollup::Deltas;
use crate::sync::names::RowId;
use crate::sync::outbox;
use crate::tables::spend;

/// What a re-pricing has done so far.
#[derive(Default)]
struct Progress {
    repriced: Repriced,
    ids: Option<IdRange>,
}

impl Writer<'_> {
    /// Prices rows anew: `pricing` says of each what it costs, and those that come to another price or cost get a new
    /// version, known by `now`, which is [`Writer::instant_of_pricing`]. `told` hears how many rows were asked about, after every page, and may end it.
    ///
    /// # Errors
    /// Those of SQLite and of `told`; a total beyond what the ledger holds.
    pub fn reprice<E: From<LedgerError>>(
        &self,
        which: &Repriceable,
        label: &str,
        now: Instant,
        pricing: &mut impl Pricing,
        mut told: impl FnMut(u64) -> Result<(), E>,
    ) -> Result<Repriced, E> {
        let connection = &self.transaction;
        let Some(selected) = reading::select(connection, which, &self.identity.owner)? else {
            return Ok(Repriced::default());
        };
        let days = whole_months(selected.days);
        let months = spend::by_month(connection, days)?;
        let mut done = Progress::default();
        let mut deltas = Deltas::new(self.identity.zone);
        let mut after = None;
        loop {
            let page = reading::page(connection, &selected, after, now)?;
            for candidate in &page {
                self.price_anew(candidate, &pricing.price(&candidate.row), now, &mut deltas, &mut done)?;
            }
            done.repriced.rows_asked += page.len() as u64;
            told(done.repriced.rows_asked)?;
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.stored.id),
                _ => break,
            }
        }
        deltas.write(connection)?;
        let Some(ids) = done.ids else { return Ok(done.repriced) };
        recount_ranges(self, &[whole_facts(ids)])?;
        self.remember(label, now, &done.repriced, ids)?;
        done.repriced.months = spend::changes(months, spend::by_month(connection, days)?);
        Ok(done.repriced)
    }

    /// Adds a version of a row with another price, if it is another.
    fn price_anew(
        &self,
        candidate: &Candidate,
        costing: &Costing<'_>,
        now: Instant,
        deltas: &mut Deltas,
        done: &mut Progress,
    ) -> Result<(), LedgerError> {
        let row = &candidate.row;
        done.count_unpriced(row.basis, costing.basis);
        let is_same =
            costing.basis == row.basis && costing.cost == row.cost && costing.price_id == row.price_id;
        if is_same {
            return Ok(());
        }
        let connection = &self.transaction;
        let mut dimensions = self.dimensions.borrow_mut();
        let old = dimensions.get(connection, candidate.stored.numbers.dimension)?.clone();
        let dimension = crate::interning::Dimension { cost_basis: costing.basis, ..old };
        let mut numbers = candidate.stored.numbers;
        numbers.dimension = dimensions.number(connection, &dimension)?;
        numbers.cost_nanos = costing.cost.nanos();
        numbers.list_nanos = costing.list.map(Money::nanos);
        numbers.exact = costing.exact;
        let id = free_id(connection, &candidate.stored, costing.price_id, now)?;
        let stored = StoredRow {
            id: *id.as_bytes(),
            numbers,
            detail: self.detail(candidate.stored.detail, costing)?,
            priced_at: Some(now.micros()),
            ..candidate.stored.clone()
        };
        generations::insert(&mut generations::prepare_insert(connection)?, &stored)?;
        deltas.add(connection, &mut dimensions, &stored.numbers, None)?;
        outbox::add(connection, &RowId::generation(id))?;
        done.count(candidate, costing, stored.id)
    }

    /// The number of the detail that differs from another by its price alone.
    fn detail(&self, number: i64, costing: &Costing<'_>) -> Result<i64, LedgerError> {
        let sql = "SELECT labels, service_tier, batch, variant FROM details WHERE id = ?1";
        let detail = self.transaction.prepare_cached(sql)?.query_row([number], |row| {
            Ok(Detail {
                labels: row.get(0)?,
                service_tier: row.get(1)?,
                batch: row.get(2)?,
                variant: row.get(3)?,
                price_id: costing.price_id.to_owned(),
                price_note: costing.price_note.to_owned(),
            })
        })?;
        self.details.borrow_mut().number(&self.transaction, &detail)
    }

    /// The instant of what is said about prices now: later than all that was said before, because the latest word
    /// holds, and rows of a re-pricing are known by it.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn instant_of_pricing(&self, now: Instant) -> Result<Instant, LedgerError> {
        let sql =
            "SELECT max(at) FROM (SELECT max(at) AS at FROM repricings UNION ALL SELECT max(at) FROM prices)";
        let last: Option<i64> = self.transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(Instant::from_micros(last.map_or(now.micros(), |last| now.micros().max(last + 1))))
    }

    fn remember(&self, label: &str, now: Instant, done: &Repriced, ids: IdRange) -> Result<(), LedgerError> {
        let id = Uuid::new_v5(&self.identity.device_id, format!("repricing {}", now.micros()).as_bytes());
        let sql =
            "INSERT INTO repricings (id, at, label, row_count, before_nanos, after_nanos, first_id, last_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.transaction.prepare_cached(sql)?.execute((
            id.as_bytes(),
            now.micros(),
            label,
            i64::try_from(done.rows).unwrap_or(i64::MAX),
            done.spend_before.nanos(),
            done.spend_after.nanos(),
            ids.0,
            ids.1,
        ))?;
        Ok(())
    }
}

impl Progress {
    fn count_unpriced(&mut self, before: CostBasis, after: CostBasis) {
        self.repriced.unpriced.0 += u64::from(before == CostBasis::Unpriced);
        self.repriced.unpriced.1 += u64::from(after == CostBasis::Unpriced);
    }

    fn count(
        &mut self,
        candidate: &Candidate,
        costing: &Costing<'_>,
        id: [u8; 16],
    ) -> Result<(), LedgerError> {
        let repriced = &mut self.repriced;
        repriced.rows += 1;
        repriced.requests += candidate.row.fact.request_count.unwrap_or(0);
        if !candidate.is_paid_elsewhere {
            let spent = |basis: CostBasis, cost| if basis.is_spend() { cost } else { Money::ZERO };
            let add = |sum: Money, more| sum.checked_add(more).ok_or(LedgerError::Overflow);
            repriced.spend_before =
                add(repriced.spend_before, spent(candidate.row.basis, candidate.row.cost))?;
            repriced.spend_after = add(repriced.spend_after, spent(costing.basis, costing.cost))?;
        }
        self.ids = Some(self.ids.map_or((id, id), |(first, last)| (first.min(id), last.max(id))));
        Ok(())
    }
}

/// The id of the new version: a hash, so that another row may have it.
fn free_id(
    connection: &Connection,
    stored: &StoredRow,
    price_id: &str,
    now: Instant,
) -> Result<Uuid, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM generations WHERE id = ?1")?;
    let mut attempt = 0;
    loop {
        let id = repriced_id(Uuid::from_bytes(stored.id), stored.fingerprint, price_id, now, attempt);
        let taken: Option<i64> = statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
        if taken.is_none() {
            return Ok(id);
        }
        attempt += 1;
    }
}

/// All contents and pricings of the first and the last fact.
pub(super) fn whole_facts((mut first, mut last): IdRange) -> IdRange {
    first[12..].fill(0);
    last[12..].fill(0xFF);
    (first, last)
}
