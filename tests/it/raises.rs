//! A cap or a budget that is raised for one month alone: the gate, alerts and views know it, and the next month has the
//! old limit again.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal};
use crate::scene::Scene;

const NOON: &str = "2026-06-19T10:00:00Z";

/// A cap of 10 dollars, of which 12 are spent.
fn passed() -> Scene {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100").log("12", NOON);
    scene
}

fn raise(scene: &Scene, budget: &str, amount: &str) -> Value {
    scene.stage.answer("raise_budget", json!({"budget": budget, "amount": amount, "reason": "the release"}))
}

/// What the gate, the status and the overview take for the cap.
fn limits(scene: &Scene) -> [Value; 3] {
    let check = scene.stage.answer("check_budgets", json!({}));
    let status = scene.stage.answer("status", json!({}));
    let overview = scene.stage.answer("overview", json!({}));
    [check["budgets"][0]["amount"].clone(), status["cap"].clone(), overview["cap"]["cap"].clone()]
}

#[test]
fn a_raise_holds_for_its_month_and_is_known_everywhere() {
    let scene = passed();
    assert_eq!(scene.authorize("1")["decision"], "deny");
    let raised = raise(&scene, "All", "20");
    assert_eq!((&raised["budget"]["amount"], &raised["budget"]["raised_from"]), (&json!("20"), &json!("10")));
    insta::assert_snapshot!(raised["budget"]["sentence"].as_str().expect("words"), @"Makes `outlay budget check` fail and refuses reservations and `outlay run` once June spend reaches $20.00. It warns at $16.00 (80 %). Calls made straight to a provider cannot be stopped. Raised from $10.00 to $20.00 for June alone. So far $12.00 is spent.");
    assert_eq!(limits(&scene), [json!("20"), json!("20"), json!("20")]);
    assert_eq!(scene.authorize("7")["decision"], "allow");
    assert_eq!(scene.authorize("2")["decision"], "deny", "the raise is a limit, too");
    insta::assert_snapshot!(scene.told(), @"
    monthly_cap_reached critical cap_increased
    monthly_cap_warning medium auto_resolved
    ");
    assert_eq!(scene.stage.answer("get_cost_config", json!({}))["monthly_ai_cap_usd"], "10");
    let history = scene.stage.answer("list_budgets", json!({}))["raises"].clone();
    assert_eq!(history[0]["reason"], "the release");

    scene.log("5", NOON);
    assert!(
        scene.told().contains("monthly_cap_warning medium open"),
        "the raised cap warns: {}",
        scene.told()
    );
    scene.at("2026-06-30T22:00:00Z").check();
    assert_eq!(limits(&scene), [json!("10"), json!("10"), json!("10")]);
    assert!(!scene.told().contains("open"), "{}", scene.told());
    let june = scene.stage.answer("overview", json!({"month": "2026-06"}));
    assert_eq!(june["cap"]["cap"], "20", "what held then");
}

#[test]
fn a_raise_is_taken_back_and_told_anew() {
    let scene = passed();
    raise(&scene, "All", "20");
    raise(&scene, "All", "15");
    assert_eq!(limits(&scene)[0], "15", "the later one holds");
    scene.stage.answer("raise_budget", json!({"budget": "all", "reason": "it came earlier"}));
    assert_eq!(limits(&scene)[0], "10");
    assert!(scene.told().contains("monthly_cap_reached critical open"), "{}", scene.told());
    let raises = scene.stage.answer("list_budgets", json!({}))["raises"].clone();
    let amounts: Vec<&Value> =
        raises.as_array().expect("raises").iter().map(|raise| &raise["amount"]).collect();
    assert_eq!(amounts, [&Value::Null, &json!("15"), &json!("20")], "all of it stays");
}

#[test]
fn another_limit_for_every_month_leaves_the_raise_as_it_is() {
    let scene = passed();
    scene.budget(json!({"name": "CI", "provider": "acme", "amount": "5", "mode": "block"}));
    raise(&scene, "ci", "30");
    raise(&scene, "All", "20");
    let kept = scene.budget(json!({"name": "CI", "amount": "6"}));
    assert_eq!((&kept["budget"]["amount"], &kept["budget"]["raised_from"]), (&json!("30"), &json!("6")));
    let cap = scene.stage.answer("set_budget", json!({"name": "All", "amount": "11"}));
    assert_eq!((&cap["needs_confirmation"], &cap["budget"]["amount"]), (&json!(false), &json!("20")));
    scene.at("2026-07-01T10:00:00Z");
    let budgets = scene.stage.answer("list_budgets", json!({}))["budgets"].clone();
    let amounts = [&budgets[0]["amount"], &budgets[1]["amount"]];
    assert_eq!(amounts, [&json!("11"), &json!("6")], "what every month may cost was kept, not the raise");
    let more = scene.at(NOON).stage.answer("set_budget", json!({"name": "All", "amount": "50"}));
    assert_eq!((&more["budget"]["amount"], &more["budget"]["raised_from"]), (&json!("50"), &Value::Null));
}

#[test]
fn a_raise_is_of_one_person() {
    let scene = passed();
    let of_bob = json!({"field": "monthly_ai_cap_usd", "value": "10", "user": "bob"});
    scene.stage.answer("set_cost_config", of_bob);
    raise(&scene, "All", "20");
    let bobs = scene.stage.answer("check_budgets", json!({"user": "bob"}));
    assert_eq!(bobs["budgets"][0]["amount"], "10");
}

#[test]
fn raises_in_full() {
    let scene = passed();
    let request = json!({"budget": "All", "amount": "20", "reason": " the release "});
    check(&scene.stage, "raise_budget", "raise_budget", request);
    let refused = |name: &str, request: Value| check_refusal(&scene.stage, name, "raise_budget", request);
    refused("raise_less", json!({"budget": "All", "amount": "10", "reason": "x"}));
    refused("raise_without_reason", json!({"budget": "All", "amount": "20", "reason": " "}));
    refused("raise_of_nothing", json!({"budget": "Nothing", "amount": "20", "reason": "x"}));
    let fresh = Scene::new();
    fresh.log("1", NOON);
    let request = json!({"budget": "All", "amount": "20", "reason": "x"});
    check_refusal(&fresh.stage, "raise_of_a_default", "raise_budget", request);
}
