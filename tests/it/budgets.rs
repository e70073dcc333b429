//! Named budgets on a real ledger, through the commands: what they take, where they stand, what they tell.

use serde_json::{Value, json};

use crate::scene::Scene;
use crate::stage::Stage;

fn filled() -> Scene {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "100").set("single_call_alert", "100");
    scene.log_of("openai", "gpt-5", "4", "2026-06-18T10:00:00Z");
    scene.log_of("openai", "gpt-5-mini", "1.000000001", "2026-06-19T10:00:00Z");
    scene.log_of("anthropic", "gpt-5", "2.5", "2026-06-19T10:00:00Z");
    scene.log_of("openai", "gpt-5", "50", "2026-05-31T10:00:00Z");
    scene
}

/// name, what it is of, state, spent of amount: a line for each budget.
fn standing(answer: &Value) -> String {
    let line = |budget: &Value| {
        let text = |field: &str| budget[field].as_str().unwrap_or("-").to_owned();
        let [name, state, spent, amount] = ["name", "state", "spent", "amount"].map(text);
        format!("{name} {} {state} {spent} of {amount}\n", budget["scope"])
    };
    answer["budgets"].as_array().expect("budgets").iter().map(line).collect()
}

#[test]
fn budgets_stand_beside_the_cap_with_the_spend_of_their_calls() {
    let scene = filled();
    scene.budget(json!({"name": " Models ", "model": "gpt-5", "amount": "8", "mode": "block"}));
    scene.budget(json!({"name": "Open", "provider": "openai", "amount": "5"}));
    insta::assert_snapshot!(standing(&scene.stage.answer("list_budgets", json!({}))), @r#"
    All {} ok 7.500000001 of 100
    Open {"provider":"openai"} over 5.000000001 of 5
    Models {"model":"gpt-5"} warn 6.5 of 8
    "#);
    let report = scene.stage.answer("report_month", json!({}));
    assert_eq!(report["spend"], "7.500000001", "the same figure everywhere");
    assert_eq!(report["by_provider"][0]["spend"], "5.000000001");
    assert_eq!(report["by_model"][0]["spend"], "6.5");
}

#[test]
fn a_budget_is_changed_by_its_name_and_keeps_its_history() {
    let scene = filled();
    let first = scene.budget(json!({"name": "CI", "provider": "openai", "amount": "20", "mode": "block"}));
    let second = scene.budget(json!({"name": "ci", "amount": "30"}));
    assert_eq!(first["budget"]["id"], second["budget"]["id"]);
    assert_eq!((&second["budget"]["mode"], &second["budget"]["name"]), (&json!("block"), &json!("ci")));
    let renamed = scene.budget(json!({"id": first["budget"]["id"], "name": "Builds", "model": "gpt-5"}));
    assert_eq!(renamed["budget"]["scope"], json!({"model": "gpt-5"}));
    scene.stage.answer("remove_budget", json!({"budget": "BUILDS"}));
    let left = scene.stage.answer("list_budgets", json!({}));
    assert_eq!(standing(&left), "All {} ok 7.500000001 of 100\n");
    let history = left["history"].as_array().expect("a history");
    let told: Vec<_> =
        history.iter().map(|version| (&version["name"], &version["amount"], &version["removed"])).collect();
    let [builds, ci, amount] = [json!("Builds"), json!("ci"), json!("30")];
    assert_eq!(
        told,
        [
            (&builds, &amount, &json!(true)),
            (&builds, &amount, &json!(false)),
            (&ci, &amount, &json!(false)),
            (&json!("CI"), &json!("20"), &json!(false)),
        ]
    );
    scene.budget(json!({"name": "CI", "provider": "openai", "amount": "20"}));
    let again = scene.stage.answer("list_budgets", json!({}));
    assert_ne!(again["budgets"][1]["id"], first["budget"]["id"], "a new one is another");
}

#[test]
fn one_that_was_removed_comes_back_as_itself() {
    let scene = filled();
    let first = scene.budget(json!({"name": "CI", "provider": "openai", "amount": "20"}));
    let id = &first["budget"]["id"];
    scene.stage.answer("remove_budget", json!({"budget": "CI"}));
    let back = scene.budget(json!({"id": id, "name": "CI", "provider": "openai", "amount": "20"}));
    assert_eq!(&back["budget"]["id"], id);
    let listed = scene.stage.answer("list_budgets", json!({}));
    assert_eq!(
        standing(&listed),
        "All {} ok 7.500000001 of 100\nCI {\"provider\":\"openai\"} ok 5.000000001 of 20\n"
    );
    assert_eq!(listed["history"].as_array().map(Vec::len), Some(3));
}

#[test]
fn the_cap_is_kept_by_its_name_all_at_once() {
    let scene = filled();
    let cap = scene.budget(json!({"name": "all", "amount": "8", "mode": "notify", "warn_at_pct": 90}));
    assert_eq!((&cap["budget"]["state"], &cap["budget"]["id"]), (&json!("warn"), &Value::Null));
    let config = scene.stage.answer("get_cost_config", json!({}));
    let kept = (&config["monthly_ai_cap_usd"], &config["alert_threshold_pct"], &config["block_on_cap"]);
    assert_eq!(kept, (&json!("8"), &json!(90), &json!(false)));
    let below = json!({"name": "All", "amount": "7"});
    insta::assert_snapshot!(refused(&scene, below), @"refused: You have already spent $7.50. Saving raises its alerts now.");
    let confirmed = scene.budget(json!({"name": "All", "amount": "7", "confirm_below_spend": true}));
    assert_eq!(confirmed["budget"]["state"], "over");
    let alerts = scene.stage.answer("list_alerts", json!({}));
    let reached = alerts["alerts"]
        .as_array()
        .expect("alerts")
        .iter()
        .find(|alert| alert["alert_type"] == "monthly_cap_reached");
    let reached = reached.expect("the cap that is reached");
    assert_eq!(
        reached["money"],
        json!({"threshold": "7", "actual": "7.500000001", "impact": "0.500000001", "impact_share": "0.0714"})
    );
    assert_eq!(reached["subject"]["month"], "2026-06");
}

#[track_caller]
fn refused(scene: &Scene, request: Value) -> String {
    let error = scene.stage.refusal("set_budget", request);
    format!("{}: {}", error["code"].as_str().expect("a code"), error["message"].as_str().expect("words"))
}

#[test]
fn bad_values_name_the_field() {
    let stage = Scene::new();
    let with = |field: &str, value: Value| {
        let mut request = json!({"name": "CI", "provider": "openai", "amount": "20"});
        request[field] = value;
        refused(&stage, request)
    };
    insta::assert_snapshot!(with("name", json!("\u{3000} \t")), @"usage: `name` is empty");
    insta::assert_snapshot!(with("name", json!("x".repeat(81))), @"usage: `name` has 81 characters: 80 at most");
    insta::assert_snapshot!(with("name", json!("a\u{202e}b")), @"usage: `name` has characters that nobody sees");
    insta::assert_snapshot!(with("name", json!(" aLL ")), @"usage: `name` is that of the monthly cap, which `outlay config set monthly_ai_cap_usd` sets");
    insta::assert_snapshot!(with("amount", json!("0")), @"usage: `amount` is 0: it takes more than 0");
    insta::assert_snapshot!(with("amount", json!("-1")), @"usage: `amount` is -1: it takes more than 0");
    insta::assert_snapshot!(with("amount", json!("1000000000.000000001")), @"usage: `amount` is 1000000000.000000001: it takes 1000000000 at most");
    insta::assert_snapshot!(with("amount", json!("9223372036.854775808")), @"usage: `amount` is no amount: `9223372036.854775808` is beyond 9.2 billion dollars");
    insta::assert_snapshot!(with("amount", json!("ten")), @"usage: `amount` is no amount: `ten` is not a decimal number");
    insta::assert_snapshot!(with("amount", json!("0.0000000001")), @"usage: `amount` is 0: it takes more than 0");
    insta::assert_snapshot!(with("amount", Value::Null), @"usage: `amount` is missing");
    insta::assert_snapshot!(with("warn_at_pct", json!(101)), @"usage: `warn_at_pct` is 101: it takes a whole percentage from 1 to 100");
    insta::assert_snapshot!(with("warn_at_pct", json!(0)), @"usage: `warn_at_pct` is 0: it takes a whole percentage from 1 to 100");
    insta::assert_snapshot!(with("model", json!("gpt-5")), @"usage: `model` is named beside `provider`: a budget is of one of them");
    insta::assert_snapshot!(with("provider", Value::Null), @"usage: `provider` or `model` says what the budget is of; `All` is of all calls");
    insta::assert_snapshot!(with("provider", json!(" ")), @"usage: `provider` is empty");
}

#[test]
fn one_scope_has_one_budget_and_one_name() {
    let scene = filled();
    scene.budget(json!({"name": "Open", "provider": "openai", "amount": "20"}));
    scene.budget(json!({"name": "Mini", "model": "gpt-5-mini", "amount": "20"}));
    let other = json!({"name": "CI", "provider": "openai", "amount": "30"});
    insta::assert_snapshot!(refused(&scene, other), @"refused: Open is of calls of provider openai already");
    let id = &scene.stage.answer("list_budgets", json!({}))["budgets"][1]["id"];
    insta::assert_snapshot!(refused(&scene, json!({"id": id, "name": "MINI"})), @"usage: `name` is taken: there is a budget MINI");
    let cap = scene.stage.refusal("remove_budget", json!({"budget": "all"}));
    assert_eq!(cap["message"], "the monthly cap cannot be removed");
    assert_eq!(scene.stage.refusal("remove_budget", json!({"budget": "CI"}))["code"], "not_found");
}

#[test]
fn a_limit_that_is_passed_is_loosened_without_a_question() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100").log("12", "2026-06-19T10:00:00Z");
    let set = |field: &str, value: &str| {
        let request = json!({"field": field, "value": value, "confirm_below_spend": false});
        scene.stage.api.call(&scene.stage.app, "set_cost_config", request).is_ok()
    };
    assert!(set("monthly_ai_cap_usd", "11"), "more, and passed as before");
    assert!(set("alert_threshold_pct", "95"));
    assert!(set("block_on_cap", "false"));
    assert!(!set("block_on_cap", "true"), "from now on it blocks");
    assert!(!set("monthly_ai_cap_usd", "9"), "less than is spent");
    assert!(set("monthly_ai_cap_usd", "20"));
    assert!(!set("monthly_ai_cap_usd", "12"), "it was not passed before");
    scene.budget(json!({"name": "CI", "provider": "acme", "amount": "5", "mode": "block", "confirm_below_spend": true}));
    scene.budget(json!({"name": "CI", "amount": "6"}));
    scene.budget(json!({"name": "CI", "mode": "notify"}));
    let stricter = json!({"name": "CI", "mode": "block"});
    assert_eq!(scene.stage.refusal("set_budget", stricter)["code"], "refused");
}

#[test]
fn what_is_spent_already_is_confirmed_first() {
    let scene = filled();
    let request = json!({"name": "Open", "provider": "openai", "amount": "5", "mode": "block"});
    let preview = scene.stage.answer("preview_budget", request.clone());
    assert_eq!(preview["needs_confirmation"], true);
    assert_eq!(preview["warnings"][0]["message"], "You have already spent $5.00. Saving blocks now.");
    assert_eq!(preview["budget"]["id"], Value::Null, "it is not kept");
    insta::assert_snapshot!(refused(&scene, request), @"refused: You have already spent $5.00. Saving blocks now.");
    let left = scene.stage.answer("list_budgets", json!({}));
    assert_eq!(left["budgets"].as_array().map(Vec::len), Some(1), "nothing was written");
    let unknown = json!({"name": "X", "model": "no-such", "amount": "500"});
    let preview = scene.stage.answer("preview_budget", unknown);
    let codes: Vec<_> =
        preview["warnings"].as_array().expect("warnings").iter().map(|w| w["code"].clone()).collect();
    assert_eq!(codes, ["no_calls", "above_cap"]);
    let cap = scene.stage.answer("preview_budget", json!({"name": "All", "amount": "7", "mode": "block"}));
    assert_eq!((&cap["needs_confirmation"], &cap["budget"]["state"]), (&json!(true), &json!("over")));
}

#[test]
fn nothing_is_written_by_a_look() {
    let stage = Stage::empty();
    stage.answer("preview_budget", json!({"name": "CI", "provider": "openai", "amount": "5"}));
    stage.answer("list_budgets", json!({}));
    stage.answer("check_budgets", json!({}));
    stage.answer("list_reservations", json!({}));
    assert!(!stage.path("data").exists());
}

#[test]
fn budgets_tell_end_and_are_armed_anew() {
    let scene = filled();
    scene.budget(json!({"name": "Open", "provider": "openai", "amount": "5", "mode": "block"}));
    assert_eq!(scene.told(), "monthly_cap_reached critical open\nmonthly_cap_warning medium auto_resolved");
    scene.budget(json!({"name": "Open", "amount": "20"}));
    let raised = "monthly_cap_reached critical cap_increased\nmonthly_cap_warning medium auto_resolved";
    assert_eq!(scene.told(), raised);
    scene.log_of("openai", "gpt-5", "11", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), format!("{raised}\nmonthly_cap_warning medium open"), "armed anew");
    scene.stage.answer("remove_budget", json!({"budget": "Open"}));
    assert!(!scene.told().contains("open"), "{}", scene.told());
    scene.budget(json!({"name": "Gpt", "model": "gpt-5", "amount": "17.5"}));
    assert!(scene.told().contains("monthly_cap_reached high open"), "it notifies only: {}", scene.told());
    scene.at("2026-06-30T22:00:00Z").check();
    assert!(!scene.told().contains("open"), "the next month starts clean: {}", scene.told());
    let alerts = scene.stage.answer("list_alerts", json!({"resolved_too": true}));
    let messages: Vec<_> =
        alerts["alerts"].as_array().expect("alerts").iter().map(|a| a["message"].clone()).collect();
    insta::assert_json_snapshot!(messages, @r#"
    [
      "June 2026: $17.50 spent, which is the budget Gpt for calls of model gpt-5 of $17.50 (100 %)",
      "June 2026: $17.50 spent, 100 % of the budget Gpt for calls of model gpt-5 of $17.50, $0.00 left. The warning comes at 80 %, which is $14.00",
      "June 2026: $16.000000001 spent, 80 % of the budget Open for calls of provider openai of $20.00, $4.00 left. The warning comes at 80 %, which is $16.00",
      "June 2026: $5.000000001 spent, $0.000000001 over the budget Open for calls of provider openai of $5.00 (100 %)",
      "June 2026: $5.00 spent, 100 % of the budget Open for calls of provider openai of $5.00, $0.000000001 over it. The warning comes at 80 %, which is $4.00"
    ]
    "#);
}

#[test]
fn a_likely_end_and_the_day_of_it_are_said() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000").set("single_call_alert", "100");
    for day in 1..19 {
        scene.log_of("openai", "gpt-5", "2", &format!("2026-06-{day:02}T10:00:00Z"));
        scene.log_of("acme", "m-1", "1", &format!("2026-06-{day:02}T10:00:00Z"));
    }
    let kept = scene.budget(json!({"name": "Open", "provider": "openai", "amount": "50"}));
    let budget = &kept["budget"];
    assert_eq!(budget["forecast"]["likely"], "60");
    assert_eq!(budget["reached_on"], "2026-06-26");
    assert_eq!(budget["pace"], json!({"used": "0.7200", "month_gone": "0.6333", "word": "ahead"}));
    insta::assert_snapshot!(budget["sentence"].as_str().expect("words"), @"Tells you when June spend for calls of provider openai reaches $50.00, and blocks nothing. It warns at $40.00 (80 %). So far $36.00 is spent; at this pace the limit is reached about 26 June 2026.");
    assert_eq!(scene.told(), "forecast_over_cap low open");
}

#[test]
fn another_name_raises_nothing_again_and_another_budget_does() {
    let scene = filled();
    let spent = json!({"name": "CI", "provider": "openai", "amount": "4", "mode": "block"});
    let kept = scene.budget(spent.clone());
    let raised = || scene.keys(&["monthly_cap_reached"]).len();
    assert_eq!(raised(), 1);
    scene.budget(json!({"id": kept["budget"]["id"], "name": "Builds"}));
    assert_eq!(raised(), 1, "it is the same budget");
    scene.stage.answer("remove_budget", json!({"budget": "Builds"}));
    scene.budget(spent);
    assert_eq!(raised(), 2, "it is a budget of its own, and it blocks");
}

#[test]
fn a_forecast_that_is_not_made_for_every_call_tells_the_same() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000").set("single_call_alert", "100");
    for day in 1..19 {
        scene.log_of("openai", "gpt-5", "1", &format!("2026-06-{day:02}T10:00:00Z"));
    }
    scene.budget(json!({"name": "Open", "provider": "openai", "amount": "33"}));
    scene.budget(json!({"name": "Five", "model": "gpt-5", "amount": "40"}));
    let raised = || scene.keys(&["forecast_over_cap"]).len();
    let noted = || {
        let raw = rusqlite::Connection::open(scene.stage.ledger_file()).expect("the ledger");
        let sql = "SELECT value ->> 'at' FROM settings WHERE name = 'forecasts_seen'";
        raw.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a note")
    };
    let mut made = std::collections::BTreeSet::new();
    for minute in 0..60 {
        scene.at(&format!("2026-06-19T12:{minute:02}:00Z"));
        let model = if minute % 3 == 0 { "gpt-5-2025-08-07" } else { "gpt-5-mini" };
        scene.log_of("openai", model, "0.2", &format!("2026-06-19T12:{minute:02}:00Z"));
        made.insert(noted());
        let before = raised();
        scene.check();
        assert_eq!(raised(), before, "a look at all of it tells nothing that the call did not");
    }
    assert_eq!(raised(), 1, "both were near it, and one passes it");
    assert!((2..8).contains(&made.len()), "a few of sixty: {made:?}");
    // A call of another day changes what days cost usually.
    scene.log_of("openai", "gpt-5", "9", "2026-06-17T11:00:00Z");
    let before = raised();
    scene.check();
    assert_eq!(raised(), before);
}
