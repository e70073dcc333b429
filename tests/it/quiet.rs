//! When alerts are told and when they are not: snoozed, paused, in quiet hours, and while sample data is shown.

use serde_json::json;

use crate::contract::{check, check_refusal};
use crate::outside::{NOON, Scene};
use crate::stage::Stage;

#[test]
fn quiet_hours_hold_everything_back_and_then_tell_it_as_one() {
    let scene = Scene::new();
    scene.set("notify_from", "medium").set("quiet_hours", "13:30-15:00");
    scene.log("8", NOON);
    assert_eq!(scene.notified(), [""; 0], "14:00 in Berlin");
    scene.log("3", NOON);
    assert_eq!(scene.deliver(), Some(60), "the courier comes when it is over");
    assert_eq!(scene.mails(), 1, "mail is not held back");
    scene.later(59);
    assert_eq!(scene.notified(), [""; 0]);
    scene.later(1);
    let told = scene.notified();
    assert_eq!(told, ["3 alerts, cap reached: $11.00 of $10.00"]);
    assert_eq!(scene.notified(), [""; 0], "nothing is left, and nothing comes twice");
}

#[test]
fn a_pause_is_over_by_itself_or_before() {
    let scene = Scene::new();
    scene.set("notify_from", "medium");
    scene.answer("pause_notifications", json!({"minutes": 60}));
    assert_eq!(scene.answer("tray", json!({}))["pause"], "Resume alerts (paused until 15:00)");
    scene.log("0.7", NOON).later(1).log("0.8", NOON);
    assert_eq!((scene.notified(), scene.deliver()), (vec![], Some(59)));
    scene.later(20).answer("pause_notifications", json!({}));
    assert_eq!(scene.answer("tray", json!({}))["pause_minutes"], 60);
    assert_eq!(scene.notified(), ["2 alerts, costly call: $0.70 of $0.50"]);
    scene.answer("pause_notifications", json!({"minutes": 1}));
    scene.later(15).log("0.9", NOON);
    assert_eq!(scene.notified(), ["Costly call: $0.90 of $0.50"]);
    scene.answer("pause_notifications", json!({"minutes": 1440}));
    scene.later(-120).log("0.6", "2026-06-19T09:00:00Z");
    assert_eq!(scene.notified().len(), 1, "a clock that is set back ends a pause");
}

#[test]
fn a_snoozed_alert_is_nowhere_and_comes_back_by_itself() {
    let scene = Scene::new();
    scene.set("notify_from", "medium").log("0.7", NOON);
    scene.notified();
    let alert = scene.answer("list_alerts", json!({}))["alerts"][0]["id"].clone();
    let snoozed = scene.answer("snooze_alert", json!({"id": alert, "until": "1h", "reason": "at lunch"}));
    assert_eq!((&snoozed["unresolved"], &snoozed["snoozed"]), (&json!(0), &json!(1)));
    assert_eq!(scene.answer("list_alerts", json!({}))["alerts"], json!([]));
    assert_eq!(scene.answer("tray", json!({}))["alerts"], "Alerts");
    assert_eq!(scene.answer("overview", json!({}))["attention"], json!([]));
    assert_eq!(scene.deliver(), Some(60));
    let before = scene.revision();
    scene.later(60);
    assert_eq!(scene.answer("list_alerts", json!({}))["unresolved"], 1, "whoever asks sees it");
    assert_eq!((scene.deliver(), scene.revision()), (None, before + 1), "and who shows it is told");
    assert_eq!(scene.notified(), [""; 0], "a notification comes once");

    scene.answer("snooze_alert", json!({"id": alert, "until": "tomorrow"}));
    scene.answer("set_cost_config", json!({"field": "single_call_alert", "value": "5"}));
    let ended = scene.answer("list_alerts", json!({"resolved_too": true}))["alerts"][0].clone();
    assert_eq!(ended["resolution"], "auto_resolved", "the rules go on looking at it");
    assert_eq!(ended["snoozed_until"], json!(null));
}

#[test]
fn what_is_snoozed_before_it_was_shown_is_shown_when_it_comes_back() {
    let scene = Scene::new();
    scene.set("notify_from", "medium").log("0.7", NOON);
    let alert = scene.answer("list_alerts", json!({}))["alerts"][0]["id"].clone();
    scene.answer("snooze_alert", json!({"id": alert, "until": "2h"}));
    assert_eq!((scene.notified(), scene.deliver()), (vec![], Some(120)));
    scene.later(120);
    assert_eq!(scene.notified(), ["Costly call: $0.70 of $0.50"]);
}

#[test]
fn snooze_today_leaves_alone_what_a_notification_told_of() {
    let scene = Scene::new();
    scene.log("0.7", NOON).log("0.8", NOON);
    let alerts = scene.answer("list_alerts", json!({}))["alerts"].as_array().expect("alerts").clone();
    let ids: Vec<String> =
        alerts.iter().map(|alert| alert["id"].as_str().expect("an id").to_owned()).collect();
    scene.answer("resolve_alert", json!({"id": ids[0]}));
    outlay_app::alerts::snooze::snooze_today(scene.app(), &ids).expect("a snooze");
    let left = scene.answer("list_alerts", json!({"resolved_too": true}))["alerts"].clone();
    assert_eq!((&left[0]["resolved"], &left[0]["snoozed_until"]), (&json!(true), &json!(null)));
    assert_eq!(left[1]["snoozed_until"], "2026-06-19T22:00:00.000000Z");
}

#[test]
fn the_own_ledger_goes_on_while_the_sample_is_shown() {
    let scene = Scene::new();
    scene.set("notify_from", "medium");
    scene.answer("open_sample", json!({}));
    let before = scene.revision();
    let terminal = Stage::another(scene.folder());
    let call =
        json!({"generation_type": "chat", "model": "m-1", "provider": "acme", "cost": "12", "at": NOON});
    scene.call_by(&terminal, "log_generation", call);
    assert_ne!(scene.revision(), before, "what another program does there is noticed");
    assert_eq!(scene.notified().len(), 2, "the cap, the call");
    assert_eq!(scene.mails(), 1);
    assert_eq!(scene.answer("tray", json!({}))["month"], "Month to date $12.00 · 120 %");
    let checked = scene.later(60 * 24 * 30).answer("evaluate_alerts", json!({}));
    let over: Vec<&str> = checked["resolved"]
        .as_array()
        .expect("alerts")
        .iter()
        .filter_map(|one| one["alert_type"].as_str())
        .collect();
    assert_eq!(over.len(), 1, "the month is over there: {over:?}");
    let paused = scene.answer("pause_notifications", json!({"minutes": 5}));
    assert_eq!(
        (&paused["sample"], paused["paused_until"].is_null()),
        (&json!(true), false),
        "it is still shown"
    );
    scene.answer("remove_sample", json!({}));
    assert_eq!(
        scene.answer("list_alerts", json!({"resolved_too": true}))["alerts"].as_array().map(Vec::len),
        Some(3)
    );
}

#[test]
fn snoozes_in_full() {
    let stage = Stage::filled();
    stage.answer(
        "log_generation",
        json!({"generation_type": "chat", "model": "m", "provider": "p", "cost": "2"}),
    );
    let answer = stage.answer("list_alerts", json!({}));
    let id = answer["alerts"][0]["id"].as_str().expect("an alert").to_owned();
    let until = |until: &str| json!({"id": id, "until": until, "reason": " the invoice comes on Friday "});
    check(&stage, "snooze_alert", "snooze_alert", until("tomorrow"));
    check(&stage, "list_alerts_snoozed", "list_alerts", json!({"snoozed_too": true, "limit": 1}));
    check(&stage, "wake_alert", "wake_alert", json!({"id": id}));
    check_refusal(&stage, "snooze_into_the_past", "snooze_alert", until("2026-06-01"));
    check_refusal(&stage, "snooze_until_whenever", "snooze_alert", until("whenever"));
    check_refusal(&stage, "wake_nothing", "wake_alert", json!({"id": "a2"}));
    stage.answer("resolve_alert", json!({"id": id}));
    check_refusal(&stage, "snooze_of_a_resolved_one", "snooze_alert", until("1h"));
}

#[test]
fn a_clock_that_was_ahead_hides_nothing() {
    let scene = Scene::new();
    let id = scene.log("0.7", NOON).answer("list_alerts", json!({}))["alerts"][0]["id"].clone();
    scene.later(365 * 24 * 60).answer("snooze_alert", json!({"id": id, "until": "1h"}));
    assert_eq!(scene.answer("list_alerts", json!({}))["snoozed"], 1);
    scene.later(-365 * 24 * 60);
    let listed = scene.answer("list_alerts", json!({}));
    assert_eq!((&listed["snoozed"], &listed["alerts"][0]["id"]), (&json!(0), &id));
}

#[test]
fn quiet_times_in_full() {
    let stage = Stage::filled();
    check(&stage, "quiet_hours", "set_setting", json!({"name": "quiet_hours", "value": "22:00-7:00"}));
    let noon = json!({"name": "quiet_hours", "value": "12:00-12:00"});
    check_refusal(&stage, "quiet_hours_refused", "set_setting", noon);
    check(&stage, "pause_notifications", "pause_notifications", json!({"minutes": 60}));
    check(&stage, "resume_notifications", "pause_notifications", json!({}));
    check_refusal(&stage, "pause_for_two_days", "pause_notifications", json!({"minutes": 2880}));
}
