//! Adopting a database that another program made: what of a table of calls can be read as the ledger's rows, what must be
//! asked, and why nothing can be written there. Pure: it is decided from facts that somebody else looked up.
//!
//! Here is no SQL and no server; nothing is guessed in silence, for a wrong guess would be a wrong report for ever.

mod layout;
mod money;
mod questions;
mod shape;

pub use layout::{Cached, Choices, Layout, Obstacle, OnlyRead, Reading, USER_COLUMNS, read};
pub use money::agrees;
pub use questions::{Assumption, CachedExample, Finds, Question, UserRows, assumptions, open_questions};
pub use shape::{Column, ColumnKind, Shape, TableKind};

/// The source of rows that were read from an adopted table.
pub const ADOPTED: &str = outlay_ledger::sync::ADOPTED;
