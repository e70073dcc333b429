//! The rows of providers that send cost exports, those that do not count because another source speaks included: what
//! reconciling needs and no rollup has.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use outlay_core::instant::MICROS_PER_DAY;
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::report::Dimensions;
use outlay_core::report::reconcile::RowSum;
use rusqlite::Row;
use rustc_hash::FxHashMap;

use super::tallies::Whose;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Reader;

/// Nano-dollars of a cent.
const NANOS_PER_CENT: i64 = 10_000_000;

/// What rows have in common to be added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Common {
    day: i32,
    dimension: i64,
    detail: i64,
    by_hand: bool,
    counts: bool,
}

/// What they add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    rows: i64,
    tokens: i64,
    cost: Money,
    credits: Money,
    credit_rows: i64,
    split_cents: i64,
}

/// What a row says beside its dimensions.
#[derive(Debug, Clone, Default)]
struct Detail {
    labels: BTreeMap<String, String>,
    batch: bool,
    price_id: String,
    price_note: String,
}

impl Reader<'_> {
    /// The accounts of every provider with a cost export, and whether cost lines are among their rows.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn accounts_to_reconcile(&self) -> Result<BTreeMap<String, BTreeMap<String, bool>>, LedgerError> {
        let sql = "SELECT provider, account, max(generation_type = 'cost_line' AND cost_basis = 'billed')
            FROM dimensions GROUP BY provider, account";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut accounts: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            accounts.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get(2)?);
        }
        accounts.retain(|_, names| names.values().any(|bills| *bills));
        Ok(accounts)
    }

    /// The rows of a range of UTC days, both included, of every provider with a cost export, whoever's they are:
    /// those that count, and those whose money or usage another source speaks for. Rows that were undone, restated,
    /// priced anew or replaced are not among them.
    ///
    /// # Errors
    /// Those of SQLite; a sum beyond what the ledger holds.
    pub fn rows_to_reconcile(&self, first: Day, last: Day) -> Result<Vec<RowSum>, LedgerError> {
        let dimensions = self.dimensions(&Whose::All)?;
        let sums = self.sums(first, last)?;
        let mut details: FxHashMap<i64, Detail> = FxHashMap::default();
        let mut rows = Vec::with_capacity(sums.len());
        for (common, sum) in sums {
            let Some(known) = dimensions.get(&common.dimension) else { continue };
            let detail = match details.entry(common.detail) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(self.detail(common.detail)?),
            };
            rows.push(row_sum(common, sum, known, detail));
        }
        Ok(rows)
    }

    /// Added up here: SQLite would sort the rows for it.
    fn sums(&self, first: Day, last: Day) -> Result<BTreeMap<Common, Sum>, LedgerError> {
        // Nothing is read where no provider bills by lines.
        if self.accounts_to_reconcile()?.is_empty() {
            return Ok(BTreeMap::new());
        }
        let sql = "SELECT g.created_at, g.dimension_id, g.detail_id, g.import_number IS NULL, coalesce(o.money, 0),
                g.tokens_input + g.tokens_output, g.cost_nanos
            FROM generations g LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id BETWEEN ?1 AND ?2
                AND g.dimension_id IN (SELECT id FROM dimensions WHERE provider IN
                    (SELECT provider FROM dimensions WHERE generation_type = 'cost_line' AND cost_basis = 'billed'))
                AND (o.id IS NULL OR o.reason = 'also_reported')";
        let (from, to) = ids_of_days(first.number().into(), last.number().into());
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((from, to))?;
        let mut sums: FxHashMap<Common, Sum> = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let sum = sums.entry(common(row)?).or_default();
            sum.add(row.get(5)?, row.get(6)?).ok_or(LedgerError::Overflow)?;
        }
        Ok(sums.into_iter().collect())
    }

    fn detail(&self, number: i64) -> Result<Detail, LedgerError> {
        let sql = "SELECT labels, batch, price_id, price_note FROM details WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let (labels, detail) = statement.query_row([number], |row| {
            let labels: String = row.get(0)?;
            let detail = Detail {
                batch: row.get(1)?,
                price_id: row.get(2)?,
                price_note: row.get(3)?,
                ..Detail::default()
            };
            Ok((labels, detail))
        })?;
        let read = serde_json::from_str(&labels);
        let labels = read.map_err(|_| LedgerError::Unreadable { what: "labels", value: labels })?;
        Ok(Detail { labels, ..detail })
    }
}

fn common(row: &Row<'_>) -> Result<Common, LedgerError> {
    let created_at: i64 = row.get(0)?;
    let day = i32::try_from(created_at.div_euclid(MICROS_PER_DAY)).map_err(|_| LedgerError::Overflow)?;
    let counts = !row.get::<_, bool>(4)?;
    Ok(Common { day, dimension: row.get(1)?, detail: row.get(2)?, by_hand: row.get(3)?, counts })
}

impl Sum {
    /// Adds a row; `None` beyond what an integer holds.
    fn add(&mut self, tokens: i64, cost_nanos: i64) -> Option<()> {
        let cost = Money::from_nanos(cost_nanos);
        self.rows += 1;
        self.tokens = self.tokens.checked_add(tokens)?;
        self.cost = self.cost.checked_add(cost)?;
        if cost.is_negative() {
            self.credits = self.credits.checked_add(cost)?;
            self.credit_rows += 1;
        }
        self.split_cents += i64::from(cost_nanos % NANOS_PER_CENT != 0);
        Some(())
    }
}

fn row_sum(common: Common, sum: Sum, known: &Dimensions, detail: &Detail) -> RowSum {
    let Detail { labels, batch, price_id, price_note } = detail.clone();
    RowSum {
        day: Day::from_number(common.day),
        provider: known.provider.clone(),
        account: known.account.clone(),
        source: known.source.clone(),
        generation_type: known.generation_type.clone(),
        model: known.model.clone(),
        project: known.application.as_ref().map(|application| application.name.clone()).unwrap_or_default(),
        basis: known.basis,
        by_hand: common.by_hand,
        counts: common.counts,
        labels,
        batch,
        price_id,
        price_note,
        rows: sum.rows,
        tokens: sum.tokens,
        cost: sum.cost,
        credits: sum.credits,
        credit_rows: sum.credit_rows,
        split_cents: sum.split_cents,
    }
}
