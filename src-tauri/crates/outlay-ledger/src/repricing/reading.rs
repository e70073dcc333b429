//! The rows that a re-pricing asks about, page by page in the order of their ids.

use std::collections::BTreeMap;

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Charge, FacetId, Facets, Fact, Variant};
use outlay_core::identity::Fingerprint;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::tokens::Tokens;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Deserialize;
use uuid::Uuid;

use super::{PricedRow, Repriceable};
use crate::counting::recount::{IdRange, ids_of_days};
use crate::error::LedgerError;
use crate::generations::StoredRow;
use crate::rollup::Numbers;

/// A row to be priced, with what its new version keeps of it.
pub(super) struct Candidate {
    pub(super) row: PricedRow,
    pub(super) stored: StoredRow,
    /// Its money does not count: another source speaks.
    pub(super) is_paid_elsewhere: bool,
}

/// Dimensions whose rows are asked about, and the ids that those rows can have.
pub(super) struct Selected {
    dimensions: String,
    pub(super) ids: IdRange,
    /// UTC days, one more at either end because dimensions are counted by local days.
    pub(super) days: (i64, i64),
}

/// How many rows are in memory at once.
pub(super) const PAGE: usize = 8_192;

/// Chooses the dimensions; `None`: no row that counts falls under them.
pub(super) fn select(
    connection: &Connection,
    which: &Repriceable,
    owner: &str,
) -> Result<Option<Selected>, LedgerError> {
    // What a member of a team priced is theirs to price anew.
    let sql = "SELECT id FROM dimensions d
        WHERE (d.cost_basis = 'unpriced' OR ?2 AND d.cost_basis IN ('computed', 'estimated', 'free'))
            AND (d.user_id = ?3 OR NOT EXISTS (SELECT 1 FROM sync_remotes))
            AND (?1 = '[]' OR EXISTS (SELECT 1 FROM json_each(?1) n
                WHERE trim(lower(n.value ->> 0)) = trim(lower(d.provider))
                    AND (n.value ->> 1 = '' OR trim(lower(n.value ->> 1)) = trim(lower(d.model_used)))))";
    let names = serde_json::json!(which.names).to_string();
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map((names, which.priced_too, owner), |row| row.get::<_, i64>(0))?;
    let dimensions = serde_json::json!(found.collect::<Result<Vec<_>, _>>()?).to_string();
    let sql =
        "SELECT min(day), max(day) FROM rollup_days WHERE dimension_id IN (SELECT value FROM json_each(?1))";
    let days: Option<(Option<i64>, Option<i64>)> = connection
        .prepare_cached(sql)?
        .query_row([&dimensions], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((Some(first), Some(last))) = days else { return Ok(None) };
    let (from, to) = which.days.unwrap_or((i64::MIN, i64::MAX));
    let days = ((first - 1).max(from), (last + 1).min(to));
    if days.0 > days.1 {
        return Ok(None);
    }
    Ok(Some(Selected { dimensions, ids: ids_of_days(days.0, days.1), days }))
}

/// The next rows after an id that count at least for something; those that this re-pricing wrote are no candidates.
pub(super) fn page(
    connection: &Connection,
    selected: &Selected,
    after: Option<[u8; 16]>,
    now: Instant,
) -> Result<Vec<Candidate>, LedgerError> {
    let sql = format!(
        "SELECT g.id, g.source_key, g.fingerprint, g.import_number, g.detail_id, g.source_line,
            g.cache_write_long_tokens, g.other_units, g.duration_ms, g.error, g.input_summary, g.output_summary,
            t.service_tier, t.batch, t.variant, t.price_id, t.price_note, d.provider, d.model_used, d.cost_basis,
            coalesce(o.money, 0), {}
        FROM generations g
        JOIN details t ON t.id = g.detail_id
        JOIN dimensions d ON d.id = g.dimension_id
        LEFT JOIN left_out o ON o.id = g.id
        WHERE g.id > ?1 AND g.id <= ?2 AND g.dimension_id IN (SELECT value FROM json_each(?3))
            AND (o.id IS NULL OR o.usage = 0 OR o.money = 0) AND g.priced_at IS NOT ?4
            AND (d.cost_basis = 'unpriced' OR t.price_id <> '')
        ORDER BY g.id LIMIT ?5",
        Numbers::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let from = after.unwrap_or_else(|| before(selected.ids.0));
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut rows = statement.query((from, selected.ids.1, &selected.dimensions, now.micros(), most))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The greatest id that is less.
fn before(id: [u8; 16]) -> [u8; 16] {
    u128::from_be_bytes(id).saturating_sub(1).to_be_bytes()
}

/// What else changes the price, as `Detail` writes it.
#[derive(Deserialize, Default)]
struct VariantForm {
    speed: Option<String>,
    region: Option<String>,
    context_from: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Candidate, LedgerError> {
    let numbers = Numbers::from_row(row, 21)?;
    let long: i64 = row.get(6)?;
    let stored = StoredRow {
        id: row.get(0)?,
        numbers,
        detail: row.get(4)?,
        import_number: row.get(3)?,
        source_line: row.get(5)?,
        cache_write_long_tokens: long,
        other_units: row.get(7)?,
        priced_at: None,
        source_key: row.get(1)?,
        fingerprint: Fingerprint(row.get(2)?),
        duration_ms: row.get(8)?,
        error: row.get(9)?,
        input_summary: row.get(10)?,
        output_summary: row.get(11)?,
    };
    let basis: String = row.get(19)?;
    let basis: CostBasis =
        basis.parse().map_err(|_| LedgerError::Unreadable { what: "cost basis", value: basis })?;
    let facets = Facets {
        provider: row.get(17)?,
        model: row.get(18)?,
        variant: variant(row.get(12)?, row.get(13)?, &row.get::<_, String>(14)?)?,
        ..Facets::default()
    };
    let priced = PricedRow {
        id: Uuid::from_bytes(stored.id),
        facets,
        fact: fact(&stored)?,
        basis,
        cost: Money::from_nanos(numbers.cost_nanos),
        price_id: row.get(15)?,
        price_note: row.get(16)?,
    };
    Ok(Candidate { row: priced, stored, is_paid_elsewhere: row.get(20)? })
}

/// A row's variant from its columns.
pub(crate) fn variant(tier: String, batch: bool, rest: &str) -> Result<Variant, LedgerError> {
    let unreadable = || LedgerError::Unreadable { what: "variant", value: rest.to_owned() };
    let form: VariantForm = serde_json::from_str(rest).map_err(|_| unreadable())?;
    let context_from =
        form.context_from.map(|tokens| tokens.parse().map_err(|_| unreadable())).transpose()?;
    Ok(Variant {
        service_tier: (!tier.is_empty()).then_some(tier),
        batch,
        speed: form.speed,
        region: form.region,
        context_from,
        unsplit_cache_write: false,
    })
}

/// The disjoint buckets of a row from its inclusive columns.
fn fact(stored: &StoredRow) -> Result<Fact, LedgerError> {
    let numbers = &stored.numbers;
    let units = stored.other_units.as_deref().unwrap_or("{}");
    let other_units: BTreeMap<String, i64> = serde_json::from_str(units)
        .map_err(|_| LedgerError::Unreadable { what: "other units", value: units.to_owned() })?;
    Ok(Fact {
        facets: FacetId(0),
        created_at: numbers.created_at,
        period_end: numbers.period_end,
        request_count: numbers.request_count,
        tokens: Tokens {
            uncached_input: numbers.tokens_input - numbers.cached_tokens - numbers.cache_write_tokens,
            cache_read: numbers.cached_tokens,
            cache_write: numbers.cache_write_tokens - stored.cache_write_long_tokens,
            cache_write_long: stored.cache_write_long_tokens,
            output: numbers.tokens_output,
            reasoning: numbers.reasoning_tokens,
        },
        other_units,
        charge: Charge::ByPriceBook,
        source_key: stored.source_key.clone(),
        fingerprint: stored.fingerprint,
        duration_ms: stored.duration_ms,
        error: None,
        line: 0,
    })
}
