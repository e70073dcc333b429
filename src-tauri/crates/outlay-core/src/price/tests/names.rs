//! Which names stand for which models, and which stand for none.

use super::*;

#[track_caller]
fn check(provider: &str, model: &str, expected: &str) {
    let found = match Book::embedded().resolve(provider, model) {
        Ok(found) => match found.normalisations_text() {
            Some(text) => format!("{} ({text})", found.canonical()),
            None => found.canonical(),
        },
        Err(error) => format!("none: {error}"),
    };
    assert_eq!(found, expected, "{model} at {provider}");
}

#[test]
fn exact_names_and_aliases() {
    check("anthropic", "claude-opus-4-6", "anthropic/claude-opus-4-6");
    check("anthropic", "claude-opus-4.6", "anthropic/claude-opus-4-6");
    check("openai", "GPT-4o", "openai/gpt-4o");
    check("xai", "grok-4.5", "x-ai/grok-4.5");
    check("openrouter", "anthropic/claude-opus-4.7", "openrouter/anthropic/claude-opus-4.7");
}

#[test]
fn declared_forms_are_recorded() {
    check("anthropic", "Claude Haiku 4.5", "anthropic/claude-haiku-4-5 (display name)");
    check("anthropic", "claude-opus-4-5-20251224", "anthropic/claude-opus-4-5 (without -20251224)");
    check("anthropic", "claude-sonnet-4-6[1m]", "anthropic/claude-sonnet-4-6 (without [1m])");
    check("anthropic", "anthropic/claude-opus-4-6", "anthropic/claude-opus-4-6 (without anthropic/)");
    check("openai", "openai/gpt-5.6-sol-high", "openai/gpt-5.6-sol (without openai/, without -high)");
    check("openai", "gpt-5.6-luna-20260715", "openai/gpt-5.6-luna (without -20260715)");
    check("openrouter", "openai/gpt-5.6-luna-20260715", "openrouter/openai/gpt-5.6-luna (without -20260715)");
}

#[test]
fn a_date_with_a_price_of_its_own_is_not_dropped() {
    check("openai", "gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13");
    check("openai", "gpt-4o-20240513", "openai/gpt-4o-2024-05-13 (date rewritten)");
}

#[test]
fn bedrock_names() {
    let regional = "aws/regional.anthropic.claude-opus-4-5-v1:0";
    check(
        "aws",
        "us.anthropic.claude-opus-4-5-20251224-v1:0",
        &format!("{regional} (without -v1:0, without -20251224)"),
    );
    check("bedrock", "global.anthropic.claude-opus-4-5-v1:0", "aws/global.anthropic.claude-opus-4-5-v1:0");
    check(
        "bedrock",
        "ca.anthropic.claude-sonnet-4-20250514-v1:0",
        "aws/regional.anthropic.claude-sonnet-4-20250514-v1:0 (without ca.)",
    );
}

#[test]
fn resellers_and_missing_providers_go_to_the_maker() {
    check(
        "cursor",
        "claude-4.5-sonnet-thinking",
        "anthropic/claude-sonnet-4-5 (without -thinking, as anthropic sells it)",
    );
    check("azure", "gpt-5.6-sol", "openai/gpt-5.6-sol (as openai sells it)");
    check("", "gpt-5.6-sol", "openai/gpt-5.6-sol (as openai sells it)");
    check("", "deepseek-v4-flash", "deepseek/deepseek-v4-flash (as deepseek sells it)");
    check("", "mistral/codestral-2508", "mistral/codestral-2508 (without mistral/, as mistral sells it)");
    check("", "house-model", "none: `house-model` does not tell its provider");
}

#[test]
fn nothing_is_priced_by_likeness() {
    check("anthropic", "claude-opus-4-65", "none: no price of `claude-opus-4-65` at `anthropic`");
    check("openai", "gpt-5.6-sol-fast", "none: no price of `gpt-5.6-sol-fast` at `openai`");
    check("openai", "gpt-5.6-sol-2026-13-40", "none: no price of `gpt-5.6-sol-2026-13-40` at `openai`");
    check("openai", "claude-opus-4-6", "none: no price of `claude-opus-4-6` at `openai`");
    check("openai", "anthropic/claude-opus-4-6", "none: no price of `anthropic/claude-opus-4-6` at `openai`");
    check("nowhere", "gpt-5.6-sol", "none: no prices of the provider `nowhere`");
    check("anthropic", "", "none: no price of `` at `anthropic`");
}

#[track_caller]
fn covers(name: &str, (provider, model): (&str, &str), expected: bool) {
    assert_eq!(Book::embedded().is_of(name, provider, model), expected, "{model} at {provider} is {name}");
}

#[test]
fn a_model_is_itself_under_its_other_names_and_dates() {
    covers("gpt-5", ("openai", "gpt-5-2025-08-07"), true);
    covers("gpt-5", ("", "gpt-5-2025-08-07"), true);
    covers("gpt-5", ("azure", "gpt-5-2025-08-07"), true);
    covers("GPT-5", ("openrouter", "openai/gpt-5-2025-08-07"), true);
    covers("gpt-5", ("openai", "gpt-5-high"), true);
    covers("gpt-5-2025-08-07", ("openai", "gpt-5"), true);
    covers("claude-opus-4-5", ("aws", "us.anthropic.claude-opus-4-5-20251101-v1:0"), true);
    covers("Claude Opus 4.5", ("anthropic", "claude-opus-4-5-20251101"), true);
}

#[test]
fn a_model_is_no_other_however_alike() {
    covers("gpt-5", ("openai", "gpt-5-mini"), false);
    covers("gpt-5-mini", ("openai", "gpt-5"), false);
    covers("gpt-5", ("openai", "gpt-5-mini-2025-08-07"), false);
    covers("gpt-5", ("openai", "gpt-5.1"), false);
    covers("gpt-5", ("openrouter", "openai/gpt-5.1-codex-max"), false);
    covers("claude-opus-4-5", ("anthropic", "claude-opus-4-6"), false);
    covers("gpt-5", ("openai", ""), false);
}

#[test]
fn a_snapshot_with_a_price_of_its_own_is_one_of_its_model_and_not_the_other_way() {
    covers("gpt-4o", ("openai", "gpt-4o-2024-05-13"), true);
    covers("gpt-4o", ("openai", "gpt-4o-2024-08-06"), true);
    covers("gpt-4o-2024-05-13", ("openai", "gpt-4o"), false);
    covers("gpt-4o-2024-05-13", ("openai", "gpt-4o-2024-08-06"), false);
    covers("gpt-4o-2024-05-13", ("openai", "gpt-4o-20240513"), true);
}

#[test]
fn a_name_that_no_price_knows_is_only_itself() {
    covers("house-model", ("acme", "House-Model"), true);
    covers("house-model", ("acme", "house-model-2025-08-07"), false);
    covers("house-model", ("openai", "gpt-5"), false);
    assert!(!Book::embedded().has("house-model"));
    assert!(Book::embedded().has("gpt-5-2025-08-07"));
}

/// What a name stands for, a line each.
fn table(names: &[(&str, &str)]) -> String {
    let line = |&(provider, model): &(&str, &str)| match Book::embedded().resolve(provider, model) {
        Ok(found) => {
            let how = found.normalisations_text().unwrap_or_else(|| "as it is".to_owned());
            format!("{provider} {model} = {} ({how})", found.canonical())
        }
        Err(why) => format!("{provider} {model} = none: {why}"),
    };
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_declared_form_is_taken_and_no_other() {
    let regions = ["us", "eu", "apac", "jp", "au", "ca", "us-gov", "sa", "global"]
        .map(|region| format!("{region}.anthropic.claude-sonnet-4-20250514-v1:0"));
    let efforts =
        ["minimal", "low", "medium", "high", "xhigh", "ultra"].map(|effort| format!("gpt-5.6-sol-{effort}"));
    let mut names: Vec<(&str, &str)> = regions.iter().map(|name| ("bedrock", name.as_str())).collect();
    names.extend(efforts.iter().map(|name| ("openai", name.as_str())));
    names.extend([
        ("azure", "azure/gpt-5.6-sol"),
        ("openrouter", "openrouter/openai/gpt-5.6-sol"),
        ("anthropic", "anthropic.claude-opus-4-6"),
        ("vertex", "claude-opus-4-5@20251101"),
        ("google", "models/gemini-2.5-flash"),
        ("google", "google/gemini-2.5-flash"),
        ("anthropic", "claude-opus-4-6[200k]"),
        ("anthropic", "claude-opus-4-6[1m]-high"),
        ("anthropic", "claude-sonnet-4-5-thinking"),
        ("anthropic", "claude-sonnet-4-5-20250929[1m]"),
        ("openai", "gpt-5-2025-08-07-high"),
        ("openai", "o3-high"),
        ("mistral", "codestral-2508-high"),
        ("cursor", "Claude 4.5 Sonnet (Thinking)"),
        ("", "anthropic/claude-opus-4-6"),
        ("github-copilot", "gpt-5.6-sol"),
    ]);
    insta::assert_snapshot!(table(&names));
}

#[test]
fn of_two_makers_the_one_whose_family_it_is_decides_and_else_nobody() {
    check("cursor", "claude-opus-4-7", "anthropic/claude-opus-4-7 (as anthropic sells it)");
    check("cursor", "gemini-2.5-flash", "google/gemini-2.5-flash (as google sells it)");
    let text = r#"{"version":"2","digest":"","sources":[],"closed":[],"notes":[],"providers":[
        {"id":"one","models":[{"id":"muse","prices":[{"rates":{"in":"1"}}]}]},
        {"id":"two","models":[{"id":"muse","prices":[{"rates":{"in":"2"}}]}]},
        {"id":"shop","serves":["one","two"],"models":[]}]}"#;
    let book = Book::read(text).expect("a book");
    let told = book.resolve("shop", "muse").map(|found| found.canonical()).map_err(|error| error.to_string());
    assert_eq!(told, Err("`muse` may be one/muse or two/muse".to_owned()));
}
