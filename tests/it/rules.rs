//! The rules on a real ledger: turned off and on, set, and looked back at over its own days.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal};
use crate::scene::{Scene, days};
use crate::stage::Stage;

/// Weekdays at 2 dollars for fourteen weeks before 19 June, and some days that stand out.
fn fourteen_weeks() -> Vec<String> {
    let last = "2026-06-18".parse::<outlay_core::period::Day>().expect("a day");
    let cost = |day: &str| match day {
        "2026-04-13" => "4.5",
        "2026-05-05" => "6",
        "2026-06-02" => "21",
        _ => "2",
    };
    let call = |day: outlay_core::period::Day| {
        let day = day.to_string();
        format!("g-{day},{day}T08:00:00Z,m-1,{}", cost(&day))
    };
    last.plus(-125).through(last).filter(|day| !day.is_weekend()).map(call).collect()
}

fn rule(scene: &Scene, name: &str) -> Value {
    let rules = scene.stage.answer("list_rules", json!({}))["rules"].clone();
    rules.as_array().expect("rules").iter().find(|rule| rule["rule"] == name).expect("a rule").clone()
}

fn preview(scene: &Scene, name: &str, sensitivity: Option<&str>) -> String {
    let request = json!({"rule": name, "sensitivity": sensitivity});
    scene.stage.answer("preview_rule", request)["sentence"].as_str().expect("a sentence").to_owned()
}

#[test]
fn a_look_back_is_over_the_ledgers_own_days_and_writes_nothing() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "40");
    scene.import(&fourteen_weeks());
    let (revision, told) = (scene.stage.app.revision(), scene.told());
    let spikes = |sensitivity| preview(&scene, "daily_spike", sensitivity);
    assert_eq!(spikes(None), "Would have fired twice in the last 90 days: 5 May and 2 Jun.");
    assert_eq!(
        spikes(Some("sensitive")),
        "Would have fired 3 times in the last 90 days: 13 Apr, 5 May and 2 Jun."
    );
    assert_eq!(spikes(Some("only_large")), "Would have fired once in the last 90 days: 2 Jun.");
    let calls = |limit| preview(&scene, "single_call_high", Some(limit));
    assert_eq!(calls("4.5"), "Would have fired twice in the last 90 days: 5 May and 2 Jun.");
    assert_eq!(calls("21"), "Would not have fired in the last 90 days.");
    assert!(
        calls("0.5").starts_with("Would have fired 64 times in the last 90 days on 64 days"),
        "{}",
        calls("0.5")
    );
    let reached = preview(&scene, "monthly_cap_reached", None);
    assert_eq!(reached, "Would have fired 4 times in the last 90 days: 27 Mar, 27 Apr, 26 May and 15 Jun.");
    assert!(preview(&scene, "source_stale", None).starts_with("Would not have fired since 19 Jun"));
    assert_eq!((scene.stage.app.revision(), scene.told()), (revision, told));
}

#[test]
fn a_rule_that_is_off_is_silent_and_tells_when_it_is_on_again() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100");
    let off = scene.stage.answer("set_rule", json!({"rule": "monthly_cap_warning", "on": false}));
    assert_eq!(off["means"], "It tells nothing any more.");
    scene.log("9", "2026-06-19T10:00:00Z").log("2", "2026-06-19T10:01:00Z");
    assert_eq!(scene.told(), "monthly_cap_reached critical open");
    let watching = scene.stage.answer("list_alerts", json!({}))["watching"].clone();
    assert!(!watching.as_array().expect("rules").contains(&json!("monthly_cap_warning")));

    let off = scene.stage.answer("set_rule", json!({"rule": "monthly_cap_reached", "on": false}));
    let means = "It tells nothing any more. 1 alert of it is unresolved, and stays until you resolve it or what it tells of is over.";
    assert_eq!(off["means"], means);
    assert_eq!(scene.told(), "monthly_cap_reached critical open", "nothing is resolved in silence");
    scene.stage.answer("set_rule", json!({"rule": "monthly_cap_warning", "on": true}));
    assert!(scene.told().contains("monthly_cap_warning medium open"), "it looks at once");
    scene.stage.answer("set_rule", json!({"rule": "monthly_cap_reached", "on": true}));
    assert_eq!(scene.keys(&["monthly_cap_reached"]).len(), 1, "what it told it does not tell again");
    scene.set("monthly_ai_cap_usd", "100");
    assert!(!scene.told().contains("open"), "the cap was raised: {}", scene.told());
    assert_eq!(rule(&scene, "monthly_cap_reached")["unresolved"], 0);
}

#[test]
fn a_sensitivity_arms_anew_and_raises_nothing_twice() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000").set("single_call_alert", "100");
    scene.import(&fourteen_weeks());
    scene.stage.answer("set_rule", json!({"rule": "daily_spike", "sensitivity": "only_large"}));
    scene.import(&days(["2026-06-18"], "5"));
    assert!(scene.keys(&["daily_spike"]).is_empty(), "7 dollars are no large spike");
    let marked = || scene.stage.answer("overview", json!({}))["daily"]["days"][17]["spike"].clone();
    assert_eq!(marked(), json!(null), "the overview marks what the rule means");
    scene.stage.answer("set_rule", json!({"rule": "daily_spike", "sensitivity": "usual"}));
    assert_eq!(scene.keys(&["daily_spike"]).len(), 1, "the day is news still");
    assert_eq!(marked()["usual"], "2");
    for sensitivity in ["sensitive", "only_large", "usual"] {
        scene.stage.answer("set_rule", json!({"rule": "daily_spike", "sensitivity": sensitivity}));
    }
    assert_eq!(scene.keys(&["daily_spike"]).len(), 1);
    assert!(scene.told().contains("daily_spike high open"), "what was told stands: {}", scene.told());
    assert_eq!(rule(&scene, "daily_spike")["sensitivity"], "usual");
}

#[test]
fn patience_is_what_a_source_is_given() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "100");
    for (day, next) in [("2026-06-15", "2026-06-16T09:00:00Z"), ("2026-06-16", "2026-06-17T09:00:00Z")] {
        scene.at(next).import(&days([day], "0.1"));
    }
    scene.stage.answer("set_rule", json!({"rule": "source_stale", "sensitivity": "7d"}));
    scene.at("2026-06-23T12:00:00Z").check();
    assert_eq!(scene.told(), "");
    scene.at("2026-06-24T12:00:00Z").check();
    assert_eq!(scene.told(), "source_stale low open");
    scene.stage.answer("set_rule", json!({"rule": "source_stale", "sensitivity": "30d"}));
    assert_eq!(scene.told(), "source_stale low auto_resolved", "nobody waits for it that soon any more");
}

#[test]
fn a_call_of_a_rule_is_the_limit_that_stood_there() {
    let scene = Scene::new();
    scene.stage.answer("set_rule", json!({"rule": "single_call_high", "sensitivity": "1.5"}));
    let config = scene.stage.answer("get_cost_config", json!({}));
    assert_eq!((&config["single_call_alert"], &config["confirmed_at"]), (&json!("1.5"), &json!(null)));
    scene.log("1.4", "2026-06-19T10:00:00Z");
    assert!(scene.keys(&["single_call_high"]).is_empty());
}

#[test]
fn a_new_model_is_told_once_somebody_wants_it() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000").set("single_call_alert", "100");
    scene.log("1", "2026-05-01T10:00:00Z").log_of("openai", "gpt-5", "1", "2026-06-18T10:00:00Z");
    assert_eq!(scene.told(), "", "off at first");
    scene.stage.answer("set_rule", json!({"rule": "new_model", "on": true}));
    assert_eq!(scene.told(), "new_model low open", "it is news still");
    scene.log_of("openai", "gpt-5-2025-08-07", "1", "2026-06-19T10:00:00Z");
    scene.log("1", "2026-06-19T11:00:00Z");
    assert_eq!(scene.told(), "new_model low open", "another name of it is not another model");
    let import = scene.import(&["g-1,2026-06-19T09:00:00Z,house-7,1".to_owned()]);
    assert_eq!(scene.told(), "new_model low open\nnew_model low open");
    scene.stage.answer("undo_import", json!({"id": import}));
    assert_eq!(scene.told(), "new_model low auto_resolved\nnew_model low open");
    let watching = scene.stage.answer("list_alerts", json!({}))["watching"].clone();
    assert!(watching.to_string().contains("new_model") && !watching.to_string().contains("unpriced_rows"));
}

#[test]
fn rows_without_a_price_are_told_once_somebody_wants_it() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000").set("single_call_alert", "100");
    scene.stage.answer("set_rule", json!({"rule": "unpriced_rows", "on": true}));
    let call = |model: &str, at: &str| {
        let call = json!({"generation_type": "chat", "model": model, "provider": "acme", "tokens_input": 5, "at": at});
        scene.stage.answer("log_generation", call);
    };
    call("m-1", "2026-05-31T10:00:00Z");
    assert_eq!(scene.told(), "", "another month");
    call("m-1", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), "unpriced_rows low open");
    call("m-2", "2026-06-19T10:01:00Z");
    assert_eq!(scene.told(), "unpriced_rows low open", "once a month");
    scene.at("2026-06-30T22:00:00Z").check();
    assert_eq!(scene.told(), "unpriced_rows low auto_resolved");
}

#[test]
fn rules_in_full() {
    let stage = Stage::filled();
    check(&stage, "list_rules", "list_rules", json!({}));
    let spike = |sensitivity: &str| json!({"rule": "daily_spike", "sensitivity": sensitivity});
    check(&stage, "preview_rule", "preview_rule", spike("sensitive"));
    check(&stage, "preview_storage", "preview_rule", json!({"rule": "storage_warning"}));
    check_refusal(&stage, "preview_unknown_sensitivity", "preview_rule", spike("very"));
    check(&stage, "set_rule", "set_rule", spike("only_large"));
    check(&stage, "set_rule_off", "set_rule", json!({"rule": "backfill_summary", "on": false}));
    let cap = json!({"rule": "monthly_cap_reached", "sensitivity": "1"});
    check_refusal(&stage, "set_rule_without_sensitivity", "set_rule", cap);
    check_refusal(&stage, "set_unknown_rule", "set_rule", json!({"rule": "weather", "on": true}));
}
