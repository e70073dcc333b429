//! How costs come about, written out: a snapshot per shape of price, and that what is written is what is done.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::money::Money;

/// The arithmetic as a text.
fn told(row: &Row, name: &str) -> String {
    let (provider, model) = name.split_once('/').expect("provider/model");
    let prices = Prices::of_book();
    let found = prices.find(provider, model);
    let arithmetic = match row.with(|usage| found.explain(usage)) {
        Ok(arithmetic) => arithmetic,
        Err(why) => return format!("{name} at {}: unpriced: {why}", row.at),
    };
    let mut text = format!("{name} at {}", row.at);
    for line in &arithmetic.lines {
        let amount = line.amount.to_plain_string();
        let _ = write!(text, "\n  {} {} x {} / 1M = {amount}", line.count, line.unit, line.per_million);
    }
    let version = format!("{}/", Book::embedded().version());
    let price = arithmetic.price.to_string().replace(&version, "");
    let exact = arithmetic.exact.to_plain_string();
    let _ = write!(text, "\n  = {exact} -> {} by {price}, {:?}", arithmetic.cost, arithmetic.part);
    if let Some((region, factor)) = &arithmetic.region {
        let _ = write!(text, ", {region} x {factor}");
    }
    if let Some(guess) = arithmetic.guess {
        let _ = write!(text, ", {guess:?}");
    }
    if arithmetic.is_free { text + ", free" } else { text }
}

fn of(counts: [i64; 5], at: &'static str) -> Row {
    Row { tokens: tokens(counts), at, ..Row::default() }
}

fn with(variant: Variant) -> Row {
    Row { variant, ..of([1_200, 800, 0, 0, 300], "2026-10-20T12:00:00Z") }
}

#[test]
fn every_shape_of_price_is_written_out() {
    let now = "2026-10-20T12:00:00Z";
    let tier = |name: &str| with(Variant { service_tier: Some(name.to_owned()), ..Variant::default() });
    let shapes = [
        told(&of([272_000, 0, 0, 0, 10], now), "openai/gpt-5.6-sol"),
        told(&of([272_001, 0, 0, 0, 10], now), "openai/gpt-5.6-sol"),
        told(&of([0, 0, 1_000, 0, 1], now), "anthropic/claude-opus-4-6"),
        told(&of([0, 0, 0, 1_000, 1], now), "anthropic/claude-opus-4-6"),
        told(&of([0, 0, 700, 300, 1], now), "anthropic/claude-opus-4-6"),
        told(&with(Variant { batch: true, ..Variant::default() }), "openai/gpt-5.6-sol"),
        told(&tier("flex"), "openai/gpt-5.6-sol"),
        told(&tier("priority"), "openai/gpt-5.6-sol"),
        told(
            &with(Variant { speed: Some("fast".to_owned()), ..Variant::default() }),
            "anthropic/claude-opus-5",
        ),
        told(
            &with(Variant { region: Some("us".to_owned()), ..Variant::default() }),
            "anthropic/claude-opus-4-6",
        ),
        told(&of([1_000, 0, 0, 0, 1_000], "2026-10-20T00:59:59Z"), "deepseek/deepseek-v4-flash"),
        told(&of([1_000, 0, 0, 0, 1_000], "2026-10-20T01:00:00Z"), "deepseek/deepseek-v4-flash"),
        told(&of([1_000, 0, 0, 0, 1_000], "2026-08-20T23:59:59Z"), "openai/gpt-5.6-sol"),
        told(&of([1_000, 0, 0, 0, 1_000], "2026-08-21T00:00:00Z"), "openai/gpt-5.6-sol"),
        told(&of([1_000, 0, 0, 0, 1_000], "2026-11-30T23:59:59Z"), "google/gemini-4-argon"),
        told(&of([1_000, 0, 0, 0, 1_000], "2026-12-01T00:00:00Z"), "google/gemini-4-argon"),
        told(
            &Row { units: &[("web_searches", 3)], ..of([1_000, 0, 0, 0, 10], now) },
            "anthropic/claude-opus-4-6",
        ),
        told(
            &Row { aggregate: true, request_count: Some(9), ..of([1_000_000, 0, 0, 0, 9], now) },
            "openai/gpt-5.6-sol",
        ),
        told(&of([1_000, 0, 0, 0, 10], now), "openrouter/openai/gpt-oss-120b:free"),
        told(&of([1_000, 0, 0, 0, 10], now), "openai/gpt-nowhere"),
    ];
    insta::assert_snapshot!(shapes.join("\n\n"));
}

proptest! {
    #[test]
    fn what_is_written_out_is_what_is_charged(
        index in any::<proptest::sample::Index>(), counts in proptest::array::uniform5(0_i64..400_000),
        factor in proptest::option::of(1_i64..2_000_000), month in 1_u32..=12, batch in any::<bool>(),
    ) {
        let model = index.get(Book::embedded().all_models());
        let factors = factor.map(|millionths| OwnPrice {
            id: uuid::Uuid::nil(),
            provider: model.provider.to_owned(),
            model: String::new(),
            valid_from: Instant::EARLIEST,
            set_at: Instant::EARLIEST,
            rule: OwnRule::Factor {
                times: format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000).parse().expect("a factor"),
            },
        });
        let prices = Prices::new(Book::embedded(), factors.into_iter().collect());
        let found = prices.find(model.provider, model.id);
        let at = Instant::parse(&format!("2026-{month:02}-15T02:30:00Z")).expect("an instant");
        let (tokens, other_units) = (tokens(counts), BTreeMap::new());
        let variant = Variant { batch, ..Variant::default() };
        let usage = Usage {
            at, tokens: &tokens, other_units: &other_units, variant: &variant, aggregate: false, request_count: Some(1),
        };
        match (found.price(&usage), found.explain(&usage)) {
            (Priced::Cost { cost, guess, price }, Ok(told)) => {
                prop_assert_eq!((cost, guess, price, false), (told.cost, told.guess, told.price, told.is_free));
                prop_assert_eq!(Money::round(&told.exact), Ok(cost));
            }
            (Priced::Free { price }, Ok(told)) => prop_assert_eq!((price, true), (told.price, told.is_free)),
            (Priced::Unpriced(why), Err(same)) => prop_assert_eq!(why, same),
            (priced, told) => prop_assert!(false, "{:?} and {:?}", priced, told),
        }
    }
}
