//! Values on their way to and from the server: arrays that become rows there, rows that become values here.
//!
//! A server may answer with anything: what does not fit is a failure and never a panic. Which columns there are stands
//! with each table.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::money::Money;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql, Type};

use crate::server::connect::Parameter;
use crate::server::failure::Failure;

/// The parameters of a statement, in their order.
#[derive(Default)]
pub(in crate::server) struct Parameters<'r>(Vec<(Box<dyn ToSql + Sync + Send + 'r>, Type)>);

impl<'r> Parameters<'r> {
    /// A single value.
    pub(in crate::server) fn one(&mut self, kind: Type, value: impl ToSql + Sync + Send + 'r) {
        self.0.push((Box::new(value), kind));
    }

    /// A value of each row.
    pub(in crate::server) fn each<T: ToSql + Sync + Send + 'r>(
        &mut self,
        kind: Type,
        values: impl Iterator<Item = T>,
    ) {
        self.one(kind, values.collect::<Vec<T>>());
    }

    pub(in crate::server) fn borrowed(&self) -> Vec<Parameter<'_>> {
        self.0.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect()
    }
}

/// Reads a row's columns one after the other.
pub(in crate::server) struct Cells<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Cells<'r> {
    pub(in crate::server) const fn of(row: &'r Row) -> Self {
        Self { row, next: 0 }
    }

    pub(in crate::server) fn next<T: FromSql<'r>>(&mut self) -> Result<T, Failure> {
        let value = self.row.try_get(self.next).map_err(|error| unintelligible(&error));
        self.next += 1;
        value
    }

    pub(in crate::server) fn instant(&mut self) -> Result<Instant, Failure> {
        Ok(Instant::from(self.next::<DateTime<Utc>>()?))
    }

    pub(in crate::server) fn some_instant(&mut self) -> Result<Option<Instant>, Failure> {
        Ok(self.next::<Option<DateTime<Utc>>>()?.map(Instant::from))
    }

    pub(in crate::server) fn money(&mut self) -> Result<Money, Failure> {
        Ok(Money::from_nanos(self.next()?))
    }

    pub(in crate::server) fn some_money(&mut self) -> Result<Option<Money>, Failure> {
        Ok(self.next::<Option<i64>>()?.map(Money::from_nanos))
    }

    /// A word that this program must know.
    pub(in crate::server) fn word<T: std::str::FromStr>(&mut self) -> Result<T, Failure> {
        let text: &str = self.next()?;
        text.parse().map_err(|_| Failure::Unintelligible { reason: format!("it says {text:?}") })
    }

    /// Bytes of a fixed length.
    pub(in crate::server) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let bytes: &[u8] = self.next()?;
        bytes.try_into().map_err(|error| unintelligible(&error))
    }

    /// JSON as ledgers write it: the server's has other spaces and another order.
    pub(in crate::server) fn json(&mut self) -> Result<String, Failure> {
        let text: String = self.next()?;
        Ok(if text == "{}" || text == "[]" { text } else { compact(text) })
    }
}

/// The instant at which a UTC day begins.
pub(in crate::server) fn beginning(day: i64) -> DateTime<Utc> {
    Instant::from_micros(day.saturating_mul(MICROS_PER_DAY)).to_utc()
}

/// JSON of many rows, which repeat few texts.
#[derive(Debug, Default)]
pub(super) struct Compacted(HashMap<String, String>);

impl Compacted {
    /// So many texts are kept; where rows repeat none, keeping them is of no use.
    const MOST: usize = 1000;

    /// The text as ledgers write it.
    pub(super) fn of(&mut self, json: &str) -> String {
        if json == "{}" {
            return json.to_owned();
        }
        if let Some(known) = self.0.get(json) {
            return known.clone();
        }
        let written = compact(json.to_owned());
        if self.0.len() < Self::MOST {
            self.0.insert(json.to_owned(), written.clone());
        }
        written
    }
}

pub(in crate::server) fn compact(json: String) -> String {
    match serde_json::from_str::<serde_json::Value>(&json) {
        Ok(value) => value.to_string(),
        Err(_) => json,
    }
}

fn unintelligible(error: &dyn std::error::Error) -> Failure {
    Failure::Unintelligible { reason: error.to_string() }
}
