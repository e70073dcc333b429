//! Why a row costs what it costs: every shape of price through the command, on rows that came in as rows come in.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use outlay_app::Host;
use outlay_core::instant::Instant;
use outlay_core::money::{Money, decimal};
use outlay_core::price::Book;
use serde_json::{Value, json};

use crate::stage::Stage;

/// A stage on which it is December 2026, so that every price of the book's autumn has begun.
fn december() -> Stage {
    let counter = AtomicU64::new(1);
    Stage::changed(|host| Host {
        // Of one instant there are many calls here, and their ids end differently.
        random: Box::new(move || (u128::from(counter.fetch_add(1, Ordering::Relaxed)) << 40).to_le_bytes()),
        clock: Box::new(|| Instant::parse("2026-12-02T12:00:00Z").expect("an instant")),
        ..host
    })
}

/// A call of a `provider/model`, with what else the request says.
fn log(stage: &Stage, name: &str, at: &str, more: Value) -> Value {
    let (provider, model) = name.split_once('/').expect("provider/model");
    let mut call = json!({"generation_type": "chat", "provider": provider, "model": model, "at": at});
    call.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    stage.answer("log_generation", call)
}

/// Imports a file of these lines, and gives its rows, the oldest first.
fn import(stage: &Stage, name: &str, lines: &[&str]) -> Vec<Value> {
    let path = stage.path(name);
    fs_err::write(&path, format!("{}\n", lines.join("\n"))).expect("a file");
    let done = stage.answer("commit_import", json!({"files": [path], "account": "main"}));
    assert_eq!(done["committed"], true, "{done}");
    let select = json!({"import": done["files"][0]["import_id"], "left_out_too": true});
    let list = stage.answer("list_generations", json!({"select": select, "limit": 100}));
    list["calls"].as_array().expect("calls").iter().rev().cloned().collect()
}

fn explained(stage: &Stage, row: &Value) -> Value {
    stage.answer("explain_generation", json!({"id": row["id"]}))
}

/// The explanation as a text: what a person would check by hand, and the sentences.
fn told(stage: &Stage, row: &Value) -> String {
    let told = explained(stage, row);
    let of = &told["row"];
    let mut text = format!("{}/{} at {}", word(&of["provider"]), word(&of["model"]), word(&of["created_at"]));
    let _ = write!(text, ": {} {}\n  {}", word(&of["cost"]), word(&of["basis"]), word(&told["because"]));
    text += &written(&told["arithmetic"]);
    if !told["instead"].is_null() {
        let _ =
            write!(text, "\n  {}{}", word(&told["instead"]["says"]), written(&told["instead"]["arithmetic"]));
    }
    if !told["now"].is_null() {
        let _ = write!(text, "\n  {}", word(&told["now"]["says"]));
    }
    // The book grows more often than the program changes.
    let book = Book::embedded();
    let named = |source: &str| source.split(' ').next().unwrap_or_default().to_owned();
    let text = book.sources().iter().fold(text, |text, source| text.replace(source, &named(source)));
    text.replace(book.version(), "[book]")
}

fn written(sum: &Value) -> String {
    let mut text = String::new();
    if sum.is_null() {
        return text;
    }
    is_sound(sum);
    for line in sum["lines"].as_array().expect("lines") {
        let [name, rate, amount] = ["name", "per_million", "amount"].map(|field| word(&line[field]));
        let _ = write!(text, "\n    {name}: {} x {rate} / 1M = {amount}", line["count"]);
    }
    for factor in sum["factors"].as_array().expect("factors") {
        let _ = write!(text, "\n    {} x {}", word(&factor["name"]), word(&factor["times"]));
    }
    let _ = write!(text, "\n    = {} -> {}", word(&sum["exact"]), word(&sum["cost"]));
    let price = &sum["price"];
    let _ = write!(text, "\n    by {} of {}", word(&price["id"]), word(&price["source"]));
    for field in
        ["variant", "part", "disagreement"].map(|field| &price[field]).into_iter().filter(|it| !it.is_null())
    {
        let _ = write!(text, "\n    {}", word(field));
    }
    for sentence in
        ["name_steps", "supposed"].iter().flat_map(|list| price[list].as_array().expect("sentences"))
    {
        let _ = write!(text, "\n    {}", word(sentence));
    }
    text
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("null")
}

/// What is written adds up, and rounded once it is the cost.
#[track_caller]
fn is_sound(sum: &Value) {
    let dollars = |value: &Value| decimal(word(value)).expect("a decimal");
    let lines = sum["lines"].as_array().expect("lines");
    let listed = lines.iter().fold(dollars(&json!("0")), |all, line| all + dollars(&line["amount"]));
    for line in lines {
        let million = dollars(&json!("1000000"));
        let count = dollars(&json!(line["count"].to_string()));
        assert_eq!(count * dollars(&line["per_million"]), dollars(&line["amount"]) * million, "{line}");
    }
    match sum["listed"].as_str() {
        Some(_) => assert_eq!(dollars(&sum["listed"]), listed, "{sum}"),
        None => assert_eq!(dollars(&sum["exact"]), listed, "{sum}"),
    }
    let rounded = Money::round(&dollars(&sum["exact"])).expect("an amount");
    assert_eq!(rounded.to_string(), word(&sum["cost"]), "{sum}");
}

#[test]
fn every_shape_of_price_is_written_out() {
    let stage = december();
    let (noon, sol, opus) = ("2026-10-20T12:00:00Z", "openai/gpt-5.6-sol", "anthropic/claude-opus-4-6");
    let input = |count: i64| json!({"tokens_input": count, "tokens_output": 10});
    let some = json!({"tokens_input": 2000, "cached_tokens": 800, "tokens_output": 300});
    let with = |field: &str, value: Value| {
        let mut call = some.clone();
        call[field] = value;
        call
    };
    let writes = |all: i64, long: i64| json!({"tokens_input": all, "cache_write_tokens": all, "cache_write_long_tokens": long, "tokens_output": 1});
    let calls = [
        (sol, noon, input(272_000)),
        (sol, noon, input(272_001)),
        (opus, noon, writes(1_000, 0)),
        (opus, noon, writes(1_000, 1_000)),
        (opus, noon, writes(1_000, 300)),
        (sol, noon, with("batch", json!(true))),
        (sol, noon, with("service_tier", json!("flex"))),
        (sol, noon, with("service_tier", json!("priority"))),
        ("deepseek/deepseek-v4-flash", "2026-10-20T00:59:59Z", some.clone()),
        ("deepseek/deepseek-v4-flash", "2026-10-20T01:00:00Z", some.clone()),
        (sol, "2026-08-20T23:59:59Z", some.clone()),
        (sol, "2026-08-21T00:00:00Z", some.clone()),
        ("google/gemini-4-argon", "2026-11-30T23:59:59Z", some.clone()),
        ("google/gemini-4-argon", "2026-12-01T00:00:00Z", some.clone()),
        ("openrouter/openai/gpt-oss-120b:free", noon, some.clone()),
        ("openai/gpt-5", noon, json!({"error": "429 slow down"})),
        ("openai/gpt-nowhere", noon, some.clone()),
        (sol, noon, with("cost", json!("0.02"))),
        ("anthropic/Anthropic/Claude-Opus-4.6-high[1m]", noon, some.clone()),
    ];
    let told: Vec<String> =
        calls.into_iter().map(|(name, at, more)| told(&stage, &log(&stage, name, at, more))).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn what_sources_say_is_written_out_too() {
    let stage = december();
    let tokens = "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,";
    let split = format!(
        "{tokens}usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,\
         usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed"
    );
    let unsplit = format!(
        "{tokens}usage_input_tokens_no_cache,usage_input_tokens_cache_write,usage_input_tokens_cache_read,\
         usage_output_tokens"
    );
    let files = [
        (
            "speed_and_region.csv",
            vec![
                split.as_str(),
                "2026-10-20,claude-opus-5,key,Default,standard,≤ 200k,1200,0,0,800,300,0,global,fast",
                "2026-10-21,claude-opus-4-6,key,Default,standard,≤ 200k,1200,700,300,800,300,3,us,",
                "2026-10-22,claude-opus-4-6,key,Default,batch,> 200k,1200,0,0,800,300,0,global,",
            ],
        ),
        (
            "one_column_of_cache_writes.csv",
            vec![
                unsplit.as_str(),
                "2024-11-05,claude-3-5-sonnet-20241022,key,Default,standard,≤ 200k,1200,5000,9000,800",
            ],
        ),
        (
            "sums.csv",
            vec![
                "start_time,end_time,project_id,num_model_requests,api_key_id,model,batch,service_tier,input_tokens,\
                 output_tokens,input_cached_tokens",
                "1792454400,1792540800,proj_1,9,key_1,gpt-5.6-sol,false,default,1000000,9,0",
            ],
        ),
        (
            "cursor.csv",
            vec![
                "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,\
                 Total Tokens,Cost",
                "\"2025-11-14T18:36:05.846Z\",\"Included\",\"gpt-5-codex\",\"No\",\"0\",\"775\",\"105891\",\"2128\",\
                 \"108794\",\"0.19\"",
                "\"2025-11-14T18:37:05.675Z\",\"On-Demand\",\"gpt-5-codex\",\"Yes\",\"0\",\"8263\",\"66964\",\"1612\",\
                 \"76839\",\"$1.03\"",
            ],
        ),
    ];
    let rows = files.iter().flat_map(|(name, lines)| import(&stage, name, lines));
    let told: Vec<String> = rows.map(|row| told(&stage, &row)).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn prices_of_ones_own_are_written_out() {
    let stage = december();
    let set = |price: Value| stage.answer("set_prices", json!({"prices": [price], "apply": "nothing"}));
    let noon = "2026-10-20T12:00:00Z";
    let some = json!({"tokens_input": 2000, "cached_tokens": 800, "tokens_output": 300});
    let reasoner = json!({"provider": "acme", "model": "reasoner-9"});
    let with = |more: Value| {
        let mut price = reasoner.clone();
        price.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        price
    };
    let before = log(&stage, "acme/reasoner-9", noon, some.clone());
    let mut texts = vec![told(&stage, &before)];
    set(with(json!({"says": "rates", "per_million": {"in": "3", "out": "15"}})));
    texts.push(told(&stage, &before));
    let priced = log(&stage, "acme/reasoner-9", noon, some.clone());
    texts.push(told(&stage, &priced));
    set(with(json!({"says": "same_as", "as_provider": "openai", "as_model": "gpt-5"})));
    // The row keeps its price; what was said since stands beside it.
    texts.push(told(&stage, &priced));
    texts.push(told(&stage, &log(&stage, "acme/reasoner-9", noon, some.clone())));
    set(with(json!({"says": "free"})));
    texts.push(told(&stage, &log(&stage, "acme/reasoner-9", noon, some.clone())));
    set(json!({"provider": "openai", "says": "factor", "times": "0.85"}));
    texts.push(told(&stage, &log(&stage, "openai/gpt-5-2025-08-07", noon, some)));
    let text = texts.join("\n\n");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("own/[0-9a-f-]{36}", "own/[id]");
    settings.bind(|| insta::assert_snapshot!(text));
}

#[test]
fn a_price_of_a_book_that_is_not_held_is_said_to_be_so() {
    let stage = december();
    let some = json!({"tokens_input": 2000, "tokens_output": 300});
    let row = log(&stage, "openai/gpt-5.6-sol", "2026-10-20T12:00:00Z", some);
    let raw = rusqlite::Connection::open(stage.ledger_file()).expect("the ledger");
    let mut guards = raw
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('details', 'generations', 'dimensions')")
        .expect("triggers");
    let guards: Vec<String> =
        guards.query_map([], |row| row.get(0)).expect("names").map(|name| name.expect("a name")).collect();
    for guard in guards {
        raw.execute_batch(&format!("DROP TRIGGER {guard}")).expect("no trigger");
    }
    let older =
        "UPDATE details SET price_id = '2026-11-01/openai/gpt-5.6-sol@2026-08-21' WHERE price_id <> ''";
    raw.execute_batch(older).expect("an older book");
    let mut texts = vec![told(&stage, &row)];
    raw.execute_batch("UPDATE generations SET cost_nanos = cost_nanos + 1000000").expect("another price");
    texts.push(told(&stage, &row));
    raw.execute_batch("UPDATE dimensions SET model_used = 'gpt-nowhere'").expect("a model that went");
    texts.push(told(&stage, &row));
    insta::assert_snapshot!(texts.join("\n\n"));
}

/// What each version of a fact says, without what varies.
fn versions(told: &Value) -> Vec<String> {
    let says = |one: &Value| {
        let this = if one["is_this"] == true { "this: " } else { "" };
        format!("{this}{} {} {}", word(&one["cost"]), one["counts"], word(&one["says"]))
    };
    told["versions"].as_array().expect("versions").iter().map(says).collect()
}

#[test]
fn all_versions_of_a_fact_say_which_of_them_counts() {
    let stage = december();
    let header = "start_time,end_time,project_id,num_model_requests,api_key_id,model,batch,service_tier,input_tokens,\
                  output_tokens,input_cached_tokens";
    let row = |model: &str, tokens: i64| {
        format!("1792454400,1792540800,proj_1,1,key_1,{model},false,default,{tokens},9,0")
    };
    let first = import(&stage, "first.csv", &[header, &row("gpt-5", 1_000_000)]);
    assert_eq!(explained(&stage, &first[0])["versions"], json!([]), "one row is no choice");
    let second = import(&stage, "second.csv", &[header, &row("gpt-5", 2_000_000)]);
    let half = json!({"provider": "openai", "model": "gpt-5", "says": "factor", "times": "0.5"});
    stage.answer("set_prices", json!({"prices": [half], "apply": "everything"}));
    let mut told = versions(&explained(&stage, &second[0]));
    told.sort();
    insta::assert_snapshot!(told.join("\n"));
    let old = explained(&stage, &first[0]);
    assert_eq!(old["row"]["left_out"], "It does not count: a newer export states other values for it.");
    assert_eq!(
        word(&old["arithmetic"]["cost"]),
        word(&old["row"]["cost"]),
        "it explains itself all the same"
    );
}

#[test]
fn an_id_may_be_shortened_to_its_end() {
    let stage = Stage::filled();
    let exported = json!({"select": {"source": "openai-usage-csv"}, "limit": 1});
    let list = stage.answer("list_generations", exported);
    let id = word(&list["calls"][0]["id"]);
    let whole = stage.answer("explain_generation", json!({"id": id}));
    for end in [8, 12, 14, 23] {
        let told = stage.answer("explain_generation", json!({"id": &id[id.len() - end..]}));
        assert_eq!(told, whole, "{end} characters");
    }
    assert_eq!(stage.answer("get_generation", json!({"id": &id[id.len() - 8..]}))["id"], json!(id));
    for (id, code) in
        [("ffffffff", "not_found"), ("%%%%", "not_found"), ("0000", "refused"), ("abc", "usage")]
    {
        assert_eq!(stage.refusal("explain_generation", json!({"id": id}))["code"], code, "{id}");
    }
}

#[test]
fn the_written_sum_is_the_cost_of_every_row_of_the_sample() {
    let stage = Stage::empty();
    stage.answer("open_sample", json!({}));
    let list = stage.answer("list_generations", json!({"limit": 10_000, "select": {"user": "all"}}));
    let rows = list["calls"].as_array().expect("calls");
    let mut computed = 0;
    for row in rows {
        let told = explained(&stage, row);
        let (sum, instead) = (&told["arithmetic"], &told["instead"]["arithmetic"]);
        for written in [sum, instead].into_iter().filter(|written| !written.is_null()) {
            is_sound(written);
        }
        let is_priced = !row["price_id"].is_null();
        assert_eq!(!sum.is_null(), is_priced, "{told}");
        if is_priced {
            assert_eq!((&sum["cost"], &sum["price"]["id"]), (&row["cost"], &row["price_id"]), "{told}");
            computed += 1;
        }
    }
    assert!(computed > 100, "only {computed} of {} rows have a price", rows.len());
}
