//! The book to read in: models whose names hold some words, with all of their dated prices.
//!
//! For a person who looks a price up. What a row costs never comes from here.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;

use super::book::{Book, Entry, Model, PriceList, Rates, Source};
use crate::instant::{Instant, MICROS_PER_DAY};
use crate::money::Money;

/// Dollars per million of units by the names that own prices have, too. A rate that is not named is that of the bucket
/// which it is a part of.
pub type RatesView = BTreeMap<String, Money>;

/// A model of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelView {
    /// Whose price list.
    pub provider: &'static str,
    /// The book's id of the model.
    pub model: &'static str,
    /// Who lists it.
    pub source: Source,
    /// Where another source is more than 5 % away today: which rates, and what it says.
    pub differs: Option<&'static str>,
    /// Rates that another source has filled in.
    pub filled: Option<&'static str>,
    /// Factors on token rates where inference is pinned to a region.
    pub regions: Vec<(&'static str, BigDecimal)>,
    /// Those for calls without a variant first, each variant by day.
    pub prices: Vec<PriceView>,
}

/// A dated price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceView {
    /// For calls of this service tier, `batch` or speed; empty: for those without any.
    pub variant: &'static str,
    /// From when on; `None`: as far back as anyone knows.
    pub from: Option<Instant>,
    /// `None`: the model was not sold so.
    pub rates: Option<RatesView>,
    /// Rates of a whole call by the prompt size in tokens beyond which they apply.
    pub tiers: Vec<(i64, RatesView)>,
    /// Rates of hours of the day.
    pub hours: Vec<HoursView>,
    /// Who lists it.
    pub source: Source,
    /// Whether the day is supposed: no source has the price before.
    pub assumed: bool,
}

/// Hours with rates of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursView {
    /// The first, in minutes since midnight UTC.
    pub start: i64,
    /// The first that is not.
    pub end: i64,
    /// Whether only on workdays.
    pub workdays: bool,
    /// What they cost.
    pub rates: RatesView,
}

impl Book {
    /// Models whose provider and name hold every word of a text, in any case: exactly that name first, then names that
    /// begin so, shorter ones before longer ones, and of one name whom the book believes most.
    pub fn look_up(&self, text: &str) -> Vec<ModelView> {
        let text = text.trim().to_lowercase();
        let words: Vec<&str> = text.split([' ', '/']).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let holds = |model: &&Model| {
            words.iter().all(|word| model.provider.contains(word) || model.id.to_lowercase().contains(word))
        };
        let mut found: Vec<&Model> = self.all_models().iter().filter(holds).collect();
        found.sort_by_cached_key(|model| {
            let name = model.id.to_lowercase();
            let is_whole = text == name || words.contains(&&*name);
            let begins = words.iter().any(|word| name.starts_with(word));
            let is_sold_by = words.contains(&model.provider);
            (!is_whole, !is_sold_by, !begins, name.len(), name, model.source, model.provider)
        });
        found.into_iter().map(ModelView::of).collect()
    }

    /// The model of exactly these names.
    pub fn view(&self, provider: &str, model: &str) -> Option<ModelView> {
        self.model(self.provider(provider)?, model).map(ModelView::of)
    }
}

impl ModelView {
    fn of(model: &Model) -> Self {
        let factor = |billionths: i64| BigDecimal::new(billionths.into(), 9).normalized();
        let entries = |list: &PriceList| {
            list.entries.iter().map(|entry| PriceView::of(list.variant, entry)).collect::<Vec<_>>()
        };
        Self {
            provider: model.provider,
            model: model.id,
            source: model.source,
            differs: model.differs,
            filled: model.filled,
            regions: model.regions.iter().map(|&(name, times)| (name, factor(times))).collect(),
            prices: model.lists.iter().flat_map(entries).collect(),
        }
    }
}

impl PriceView {
    fn of(variant: &'static str, entry: &Entry) -> Self {
        let minutes = |micros: i64| micros * 24 * 60 / MICROS_PER_DAY;
        let hours = entry.windows.iter().map(|window| HoursView {
            start: minutes(window.start),
            end: minutes(window.end),
            workdays: window.workdays,
            rates: listed(&window.rates),
        });
        Self {
            variant,
            from: (entry.from != i64::MIN).then(|| Instant::from_micros(entry.from)),
            rates: entry.rates.as_ref().map(listed),
            tiers: entry.tiers.iter().map(|(above, rates)| (*above, listed(rates))).collect(),
            hours: hours.collect(),
            source: entry.source,
            assumed: entry.assumed,
        }
    }
}

impl Source {
    /// The data package.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GenaiPrices => "genai-prices",
            Self::ModelPrices => "model-prices",
            Self::Litellm => "litellm",
        }
    }
}

/// The rates that say more than those of the bucket which they are a part of.
fn listed(rates: &Rates<'_>) -> RatesView {
    let apart = |rate: Option<i64>, of: Option<i64>| rate.filter(|_| rate != of);
    let tokens = [
        ("in", rates.uncached_input),
        ("read", apart(rates.cache_read, rates.uncached_input)),
        ("write", apart(rates.cache_write, rates.uncached_input)),
        ("long", apart(rates.cache_write_long, rates.cache_write)),
        ("out", rates.output),
        ("reasoning", apart(rates.reasoning, rates.output)),
    ];
    let tokens = tokens.into_iter().filter_map(|(unit, rate)| Some((unit, rate?)));
    let all = tokens.chain(rates.units.iter().copied());
    all.map(|(unit, rate)| (unit.to_owned(), Money::from_nanos(rate))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = Book::embedded().look_up(text);
        let names: Vec<String> = found.iter().map(|one| format!("{}/{}", one.provider, one.model)).collect();
        let first: Vec<&str> = names.iter().take(expected.len()).map(String::as_str).collect();
        assert_eq!(first, expected, "of {} found", names.len());
    }

    #[test]
    fn every_word_is_held_and_the_whole_name_comes_first() {
        check("openai/gpt-4o", &["openai/gpt-4o"]);
        check("GPT-4o openai", &["openai/gpt-4o"]);
        check("anthropic opus-4-6", &["anthropic/claude-opus-4-6"]);
        assert!(Book::embedded().look_up(" ").is_empty());
        assert!(Book::embedded().look_up("zzzz-qqqq").is_empty());
    }

    #[test]
    fn a_price_is_shown_as_it_is_listed() {
        let model = Book::embedded().view("openai", "gpt-4o").expect("a model of the book");
        let usual: Vec<_> = model.prices.iter().filter(|price| price.variant.is_empty()).collect();
        let rates = usual.last().and_then(|price| price.rates.clone()).expect("it is sold");
        let told: Vec<String> = rates.iter().map(|(unit, rate)| format!("{unit} {rate}")).collect();
        insta::assert_snapshot!(told.join(", "), @"in 2.5, out 10, read 1.25, storage_searches 2500, web_searches 10000");
        assert!(model.prices.iter().any(|price| price.variant == "batch"));
    }

    #[test]
    fn every_price_of_the_book_can_be_looked_up() {
        let book = Book::embedded();
        for model in book.all_models() {
            let shown = ModelView::of(model);
            let entries: usize = model.lists.iter().map(|list| list.entries.len()).sum();
            assert_eq!(shown.prices.len(), entries, "{}/{}", model.provider, model.id);
        }
    }
}
