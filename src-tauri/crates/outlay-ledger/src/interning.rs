//! Repeated texts, each stored once: the dimensions that reports group by, and a row's other details.
//!
//! A million rows have a few hundred of them; rows carry their numbers. Both tables only grow.

use std::collections::hash_map::Entry;

use outlay_core::basis::CostBasis;
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use crate::error::LedgerError;

/// What reports group by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Dimension {
    pub(crate) user_id: String,
    pub(crate) account: String,
    pub(crate) application_id: Option<[u8; 16]>,
    pub(crate) generation_type: String,
    pub(crate) model_used: String,
    pub(crate) provider: String,
    pub(crate) source: String,
    pub(crate) cost_basis: CostBasis,
}

/// What else repeats from row to row. Empty texts stand for "none".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Detail {
    pub(crate) labels: String,
    pub(crate) service_tier: String,
    pub(crate) batch: bool,
    pub(crate) variant: String,
    pub(crate) price_id: String,
    pub(crate) price_note: String,
}

/// Dimensions by number, as far as they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Dimensions {
    numbers: FxHashMap<Dimension, i64>,
    by_number: FxHashMap<i64, Dimension>,
}

impl Dimensions {
    /// The number of a dimension, which is stored if it is new.
    pub(crate) fn number(
        &mut self,
        connection: &Connection,
        dimension: &Dimension,
    ) -> Result<i64, LedgerError> {
        if let Some(&number) = self.numbers.get(dimension) {
            return Ok(number);
        }
        let number = match find_dimension(connection, dimension)? {
            Some(number) => number,
            None => insert_dimension(connection, dimension)?,
        };
        self.numbers.insert(dimension.clone(), number);
        self.by_number.insert(number, dimension.clone());
        Ok(number)
    }

    /// The dimension of a number that a row carries.
    pub(crate) fn get(&mut self, connection: &Connection, number: i64) -> Result<&Dimension, LedgerError> {
        match self.by_number.entry(number) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(read_dimension(connection, number)?)),
        }
    }
}

/// The key columns of a dimension, in the order of its UNIQUE constraint.
fn columns(dimension: &Dimension) -> (&str, &str, &[u8], &str, &str, &str, &str, &str) {
    (
        &dimension.user_id,
        &dimension.account,
        dimension.application_id.as_ref().map_or(&[], |id| id.as_slice()),
        &dimension.generation_type,
        &dimension.model_used,
        &dimension.provider,
        &dimension.source,
        dimension.cost_basis.as_str(),
    )
}

fn find_dimension(connection: &Connection, dimension: &Dimension) -> Result<Option<i64>, LedgerError> {
    let sql = "SELECT id FROM dimensions WHERE user_id = ?1 AND account = ?2 AND application_id = ?3
        AND generation_type = ?4 AND model_used = ?5 AND provider = ?6 AND source = ?7 AND cost_basis = ?8";
    Ok(connection.prepare_cached(sql)?.query_row(columns(dimension), |row| row.get(0)).optional()?)
}

fn insert_dimension(connection: &Connection, dimension: &Dimension) -> Result<i64, LedgerError> {
    let sql = "INSERT INTO dimensions
        (user_id, account, application_id, generation_type, model_used, provider, source, cost_basis)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    Ok(connection.prepare_cached(sql)?.insert(columns(dimension))?)
}

fn read_dimension(connection: &Connection, number: i64) -> Result<Dimension, LedgerError> {
    let sql =
        "SELECT user_id, account, application_id, generation_type, model_used, provider, source, cost_basis
        FROM dimensions WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let (dimension, basis) = statement.query_row([number], |row| {
        let application: Vec<u8> = row.get(2)?;
        let dimension = Dimension {
            user_id: row.get(0)?,
            account: row.get(1)?,
            application_id: application.try_into().ok(),
            generation_type: row.get(3)?,
            model_used: row.get(4)?,
            provider: row.get(5)?,
            source: row.get(6)?,
            cost_basis: CostBasis::Unpriced,
        };
        Ok((dimension, row.get::<_, String>(7)?))
    })?;
    let cost_basis =
        basis.parse().map_err(|_| LedgerError::Unreadable { what: "cost basis", value: basis })?;
    Ok(Dimension { cost_basis, ..dimension })
}

/// Details by number.
#[derive(Debug, Default)]
pub(crate) struct Details {
    numbers: FxHashMap<Detail, i64>,
}

impl Details {
    /// The number of a detail, which is stored if it is new.
    pub(crate) fn number(&mut self, connection: &Connection, detail: &Detail) -> Result<i64, LedgerError> {
        if let Some(&number) = self.numbers.get(detail) {
            return Ok(number);
        }
        let values = (
            &detail.labels,
            &detail.service_tier,
            detail.batch,
            &detail.variant,
            &detail.price_id,
            &detail.price_note,
        );
        let find =
            "SELECT id FROM details WHERE labels = ?1 AND service_tier = ?2 AND batch = ?3 AND variant = ?4
            AND price_id = ?5 AND price_note = ?6";
        let known = connection.prepare_cached(find)?.query_row(values, |row| row.get(0)).optional()?;
        let number = match known {
            Some(number) => number,
            None => {
                let insert =
                    "INSERT INTO details (labels, service_tier, batch, variant, price_id, price_note)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
                connection.prepare_cached(insert)?.insert(values)?
            }
        };
        self.numbers.insert(detail.clone(), number);
        Ok(number)
    }
}
