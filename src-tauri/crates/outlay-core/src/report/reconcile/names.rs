//! Which names of the two sides are one: cost exports write display names, usage exports the names that calls use.

use crate::price::Book;

/// The account that a source has when nobody named one: it may be any.
const UNNAMED: &str = "default";

/// The name under which the rows of an account are held against others: where a provider has one account with a name
/// and rows without, these are one account.
pub fn joined_account<'a>(account: &'a str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    let mut named: Vec<&str> = known.into_iter().filter(|name| *name != UNNAMED).collect();
    named.sort_unstable();
    named.dedup();
    match named.as_slice() {
        [only] if account == UNNAMED => only,
        _ => account,
    }
}

/// The billed name that a name of usage stands under: the same text, else the one whose model it is, else its own.
pub(super) fn billed_name<'a>(provider: &str, usage: &'a str, billed: &'a [String]) -> &'a str {
    if billed.iter().any(|name| name == usage) {
        return usage;
    }
    let book = Book::embedded();
    let is_same = |name: &&String| {
        let plain = plain(name);
        book.is_of(&plain, provider, usage) || book.is_of(usage, provider, &plain)
    };
    billed.iter().find(is_same).map_or(usage, String::as_str)
}

/// A display name as models are called: `Claude Haiku 4.5` is `claude-haiku-4.5`.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()
}
