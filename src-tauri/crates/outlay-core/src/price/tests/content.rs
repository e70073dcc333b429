//! The committed book is whole and says what it is.

use std::collections::HashSet;

use super::*;

#[test]
fn the_digest_is_that_of_the_prices() {
    let text = include_str!("../book.json");
    let prices = &text[text.find("\"providers\":").expect("the prices")..];
    let found = blake3::hash(prices.as_bytes()).to_hex();
    assert_eq!(found.as_str(), Book::embedded().digest(), "edited by hand? run xtask/prices/make_book.py");
}

#[test]
fn the_book_says_where_it_comes_from() {
    let book = Book::embedded();
    insta::assert_debug_snapshot!((book.version(), book.sources()), @r#"
    (
        "2026-11-23",
        [
            "genai-prices 0.2.3",
            "model-prices 0.0.5",
            "litellm 1.109.1",
        ],
    )
    "#);
    assert!(book.notes().iter().any(|note| note.contains("rounded")), "what was rounded is listed");
}

#[test]
fn entries_are_in_order_and_every_list_has_one() {
    let models = Book::embedded().all_models();
    assert!(models.len() > 4_000, "{} models", models.len());
    for model in models {
        for list in &model.lists {
            assert!(!list.entries.is_empty(), "{} {}", model.id, list.variant);
            assert!(list.entries.is_sorted_by(|one, next| one.from < next.from), "{}", model.id);
            let sizes = list.entries.iter().map(|entry| &entry.tiers);
            assert!(sizes.into_iter().all(|tiers| tiers.is_sorted_by(|one, next| one.0 < next.0)));
        }
    }
}

#[test]
fn every_model_is_found_by_its_own_id_and_by_nothing_elses() {
    let book = Book::embedded();
    let mut seen = HashSet::new();
    for model in book.all_models() {
        let found = book.resolve(model.provider, model.id).expect("its own id");
        assert_eq!((found.provider(), found.model()), (model.provider, model.id));
        assert_eq!(found.normalisations(), [], "{}", model.id);
        assert!(seen.insert((model.provider, model.id)), "{} twice", model.id);
    }
}
