//! The mirror: the ledger's tables in a PostgreSQL that a team shares.
//!
//! Here is what speaks to that server. Where a password is kept belongs to the host; what the rows mean belongs
//! to `outlay-core`.

mod address;
mod connect;
mod failure;
mod passfile;
mod password;
mod probe;
mod schema;
mod setup;
mod tls;
mod trial;
mod wire;

pub use address::{Address, AddressError, ChannelBinding, Encryption, Host, Trust};
pub use connect::{Limits, Parameter, Server, connect};
pub use failure::{Failure, Retry, ServerWords, Stage};
pub use passfile::{PassfileError, read_passfile};
pub use password::Password;
pub use probe::{
    Access, Engine, ForeignTable, Found, Membership, OtherEngine, Probe, ReadOnly, TeamLedger, probe,
};
pub use schema::{SchemaError, known_schema};
pub use setup::{Member, MissingRight, Outcome, SetupError, add_member, init, remove_member};
pub use tokio_postgres::{Row, types};
pub use trial::{Step, StepState, Trial, try_connection};
