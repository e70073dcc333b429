//! Which calls a budget of a model covers, and which calls settle what a command held.

use serde_json::{Value, json};

use crate::scene::Scene;
use crate::stage::{NOW, Stage};

/// A confirmed cap of 10 dollars, of which 4 are spent.
fn capped() -> Scene {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100");
    scene.log_of("openai", "gpt-5", "4", "2026-06-18T10:00:00Z");
    scene
}

fn check(scene: &Scene, request: Value) -> Value {
    scene.stage.answer("check_budgets", request)
}

fn reserved(scene: &Scene) -> String {
    check(scene, json!({}))["budgets"][0]["reserved"].as_str().expect("an amount").to_owned()
}

#[test]
fn a_budget_of_a_model_covers_its_dates_and_other_names_and_no_other_model() {
    let scene = Scene::new();
    scene.budget(json!({"name": "Five", "model": "gpt-5", "amount": "10", "mode": "block"}));
    scene.log_of("openai", "gpt-5-2025-08-07", "3", "2026-06-18T10:00:00Z");
    scene.log_of("openrouter", "openai/gpt-5", "2", "2026-06-18T10:00:00Z");
    scene.log_of("openai", "gpt-5-mini", "50", "2026-06-18T10:00:00Z");
    let standing = |field: &str| check(&scene, json!({"names": ["Five"]}))["budgets"][0][field].clone();
    assert_eq!(standing("spent"), "5");
    let ask = |amount: &str, model: &str| {
        scene.stage.answer("authorize", json!({"amount": amount, "model": model}))["refused_by"].clone()
    };
    assert_eq!(ask("6", "gpt-5-2025-08-07"), "Five");
    assert_eq!(ask("4", "GPT-5-2025-08-07"), Value::Null);
    assert_eq!(standing("reserved"), "4", "what is held for a date is held for the model");
    assert_eq!(ask("2", "gpt-5"), "Five");
    assert_eq!(ask("2", "gpt-5-mini"), Value::Null);
    // Rows of names that came after the first look.
    scene.log_of("openai", "gpt-5-20250807", "1", "2026-06-18T10:00:00Z");
    scene.log_of("azure", "gpt-5-2025-08-07", "4", "2026-06-18T10:00:00Z");
    assert_eq!((standing("spent"), standing("state")), (json!("10"), json!("over")));
    let keys = scene.keys(&["monthly_cap_reached"]);
    assert!(keys.iter().any(|(_, key)| key.contains("model=gpt-5")), "{keys:?}");
    let rows = scene.stage.answer("list_generations", json!({"select": {"any_name_of": "gpt-5"}}));
    assert_eq!(rows["calls"].as_array().map(Vec::len), Some(4), "what the card leads to is what it counts");
    let again = json!({"name": "Other", "model": "gpt-5-2025-08-07", "amount": "1"});
    assert_eq!(scene.stage.refusal("set_budget", again)["code"], "refused", "it is the same model");
    scene.budget(json!({"name": "Mini", "model": "gpt-5-mini", "amount": "99"}));
    // One that was kept when names were exact can be changed and removed.
    let raw = rusqlite::Connection::open(scene.stage.ledger_file()).expect("the ledger");
    let sql =
        "INSERT INTO budgets SELECT randomblob(16), 1, user_id, 'Dated', '', 'gpt-5-2025-08-07', 1, mode,
        warn_at_pct, 0, at, device_id FROM budgets WHERE name = 'Five' AND revision = 1";
    raw.execute(sql, []).expect("a budget of before");
    scene.budget(json!({"name": "Dated", "amount": "50"}));
    scene.budget(json!({"name": "Five", "amount": "60"}));
}

#[test]
fn a_name_that_nobody_knows_is_said() {
    let scene = capped();
    let ask = |model: &str| {
        let answer = scene.stage.answer("authorize", json!({"amount": "0.1", "model": model}));
        assert_eq!(answer["decision"], "allow");
        answer["warning"].clone()
    };
    insta::assert_snapshot!(ask("gtp-5").as_str().expect("a warning"), @"No calls of model gtp-5 in the ledger so far, and no price of that name: check how it is written.");
    assert_eq!(ask("gpt-5-mini"), Value::Null, "a price knows it");
    scene.log_of("acme", "house-1", "1", "2026-06-18T10:00:00Z");
    assert_eq!(ask("House-1"), Value::Null, "a row knows it");
    let codes = |model: &str| {
        let kept = scene.budget(json!({"name": model, "model": model, "amount": "1"}));
        kept["warnings"]
            .as_array()
            .expect("warnings")
            .iter()
            .map(|one| one["code"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("gtp-5"), ["no_calls"]);
    assert_eq!(codes("gpt-5-mini"), Vec::<Value>::new());
}

fn finish(scene: &Scene, id: &str) -> (Value, Value, Value) {
    let ended = scene.stage.answer("finish", json!({"id": id}));
    let held = &ended["reservation"];
    (held["state"].clone(), held["cost"].clone(), ended["unclear"].clone())
}

/// The id of what a command holds.
fn command(scene: &Scene, budget: &str) -> String {
    let answer =
        scene.stage.answer("authorize", json!({"amount": "1", "budget": budget, "ttl_seconds": 86_400}));
    answer["reservation"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[test]
fn a_command_that_runs_into_the_next_month_is_settled_with_both() {
    let scene = capped();
    scene.at("2026-06-30T21:50:00Z");
    let id = command(&scene, "All");
    scene.log_of("openai", "gpt-5", "0.4", "2026-06-30T21:55:00Z");
    // It is July in Berlin, and the money is still held.
    scene.at("2026-06-30T22:05:00Z");
    assert_eq!(reserved(&scene), "1");
    scene.log_of("openai", "gpt-5", "0.2", "2026-06-30T22:04:00Z");
    assert_eq!(finish(&scene, &id), (json!("settled"), json!("0.6"), json!("0")));
    assert_eq!(
        (check(&scene, json!({}))["budgets"][0]["spent"].clone(), reserved(&scene)),
        (json!("0.2"), "0".to_owned())
    );
    let again = scene.stage.answer("finish", json!({"id": id}));
    assert_eq!((&again["already"], &again["reservation"]["cost"]), (&json!(true), &json!("0.6")));
}

#[test]
fn commands_that_run_at_once_are_not_settled_with_each_others_calls() {
    let scene = capped();
    scene.budget(json!({"name": "Open", "provider": "openai", "amount": "50"}));
    scene.budget(json!({"name": "Acme", "provider": "acme", "amount": "50"}));
    let first = command(&scene, "Open");
    scene.log_of("openai", "gpt-5", "0.1", NOW);
    scene.at("2026-06-19T12:10:00Z");
    let (second, elsewhere) = (command(&scene, "Open"), command(&scene, "Acme"));
    scene.log_of("openai", "gpt-5", "0.2", "2026-06-19T12:10:00Z");
    scene.log_of("acme", "m-1", "0.4", "2026-06-19T12:10:00Z");
    scene.at("2026-06-19T12:20:00Z");
    assert_eq!(finish(&scene, &first), (json!("settled"), json!("0.1"), json!("0.2")));
    scene.at("2026-06-19T12:30:00Z");
    scene.log_of("openai", "gpt-5", "0.8", "2026-06-19T12:30:00Z");
    assert_eq!(finish(&scene, &second), (json!("settled"), json!("0.8"), json!("0.2")));
    assert_eq!(finish(&scene, &elsewhere), (json!("settled"), json!("0.4"), json!("0")));
    assert_eq!(check(&scene, json!({}))["budgets"][0]["spent"], "5.5", "whatever settles which");
}

#[test]
fn a_command_that_records_nothing_of_its_own_gives_back_what_it_held() {
    let scene = capped();
    let (id, call) = (command(&scene, "All"), command(&scene, "All"));
    scene.log_of("openai", "gpt-5", "1", "2026-06-19T11:00:00Z");
    let log = json!({"generation_type": "chat", "model": "gpt-5", "cost": "0.3"});
    scene.stage.answer("settle", json!({"id": call, "call": log}));
    assert_eq!(finish(&scene, &id), (json!("released"), Value::Null, json!("0")), "the call has its own");
    assert_eq!(scene.stage.refusal("finish", json!({"id": NOW}))["code"], "usage");
}

#[test]
fn what_others_record_is_seen_by_whoever_asked_before() {
    let scene = capped();
    let (api, app) = (outlay_app::api(), Stage::another(scene.stage.folder.path()));
    let other = |name: &str, ask: Value| api.call(&app, name, ask).expect("an answer");
    let spent = || {
        let ask = json!({"amount": "0.001", "provider": "openai"});
        let answers = [scene.stage.answer("authorize", ask.clone()), other("authorize", ask)];
        answers.map(|answer| answer["budgets"][0]["spent"].clone())
    };
    assert_eq!(spent(), ["4", "4"]);
    scene.log_of("openai", "gpt-5", "1", NOW);
    assert_eq!(spent(), ["5", "5"]);
    let call =
        json!({"generation_type": "chat", "model": "gpt-5", "cost": "2", "at": "2026-06-19T10:00:00Z"});
    other("log_generation", call);
    assert_eq!(spent(), ["7", "7"]);
    let import = scene.import(&crate::scene::days(["2026-06-18"], "0.5"));
    assert_eq!(spent(), ["7.5", "7.5"]);
    let plan = other("plan_undo", json!({"id": import}));
    other("undo_import", json!({"id": import, "plan_id": plan["plan_id"]}));
    assert_eq!(spent(), ["7", "7"]);
    scene.at("2026-07-01T12:00:00Z");
    let ask = json!({"amount": "0.001", "provider": "openai"});
    assert_eq!(scene.stage.answer("authorize", ask)["budgets"][0]["spent"], "0", "another month");
}
