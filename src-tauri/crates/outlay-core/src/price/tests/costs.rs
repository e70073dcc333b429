//! What rows cost: one line per shape.

use super::*;

#[track_caller]
fn check(row: &Row, model: &str, expected: &str) {
    let (provider, name) = model.split_once('/').expect("provider/model");
    let found = match row.price(provider, name) {
        Priced::Cost { cost, guess: None, price } => format!("{cost} by {price}"),
        Priced::Cost { cost, guess: Some(guess), price } => format!("{cost} by {price}, {guess:?}"),
        Priced::Free { price } => format!("free by {price}"),
        Priced::Unpriced(reason) => format!("unpriced: {reason}"),
    };
    let version = format!("{}/", Book::embedded().version());
    assert_eq!(found.replace(&version, ""), expected);
}

fn tier(name: &str) -> Variant {
    Variant { service_tier: Some(name.to_owned()), ..Variant::default() }
}

fn batch() -> Variant {
    Variant { batch: true, ..Variant::default() }
}

#[test]
fn the_tier_is_of_the_whole_call_beyond_its_boundary() {
    let sol = "openai/gpt-5.6-sol";
    let row = |uncached| Row { tokens: tokens([uncached, 70_000, 2_000, 0, 1_000]), ..Row::default() };
    check(&row(200_000), sol, "0.858 by openai/gpt-5.6-sol@2026-08-21");
    check(&row(200_001), sol, "1.706008 by openai/gpt-5.6-sol@2026-08-21");
    // Where the maker says "from 200,000", 200,000 is in the tier.
    let row = |uncached| Row { tokens: tokens([uncached, 0, 0, 0, 0]), ..Row::default() };
    check(&row(199_999), "x-ai/grok-4.5", "0.399998 by x-ai/grok-4.5@2026-07-19T04:20:56Z");
    check(&row(200_000), "x-ai/grok-4.5", "0.8 by x-ai/grok-4.5@2026-07-19T04:20:56Z");
}

#[test]
fn an_aggregate_has_the_tier_that_it_names() {
    let sol = "openai/gpt-5.6-sol";
    let row = |from, request_count| Row {
        tokens: tokens([1_000_000, 0, 0, 0, 0]),
        variant: Variant { context_from: from, ..Variant::default() },
        aggregate: true,
        request_count,
        ..Row::default()
    };
    check(&row(None, Some(9)), sol, "4 by openai/gpt-5.6-sol@2026-08-21, BaseTierOfAggregate");
    check(&row(Some(0), Some(9)), sol, "4 by openai/gpt-5.6-sol@2026-08-21");
    check(&row(Some(272_000), Some(9)), sol, "8 by openai/gpt-5.6-sol@2026-08-21");
    check(&row(None, Some(1)), sol, "8 by openai/gpt-5.6-sol@2026-08-21");
    let small = Row { tokens: tokens([272_000, 0, 0, 0, 0]), ..row(None, Some(9)) };
    check(&small, sol, "1.088 by openai/gpt-5.6-sol@2026-08-21");
}

#[test]
fn cache_writes_by_lifetime() {
    let row = |counts| Row { tokens: tokens(counts), ..Row::default() };
    check(
        &row([0, 0, 1_000_000, 0, 0]),
        "anthropic/claude-opus-4-6",
        "6.25 by anthropic/claude-opus-4-6@2026-03-13",
    );
    check(
        &row([0, 0, 0, 1_000_000, 0]),
        "anthropic/claude-opus-4-6",
        "10 by anthropic/claude-opus-4-6@2026-03-13",
    );
    // 12 hours at OpenAI, and a model without prices for writes, which are input then.
    check(&row([0, 0, 0, 100_000, 0]), "openai/gpt-5.6-luna", "0.05 by openai/gpt-5.6-luna@2026-07-30");
    check(&row([0, 0, 500_000, 500_000, 0]), "openai/gpt-4o", "2.5 by openai/gpt-4o@any");
}

#[test]
fn variants_have_their_own_dates_and_rates() {
    let row = |variant, at| Row {
        tokens: tokens([1_000_000, 1_000_000, 0, 0, 1_000_000]),
        at,
        variant,
        ..Row::default()
    };
    let now = "2026-10-20T12:00:00Z";
    check(
        &row(batch(), now),
        "anthropic/claude-opus-4-6",
        "15.25 by anthropic/claude-opus-4-6@2026-03-13T19:13:40Z+batch",
    );
    // Cache reads are not halved in a batch here.
    check(&row(batch(), now), "google/gemini-2.5-flash", "1.43 by google/gemini-2.5-flash@2025-07-07+batch");
    check(
        &row(tier("flex"), now),
        "openai/gpt-5.4-mini",
        "2.6625 by openai/gpt-5.4-mini@2026-10-01T01:47:31Z+flex",
    );
    check(
        &row(tier("flex"), "2026-06-01T00:00:00Z"),
        "openai/gpt-5.4-mini",
        "2.6625 by openai/gpt-5.4-mini@any+flex, AssumedVariant",
    );
    check(
        &row(tier("priority"), now),
        "openai/gpt-5.4-mini",
        "10.65 by openai/gpt-5.4-mini@2026-04-08T04:47:19Z+priority",
    );
    check(&row(tier("default"), now), "openai/gpt-5.4-mini", "5.325 by openai/gpt-5.4-mini@any");
    let fast = Variant { speed: Some("fast".to_owned()), ..Variant::default() };
    check(&row(fast, now), "anthropic/claude-opus-5", "61 by anthropic/claude-opus-5@any+fast");
}

#[test]
fn what_is_not_sold_is_unpriced() {
    let row = |variant| Row { tokens: tokens([1_000, 0, 0, 0, 0]), variant, ..Row::default() };
    check(&row(tier("turbo")), "openai/gpt-5.4-mini", "unpriced: no price for turbo");
    check(
        &row(Variant { batch: true, ..tier("flex") }),
        "openai/gpt-5.4-mini",
        "unpriced: no price for flex with batch",
    );
    check(&row(batch()), "azure/gpt-5.4-mini", "unpriced: no price for batch");
    let moon = Variant { region: Some("moon".to_owned()), ..Variant::default() };
    check(&row(moon), "anthropic/claude-opus-4-6", "unpriced: no price for region moon");
    let fast = Variant { speed: Some("fast".to_owned()), ..Variant::default() };
    check(&row(fast), "anthropic/claude-opus-4-6", "unpriced: no price at that time");
    let output = Row { tokens: tokens([0, 0, 0, 0, 5]), ..Row::default() };
    check(&output, "openai/text-embedding-3-small", "unpriced: no rate for output");
    let early = Row { at: "2023-01-01T00:00:00Z", ..row(batch()) };
    check(&early, "openai/gpt-5.6-sol", "unpriced: no price at that time");
}

#[test]
fn pinned_regions_cost_more_per_token_only() {
    let us = Variant { region: Some("us".to_owned()), ..Variant::default() };
    let row = Row {
        tokens: tokens([1_000_000, 0, 0, 0, 0]),
        units: &[("web_searches", 100)],
        variant: us,
        ..Row::default()
    };
    check(&row, "anthropic/claude-opus-4-6", "6.5 by anthropic/claude-opus-4-6@2026-03-13");
}

#[test]
fn prices_change_at_their_instant_the_future_too() {
    let row = |at| Row { at, tokens: tokens([100_000, 0, 0, 0, 0]), ..Row::default() };
    check(&row("2026-07-29T23:59:59.999999Z"), "openai/gpt-5.6-luna", "0.1 by openai/gpt-5.6-luna@any");
    check(&row("2026-07-30T00:00:00Z"), "openai/gpt-5.6-luna", "0.02 by openai/gpt-5.6-luna@2026-07-30");
}

#[test]
fn hours_of_the_day_on_working_days() {
    let row = |at| Row { at, tokens: tokens([1_000_000, 0, 0, 0, 0]), ..Row::default() };
    let flash = "deepseek/deepseek-v4-flash";
    check(&row("2026-10-20T00:59:59Z"), flash, "0.15 by deepseek/deepseek-v4-flash@2026-09-10");
    check(&row("2026-10-20T01:00:00Z"), flash, "0.3 by deepseek/deepseek-v4-flash@2026-09-10");
    check(&row("2026-10-20T04:00:00Z"), flash, "0.15 by deepseek/deepseek-v4-flash@2026-09-10");
    // A Saturday, a holiday, and a day before there were peak hours.
    check(&row("2026-10-24T01:00:00Z"), flash, "0.15 by deepseek/deepseek-v4-flash@2026-09-10");
    check(&row("2026-10-01T01:00:00Z"), flash, "0.15 by deepseek/deepseek-v4-flash@2026-09-10");
    check(&row("2026-06-02T01:00:00Z"), flash, "0.14 by deepseek/deepseek-v4-flash@any");
    let day = Row { aggregate: true, request_count: Some(7), ..row("2026-10-20T00:00:00Z") };
    check(&day, flash, "0.15 by deepseek/deepseek-v4-flash@2026-09-10, HourOfAggregate");
    // The discount of 2025 ran over midnight.
    check(
        &row("2025-05-01T00:29:59Z"),
        "deepseek/deepseek-chat",
        "0.135 by deepseek/deepseek-chat@2025-02-26T16:30:00Z",
    );
    check(
        &row("2025-05-01T00:30:00Z"),
        "deepseek/deepseek-chat",
        "0.27 by deepseek/deepseek-chat@2025-02-26T16:30:00Z",
    );
}

#[test]
fn other_units_have_their_own_rates_or_none() {
    let row = |units| Row { tokens: tokens([10_000, 2_000, 0, 0, 10_000]), units, ..Row::default() };
    check(
        &row(&[("web_searches", 3)]),
        "anthropic/claude-haiku-4-5",
        "0.0902 by anthropic/claude-haiku-4-5@any",
    );
    check(
        &row(&[("web_searches", 3)]),
        "openai/text-embedding-3-small",
        "unpriced: no rate for web_searches",
    );
    check(
        &row(&[("audio_input_tokens", 5)]),
        "anthropic/claude-haiku-4-5",
        "unpriced: no rate for audio_input_tokens",
    );
    check(
        &row(&[("web_searches", 0)]),
        "anthropic/claude-haiku-4-5",
        "0.0602 by anthropic/claude-haiku-4-5@any",
    );
    let audio: &[_] =
        &[("audio_input_tokens", 4_000), ("audio_output_tokens", 1_000), ("cached_audio_input_tokens", 500)];
    check(&row(audio), "openai/gpt-realtime", "0.3608 by openai/gpt-realtime@any");
    check(
        &row(&[("audio_input_tokens", 10_001)]),
        "openai/gpt-realtime",
        "unpriced: more uncached input than tokens that hold them",
    );
}

#[test]
fn a_fee_per_call_needs_the_number_of_calls() {
    let row = |aggregate, request_count| Row {
        tokens: tokens([1_000_000, 0, 0, 0, 0]),
        aggregate,
        request_count,
        ..Row::default()
    };
    check(&row(false, None), "perplexity/sonar", "1.012 by perplexity/sonar@any");
    check(&row(true, Some(100)), "perplexity/sonar", "2.2 by perplexity/sonar@any");
    check(
        &row(true, None),
        "perplexity/sonar",
        "unpriced: a fee per call, and the number of calls is unknown",
    );
}

#[test]
fn free_is_said_and_a_bare_list_price_too() {
    let row = Row { tokens: tokens([1_000, 0, 0, 0, 1_000]), ..Row::default() };
    check(&row, "openrouter/openai/gpt-oss-120b:free", "free by openrouter/openai/gpt-oss-120b:free@any");
    check(
        &row,
        "deepinfra/deepseek-ai/deepseek-r1",
        "0.0031 by deepinfra/deepseek-ai/deepseek-r1@any, CurrentListPrice",
    );
    check(&Row::default(), "openai/gpt-4o", "0 by openai/gpt-4o@any");
}

#[test]
fn half_a_nano_dollar_goes_to_the_even_one() {
    let row = |input| Row { tokens: tokens([input, 0, 0, 0, 0]), variant: batch(), ..Row::default() };
    // 0.0125 dollars per million: 12.5 nano-dollars per token.
    check(&row(1), "openai/gpt-5-nano", "0.000000025 by openai/gpt-5-nano@2024-04-15+batch");
}
