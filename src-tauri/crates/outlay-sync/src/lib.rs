//! The mirror: the ledger's tables in a PostgreSQL that a team shares.
//!
//! Here is what speaks to that server. Where a password is kept belongs to the host; what the rows mean belongs
//! to `outlay-core`.

mod address;
mod failure;
mod passfile;
mod password;
mod schema;

pub use address::{Address, AddressError, ChannelBinding, Encryption, Host, Trust};
pub use failure::{Failure, Retry, ServerWords, Stage};
pub use passfile::{PassfileError, read_passfile};
pub use password::Password;
pub use schema::{SchemaError, migrate};
