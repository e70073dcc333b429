//! What was recorded while reservations were open, and which were. What settles which is `outlay_core::budget`'s.

use outlay_core::budget::{Claim, RecordedCall, Scope};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use rusqlite::Row;

use super::calls::lowest_id;
use super::reservations::Reservation;
use crate::error::LedgerError;
use crate::handle::Reader;

impl Reservation {
    /// The calls that it was made for: of its model, else of its provider, else all.
    pub fn scope(&self) -> Scope {
        match (self.provider.as_str(), self.model.as_str()) {
            ("", "") => Scope::All,
            (provider, "") => Scope::Provider(provider.to_owned()),
            (_, model) => Scope::Model(model.to_owned()),
        }
    }
}

impl Reader<'_> {
    /// A user's other reservations that were open at some time from `from` to `to`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn other_claims(
        &self,
        held: &Reservation,
        (from, to): (Instant, Instant),
    ) -> Result<Vec<Claim>, LedgerError> {
        let sql = "SELECT provider, model, created_at, coalesce(ended_at, expires_at) FROM reservations
            WHERE user_id = ?1 AND id <> ?2 AND created_at <= ?4 AND coalesce(ended_at, expires_at) >= ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let bound = (&held.user_id, held.id.as_bytes(), from.micros(), to.micros());
        let claim = |row: &Row<'_>| {
            let [from, to] = [row.get(2)?, row.get(3)?].map(Instant::from_micros);
            let (provider, model) = (row.get(0)?, row.get(1)?);
            let other = Reservation { provider, model, ..held.clone() };
            Ok(Claim { scope: other.scope(), from, to })
        };
        let found = statement.query_map(bound, claim)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// A user's calls from `from` to `to`, both included, whose cost is spend and which no reservation was settled
    /// with. What a provider aggregated is no call.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn recorded_calls(
        &self,
        user: &str,
        (from, to): (Instant, Instant),
    ) -> Result<Vec<RecordedCall>, LedgerError> {
        let sql = "SELECT g.created_at, d.provider, d.model_used, g.cost_nanos
            FROM generations g JOIN dimensions d ON d.id = g.dimension_id LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id >= ?1 AND g.id < ?2 AND g.created_at BETWEEN ?3 AND ?4 AND g.period_end IS NULL
                AND coalesce(o.money, 0) = 0
                AND d.user_id = ?5 AND d.cost_basis IN ('billed', 'computed', 'estimated')
                AND g.id NOT IN (SELECT generation_id FROM reservations
                    WHERE user_id = ?5 AND generation_id IS NOT NULL)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = [from.micros().div_euclid(1000), to.micros().div_euclid(1000) + 1].map(lowest_id);
        let mut rows = statement.query((ids[0], ids[1], from.micros(), to.micros(), user))?;
        let mut calls = Vec::new();
        while let Some(row) = rows.next()? {
            calls.push(RecordedCall {
                at: Instant::from_micros(row.get(0)?),
                provider: row.get(1)?,
                model: row.get(2)?,
                cost: Money::from_nanos(row.get(3)?),
            });
        }
        Ok(calls)
    }
}
