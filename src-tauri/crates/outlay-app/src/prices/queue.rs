//! The queue of names without a price, with what they may mean.

use outlay_core::period::Day;
use outlay_core::price::{Book, OwnRule, Prices};
use outlay_core::report::Count;
use outlay_ledger::UnpricedName;
use serde::Serialize;

use crate::app::{App, Nothing};
use crate::error::ApiError;
use crate::pricing;

/// Names whose rows have no price.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct UnpricedQueue {
    /// `outlay.unpriced/1`.
    pub schema: &'static str,
    /// Those to settle first, the most tokens first; those that are ignored last.
    pub names: Vec<UnpricedGroup>,
    /// How many rows wait for a price, without those that are ignored.
    pub rows: Count,
    /// Their tokens.
    pub tokens: Count,
}

/// Rows of one name.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct UnpricedGroup {
    /// Who bills them.
    pub provider: String,
    /// The model, as sources write it.
    pub model: String,
    /// How many rows.
    pub rows: Count,
    /// How many calls, as far as they are counted.
    pub calls: Count,
    /// All input tokens.
    pub tokens_input: Count,
    /// All output tokens.
    pub tokens_output: Count,
    /// The first day.
    pub first_day: Day,
    /// The last day.
    pub last_day: Day,
    /// Why they have no price.
    pub why: String,
    /// Whether the user wishes to leave them so.
    pub ignored: bool,
    /// Whether a price is known by now: pricing them anew settles them.
    pub known_by_now: bool,
    /// What the name may mean, the likest first: only a person can say.
    pub suggestions: Vec<SuggestedModel>,
}

/// A model that a name may mean.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SuggestedModel {
    /// Whose price list.
    pub provider: String,
    /// Which model.
    pub model: String,
}

const SUGGESTIONS: usize = 3;

/// Names without a price.
///
/// # Errors
/// Those of the ledger.
pub fn list_unpriced(app: &App, _request: Nothing) -> Result<UnpricedQueue, ApiError> {
    app.read(|reader| {
        let prices = pricing::prices(reader)?;
        let names = reader.unpriced_names()?;
        let mut names: Vec<_> = names.into_iter().map(|name| group(&prices, name)).collect();
        names.sort_by_key(|name| name.ignored);
        let waiting = || names.iter().filter(|name| !name.ignored);
        let rows = Count(waiting().map(|name| name.rows.0).sum());
        let tokens = Count(waiting().map(|name| name.tokens_input.0 + name.tokens_output.0).sum());
        Ok(UnpricedQueue { schema: "outlay.unpriced/1", rows, tokens, names })
    })
}

fn group(prices: &Prices, name: UnpricedName) -> UnpricedGroup {
    let ignored = prices.own().iter().any(|own| {
        let is_named = own.provider.eq_ignore_ascii_case(name.provider.trim())
            && own.model.eq_ignore_ascii_case(name.model.trim());
        is_named && matches!(own.rule, OwnRule::Ignored {})
    });
    let found = prices.find(&name.provider, &name.model);
    let in_book = found.in_book().is_ok();
    let suggest = || Book::embedded().suggest(&name.provider, &name.model, SUGGESTIONS);
    let suggestions = if in_book || ignored { Vec::new() } else { suggest() };
    UnpricedGroup {
        known_by_now: found.knows_more() && !ignored,
        ignored,
        rows: Count(name.rows),
        calls: Count(name.requests),
        tokens_input: Count(name.tokens_input),
        tokens_output: Count(name.tokens_output),
        first_day: name.days.0,
        last_day: name.days.1,
        why: name.why,
        suggestions: suggestions
            .into_iter()
            .map(|one| SuggestedModel { provider: one.provider, model: one.model })
            .collect(),
        provider: name.provider,
        model: name.model,
    }
}
