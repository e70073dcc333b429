//! How what is changed on several machines at once becomes one again: pure functions over values.
//!
//! No clock of a machine decides anything here. Immutable rows need no merge and are not here.

mod alerts;
mod budgets;
mod records;

pub use alerts::{Alert, Body, Ended, Exchange, exchange, join};
pub use budgets::{BudgetVersion, Speaking, speaking};
pub use records::{
    Cell, Clash, Column, Columns, LocalRecord, RecordChange, RecordKey, RecordStep, ServerRecord, record_step,
};
