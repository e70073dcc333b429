//! What a mapped table is: calls or sums of calls, whose, and what of its texts is kept.

use outlay_core::fact::Charge;
use outlay_core::import::{Field, Mapping, ParseOptions};

use crate::collect::{Collected, collect, fixture};

fn options(fields: &[(Field, &str)]) -> ParseOptions {
    let fields = fields.iter().map(|&(field, column)| (field, column.to_owned())).collect();
    let constants = [(Field::Provider, " OpenAI ".to_owned())].into();
    ParseOptions {
        mapping: Some(Mapping { fields, constants, ..Mapping::default() }),
        ..ParseOptions::default()
    }
}

fn read(text: &str, fields: &[(Field, &str)]) -> Collected {
    let (parsed, sink) = collect(text.as_bytes(), &options(fields));
    parsed.expect("the table is read");
    sink
}

const DAYS: [(Field, &str); 4] = [
    (Field::CreatedAt, "day"),
    (Field::Model, "model"),
    (Field::InputTokens, "tokens"),
    (Field::Cost, "usd"),
];

#[test]
fn a_later_export_restates_a_day() {
    let counted = [&DAYS[..], &[(Field::RequestCount, "n")]].concat();
    for fields in [&DAYS[..], &counted[..]] {
        let early = read("day,model,tokens,usd,n\n2026-06-10,m,100,1,3\n", fields);
        let late = read("day,model,tokens,usd,n\n2026-06-10,m,500,5,9\n", fields);
        let (early_fact, late_fact) = (&early.facts[0].1, &late.facts[0].1);
        assert_eq!(early_fact.source_key, late_fact.source_key);
        assert_ne!(early_fact.fingerprint, late_fact.fingerprint);
        let opened = late.opened.unwrap();
        assert!(opened.aggregate && opened.keyed_by_dimensions);
        assert_eq!(late_fact.period_end.unwrap().to_string(), "2026-06-11T00:00:00.000000Z");
    }
}

#[test]
fn parts_of_a_day_are_added() {
    let sink = read("day,model,tokens,usd\n2026-06-10,m,100,0.1\n2026-06-10,m,50,0.2\n", &DAYS);
    let [(_, fact)] = &sink.facts[..] else { panic!("one fact") };
    assert_eq!((fact.tokens.uncached_input, fact.request_count), (150, None));
    assert!(matches!(fact.charge, Charge::Billed { cost, .. } if cost.to_string() == "0.3"));
}

#[test]
fn a_title_names_the_currency_of_rows_that_do_not() {
    let fields = |cost| [&DAYS[..3], &[(Field::Cost, cost), (Field::Currency, "money")]].concat();
    let text =
        |title: &str| format!("day,model,tokens,{title},money\n2026-06-10,m,1,3.10,\n2026-06-11,m,1,2,usd\n");
    for title in ["cost_eur", "Cost (EUR)", "Betrag €"] {
        let (parsed, sink) = collect(text(title).as_bytes(), &options(&fields(title)));
        let foreign = parsed.expect("the table is read").foreign;
        assert_eq!(sink.facts.len(), 1, "{title}: the row that says dollars is taken");
        let [sum] = &foreign[..] else { panic!("one currency for {title}") };
        assert_eq!((&*sum.currency, &*sum.sum, &*sum.month), ("EUR", "3.1", "2026-06"), "{title}");
    }
    let sink = read(&text("cost_usd"), &fields("cost_usd"));
    assert_eq!(sink.facts.len(), 2);
}

#[test]
fn calls_stay_calls() {
    let sink = read("day,model,tokens,usd\n2026-06-10 09:30,m,100,1\n2026-06-10 09:30,m,100,1\n", &DAYS);
    assert_eq!(sink.facts.len(), 2);
    assert!(!sink.opened.unwrap().aggregate);
}

#[test]
fn a_provider_is_lower_case() {
    let sink = read("day,model,tokens,usd\n2026-06-10,m,1,1\n", &DAYS);
    assert_eq!((&*sink.opened.unwrap().provider, &*sink.facts[0].0.provider), ("openai", "openai"));
    let named = [&DAYS[..], &[(Field::Provider, "who")]].concat();
    let sink = read("day,model,tokens,usd,who\n2026-06-10,m,1,1,Anthropic\n", &named);
    assert_eq!((&*sink.opened.unwrap().provider, &*sink.facts[0].0.provider), ("anthropic", "anthropic"));
}

#[test]
fn a_known_export_needs_no_mapping() {
    let (parsed, _) =
        collect(&fixture("cursor/v0"), &options(&[(Field::CreatedAt, "Date"), (Field::Model, "Model")]));
    assert_eq!(parsed.unwrap().source.as_str(), "cursor-usage-csv");
}

#[test]
fn one_column_of_cache_writes_is_unsplit() {
    let fields = [&DAYS[..], &[(Field::CacheWriteTokens, "written")]].concat();
    let sink = read("day,model,tokens,usd,written\n2026-06-10,m,10,,5\n", &fields);
    assert!(sink.facts[0].0.variant.unsplit_cache_write);
}

#[test]
fn errors_lose_their_secrets_and_labels_their_length() {
    let fields = [&DAYS[..], &[(Field::Error, "error"), (Field::User, "user")]].concat();
    let user = "u".repeat(300);
    let text =
        format!("day,model,tokens,usd,error,user\n2026-06-10,m,1,1,bad key sk-proj-Abc123_def456,{user}\n");
    let sink = read(&text, &fields);
    let (facets, fact) = &sink.facts[0];
    assert_eq!(fact.error.as_deref(), Some("bad key [redacted]"));
    assert_eq!(facets.labels["user"].chars().count(), 200);
}
