//! The book: one SQLite file, append-only.
//!
//! This crate stores facts, decides which of them count, and keeps the rollups that every total is
//! read from. It knows SQL and nothing of files to import, of Postgres or of screens. It reads no
//! clock: `now` is always a parameter.

mod counting;
mod error;
mod generations;
mod handle;
mod import;
mod interning;
mod open;
mod rollup;
mod tables;

pub use counting::{Reason, authority::Covers};
pub use error::LedgerError;
pub use generations::{Filter, GenerationRow, Order, Page};
pub use handle::{Ledger, Reader, Writer};
pub use import::ingest::{FileFacts, Ingest, IngestOptions, IngestOutcome};
pub use open::{Access, Birth, LATEST_SCHEMA};
