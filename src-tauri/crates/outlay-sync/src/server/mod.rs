//! The team's server: its address, the connection to it, what it is, and how a ledger is set up there, and
//! the server as the engine asks it. What is pushed and pulled is decided in `plan` and `engine`.

mod address;
pub mod adoption;
mod blocking;
mod connect;
mod failure;
mod passfile;
mod password;
mod probe;
mod schema;
mod setup;
mod team;
mod tls;
mod trial;
mod wire;

pub use address::{Address, AddressError, ChannelBinding, Encryption, Host, Trust};
pub use blocking::wait_for;
pub use connect::{Limits, Parameter, Server, connect};
pub use failure::{Failure, Retry, ServerWords, Stage};
pub use passfile::{PassfileError, read_passfile};
pub use password::Password;
pub use probe::{
    Access, Engine, ForeignTable, Found, Membership, OtherEngine, Probe, ReadOnly, TeamLedger, probe,
};
pub use schema::{SchemaError, known_schema};
pub use setup::{Member, MissingRight, Outcome, SetupError, add_member, init, list_members, remove_member};
pub use team::{Team, login_of_device};
pub use tokio_postgres::{Row, types};
pub use trial::{Step, StepState, Trial, try_connection};
