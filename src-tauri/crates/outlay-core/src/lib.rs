//! Nouns and arithmetic of the ledger.
//!
//! Everything here is a pure function over values: no file, no clock, no SQL, no async. What a
//! number means is decided here once, so that every host shows the same figure. Storage lives in
//! `outlay-ledger`, use cases in `outlay-app`.

pub mod alert;
pub mod basis;
pub mod budget;
pub mod cost_config;
pub mod delivery;
pub mod export;
pub mod fact;
pub mod figures;
pub mod forecast;
pub mod glance;
pub mod identity;
pub mod import;
pub mod instant;
pub mod money;
pub mod period;
pub mod price;
pub mod redact;
pub mod report;
pub mod spike;
pub mod text;
pub mod tokens;
