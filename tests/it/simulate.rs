//! Dry runs of a budget and tests of the ways out: what would be told, and that nothing is.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal};
use crate::outside::{NOON, Scene};
use crate::scene;

/// What would be told at so many percent, and what is said of it.
fn told(scene: &Scene, percent: u8) -> String {
    let answer = scene.answer("simulate_budget", json!({"budget": "All", "percent": percent}));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut lines =
        vec![format!("{} {} {}", text(&answer["spend"]), text(&answer["gate"]), text(&answer["sentence"]))];
    for alert in answer["alerts"].as_array().expect("alerts") {
        lines.push(format!(
            "{} {}: {}",
            text(&alert["alert_type"]),
            text(&alert["severity"]),
            text(&alert["message"])
        ));
        lines.extend(
            alert["ways"]
                .as_array()
                .expect("ways")
                .iter()
                .map(|way| format!("  {} {}", way["goes"], text(&way["words"]))),
        );
    }
    lines.join("\n")
}

#[test]
fn a_dry_run_says_what_would_be_told_and_writes_nothing() {
    let scene = Scene::new();
    scene.set("notify_from", "high");
    let before = (scene.revision(), scene.answer("list_alerts", json!({"resolved_too": true})));
    insta::assert_snapshot!(told(&scene, 50), @"5 allow At 50 % nothing would be told: the warning comes at 80 %. The gate would let another call pass.");
    insta::assert_snapshot!(told(&scene, 80), @"
    8 allow The gate would let another call pass.
    monthly_cap_warning medium: June 2026: $8.00 spent, 80 % of the cap of $10.00, $2.00 left. The warning comes at 80 %, which is $8.00
      false No mail: only what is high or critical and of a confirmed limit is mailed
      false No notification: only from high on
    ");
    insta::assert_snapshot!(told(&scene, 100), @"
    10 deny The gate would refuse another call.
    monthly_cap_reached critical: June 2026: $10.00 spent, which is the cap of $10.00 (100 %)
      true Mail to ada@example.com
      true A notification on the desktop
    ");
    scene.answer("set_cost_config", json!({"field": "email_on_high", "value": "false"}));
    scene.set("notify_from", "off");
    scene.answer("set_cost_config", json!({"field": "block_on_cap", "value": "false"}));
    insta::assert_snapshot!(told(&scene, 100), @"
    10 allow Nothing would be blocked.
    monthly_cap_reached high: June 2026: $10.00 spent, which is the cap of $10.00 (100 %)
      false No mail: email_on_high is off
      false No notification: they are off
    ");
    scene.answer("set_rule", json!({"rule": "monthly_cap_warning", "on": false}));
    insta::assert_snapshot!(told(&scene, 80), @"8 allow At 80 % nothing would be told: its rule is off. Nothing would be blocked.");
    assert_eq!(scene.answer("list_alerts", json!({"resolved_too": true}))["alerts"], before.1["alerts"]);
    assert_eq!((scene.mails(), scene.notified()), (0, Vec::new()));
}

#[test]
fn a_dry_run_changes_no_ledger() {
    let scene = scene::Scene::new();
    scene.set("monthly_ai_cap_usd", "10").log("0.1", NOON);
    let before = scene.stage.app.revision();
    scene.stage.answer("simulate_budget", json!({"budget": "All", "percent": 100}));
    assert_eq!((scene.stage.app.revision(), scene.told()), (before, String::new()));
    check(&scene.stage, "simulate_budget", "simulate_budget", json!({"budget": "All", "percent": 80}));
    let refused = |name: &str, request| check_refusal(&scene.stage, name, "simulate_budget", request);
    refused("simulate_nothing", json!({"budget": "Nothing", "percent": 80}));
    refused("simulate_too_much", json!({"budget": "All", "percent": 101}));
    check_refusal(&scene.stage, "test_notification_nowhere", "send_test_notification", json!({}));
}

#[test]
fn a_test_notification_is_shown_at_once() {
    let scene = Scene::new();
    scene.set("quiet_hours", "13:30-15:00");
    let answer = scene.answer("send_test_notification", json!({}));
    assert_eq!(
        answer["said"],
        "This is the notification that you asked for. Alerts will be shown like this."
    );
    assert_eq!(scene.notified(), ["Test notification"]);
}

#[test]
fn a_desktop_that_takes_no_notification_is_said() {
    let scene = Scene::with_desktop(false);
    check_refusal(&scene.stage, "test_notification_refused", "send_test_notification", json!({}));
}
