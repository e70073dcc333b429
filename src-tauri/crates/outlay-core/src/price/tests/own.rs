//! The user's word beside the book: which of them holds for which row.

use uuid::Uuid;

use super::*;
use crate::price::own::{OwnPriceError, OwnRule};

/// Own prices as a test writes them: the name, the first day and the rule in JSON; ids count from 1, as do the
/// seconds at which they were set.
fn prices(said: &[(&str, &str, &str)]) -> Prices {
    let own = said.iter().zip(1..).map(|(&(name, from, rule), number)| own(number, name, from, rule));
    Prices::new(Book::embedded(), own.collect())
}

fn own(number: u32, name: &str, from: &str, rule: &str) -> OwnPrice {
    let (provider, model) = name.split_once('/').unwrap_or((name, ""));
    OwnPrice {
        id: Uuid::from_u128(number.into()),
        provider: provider.to_owned(),
        model: model.to_owned(),
        valid_from: Instant::parse(from).expect("an instant"),
        set_at: Instant::from_micros(i64::from(number) * 1_000_000),
        rule: serde_json::from_str(rule).expect("a rule"),
    }
}

#[track_caller]
fn check(prices: &Prices, row: &Row, name: &str, expected: &str) {
    let (provider, model) = name.split_once('/').expect("provider/model");
    let found = prices.find(provider, model);
    let told = match row.with(|usage| found.price(usage)) {
        Priced::Cost { cost, price, .. } => {
            format!("{cost} by {price} ({})", found.reading(price).unwrap_or_default())
        }
        Priced::Free { price } => format!("free by {price}"),
        Priced::Unpriced(why) => format!("unpriced: {why}"),
    };
    let version = format!("{}/", Book::embedded().version());
    let short = told.replace(&version, "").replace("00000000-0000-0000-0000-00000000000", "#");
    assert_eq!(short, expected);
}

fn million() -> Row {
    Row { tokens: tokens([1_000_000, 1_000_000, 0, 0, 1_000_000]), ..Row::default() }
}

const FLAT: &str = r#"{"rates":{"per_million":{"in":3000000000,"out":15000000000}}}"#;
const MAY: &str = "2026-05-01T00:00:00Z";
const AUGUST: &str = "2026-08-01T00:00:00Z";

#[test]
fn a_name_that_the_book_lacks_has_the_users_price_from_its_day_on() {
    let prices = prices(&[("acme/reasoner-9", MAY, FLAT), ("acme/reasoner-9", AUGUST, r#"{"free":{}}"#)]);
    let at = |at| Row { at, ..million() };
    // Reads have no rate of their own, so they are input.
    check(&prices, &at("2026-05-01T00:00:00Z"), "acme/reasoner-9", "21 by own/#1 (your price)");
    check(&prices, &at("2026-07-31T23:59:59Z"), " ACME /Reasoner-9", "21 by own/#1 (your price)");
    check(&prices, &at("2026-08-01T00:00:00Z"), "acme/reasoner-9", "free by own/#2");
    check(&prices, &at("2026-04-30T23:59:59Z"), "acme/reasoner-9", "unpriced: no price at that time");
    check(&prices, &million(), "acme/reasoner-8", "unpriced: no prices of the provider `acme`");
}

#[test]
fn the_users_price_beats_the_books_for_the_variant_that_it_names_only() {
    let batch = r#"{"rates":{"variant":"batch","per_million":{"in":1000000000,"out":2000000000}}}"#;
    let prices = prices(&[("openai/gpt-4o", MAY, FLAT), ("acme/m", MAY, FLAT), ("acme/m", MAY, batch)]);
    let in_batch = || Row { variant: Variant { batch: true, ..Variant::default() }, ..million() };
    let flex = || Row {
        variant: Variant { service_tier: Some("flex".to_owned()), ..Variant::default() },
        ..million()
    };
    check(&prices, &million(), "openai/gpt-4o", "21 by own/#1 (your price)");
    check(&prices, &in_batch(), "openai/gpt-4o", "7.5 by openai/gpt-4o@2026-10-14+batch ()");
    check(&prices, &in_batch(), "acme/m", "4 by own/#3 (your price)");
    check(&prices, &flex(), "acme/m", "unpriced: no price for flex");
}

#[test]
fn another_name_of_a_model_costs_what_the_model_does() {
    let same = r#"{"same_as":{"provider":"openai","model":"gpt-4o"}}"#;
    let lost = r#"{"same_as":{"provider":"openai","model":"gpt-nowhere"}}"#;
    let prices = prices(&[("acme/four", MAY, same), ("acme/lost", MAY, lost)]);
    check(
        &prices,
        &million(),
        "acme/four",
        "13.75 by own/#1/openai/gpt-4o@any (as openai/gpt-4o, as you said)",
    );
    check(&prices, &million(), "acme/lost", "unpriced: no price of `gpt-nowhere` at `openai`");
}

#[test]
fn a_factor_works_on_the_books_price_and_the_models_beats_the_providers() {
    let prices = prices(&[
        ("openai", MAY, r#"{"factor":{"times":"0.9"}}"#),
        ("openai/gpt-4o", MAY, r#"{"factor":{"times":"0.333333"}}"#),
        ("openai/gpt-4o-mini", MAY, FLAT),
    ]);
    let third = "4.58332875 by own/#2/openai/gpt-4o@any (times 0.333333, as you said)";
    check(&prices, &million(), "openai/gpt-4o", third);
    check(&prices, &million(), "openai/gpt-4o-mini", "21 by own/#3 (your price)");
    let early = Row { at: "2026-04-01T00:00:00Z", ..million() };
    check(&prices, &early, "openai/gpt-4o", "13.75 by openai/gpt-4o@any ()");
}

#[test]
fn the_latest_word_about_a_day_holds_and_can_be_withdrawn() {
    let prices = prices(&[
        ("acme/a", MAY, FLAT),
        ("acme/A", MAY, r#"{"rates":{"per_million":{"in":1000000000,"out":1000000000}}}"#),
        ("acme/b", MAY, FLAT),
        ("acme/b", MAY, r#"{"withdrawn":{"what":{"price":""}}}"#),
        ("acme/c", MAY, r#"{"ignored":{}}"#),
    ]);
    check(&prices, &million(), "acme/a", "3 by own/#2 (your price)");
    check(&prices, &million(), "acme/b", "unpriced: no prices of the provider `acme`");
    check(&prices, &million(), "acme/c", "unpriced: left without a price, as you said");
    assert_eq!(prices.own().len(), 2);
}

#[test]
fn what_a_price_takes_the_place_of_can_be_said_again() {
    let before = prices(&[("acme/a", MAY, FLAT), ("acme/b", MAY, r#"{"ignored":{}}"#)]);
    let free = |name: &str| own(9, name, MAY, r#"{"free":{}}"#);
    let told = |name: &str| serde_json::to_string(&before.in_place_of(&free(name))).expect("json");
    assert_eq!(told("Acme/A"), FLAT);
    assert_eq!(told("acme/b"), r#"{"ignored":{}}"#);
    assert_eq!(told("acme/c"), r#"{"withdrawn":{"what":{"price":""}}}"#);
}

#[track_caller]
fn refused(name: &str, rule: &str, expected: &str) {
    let told = own(1, name, MAY, rule).check().map_err(|error: OwnPriceError| error.to_string());
    assert_eq!(told, Err(expected.to_owned()));
}

#[test]
fn what_no_price_is_is_refused() {
    refused("/m", r#"{"free":{}}"#, "names no provider");
    refused("acme", r#"{"free":{}}"#, "only a factor may stand for all models of a provider");
    refused("acme/m", r#"{"rates":{"per_million":{}}}"#, "has no rate");
    refused(
        "acme/m",
        r#"{"rates":{"per_million":{"In":1}}}"#,
        "`In` is no unit: lower case letters, digits and `_`",
    );
    refused(
        "acme/m",
        r#"{"rates":{"per_million":{"in":3000000000000000}}}"#,
        "takes `in` at 3000000 per million: from 0 to 100000 is taken",
    );
    refused("acme/m", r#"{"same_as":{"provider":"Acme","model":"m"}}"#, "is the same name");
    let kept = serde_json::to_string(&own(1, "acme/m", MAY, FLAT).rule).expect("json");
    assert_eq!(kept, FLAT);
    assert_eq!(serde_json::from_str::<OwnRule>(r#"{"auction":{}}"#).ok(), None);
}
