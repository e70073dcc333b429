//! Reads a file into memory and prints what came of it.

use std::fmt::Write;
use std::ops::ControlFlow;

use outlay_core::fact::{Charge, FacetTable, Facets, Fact};
use outlay_core::import::{ImportError, Opened, ParseOptions, Parsed, Reject, Sink, parse};

#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) opened: Option<Opened>,
    pub(crate) facts: Vec<(Facets, Fact)>,
    pub(crate) rejects: Vec<Reject>,
}

impl Sink for Collected {
    fn begin(&mut self, opened: Opened) {
        self.opened = Some(opened);
    }

    fn fact(&mut self, facets: &FacetTable, fact: Fact) -> ControlFlow<()> {
        self.facts.push((facets.get(fact.facets).clone(), fact));
        ControlFlow::Continue(())
    }

    fn reject(&mut self, reject: Reject) -> ControlFlow<()> {
        self.rejects.push(reject);
        ControlFlow::Continue(())
    }
}

/// The bytes of a committed fixture, such as `cursor/v0`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/../../../tests/fixtures/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    fs_err::read(path).expect("the fixture is there")
}

/// Every committed fixture that needs no mapping.
pub(crate) const FIXTURES: [&str; 20] = [
    "openai_usage/columns_24",
    "openai_usage/columns_26_minutes",
    "openai_usage/embeddings",
    "openai_cost/columns_10",
    "openai_cost/columns_16",
    "openai_cost/columns_17",
    "openai_empty/two_days",
    "anthropic_tokens/v0_single_cache_write",
    "anthropic_tokens/v1_hours",
    "anthropic_tokens/v2_days",
    "anthropic_cost/columns_9",
    "anthropic_cost/columns_12",
    "anthropic_cost/columns_14",
    "openrouter_log/every_case",
    "openrouter_activity/days",
    "cursor/v0",
    "cursor/v1_every_kind",
    "cursor/v2_team",
    "cursor/request_plan",
    "cursor/tokens_only",
];

pub(crate) fn collect(bytes: &[u8], options: &ParseOptions) -> (Result<Parsed, ImportError>, Collected) {
    let mut sink = Collected::default();
    let parsed = parse(bytes, options, &mut sink);
    (parsed, sink)
}

/// Everything that came of a file, for a snapshot.
pub(crate) fn printed(bytes: &[u8], options: &ParseOptions) -> String {
    let (parsed, sink) = collect(bytes, options);
    let mut text = String::new();
    match parsed {
        Ok(parsed) => writeln!(text, "{parsed:#?}\n").unwrap(),
        Err(error) => writeln!(text, "error: {error}\n").unwrap(),
    }
    for (facets, fact) in &sink.facts {
        print_fact(&mut text, facets, fact);
    }
    for reject in &sink.rejects {
        let Reject { kind, line, column, expected, found, remedy, record } = reject;
        let shown: String = record.chars().take(60).collect();
        writeln!(text, "reject {kind:?}, line {line}, column `{column}`: expected {expected}; found {found}")
            .unwrap();
        writeln!(text, "  {remedy}. [{shown}]").unwrap();
    }
    text
}

fn print_fact(text: &mut String, facets: &Facets, fact: &Fact) {
    let Facets { provider, generation_type, model, project, variant, labels } = facets;
    let end = fact.period_end.map(|end| format!(" to {end}")).unwrap_or_default();
    let fingerprint: String = fact.fingerprint.0.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "fact line {}: {}{end}", fact.line, fact.created_at).unwrap();
    writeln!(text, "  key {}", fact.source_key).unwrap();
    writeln!(text, "  fingerprint {fingerprint}").unwrap();
    writeln!(text, "  {provider} {generation_type} `{model}` {}", charge(&fact.charge)).unwrap();
    let tokens = fact.tokens;
    writeln!(
        text,
        "  uncached {} read {} write {} long {} output {} reasoning {} requests {:?}",
        tokens.uncached_input,
        tokens.cache_read,
        tokens.cache_write,
        tokens.cache_write_long,
        tokens.output,
        tokens.reasoning,
        fact.request_count
    )
    .unwrap();
    if let Some(project) = project {
        writeln!(text, "  project {} ({})", project.name, project.id).unwrap();
    }
    if *variant != Default::default() {
        writeln!(text, "  {variant:?}").unwrap();
    }
    if !labels.is_empty() || !fact.other_units.is_empty() {
        writeln!(text, "  {labels:?} {:?}", fact.other_units).unwrap();
    }
    if fact.duration_ms.is_some() || fact.error.is_some() {
        writeln!(text, "  {:?} ms, error {:?}", fact.duration_ms, fact.error).unwrap();
    }
}

fn charge(charge: &Charge) -> String {
    let dollars =
        |money: &Option<outlay_core::money::Money>| money.map_or("none".into(), |money| money.to_string());
    match charge {
        Charge::Billed { cost, exact, list } => {
            format!("billed {cost} (exact {exact}, list {})", dollars(list))
        }
        Charge::Estimated(money) => format!("estimated {money}"),
        Charge::Included(list) => format!("included (list {})", dollars(list)),
        Charge::Free => "free".into(),
        Charge::ByPriceBook => "by price book".into(),
    }
}
