//! Every fixture of every source, whole: facts with their golden keys and fingerprints, rejects, notes.

use outlay_core::import::{CostMeaning, Field, Mapping, ParseOptions};

use crate::collect::{fixture, printed};

#[track_caller]
fn check(name: &str) {
    check_with(name, &ParseOptions::default());
}

#[track_caller]
fn check_with(name: &str, options: &ParseOptions) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name.replace('/', "__"), printed(&fixture(name), options));
    });
}

#[test]
fn openai_usage() {
    check("openai_usage/columns_24");
    check("openai_usage/columns_26_minutes");
    check("openai_usage/embeddings");
}

#[test]
fn openai_cost() {
    check("openai_cost/columns_10");
    check("openai_cost/columns_16");
    check("openai_cost/columns_17");
}

#[test]
fn openai_empty() {
    check("openai_empty/two_days");
}

#[test]
fn anthropic_tokens() {
    check("anthropic_tokens/v0_single_cache_write");
    check("anthropic_tokens/v1_hours");
    check("anthropic_tokens/v2_days");
}

#[test]
fn anthropic_cost() {
    check("anthropic_cost/columns_9");
    check("anthropic_cost/columns_12");
    check("anthropic_cost/columns_14");
}

#[test]
fn openrouter() {
    check("openrouter_log/every_case");
    check("openrouter_activity/days");
}

#[test]
fn cursor() {
    check("cursor/v0");
    check("cursor/v1_every_kind");
    check("cursor/v2_team");
    check("cursor/request_plan");
    check("cursor/tokens_only");
}

#[test]
fn mapped() {
    let fields = [
        (Field::CreatedAt, "When"),
        (Field::Model, "which model"),
        (Field::InputTokens, "Prompt"),
        (Field::CachedTokens, "Cached"),
        (Field::OutputTokens, "Answer"),
        (Field::Cost, "Price"),
        (Field::Currency, "Money"),
        (Field::Project, "Team"),
    ];
    let mapping = Mapping {
        fields: fields.map(|(field, column)| (field, column.to_owned())).into(),
        constants: [(Field::Provider, "Proxy".to_owned())].into(),
        cost_meaning: CostMeaning::Estimated,
        ..Mapping::default()
    };
    check_with("mapped/proxy", &ParseOptions { mapping: Some(mapping), ..ParseOptions::default() });
}
