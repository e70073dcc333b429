//! Notifications as the desktop sees them: one for an alert, whoever raised it, and none that nobody wanted or saw.

use std::time::Instant;

use serde_json::{Value, json};

use crate::corner::{close, holds, until_titled};
use crate::desk::{Desk, call, until};
use crate::driver::{Driver, PATIENCE};
use crate::services::{Icons, Notices};

#[test]
fn an_alert_of_another_program_is_shown_once() {
    let desk = Desk::new();
    let notices = Notices::on(&desk);
    notifies_from(&desk, "high");
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    spend_too_much(&desk);
    let notice = notices.next();
    assert_eq!(notice.title, "Cap reached: $12.00 of $10.00");
    assert_eq!(notice.text, reached(&desk)["message"].as_str().expect("a sentence"));
    assert_eq!(notice.actions, ["default", "Open", "snooze", "Snooze today"]);
    assert_eq!(delivered(&desk, &window)["state"], "sent");
    desk.outlay(&["alerts", "check"]);
    notices.none_comes();
    desk.close(window);
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    notices.none_comes();
}

#[test]
fn a_click_brings_the_window_back_to_the_alerts() {
    let desk = Desk::with_screen();
    let icons = Icons::on(&desk);
    let notices = Notices::on(&desk);
    notifies_from(&desk, "high");
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    desk.outlay(&["settings", "set", "tray", "on"]);
    icons.next();
    close(&desk);
    assert_eq!(notices.next().title, "Outlay is still running");
    until_titled(&desk, None);
    spend_too_much(&desk);
    let notice = notices.next();
    let led = "window.led = 0; addEventListener('hashchange', () => (led += location.hash === '#/alerts'))";
    window.run(led, &[]);
    // Some desktops tell every program of every click.
    notices.click(notice.number + 7);
    notices.click(notice.number);
    until(&window, "led === 1");
    until_titled(&desk, Some("(1) Alerts – Outlay"));
}

#[test]
fn what_a_notification_tells_of_can_be_left_alone_for_today() {
    let desk = Desk::with_screen();
    let notices = Notices::on(&desk);
    notifies_from(&desk, "medium");
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    spend(&desk, "gpt-5", "0.75");
    let notice = notices.next();
    until_titled(&desk, Some("(1) Overview – Outlay"));
    notices.choose(notice.number, "snooze");
    until_titled(&desk, Some("Overview – Outlay"));
    let alerts = desk.outlay(&["alerts", "list", "--snoozed"]);
    assert_eq!((&alerts["unresolved"], &alerts["snoozed"]), (&json!(0), &json!(1)));
    until(&window, "location.hash !== '#/alerts'");
}

#[test]
fn what_comes_while_notifications_are_paused_is_told_afterwards_as_one() {
    let desk = Desk::with_screen();
    let (icons, notices) = (Icons::on(&desk), Notices::on(&desk));
    notifies_from(&desk, "medium");
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    desk.outlay(&["settings", "set", "tray", "on"]);
    let icon = icons.next();
    icon.choose("Pause alerts for 1 hour");
    holds("it is paused", || icon.items().iter().any(|item| item.starts_with("Resume alerts (paused until")));
    for cost in ["0.75", "0.85", "0.95", "1.05"] {
        spend(&desk, "gpt-5", cost);
    }
    notices.none_comes();
    let resume = icon.items().into_iter().find(|item| item.starts_with("Resume alerts")).expect("a way back");
    icon.choose(&resume);
    let notice = notices.next();
    assert!(notice.title.starts_with("4 alerts, costly call"), "{}", notice.title);
    notices.none_comes();
}

#[test]
fn nobody_is_notified_who_did_not_ask() {
    for setting in [None, Some("off"), Some("critical")] {
        let desk = Desk::new();
        let notices = Notices::on(&desk);
        setting.into_iter().for_each(|setting| notifies_from(&desk, setting));
        let window = desk.open(&[]);
        until(&window, "document.querySelector('h1')");
        desk.outlay(&["config", "set", "block_on_cap", "false"]);
        spend_too_much(&desk);
        notices.none_comes();
        let all = call(&window, "list_deliveries", &json!({}));
        assert_eq!(all["deliveries"], json!([]), "nothing waits for {setting:?}");
    }
}

#[test]
fn a_desktop_that_shows_nothing_is_named() {
    let desk = Desk::new();
    notifies_from(&desk, "high");
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    spend_too_much(&desk);
    let delivery = delivered(&desk, &window);
    assert_eq!(delivery["state"], "failed");
    assert_eq!(delivery["reply"], "this system has no notification service");
    assert_eq!(reached(&desk)["resolved_at"], Value::Null, "the inbox stays");
}

#[test]
fn what_a_file_says_is_no_markup() {
    let desk = Desk::new();
    let notices = Notices::on(&desk);
    notifies_from(&desk, "medium");
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    spend(&desk, "<b>&bold", "0.75");
    let text = notices.next().text;
    assert!(text.contains("&lt;b&gt;&amp;bold"), "{text}");
}

fn notifies_from(desk: &Desk, from: &str) {
    desk.outlay(&["settings", "set", "notify_from", from]);
}

/// Reaches the cap with one call that is not costly by itself.
pub(crate) fn spend_too_much(desk: &Desk) {
    desk.outlay(&["config", "set", "single_call_alert", "100"]);
    desk.outlay(&["config", "set", "monthly_ai_cap_usd", "10"]);
    spend(desk, "gpt-5", "12");
}

/// Records a call.
pub(crate) fn spend(desk: &Desk, model: &str, dollars: &str) {
    let call = ["log", "--type", "chat", "--provider", "openai", "--input", "10", "--output", "1"];
    desk.outlay(&[&call[..], &["--model", model, "--cost", dollars]].concat());
}

/// The alert of the cap.
fn reached(desk: &Desk) -> Value {
    let mut alerts = desk.outlay(&["alerts", "list"]);
    let alerts = alerts["alerts"].as_array_mut().expect("alerts");
    alerts
        .iter_mut()
        .find(|alert| alert["alert_type"] == "monthly_cap_reached")
        .expect("the cap is reached")
        .take()
}

/// What became of telling of it, once that is known.
#[track_caller]
fn delivered(desk: &Desk, window: &Driver) -> Value {
    let (alert, start) = (reached(desk)["id"].take(), Instant::now());
    loop {
        assert!(start.elapsed() < PATIENCE, "it is still waiting");
        let mut all = call(window, "list_deliveries", &json!({}));
        let all = all["deliveries"].as_array_mut().expect("deliveries");
        if let Some(one) = all.iter_mut().find(|one| one["alert_id"] == alert && one["state"] != "waiting") {
            return one.take();
        }
    }
}
