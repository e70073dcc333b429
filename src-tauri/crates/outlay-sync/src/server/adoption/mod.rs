//! A database that another program made, as a server holds it: looked at, read, and written to where somebody agreed.
//!
//! Statements are made of names from the catalogue, which one function quotes, and of parameters; never of data. All
//! reading is done in transactions that are read-only, with nothing but the catalogue's own functions in reach. What a
//! column means is decided in `adoption`.

mod finds;
mod look;
mod months;
mod original;
mod quote;
mod reading;
mod refused;
mod rehearsal;
mod remote;
mod rows;
mod source;
mod survey;
mod writing;

pub use finds::{FaultRows, MonthRows, Rows, finds, rows_found};
pub use look::{look, tables};
pub use original::{Original, original};
pub use quote::quoted;
pub use reading::reading;
pub use rehearsal::rehearse;
pub use remote::{Adopted, AdoptedError};
pub use source::Fault;
pub use survey::{Survey, survey};
