//! The icon beside the clock: on request, with the ledger's figures, and as the way back to a window that was closed.

use std::time::Instant;

use serde_json::{Value, json};

use crate::desk::{Desk, call, go, until};
use crate::driver::{Driver, PATIENCE};
use crate::notices::{spend, spend_too_much};
use crate::services::{Icon, Icons, Notices};

#[test]
fn there_is_no_icon_before_somebody_wants_one() {
    let desk = Desk::with_screen();
    let icons = Icons::on(&desk);
    let window = open(&desk);
    assert_eq!(call(&window, "get_settings", &json!({}))["tray"], json!(null));
    assert_eq!(call(&window, "get_settings", &json!({}))["tray_place"], "here");
    icons.none_comes();
    close(&desk);
    desk.wait_until_gone();
}

#[test]
fn the_icon_has_the_ledgers_figures() {
    let desk = Desk::with_screen();
    let icons = Icons::on(&desk);
    let window = open(&desk);
    wish(&window, "on");
    let icon = icons.next();
    shows(&icon, &["Month to date $0.00", "Today $0.00", "Month-end: not enough history"], "Alerts");
    spend_too_much(&desk);
    let figures = ["Month to date $12.00 · 120 %", "Today $12.00", "Month-end: not enough history"];
    shows(&icon, &figures, "Alerts (1 unresolved)");
    assert_eq!(icon.property("XAyatanaLabel"), "$12.00");
    assert_eq!(icon.property("Status"), "Active");
    wish(&window, "no_amounts");
    let shares = ["Month to date 120 %", "Today 120 %", "Month-end: not enough history"];
    shows(&icon, &shares, "Alerts (1 unresolved)");
    wish(&window, "off");
    holds("it goes", || icon.property("Status") == "Passive");
    wish(&window, "on");
    holds("it comes back", || icon.property("Status") == "Active");
}

#[test]
fn a_window_that_is_closed_comes_back() {
    let desk = Desk::with_screen();
    let (icons, notices) = (Icons::on(&desk), Notices::on(&desk));
    let window = open(&desk);
    wish(&window, "on");
    let icon = icons.next();
    close(&desk);
    assert_eq!(notices.next().title, "Outlay is still running");
    until_seen(&desk, false);
    icon.choose("Open");
    until_seen(&desk, true);
    go(&window, "#/calls", "Calls");
    close(&desk);
    until_seen(&desk, false);
    icon.choose("Today $0.00");
    until_seen(&desk, true);
    until(&window, "location.hash === '#/overview'");
    close(&desk);
    until_seen(&desk, false);
    notices.none_comes();
    desk.start_again(&[]);
    until_seen(&desk, true);
    close(&desk);
    until_seen(&desk, false);
    desk.outlay(&["settings", "set", "tray", "off"]);
    until_seen(&desk, true);
    desk.outlay(&["settings", "set", "tray", "on"]);
    holds("it comes back", || icon.property("Status") == "Active");
    icon.choose("Quit");
    desk.wait_until_gone();
}

#[test]
fn where_no_icon_can_be_seen_closing_ends() {
    let desk = Desk::with_screen();
    let window = open(&desk);
    assert_eq!(wish(&window, "on")["tray_place"], "no_place");
    close(&desk);
    desk.wait_until_gone();
}

#[test]
fn a_machine_without_the_library_starts() {
    let desk = Desk::with_screen();
    let _icons = Icons::on(&desk);
    desk.outlay(&["settings", "set", "tray", "on"]);
    let window = desk.open_without("lib[a-z]*-*appindicator3.so.1");
    assert_eq!(call(&window, "get_settings", &json!({}))["tray_place"], "no_library");
    spend(&desk, "gpt-5", "0.75");
    until_titled(&desk, Some("(1) Overview – Outlay"));
    close(&desk);
    desk.wait_until_gone();
}

#[test]
fn unresolved_alerts_stand_in_the_title() {
    let desk = Desk::with_screen();
    let _window = open(&desk);
    until_titled(&desk, Some("Overview – Outlay"));
    spend(&desk, "gpt-5", "0.75");
    until_titled(&desk, Some("(1) Overview – Outlay"));
}

/// A window whose page is drawn.
fn open(desk: &Desk) -> Driver {
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    window
}

/// Closes the window as its menu does.
#[track_caller]
pub(crate) fn close(desk: &Desk) {
    desk.act("mousemove 600 400 key ctrl+w");
}

/// Sets what the icon shows, as Settings does.
#[track_caller]
fn wish(window: &Driver, value: &str) -> Value {
    let answer = call(window, "set_setting", &json!({ "name": "tray", "value": value }));
    assert_eq!(answer["tray"], value);
    answer
}

/// Waits until a window with this title is seen; without one, until none is.
#[track_caller]
pub(crate) fn until_titled(desk: &Desk, title: Option<&str>) {
    let is_so = || match title {
        Some(title) => desk.sees(title),
        None => !desk.sees_outlay(),
    };
    holds(&format!("{title:?}"), is_so);
}

#[track_caller]
fn until_seen(desk: &Desk, is_seen: bool) {
    until_titled(desk, is_seen.then_some("Overview – Outlay"));
}

/// Waits until the menu has these figures and this line for alerts.
#[track_caller]
fn shows(icon: &Icon, figures: &[&str; 3], alerts: &str) {
    let expected =
        [&figures[..], &["", "Open", "Import…", alerts, "Pause alerts for 1 hour", "Quit"]].concat();
    holds(&format!("{expected:?}"), || icon.items() == expected);
}

/// Waits until something of the desktop holds, of which nothing tells.
#[track_caller]
pub(crate) fn holds(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "not {what}");
    }
}
