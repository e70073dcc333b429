//! Rows of the book as they travel, by their ids.

use outlay_core::basis::CostBasis;
use outlay_core::identity::Fingerprint;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::Row;
use uuid::Uuid;

use super::rows::Generation;
use crate::error::LedgerError;
use crate::handle::Reader;

const COLUMNS: &str = "SELECT g.id, d.user_id, i.id, coalesce(i.device_id, e.device_id, (SELECT device_id FROM ledger)),
        d.application_id, d.generation_type, d.model_used, d.provider, d.account, d.source, g.source_key, g.fingerprint,
        g.created_at, g.period_end, g.request_count, g.tokens_input, g.tokens_output, g.cached_tokens,
        g.cache_write_tokens, g.cache_write_long_tokens, g.reasoning_tokens, g.other_units, g.cost_nanos, d.cost_basis,
        g.list_nanos, g.cost_exact, t.price_id, t.price_note, g.priced_at, t.service_tier, t.batch, t.variant, t.labels,
        g.duration_ms, g.error, g.input_summary, g.output_summary, a.id
    FROM generations g
    JOIN dimensions d ON d.id = g.dimension_id
    JOIN details t ON t.id = g.detail_id
    LEFT JOIN imports i ON i.number = g.import_number
    LEFT JOIN awaited_imports a ON a.number = g.import_number AND i.id IS NULL
    LEFT JOIN logged_elsewhere e ON e.id = g.id AND g.import_number IS NULL
    WHERE g.id = ?1";

impl Reader<'_> {
    /// The calls and aggregates with these ids, in their order; one that is not here is left out.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn generation_rows(&self, ids: &[Uuid]) -> Result<Vec<Generation>, LedgerError> {
        let mut statement = self.connection.prepare_cached(COLUMNS)?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let mut rows = statement.query([id.as_bytes()])?;
            if let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }
}

fn read(row: &Row<'_>) -> Result<Generation, LedgerError> {
    let instant =
        |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Instant::from_micros));
    let id = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes));
    let basis = row.get_ref(23)?.as_str().unwrap_or_default();
    let cost_basis: CostBasis =
        basis.parse().map_err(|_| LedgerError::Unreadable { what: "cost basis", value: basis.to_owned() })?;
    let application = row.get_ref(4)?.as_blob().unwrap_or_default();
    Ok(Generation {
        id: Uuid::from_bytes(row.get(0)?),
        user_id: row.get(1)?,
        import_id: id(2)?.or(id(37)?),
        device_id: id(3)?.filter(|device| !device.is_nil()),
        application_id: Uuid::from_slice(application).ok(),
        generation_type: row.get(5)?,
        model_used: row.get(6)?,
        provider: row.get(7)?,
        account: row.get(8)?,
        source: row.get(9)?,
        source_key: row.get(10)?,
        fingerprint: Fingerprint(row.get(11)?),
        created_at: Instant::from_micros(row.get(12)?),
        period_end: instant(13)?,
        request_count: row.get(14)?,
        tokens_input: row.get(15)?,
        tokens_output: row.get(16)?,
        cached_tokens: row.get(17)?,
        cache_write_tokens: row.get(18)?,
        cache_write_long_tokens: row.get(19)?,
        reasoning_tokens: row.get(20)?,
        other_units: row.get(21)?,
        cost: Money::from_nanos(row.get(22)?),
        cost_basis,
        list: row.get::<_, Option<i64>>(24)?.map(Money::from_nanos),
        cost_exact: row.get(25)?,
        price_id: row.get(26)?,
        price_note: row.get(27)?,
        priced_at: instant(28)?,
        service_tier: row.get(29)?,
        batch: row.get(30)?,
        variant: row.get(31)?,
        labels: row.get(32)?,
        duration_ms: row.get(33)?,
        error: row.get(34)?,
        input_summary: row.get(35)?,
        output_summary: row.get(36)?,
    })
}
