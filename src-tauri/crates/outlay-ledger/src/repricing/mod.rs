//! Pricing anew what the ledger has already priced, because the user asked for it: rows with another price are added
//! beside the old ones, and what counts follows. Nothing is changed, so it can be undone row by row.
//!
//! What a row costs is the caller's to say; which rows are asked about, and that totals change by exactly what they
//! say, is decided here.

mod reading;
mod undo;
mod writing;

use outlay_core::basis::CostBasis;
use outlay_core::fact::{Facets, Fact};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::generations::Costing;
use crate::handle::Reader;
use crate::import::MonthChange;

pub(crate) use reading::variant;
pub use undo::RepricingUndo;

/// Which rows are asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repriceable {
    /// Providers with models, as sources write them, in any case; an empty model stands for all of the provider, and
    /// an empty list for every name.
    pub names: Vec<(String, String)>,
    /// Those that have a price of the price book or of the user's own, too; else only those without a price.
    pub priced_too: bool,
    /// Only rows of these UTC days, both included.
    pub days: Option<(i64, i64)>,
}

/// A row as far as its price depends on it.
#[derive(Debug, Clone)]
pub struct PricedRow {
    /// Its id.
    pub id: Uuid,
    /// Its texts; labels, project and type are not read.
    pub facets: Facets,
    /// Its numbers; what the source says about money is that the price book decides.
    pub fact: Fact,
    /// What its cost rests on now.
    pub basis: CostBasis,
    /// What it costs now.
    pub cost: Money,
    /// Its price now; empty where it has none.
    pub price_id: String,
    /// How that came about.
    pub price_note: String,
}

/// Says what rows cost.
pub trait Pricing {
    /// The cost of a row by the prices of today's book and of the user's own that held at the row's instant.
    fn price(&mut self, row: &PricedRow) -> Costing<'_>;
}

/// What a re-pricing did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repriced {
    /// Rows that were asked about.
    pub rows_asked: u64,
    /// Rows that got another price.
    pub rows: u64,
    /// Their calls, as far as they are counted.
    pub requests: i64,
    /// What those rows cost before and after; of a row whose money another source speaks for, nothing.
    pub spend_before: Money,
    /// And after.
    pub spend_after: Money,
    /// Rows without a price before, and after.
    pub unpriced: (u64, u64),
    /// Spend of everything by UTC month, before and after.
    pub months: Vec<MonthChange>,
}

/// A re-pricing of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repricing {
    /// Its id.
    pub id: Uuid,
    /// When it was asked for; its rows carry it.
    pub at: Instant,
    /// What it was about, in words.
    pub label: String,
    /// How many rows got another price.
    pub rows: i64,
    /// What they cost before.
    pub spend_before: Money,
    /// And after.
    pub spend_after: Money,
    /// Whether it was undone.
    pub undone: bool,
    /// Bounds of its rows' ids.
    pub(crate) ids: ([u8; 16], [u8; 16]),
}

impl Reader<'_> {
    /// All re-pricings that were made on this machine, the newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn repricings(&self) -> Result<Vec<Repricing>, LedgerError> {
        let sql = "SELECT id, at, label, row_count, before_nanos, after_nanos, undone, first_id, last_id
            FROM repricings ORDER BY at DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Repricing {
                id: Uuid::from_bytes(row.get(0)?),
                at: Instant::from_micros(row.get(1)?),
                label: row.get(2)?,
                rows: row.get(3)?,
                spend_before: Money::from_nanos(row.get(4)?),
                spend_after: Money::from_nanos(row.get(5)?),
                undone: row.get(6)?,
                ids: (row.get(7)?, row.get(8)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The UTC days of all months that some days lie in.
fn whole_months((first, last): (i64, i64)) -> (i64, i64) {
    let month = |day: i64| Month::containing(Day::from_number(i32::try_from(day).unwrap_or(i32::MAX)));
    (month(first).first_day().number().into(), month(last).last_day().number().into())
}
