//! The gate: what may still be spent, what is held, and how that ends, whatever the clock does.

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

fn decided(answer: &Value) -> (&str, u64) {
    (answer["decision"].as_str().expect("a decision"), answer["exit_code"].as_u64().expect("a code"))
}

/// The id of what is held.
#[track_caller]
fn held(scene: &Scene, amount: &str) -> String {
    let answer = scene.authorize(amount);
    answer["reservation"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn reserved(scene: &Scene) -> String {
    check(scene, json!({}))["budgets"][0]["reserved"].as_str().expect("an amount").to_owned()
}

#[test]
fn without_a_limit_that_blocks_nothing_is_refused() {
    let scene = Scene::new();
    scene.log("500", "2026-06-18T10:00:00Z");
    let answer = check(&scene, json!({"estimate": "100", "forecast": true, "max_age_seconds": 1}));
    assert_eq!(decided(&answer), ("allow", 0));
    assert_eq!((&answer["state"], &answer["budgets"][0]["state"]), (&json!("none"), &json!("none")));
    assert_eq!(decided(&scene.authorize("1000")), ("allow", 0));
    scene.budget(json!({"name": "Told", "provider": "acme", "amount": "1"}));
    assert_eq!(decided(&check(&scene, json!({}))), ("allow", 0), "it only tells");
    scene.set("monthly_ai_cap_usd", "10").set("block_on_cap", "false");
    assert_eq!(decided(&check(&scene, json!({"names": ["All"]}))), ("allow", 0));
    scene.set("block_on_cap", "true");
    assert_eq!(decided(&check(&scene, json!({"names": ["All"]}))), ("deny", 1));
}

#[test]
fn a_busy_ledger_refuses_nobody_who_set_no_limit() {
    let scene = Scene::new();
    scene.log("1", "2026-06-18T10:00:00Z");
    let busy = rusqlite::Connection::open(scene.stage.ledger_file()).expect("the ledger");
    busy.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let answer = scene.authorize("1");
    assert_eq!(decided(&answer), ("allow", 0));
    assert_eq!(answer["reservation"], Value::Null, "nothing can be held");
    let reason = answer["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("nothing was held, and no limit blocks: "), "{reason}");
    busy.execute_batch("ROLLBACK").expect("the lock is given back");
    scene.set("monthly_ai_cap_usd", "10");
    busy.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    assert_eq!(decided(&scene.authorize("1")), ("unknown", 69), "with a limit it cannot tell");
}

#[test]
fn a_check_refuses_at_the_limit_an_estimate_beyond_it_and_a_likely_end() {
    let scene = capped();
    assert_eq!(
        decided(&check(&scene, json!({"estimate": "6"}))),
        ("allow", 0),
        "the limit itself is allowed"
    );
    let beyond = check(&scene, json!({"estimate": "6.000000001"}));
    assert_eq!(decided(&beyond), ("deny", 1));
    insta::assert_snapshot!(beyond["reason"].as_str().expect("a reason"), @"All: $4.00 spent of $10.00, $6.00 left; $6.000000001 would pass it");
    for day in 1..18 {
        scene.log_of("openai", "gpt-5", "0.3", &format!("2026-06-{day:02}T10:00:00Z"));
    }
    assert_eq!(decided(&check(&scene, json!({}))), ("allow", 0));
    let heading = check(&scene, json!({"forecast": true}));
    assert_eq!(decided(&heading), ("deny", 1));
    insta::assert_snapshot!(heading["reason"].as_str().expect("a reason"), @"All: the month is likely to end at $14.81, beyond $10.00");
    scene.log_of("openai", "gpt-5", "0.9", "2026-06-19T10:00:00Z");
    let reached = check(&scene, json!({}));
    assert_eq!(decided(&reached), ("deny", 1));
    insta::assert_snapshot!(reached["reason"].as_str().expect("a reason"), @"All: $10.00 spent of $10.00, nothing left");
    assert!(reached["hint"].as_str().is_some_and(|hint| hint.contains("2026-07-01")), "{reached}");
}

#[test]
fn what_it_cannot_tell_is_the_users_choice() {
    let scene = capped();
    let unknown = |request: Value| {
        let answer = check(&scene, request);
        assert_eq!(answer["decision"], "unknown", "{answer}");
        let Value::Object(when) = &answer["when_unknown"] else { panic!("{answer}") };
        format!("{} {} {}", answer["exit_code"], when["applied"], when["chosen_by"])
    };
    let no_such = |flag: Value| unknown(json!({"names": ["CI"], "when_unknown": flag}));
    assert_eq!(no_such(Value::Null), r#"69 "closed" "default""#);
    assert_eq!(no_such(json!("open")), r#"0 "open" "flag""#);
    let old = json!({"max_age_seconds": 3600});
    assert_eq!(unknown(old.clone()), r#"75 "closed" "default""#);
    let set = |value: &str| json!({"name": "gate_when_unknown", "value": value});
    scene.stage.refusal("set_setting", set("ajar"));
    scene.stage.answer("set_setting", set("open"));
    assert_eq!(unknown(old.clone()), r#"0 "open" "setting""#);
    fs_err::write(scene.stage.ledger_file(), "this is no ledger at all").expect("a file");
    let broken = Scene { stage: Stage::over_folder(scene.stage.folder), ..Scene::new() };
    let answer = check(&broken, json!({}));
    assert_eq!(decided(&answer), ("unknown", 0), "the choice lies beside the ledger: {answer}");
    let closed = check(&broken, json!({"when_unknown": "closed"}));
    assert_eq!(decided(&closed), ("unknown", 69));
    let held = broken.stage.answer("authorize", json!({"amount": "1", "when_unknown": "closed"}));
    assert_eq!((decided(&held), &held["reservation"]), (("unknown", 69), &Value::Null));
}

#[test]
fn data_that_is_too_old_refuses_nothing_that_is_over() {
    let scene = capped();
    scene.log_of("openai", "gpt-5", "7", "2026-06-18T10:00:00Z");
    assert_eq!(
        decided(&check(&scene, json!({"max_age_seconds": 60}))),
        ("deny", 1),
        "more data is not less spend"
    );
    assert_eq!(scene.stage.refusal("check_budgets", json!({"max_age_seconds": -1}))["code"], "usage");
    assert_eq!(scene.stage.refusal("check_budgets", json!({"estimate": "0"}))["code"], "usage");
}

#[test]
fn what_is_held_counts_until_it_ends() {
    let scene = capped();
    let (first, second) = (held(&scene, "4"), held(&scene, "2"));
    let refused = scene.authorize("0.000000001");
    assert_eq!(decided(&refused), ("deny", 1));
    assert_eq!(refused["refused_by"], "All");
    insta::assert_snapshot!(refused["reason"].as_str().expect("a reason"), @"All: $4.00 spent and $6.00 reserved of $10.00, nothing left");
    assert_eq!(decided(&check(&scene, json!({}))), ("deny", 1), "nothing is left");
    scene.stage.answer("release", json!({"id": first}));
    assert_eq!(reserved(&scene), "2");
    let call = json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "cost": "1.5"});
    let settled = scene.stage.answer("settle", json!({"id": second, "call": call}));
    assert_eq!(
        (&settled["reservation"]["state"], &settled["call"]["cost"]),
        (&json!("settled"), &json!("1.5"))
    );
    let stands = check(&scene, json!({}));
    assert_eq!(
        (&stands["budgets"][0]["spent"], &stands["budgets"][0]["reserved"]),
        (&json!("5.5"), &json!("0"))
    );
}

#[test]
fn ending_twice_changes_nothing() {
    let scene = capped();
    let call = json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai", "cost": "1"});
    let id = held(&scene, "2");
    let once = scene.stage.answer("settle", json!({"id": id, "call": call}));
    for again in [json!({"id": id, "call": call}), json!({"id": id, "cost": "7"})] {
        let twice = scene.stage.answer("settle", again);
        assert_eq!((&twice["already"], &twice["call"]["id"]), (&json!(true), &once["call"]["id"]));
    }
    let released = scene.stage.answer("release", json!({"id": id}));
    assert_eq!((&released["already"], &released["reservation"]["state"]), (&json!(true), &json!("settled")));
    assert_eq!(check(&scene, json!({}))["budgets"][0]["spent"], "5", "one call was made");
    let back = held(&scene, "2");
    scene.stage.answer("release", json!({"id": back}));
    assert_eq!(scene.stage.answer("release", json!({"id": back}))["already"], true);
    assert_eq!(scene.stage.refusal("settle", json!({"id": back, "cost": "1"}))["code"], "refused");
    assert_eq!(scene.stage.refusal("settle", json!({"id": NOW, "cost": "1"}))["code"], "usage");
    let none = "0190d000-0000-7000-8000-000000000009";
    assert_eq!(scene.stage.refusal("release", json!({"id": none}))["code"], "not_found");
    assert_eq!(scene.stage.refusal("settle", json!({"id": back}))["code"], "usage");
}

#[test]
fn a_reservation_ends_with_its_time_and_can_still_be_settled() {
    let scene = capped();
    let id = held(&scene, "5");
    scene.at("2026-06-19T12:09:59Z");
    assert_eq!(reserved(&scene), "5");
    scene.at("2026-06-19T12:10:00Z");
    assert_eq!(reserved(&scene), "0");
    assert_eq!(decided(&scene.authorize("6")), ("allow", 0));
    let late = scene.stage.answer("settle", json!({"id": id, "cost": "3"}));
    assert_eq!((&late["late"], &late["reservation"]["state"]), (&json!(true), &json!("settled")));
    for (seconds, fits) in [(0, false), (-1, false), (86_401, false), (86_400, true)] {
        let request = json!({"amount": "0.01", "ttl_seconds": seconds});
        match fits {
            true => drop(scene.stage.answer("authorize", request)),
            false => drop(scene.stage.refusal("authorize", request)),
        }
    }
}

#[test]
fn a_clock_that_is_set_back_revives_nothing_and_holds_nothing_longer() {
    let scene = capped();
    held(&scene, "3");
    scene.at("2026-06-19T12:05:00Z");
    held(&scene, "2");
    scene.at("2026-06-19T12:11:00Z");
    assert_eq!(decided(&scene.authorize("20")), ("deny", 1));
    assert_eq!(reserved(&scene), "2");
    // Four minutes are left of the second; the first is over and stays so.
    scene.at("2026-06-19T11:00:00Z");
    assert_eq!(reserved(&scene), "2", "a look does not revive it");
    held(&scene, "1");
    assert_eq!(reserved(&scene), "3");
    scene.at("2026-06-19T11:03:59Z");
    assert_eq!(reserved(&scene), "3");
    scene.at("2026-06-19T11:04:00Z");
    assert_eq!(reserved(&scene), "1", "what was left of its time is over");
    scene.at("2026-06-19T11:10:00Z");
    assert_eq!(reserved(&scene), "0");
    // A clock that ran years ahead holds nothing for years.
    scene.at("2030-01-01T00:00:00Z");
    held(&scene, "4");
    scene.at("2026-06-19T12:00:00Z");
    held(&scene, "1");
    scene.at("2026-06-19T12:10:00Z");
    assert_eq!(reserved(&scene), "0");
}

#[test]
fn every_budget_of_a_call_must_have_room_and_the_broadest_is_named() {
    let scene = capped();
    scene.budget(json!({"name": "Open", "provider": "openai", "amount": "6", "mode": "block"}));
    scene.budget(json!({"name": "Gpt", "model": "gpt-5", "amount": "5", "mode": "block"}));
    let by = |request: Value| scene.stage.answer("authorize", request)["refused_by"].clone();
    assert_eq!(by(json!({"amount": "7", "provider": "openai", "model": "gpt-5"})), "All");
    assert_eq!(by(json!({"amount": "3", "provider": "openai", "model": "gpt-5"})), "Open");
    assert_eq!(by(json!({"amount": "1.5", "provider": "openai", "model": "gpt-5"})), "Gpt");
    assert_eq!(by(json!({"amount": "1.5", "model": "gpt-5"})), "Gpt");
    assert_eq!(by(json!({"amount": "3", "model": "gpt-5-mini"})), "Open", "its maker bills it");
    assert_eq!(by(json!({"amount": "3", "budget": "open"})), "Open");
    assert_eq!(by(json!({"amount": "2", "budget": "Open"})), Value::Null);
    assert_eq!(
        by(json!({"amount": "0.5", "model": "gpt-5"})),
        "Open",
        "what is held counts for the provider"
    );
    assert_eq!(by(json!({"amount": "3", "provider": "acme"})), Value::Null);
    assert_eq!(by(json!({"amount": "1.5"})), "All");
    assert_eq!(by(json!({"amount": "1", "budget": "none"})), Value::Null, "it cannot tell");
}

#[test]
fn a_reservation_makes_no_plan_stale_and_is_told_to_the_page() {
    let scene = capped();
    let request = scene.request(&crate::scene::days(["2026-06-19"], "0.5"));
    let plan = scene.stage.answer("plan_import", request.clone());
    let before = scene.stage.app.revision();
    held(&scene, "1");
    assert!(scene.stage.app.revision() > before);
    let mut commit = request;
    commit["plan_id"] = plan["plan_id"].clone();
    assert_eq!(scene.stage.answer("commit_import", commit)["committed"], true);
}

#[test]
fn what_is_over_is_listed_with_all_and_stays() {
    let scene = capped();
    let id = held(&scene, "1");
    scene.at("2026-06-19T13:00:00Z").check();
    assert_eq!(scene.stage.answer("list_reservations", json!({}))["reservations"], json!([]));
    let all = scene.stage.answer("list_reservations", json!({"ended_too": true}));
    assert_eq!(
        (&all["reservations"][0]["id"], &all["reservations"][0]["state"]),
        (&json!(id), &json!("expired"))
    );
    let raw = rusqlite::Connection::open(scene.stage.ledger_file()).expect("the ledger");
    assert!(raw.execute("DELETE FROM reservations", []).is_err(), "it stays as it ended");
}

#[test]
fn sample_data_answers_for_nobody() {
    let scene = capped();
    let id = held(&scene, "2");
    scene.stage.answer("open_sample", json!({}));
    assert_eq!(decided(&check(&scene, json!({}))), ("unknown", 69));
    let answer = scene.authorize("1");
    assert_eq!((decided(&answer), &answer["reservation"]), (("unknown", 69), &Value::Null));
    let call = json!({"generation_type": "chat", "model": "m", "cost": "1"});
    assert_eq!(scene.stage.refusal("settle", json!({"id": id, "call": call}))["code"], "refused");
    assert_eq!(scene.stage.refusal("release", json!({"id": id}))["code"], "refused");
    let server = json!({"host": "smtp.example.com", "from": "ada@example.com"});
    assert_eq!(
        scene.stage.refusal("set_mail_settings", server)["code"],
        "refused",
        "it would go with the sample"
    );
    scene.stage.answer("remove_sample", json!({}));
    assert_eq!(reserved(&scene), "2");
}

#[test]
fn however_much_is_held_can_be_told() {
    let scene = Scene::new();
    for _ in 0..12 {
        assert_eq!(decided(&scene.authorize("1000000000")), ("allow", 0), "nobody set a limit");
    }
    assert_eq!(decided(&check(&scene, json!({}))), ("allow", 0));
}

#[test]
fn nobody_gets_around_a_cap_by_the_way_a_user_is_written() {
    let scene = capped();
    let of = |user: &str| json!({"amount": "9", "user": user});
    assert_eq!(decided(&scene.stage.answer("authorize", of(" ada "))), ("deny", 1));
    assert_eq!(scene.stage.refusal("authorize", of(" "))["code"], "usage");
    assert_eq!(scene.stage.refusal("check_budgets", json!({"user": ""}))["code"], "usage");
}

#[test]
fn a_way_out_can_be_pasted_into_a_shell() {
    let scene = capped();
    scene.budget(json!({"name": "Ada's; ls", "provider": "openai", "amount": "1", "mode": "block"}));
    let answer = check(&scene, json!({}));
    let hint = answer["hint"].as_str().expect("a hint");
    assert!(hint.contains(r"outlay budget set 'Ada'\''s; ls' --amount USD"), "{hint}");
}

#[test]
fn a_budget_covers_its_calls_in_capitals_and_small_letters() {
    let scene = Scene::new();
    scene.budget(json!({"name": "Model", "model": "gpt-5", "amount": "5", "mode": "block"}));
    scene.budget(json!({"name": "Provider", "provider": "openai", "amount": "7", "mode": "block"}));
    scene.log_of("OpenAI", "GPT-5", "3", "2026-06-18T10:00:00Z");
    let ask = |call: Value| scene.stage.answer("authorize", call)["refused_by"].clone();
    assert_eq!(ask(json!({"amount": "1", "provider": "acme", "model": "Gpt-5"})), Value::Null);
    assert_eq!(ask(json!({"amount": "2", "provider": "acme", "model": "GPT-5"})), "Model", "3 spent, 1 held");
    assert_eq!(ask(json!({"amount": "5", "provider": "OPENAI"})), "Provider");
    let days = scene.stage.answer("list_budgets", json!({}))["budgets"][1]["reached_on"].clone();
    assert_eq!(days, Value::Null);
    let again = json!({"name": "Other", "provider": "OpenAI", "amount": "1"});
    assert_eq!(scene.stage.refusal("set_budget", again)["code"], "refused", "it is the same scope");
}
