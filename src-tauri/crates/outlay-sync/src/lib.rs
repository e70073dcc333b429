//! The mirror: the ledger's tables in a PostgreSQL that a team shares.
//!
//! Here is what speaks to that server. Opening the connection, its TLS and its password belong to the
//! host; what the rows mean belongs to `outlay-core`.

mod schema;

pub use schema::{SchemaError, migrate};
