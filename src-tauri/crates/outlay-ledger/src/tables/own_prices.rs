//! Prices of the user's own, as the ledger keeps them. What they mean is `outlay_core::price`'s.

use outlay_core::instant::Instant;
use outlay_core::price::OwnPrice;
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};
use crate::sync::names::{RowId, Table};
use crate::sync::outbox;

impl Reader<'_> {
    /// All that the owner of the ledger has ever said about prices, in the order in which it was said. What members of
    /// a team say about theirs is not among it.
    ///
    /// # Errors
    /// Those of SQLite; a rule that this program does not know.
    pub fn own_prices(&self) -> Result<Vec<OwnPrice>, LedgerError> {
        let sql = "SELECT id, provider, model, valid_from, rates, at FROM prices p
            WHERE NOT EXISTS (SELECT 1 FROM of_others o WHERE o.kind = 'prices' AND o.key = p.id) ORDER BY at, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut prices = Vec::new();
        while let Some(row) = rows.next()? {
            let rule: String = row.get(4)?;
            prices.push(OwnPrice {
                id: Uuid::from_bytes(row.get(0)?),
                provider: row.get(1)?,
                model: row.get(2)?,
                valid_from: Instant::from_micros(row.get(3)?),
                rule: serde_json::from_str(&rule)
                    .map_err(|_| LedgerError::Unreadable { what: "price", value: rule })?,
                set_at: Instant::from_micros(row.get(5)?),
            });
        }
        Ok(prices)
    }
}

impl Writer<'_> {
    /// Adds what the owner says about a price.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_own_price(&self, price: &OwnPrice) -> Result<(), LedgerError> {
        let sql = "INSERT INTO prices (id, provider, model, valid_from, rates, at, device_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.transaction.prepare_cached(sql)?.execute((
            price.id.as_bytes(),
            &price.provider,
            &price.model,
            price.valid_from.micros(),
            serde_json::json!(price.rule).to_string(),
            price.set_at.micros(),
            self.identity.device_id.as_bytes(),
        ))?;
        outbox::add(&self.transaction, &RowId::whole(Table::Prices, price.id))
    }
}
