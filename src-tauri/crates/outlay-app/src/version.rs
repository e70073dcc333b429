//! Which program this is, which ledgers it knows, and which prices.

use outlay_core::price::Book;
use outlay_core::report::Count;
use outlay_ledger::LATEST_SCHEMA;
use serde::Serialize;

use crate::app::{App, Nothing};
use crate::error::ApiError;

/// The program's version.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Version {
    /// `outlay.version/1`.
    pub schema: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The newest ledger schema that it knows.
    pub ledger_schema: Count,
    /// Under which licence it is given.
    pub licence: &'static str,
    /// The prices that it was built with.
    pub price_book: PriceBook,
}

/// The embedded price book, in short.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PriceBook {
    /// The day on which its sources were read, with a letter where a day has several books.
    pub version: &'static str,
    /// How many providers it has prices of.
    pub providers: Count,
    /// How many models it has prices of; a model that two providers sell is two.
    pub models: Count,
    /// The data packages that it was made from, with their versions.
    pub sources: Vec<&'static str>,
}

/// The program's version, and what it brings.
///
/// # Errors
/// None.
pub fn show(_app: &App, _request: Nothing) -> Result<Version, ApiError> {
    Ok(Version {
        schema: "outlay.version/1",
        version: env!("CARGO_PKG_VERSION"),
        ledger_schema: Count(LATEST_SCHEMA),
        licence: env!("CARGO_PKG_LICENSE"),
        price_book: price_book(Book::embedded()),
    })
}

fn price_book(book: &'static Book) -> PriceBook {
    let count = |length: usize| Count(i64::try_from(length).unwrap_or(i64::MAX));
    PriceBook {
        version: book.version(),
        providers: count(book.provider_count()),
        models: count(book.model_count()),
        sources: book.sources().to_vec(),
    }
}
