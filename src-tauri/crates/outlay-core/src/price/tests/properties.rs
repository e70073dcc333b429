//! What holds for every model and every count.

use proptest::prelude::*;

use super::*;
use crate::money::Money;

fn counts() -> impl Strategy<Value = [i64; 5]> {
    proptest::array::uniform5(0_i64..40_000)
}

/// The cost by one entry without tiers or hours, in nano-dollars; `None` where it has no rate.
fn nanos(model: &str, provider: &str, counts: [i64; 5]) -> Option<i64> {
    let row = Row { tokens: tokens(counts), ..Row::default() };
    match row.price(provider, model) {
        Priced::Cost { cost, .. } => Some(cost.nanos()),
        Priced::Free { .. } => Some(0),
        Priced::Unpriced(_) => None,
    }
}

proptest! {
    #[test]
    fn more_tokens_never_cost_less_and_sums_add_up(
        index in any::<proptest::sample::Index>(), one in counts(), other in counts(),
    ) {
        let model = index.get(Book::embedded().all_models());
        let whole = std::array::from_fn(|bucket| one[bucket] + other[bucket]);
        let alone = (nanos(model.id, model.provider, one), nanos(model.id, model.provider, other));
        let both = nanos(model.id, model.provider, whole);
        prop_assume!(alone.0.is_some() && alone.1.is_some() && both.is_some());
        let (one, other, both) = (alone.0.unwrap_or(0), alone.1.unwrap_or(0), both.unwrap_or(0));
        prop_assert!(both >= one.max(other), "{} of {}", both, model.id);
        let list = &model.lists[0];
        let flat = list.entries.iter().all(|entry| entry.tiers.is_empty());
        let fee = list.entries.iter().any(|entry| {
            entry.rates.as_ref().is_some_and(|rates| rates.units.iter().any(|(unit, _)| *unit == "requests"))
        });
        // Three roundings, each by half a nano-dollar at most.
        prop_assert!(!flat || fee || (both - one - other).abs() <= 1, "{} + {} and {}", one, other, both);
    }

    #[test]
    fn no_count_panics(provider in "[a-z]{0,9}", model in ".{0,40}", count in 0..Tokens::LIMIT) {
        let book = Book::embedded();
        let _ = book.resolve(&provider, &model);
        let _ = book.resolve("openai", &model);
        let row = Row { tokens: tokens([count; 5]), ..Row::default() };
        let priced = row.price("openai", "gpt-5.6-sol");
        let is_sane = match priced {
            Priced::Cost { cost, .. } => cost >= Money::ZERO,
            Priced::Free { .. } => false,
            Priced::Unpriced(reason) => reason == UnpricedReason::TooLarge,
        };
        prop_assert!(is_sane);
    }
}

proptest! {
    #[test]
    fn a_model_covers_its_own_dates_and_nothing_that_is_priced_as_another(
        one in any::<proptest::sample::Index>(), other in any::<proptest::sample::Index>(),
    ) {
        let book = Book::embedded();
        let (one, other) = (one.get(book.all_models()), other.get(book.all_models()));
        let dated = format!("{}-20270131", one.id);
        // A name that may be several models is only itself.
        let is_plain = |name: &str| book.resolve(one.provider, name).is_ok_and(|found| found.model() == one.id);
        if is_plain(one.id) && is_plain(&dated) && book.resolve("", one.id).is_err() {
            prop_assert!(book.is_of(one.id, one.provider, &dated), "{}", dated);
        }
        if book.is_of(one.id, other.provider, other.id) && !one.id.eq_ignore_ascii_case(other.id) {
            // Without a date it is the same model, here or at its maker.
            let names = [book.resolve("", one.id), book.resolve(other.provider, one.id)];
            let undated = super::super::name::undated(other.id).unwrap_or_else(|| other.id.to_owned());
            let found = [other.id, &undated].map(|name| [book.resolve("", name), book.resolve(other.provider, name)]);
            let is_among = |name: &Resolved<'_>| {
                found.iter().flatten().flatten().any(|found| found.canonical() == name.canonical())
            };
            prop_assert!(names.iter().flatten().any(is_among), "{} {}", one.id, other.id);
        }
    }
}
