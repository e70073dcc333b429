//! Rows of any number from a seed: the same seed gives the same rows on every machine.
//!
//! The bench fills files and ledgers with them, tests may too. Nothing here knows how a ledger stores
//! a row, and the values are plausible, not anybody's. What measures is the binary of this crate.

pub mod ledger_rows;
pub mod openrouter;
pub mod original;
pub mod random;
pub mod working_hours;
