//! What a row costs: the embedded price book, how a model's name finds its prices, the arithmetic.
//!
//! The book is data of others, dated and committed (see `xtask/prices/README.md`); it is never
//! fetched here. What a source bills itself never comes here: importers say so with
//! [`Charge`](crate::fact::Charge). Which price a user has set for a model is the ledger's.

mod book;
mod cost;
mod form;
mod name;
mod resolve;

pub use book::{Book, BookError, PriceRef, Source};
pub use cost::{Guess, Priced, UnpricedReason, Usage};
pub use name::Normalisation;
pub use resolve::{Resolved, Unresolved};

#[cfg(test)]
mod tests;
