//! What a row costs: the embedded price book, the user's own prices beside it, how a model's name finds its prices,
//! the arithmetic.
//!
//! The book is data of others, dated and committed (see `xtask/prices/README.md`); it is never
//! fetched here. What a source bills itself never comes here: importers say so with
//! [`Charge`](crate::fact::Charge). Where own prices are kept is the ledger's.

mod arithmetic;
mod book;
mod changes;
mod cost;
mod factor;
mod form;
mod name;
mod own;
mod prices;
mod resolve;
mod suggest;
mod terms;
mod view;

pub use arithmetic::{Arithmetic, Line};
pub use book::{Book, BookError, BookPrice, Source};
pub use changes::{RateChange, changes_since};
pub use cost::{Guess, Priced, UnpricedReason, Usage};
pub use factor::{Factor, FactorError};
pub use name::Normalisation;
pub use own::{OwnPrice, OwnPriceError, OwnRule, Subject, TOKEN_RATES};
pub use prices::{Found, PriceRef, Prices};
pub use resolve::{Resolved, Unresolved};
pub use suggest::Suggestion;
pub use terms::Part;
pub use view::{HoursView, ModelView, PriceView, RatesView};

#[cfg(test)]
mod tests;
