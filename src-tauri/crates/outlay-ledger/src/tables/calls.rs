//! Rows for people: every field of a row, newest first or costliest first, page by page.

use outlay_core::basis::CostBasis;
use outlay_core::budget::Scope;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Zone};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use uuid::Uuid;

use super::sought::{IdRange, Sought};
use super::tallies::Whose;
use crate::error::LedgerError;
use crate::handle::Reader;

/// Which rows to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Whose.
    pub whose: Whose,
    /// Only of these days.
    pub days: Option<Days>,
    /// Only of this model, as the source writes it.
    pub model: Option<String>,
    /// Only of what a budget covers.
    pub scope: Option<Scope>,
    /// Only of this provider.
    pub provider: Option<String>,
    /// Only of this type.
    pub generation_type: Option<String>,
    /// Only of this application, or of none.
    pub application: Option<OfApplication>,
    /// Only of this kind of source.
    pub source: Option<String>,
    /// Only with a cost that rests on this.
    pub basis: Option<CostBasis>,
    /// Only rows that this import brought.
    pub import: Option<Uuid>,
    /// Only rows that cost at least this.
    pub at_least: Option<Money>,
    /// Rows that do not count too.
    pub left_out_too: bool,
}

/// Whose application a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfApplication {
    /// Nobody's: the row names none.
    None,
    /// The one with this id, or with this name; those that were merged into it are within.
    Named(String),
}

/// First and last day of a time zone, both included; rows lie in days as reports place them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
    /// The zone whose days these are.
    pub zone: Zone,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    Newest,
    /// The costliest first.
    Costliest,
}

/// Where a page begins and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// After this row of the page before.
    pub after: Option<(Money, Uuid)>,
    /// How many rows.
    pub limit: u32,
}

/// A row with every field that is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerationRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: String,
    /// The application, by id and name.
    pub application: Option<(Uuid, String)>,
    /// The original's type.
    pub generation_type: String,
    /// The model as the source writes it.
    pub model_used: String,
    /// All input tokens.
    pub tokens_input: i64,
    /// All output tokens.
    pub tokens_output: i64,
    /// Input read from a cache.
    pub cached_tokens: i64,
    /// Input written to a cache.
    pub cache_write_tokens: i64,
    /// Of these, with the longer lifetime.
    pub cache_write_long_tokens: i64,
    /// Output spent on reasoning.
    pub reasoning_tokens: i64,
    /// Other counted units, as a JSON object.
    pub other_units: Option<String>,
    /// Money out.
    pub cost: Money,
    /// What it rests on.
    pub cost_basis: CostBasis,
    /// Whether the cost was decimal at its source.
    pub cost_exact: bool,
    /// The value at list price, where known.
    pub list: Option<Money>,
    /// What came in, redacted.
    pub input_summary: Option<String>,
    /// What came out, redacted.
    pub output_summary: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The error it ended in.
    pub error: Option<String>,
    /// When, or the start of the bucket.
    pub created_at: Instant,
    /// The end of the bucket.
    pub period_end: Option<Instant>,
    /// How many requests.
    pub request_count: Option<i64>,
    /// Who bills it.
    pub provider: String,
    /// The account there.
    pub account: String,
    /// The kind of source.
    pub source: String,
    /// The natural key at the source.
    pub source_key: String,
    /// The import that brought it, by id and file name.
    pub import: Option<(Uuid, String)>,
    /// The line of that file.
    pub source_line: Option<i64>,
    /// The price that was applied.
    pub price_id: Option<String>,
    /// How the model's name was read and what was guessed.
    pub price_note: Option<String>,
    /// The service tier.
    pub service_tier: Option<String>,
    /// Run as a batch.
    pub batch: bool,
    /// The provider's names for user, key and the like, as a JSON object.
    pub labels: String,
    /// What else changes the price, as a JSON object.
    pub variant: String,
    /// When it was priced anew; `None` for the first pricing.
    pub priced_at: Option<Instant>,
    /// The hash of its content, in hexadecimal.
    pub fingerprint: String,
    /// Why the row, or a part of it, does not count: money, usage, reason.
    pub left_out: Option<(bool, bool, String)>,
}

pub(super) const COLUMNS: &str = "SELECT g.id, d.user_id, d.application_id, a.name, d.generation_type, d.model_used, g.tokens_input,
        g.tokens_output, g.cached_tokens, g.cache_write_tokens, g.cache_write_long_tokens, g.reasoning_tokens,
        g.other_units, g.cost_nanos, d.cost_basis, g.cost_exact, g.list_nanos, g.input_summary, g.output_summary,
        g.duration_ms, g.error, g.created_at, g.period_end, g.request_count, d.provider, d.account, d.source,
        g.source_key, i.id, i.file_name, g.source_line, nullif(t.price_id, ''), nullif(t.price_note, ''),
        nullif(t.service_tier, ''), t.batch, t.labels, o.money, o.usage, o.reason, t.variant,
        g.priced_at, lower(hex(g.fingerprint))
    FROM generations g
    JOIN dimensions d ON d.id = g.dimension_id
    JOIN details t ON t.id = g.detail_id
    LEFT JOIN applications a ON a.id = d.application_id
    LEFT JOIN imports i ON i.number = g.import_number
    LEFT JOIN left_out o ON o.id = g.id";

/// A bucket of whole UTC days lies in its own UTC date, in whatever zone the days are.
const WHERE: &str = "WHERE g.id >= ?1 AND g.id < ?2 AND CASE
            WHEN g.period_end > g.created_at AND g.created_at % 86400000000 = 0 AND g.period_end % 86400000000 = 0
                THEN g.created_at >= ?5 AND g.created_at < ?6
            ELSE g.created_at >= ?3 AND g.created_at < ?4 END
        AND (?7 IS NULL OR g.dimension_id IN (SELECT value FROM json_each(?7)))
        AND (?8 IS NULL OR g.import_number = ?8) AND g.cost_nanos >= ?9
        AND (?10 OR o.id IS NULL OR o.money = 0 OR o.usage = 0)";

impl Reader<'_> {
    /// A page of rows.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know; no such import.
    pub fn generations(
        &self,
        filter: &Filter,
        order: Order,
        page: Page,
    ) -> Result<Vec<GenerationRow>, LedgerError> {
        let sought = self.sought(filter)?;
        let mut found = Vec::new();
        match order {
            Order::Costliest => self.page(filter, &sought, sought.ids, order, page, &mut found)?,
            Order::Newest => {
                // As a bound of the range it lets each page begin where the one before ended, unread.
                let end = page.after.map_or(sought.ids.1, |(_, id)| id.into_bytes().min(sought.ids.1));
                self.each_range(filter, &sought, (sought.ids.0, end), |ids| {
                    let limit = page.limit - found.len() as u32;
                    self.page(filter, &sought, ids, order, Page { limit, ..page }, &mut found)?;
                    Ok(found.len() >= page.limit as usize)
                })?;
            }
        }
        Ok(found)
    }

    fn page(
        &self,
        filter: &Filter,
        sought: &Sought,
        (first, end): IdRange,
        order: Order,
        page: Page,
        found: &mut Vec<GenerationRow>,
    ) -> Result<(), LedgerError> {
        let sql = match order {
            Order::Newest => format!("{COLUMNS} {WHERE} ORDER BY g.id DESC LIMIT ?11"),
            // Chosen by cost alone first, so that only the chosen rows are read whole.
            Order::Costliest => format!(
                "{COLUMNS} WHERE g.id IN (
                    SELECT g.id FROM generations g LEFT JOIN left_out o ON o.id = g.id
                    {WHERE} AND (?12 IS NULL OR (g.cost_nanos, g.id) < (?12, ?13))
                    ORDER BY g.cost_nanos DESC, g.id DESC LIMIT ?11)
                 ORDER BY g.cost_nanos DESC, g.id DESC"
            ),
        };
        let mut values: Vec<Value> = vec![
            first.to_vec().into(),
            end.to_vec().into(),
            sought.local.0.micros().into(),
            sought.local.1.micros().into(),
            sought.utc.0.micros().into(),
            sought.utc.1.micros().into(),
            sought.dimensions.clone().into(),
            sought.import.into(),
            filter.at_least.map_or(i64::MIN, Money::nanos).into(),
            i64::from(filter.left_out_too).into(),
            i64::from(page.limit).into(),
        ];
        if order == Order::Costliest {
            values.push(page.after.map(|(cost, _)| cost.nanos()).into());
            values.push(page.after.map(|(_, id)| id.as_bytes().to_vec()).into());
        }
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(())
    }

    /// The row with an id.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn generation(&self, id: Uuid) -> Result<GenerationRow, LedgerError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} WHERE g.id = ?1"))?;
        let mut rows = statement.query([id.as_bytes()])?;
        match rows.next()? {
            Some(row) => read(row),
            None => Err(LedgerError::NotFound { kind: "generation", id: id.to_string() }),
        }
    }
}

/// The lowest id that a row of this millisecond can have.
pub(super) fn lowest_id(millis: i64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..6].copy_from_slice(&millis.max(0).to_be_bytes()[2..]);
    id
}

pub(super) fn read(row: &Row<'_>) -> Result<GenerationRow, LedgerError> {
    let application: Vec<u8> = row.get(2)?;
    let application = <[u8; 16]>::try_from(application).ok().map(Uuid::from_bytes);
    let basis: String = row.get(14)?;
    let left_out = match row.get::<_, Option<String>>(38)? {
        Some(reason) => Some((row.get(36)?, row.get(37)?, reason)),
        None => None,
    };
    Ok(GenerationRow {
        id: Uuid::from_bytes(row.get(0)?),
        user_id: row.get(1)?,
        application: application.zip(row.get(3)?),
        generation_type: row.get(4)?,
        model_used: row.get(5)?,
        tokens_input: row.get(6)?,
        tokens_output: row.get(7)?,
        cached_tokens: row.get(8)?,
        cache_write_tokens: row.get(9)?,
        cache_write_long_tokens: row.get(10)?,
        reasoning_tokens: row.get(11)?,
        other_units: row.get(12)?,
        cost: Money::from_nanos(row.get(13)?),
        cost_basis: basis
            .parse()
            .map_err(|_| LedgerError::Unreadable { what: "cost basis", value: basis })?,
        cost_exact: row.get(15)?,
        list: row.get::<_, Option<i64>>(16)?.map(Money::from_nanos),
        input_summary: row.get(17)?,
        output_summary: row.get(18)?,
        duration_ms: row.get(19)?,
        error: row.get(20)?,
        created_at: Instant::from_micros(row.get(21)?),
        period_end: row.get::<_, Option<i64>>(22)?.map(Instant::from_micros),
        request_count: row.get(23)?,
        provider: row.get(24)?,
        account: row.get(25)?,
        source: row.get(26)?,
        source_key: row.get(27)?,
        import: row.get::<_, Option<[u8; 16]>>(28)?.map(Uuid::from_bytes).zip(row.get(29)?),
        source_line: row.get(30)?,
        price_id: row.get(31)?,
        price_note: row.get(32)?,
        service_tier: row.get(33)?,
        batch: row.get(34)?,
        labels: row.get(35)?,
        variant: row.get(39)?,
        priced_at: row.get::<_, Option<i64>>(40)?.map(Instant::from_micros),
        fingerprint: row.get(41)?,
        left_out,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{COLUMNS, WHERE};

    #[test]
    fn a_page_of_the_newest_is_a_range_of_ids() {
        let ledger = Connection::open_in_memory().expect("a ledger");
        let schema = include_str!("../../../../../migrations/sqlite/V0001__ledger.sql");
        ledger.execute_batch(schema).expect("the schema");
        let sql = format!("EXPLAIN QUERY PLAN {COLUMNS} {WHERE} ORDER BY g.id DESC LIMIT ?11");
        let mut statement = ledger.prepare(&sql).expect("a statement");
        let steps = statement.raw_query().mapped(|row| row.get(3));
        let steps: Vec<String> = steps.collect::<Result<_, _>>().expect("a plan");
        assert_eq!(steps[0], "SEARCH g USING PRIMARY KEY (id>? AND id<?)", "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
    }
}
