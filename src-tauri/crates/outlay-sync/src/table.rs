//! How a row that travels is named on both sides: the ledger's own names, and what the engine asks of a row.
//!
//! What a row says is not here: the engine only moves rows. What travels otherwise, alerts and records that are
//! changed in place, has its rules in `merge`.

pub use outlay_ledger::sync::{Bucket, RowId, Scope, Standing, Table};

/// A row, as far as the engine looks at it.
pub trait Row: Clone {
    /// Its name.
    fn id(&self) -> RowId;

    /// A row that this one says as well, so that it need not travel where this one is stored as it is here.
    fn implied(&self) -> Option<RowId> {
        None
    }
}
