//! The window and the terminal on one ledger: the same folder, the same figures, and files from wherever they come.

use serde_json::{Value, json};

use crate::desk::{Desk, call, fixture, until};
use crate::driver::Driver;

#[test]
fn its_ledger_is_the_terminals() {
    let desk = Desk::new();
    desk.outlay(&["import", &text(&fixture("openrouter_log/every_case.csv")), "--yes"]);
    let window = desk.open(&[]);
    let of_window = call(&window, "doctor", &json!({}))["ledger"].clone();
    assert_eq!(of_window, desk.outlay(&["doctor"])["ledger"]);
    assert_eq!(of_window, json!(desk.data_dir().join("outlay.db")));
}

#[test]
fn it_shows_the_month_and_shows_it_again() {
    let desk = Desk::new();
    desk.outlay(&["import", &text(&fixture("openrouter_log/every_case.csv")), "--yes"]);
    let month = desk.outlay(&["report", "month"]);
    for _ in 0..2 {
        let window = desk.open(&[]);
        assert_eq!(
            call(&window, "report_month", &json!({})),
            month,
            "the window says what the terminal says"
        );
        shows(&window, &cents(&month));
        desk.close(window);
    }
}

#[test]
fn it_imports_a_file_and_keeps_it() {
    let desk = Desk::new();
    let window = desk.open(&[&text(&fixture("openrouter_log/every_case.csv"))]);
    reviews(&window, "every_case.csv");
    assert_eq!(desk.outlay(&["imports"])["imports"], json!([]), "nothing goes in before it is agreed to");
    let agree = "[...document.querySelectorAll('main button')].find((each) => /^Import(| the good rows)$/.test(each.textContent.trim())).click()";
    window.run(agree, &[]);
    until(&window, "document.querySelector('h2')?.textContent === 'What was done'");
    let month = desk.outlay(&["report", "month"]);
    window.run(
        "[...document.querySelectorAll('main a')].find((each) => each.textContent.includes('View')).click()",
        &[],
    );
    shows(&window, &cents(&month));
    desk.close(window);
    let window = desk.open(&[]);
    shows(&window, &cents(&month));
    assert_eq!(call(&window, "report_month", &json!({})), month);
}

#[test]
fn the_sample_is_a_ledger_of_its_own() {
    let desk = Desk::new();
    desk.outlay(&["--sample", "status"]);
    let window = desk.open(&["--sample"]);
    let of_window = call(&window, "doctor", &json!({}))["ledger"].clone();
    assert_eq!(of_window, desk.outlay(&["--sample", "doctor"])["ledger"]);
    assert_ne!(of_window, json!(desk.data_dir().join("outlay.db")));
    until(&window, "document.querySelector('.sample')");
    shows(&window, &cents(&desk.outlay(&["--sample", "report", "month"])));
}

#[test]
fn what_the_terminal_changes_is_seen_at_once() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    desk.outlay(&["import", &text(&fixture("openrouter_log/every_case.csv")), "--yes"]);
    shows(&window, &cents(&desk.outlay(&["report", "month"])));
}

#[test]
fn the_page_hears_how_far_an_import_is() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    hear(&window, "progress");
    let file = fixture("openai_usage/columns_24.csv");
    let plan = call(&window, "plan_import", &json!({ "files": [file] }));
    assert!(plan["error"].is_null(), "{plan}");
    let heard = window.run("return window.heard", &[]);
    assert_eq!(heard["of"], json!(fs_err::metadata(&file).expect("a file").len()), "{heard}");
    assert!(heard["what"].as_str().is_some_and(|what| what.ends_with("columns_24.csv")), "{heard}");
}

#[test]
fn a_second_start_hands_its_files_to_the_first() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    fs_err::copy(fixture("cursor/v0.csv"), desk.path("usage.csv")).expect("a copy");
    desk.start_again(&["usage.csv"]);
    reviews(&window, "usage.csv");
}

#[test]
fn a_file_without_a_path_is_held_for_its_review() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    let bytes = fs_err::read_to_string(fixture("cursor/v0.csv")).expect("a fixture");
    let script =
        "return window.__TAURI_INTERNALS__.invoke('hold_file', new TextEncoder().encode(arguments[0]),
        { headers: { 'x-file-name': encodeURIComponent('Übersicht.csv') } })";
    let held = window.run(script, &[json!(bytes)])["path"].clone();
    let path = std::path::PathBuf::from(held.as_str().expect("a path"));
    assert_eq!(path.file_name().expect("a name"), "Übersicht.csv");
    assert_eq!(fs_err::read_to_string(&path).expect("a held file"), bytes, "byte by byte");
    let plan = call(&window, "plan_import", &json!({ "files": [held] }));
    assert!(plan["error"].is_null(), "{plan}");
    desk.close(window);
    assert!(!path.exists(), "it goes away with the program that holds it");
}

/// Keeps the next event of a kind in `window.heard`, a promise.
fn hear(window: &Driver, kind: &str) {
    let script = "window.heard = new Promise((on) => { window.hear = on; });
        const handler = window.__TAURI_INTERNALS__.transformCallback(
            ({ payload }) => payload.type === arguments[0] && window.hear(payload));
        await window.__TAURI_INTERNALS__.invoke('plugin:event|listen',
            { event: 'outlay-event', target: { kind: 'Any' }, handler });
        await window.__TAURI_INTERNALS__.invoke('listening')";
    window.run(script, &[json!(kind)]);
}

/// Waits until the page has a text in it.
#[track_caller]
fn shows(window: &Driver, text: &str) {
    until(window, &format!("document.body.innerText.includes({})", json!(text)));
}

/// Waits until the page shows what a file would change.
#[track_caller]
pub(crate) fn reviews(window: &Driver, file: &str) {
    until(window, "document.querySelector('h2')?.textContent === 'What would change'");
    shows(window, file);
}

/// A month's total to the cent, as every page writes it, with whatever sign of the currency.
fn cents(month: &Value) -> String {
    let total: f64 = month["spend"].as_str().and_then(|spend| spend.parse().ok()).expect("a total");
    format!("{total:.2}")
}

fn text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}
