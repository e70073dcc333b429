//! Nouns and arithmetic of the ledger.
//!
//! Everything here is a pure function over values: no file, no clock, no SQL, no async. What a
//! number means is decided here once, so that every host shows the same figure. Storage lives in
//! `outlay-ledger`, use cases in `outlay-app`.

pub mod fact;
pub mod identity;
pub mod instant;
pub mod money;
pub mod price;
pub mod tokens;
