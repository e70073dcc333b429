//! The contract of every command, through the one list: what it answers, and how it refuses.
//!
//! Answers are snapshots over one small ledger; whoever changes one changes what scripts rely on.

use outlay_core::price::Book;
use serde_json::{Value, json};

use crate::stage::{IMPORT, Stage};

/// A snapshot of a command's answer, named after the test.
#[track_caller]
pub(crate) fn check(stage: &Stage, name: &str, command: &str, request: Value) {
    let answer = stage.answer(command, request.clone());
    show(stage, name, json!({"command": command, "request": request, "answer": answer}));
}

#[track_caller]
pub(crate) fn check_refusal(stage: &Stage, name: &str, command: &str, request: Value) {
    let refusal = stage.refusal(command, request.clone());
    show(stage, name, json!({"command": command, "request": request, "refusal": refusal}));
}

pub(crate) fn show(stage: &Stage, name: &str, exchange: Value) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(&regex_of(stage.folder.path()), "[FOLDER]");
    settings.add_filter(env!("CARGO_PKG_VERSION").replace('.', r"\.").as_str(), "[VERSION]");
    // The price book grows more often than the program changes.
    settings.add_filter(Book::embedded().version(), "[PRICES]");
    settings.add_filter(r#""(models|providers)": \d+"#, r#""$1": "[COUNT]""#);
    settings.add_filter(r#""[a-z-]+ \d+\.\d+\.\d+""#, r#""[SOURCE]""#);
    settings.add_filter(r"(genai-prices|model-prices|litellm) \d+\.\d+\.\d+", "$1 [VERSION]");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots/contract");
    settings.bind(|| insta::assert_json_snapshot!(name, exchange));
}

fn regex_of(path: &std::path::Path) -> String {
    path.display().to_string().replace('\\', r"\\+").replace('.', r"\.")
}

#[test]
fn reports() {
    let stage = Stage::filled();
    check(&stage, "version", "version", json!({}));
    check(&stage, "status", "status", json!({}));
    check(&stage, "tray", "tray", json!({}));
    check(&stage, "status_all", "status", json!({"user": "all"}));
    check(&stage, "report_month", "report_month", json!({"month": "2026-06"}));
    check(&stage, "report_month_past", "report_month", json!({"month": "2026-05", "user": "grace"}));
    let days = json!({"from": "2026-06-01", "to": "2026-06-02"});
    check(&stage, "report_range", "report_range", days.clone());
    let stage = stage.in_zone("UTC");
    check(&stage, "report_range_of_another_zone", "report_range", days);
}

#[test]
fn sample_data() {
    let stage = Stage::filled();
    let own = stage.answer("status", json!({}));
    let shown = stage.answer("open_sample", json!({}));
    assert_eq!((&shown["sample"], &shown["sample_removable"]), (&json!(true), &json!(true)));
    assert_ne!(stage.answer("status", json!({}))["spend"], own["spend"], "the sample's own figures");
    for (name, command, request) in [
        ("import", "commit_import", json!({"files": ["x.csv"]})),
        ("log", "log_generation", json!({"generation_type": "chat", "model": "gpt-5", "cost": "1"})),
    ] {
        check_refusal(&stage, &format!("sample_data_takes_no_{name}"), command, request);
    }
    check(&stage, "remove_sample", "remove_sample", json!({}));
    assert_eq!(stage.answer("status", json!({})), own, "nothing was mixed in");
}

#[test]
fn before_the_first_row() {
    let stage = Stage::empty();
    check(&stage, "empty_status", "status", json!(null));
    check(&stage, "empty_range", "report_range", json!({"from": "2026-06-01", "to": "2026-06-01"}));
    check(&stage, "empty_overview", "overview", json!(null));
    check(&stage, "empty_coverage", "coverage", json!({"from": "2026-06-01", "to": "2026-06-02"}));
    check(&stage, "empty_calls", "list_generations", json!({}));
    check_refusal(&stage, "empty_doctor", "doctor", json!({}));
    check_refusal(&stage, "empty_backup", "backup", json!({"target": "copy.db"}));
    check_refusal(&stage, "empty_undo", "undo_import", json!({"id": IMPORT}));
    assert!(!stage.path("data").exists(), "reading and refusing create nothing");
}

#[test]
fn generations() {
    let stage = Stage::filled();
    let request = json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai",
        "application": "shop", "tokens_input": 100, "cached_tokens": 20, "cache_write_tokens": 30,
        "cache_write_long_tokens": 10, "tokens_output": 5, "reasoning_tokens": 2, "service_tier": "flex",
        "batch": true, "cost": "0.125", "duration_ms": 12, "input_summary": "hello", "output_summary": "hi"});
    let logged = stage.answer("log_generation", request.clone());
    show(&stage, "log_generation", json!({"request": request, "answer": logged}));
    check(&stage, "get_generation", "get_generation", json!({"id": logged["id"]}));
    check(&stage, "explain_generation", "explain_generation", json!({"id": logged["id"]}));
    let flex = json!({"generation_type": "chat", "model": "gpt-5-2025-08-07", "provider": "openai",
        "tokens_input": 100, "cached_tokens": 20, "tokens_output": 5, "service_tier": "flex",
        "at": "2026-06-01T08:00:00Z"});
    let computed = stage.answer("log_generation", flex);
    check(&stage, "explain_computed", "explain_generation", json!({"id": computed["id"]}));
    check_refusal(&stage, "explain_no_such_call", "explain_generation", json!({"id": "ffffffff"}));
    check(&stage, "list_generations", "list_generations", json!({"limit": 1}));
    let costly = json!({"select": {"user": "all", "at_least": "1"}, "order": "costliest"});
    check(&stage, "list_costliest", "list_generations", costly);
}

#[test]
fn pages_hold_every_row_once() {
    let stage = Stage::filled();
    for order in ["newest", "costliest"] {
        let select = json!({"user": "all", "left_out_too": true});
        let (mut ids, mut after) = (Vec::new(), Value::Null);
        loop {
            let request = json!({"select": select, "order": order, "limit": 2, "after": after});
            let page = stage.answer("list_generations", request);
            ids.extend(page["calls"].as_array().expect("calls").iter().map(|call| call["id"].to_string()));
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(ids.len(), 9, "{order}: seven calls and two buckets");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 9, "{order}: each once");
    }
}

#[test]
fn imports() {
    let stage = Stage::filled();
    check(&stage, "list_imports", "list_imports", json!({}));
    check(&stage, "get_import", "get_import", json!({"id": &IMPORT[IMPORT.len() - 8..]}));
    check(&stage, "list_quarantine", "list_quarantine", json!({"import": IMPORT}));
    check(&stage, "plan_undo", "plan_undo", json!({"id": IMPORT}));
    let undone = stage.answer("undo_import", json!({"id": IMPORT, "reason": "wrong account"}));
    let planned = stage.refusal("plan_undo", json!({"id": IMPORT}));
    show(&stage, "undo_import", json!({"answer": undone, "and then": planned}));
    assert_eq!(
        stage.answer("list_quarantine", json!({}))["rows"],
        json!([]),
        "undone files are not asked about"
    );
    check(&stage, "plan_redo", "plan_redo", json!({"id": IMPORT}));
    check(&stage, "redo_import", "redo_import", json!({"id": IMPORT}));
    check_refusal(&stage, "redo_twice", "redo_import", json!({"id": IMPORT}));
    check_refusal(&stage, "no_such_import", "get_import", json!({"id": "ffff"}));
    check_refusal(&stage, "too_short_an_id", "undo_import", json!({"id": "001"}));
    check_refusal(&stage, "no_id", "undo_import", json!({"id": ""}));
}

#[test]
fn an_undo_is_the_plan_that_was_shown() {
    let stage = Stage::filled();
    let plan = stage.answer("plan_undo", json!({"id": IMPORT}));
    let agreed = json!({"id": IMPORT, "plan_id": plan["plan_id"]});
    stage.answer("log_generation", json!({"generation_type": "chat", "model": "gpt-5", "cost": "1"}));
    check_refusal(&stage, "undo_of_another_plan", "undo_import", agreed);
    let again = stage.answer("plan_undo", json!({"id": IMPORT}));
    stage.answer("undo_import", json!({"id": IMPORT, "plan_id": again["plan_id"]}));
}

#[test]
fn applications() {
    let stage = Stage::filled();
    check(&stage, "list_applications", "list_applications", json!({}));
    let named = json!({"application": "Website", "name": "Home page"});
    check(&stage, "rename_application", "rename_application", named);
    let merge = json!({"application": "shop", "into": "Home page"});
    check(&stage, "merge_application", "merge_application", merge);
    check_refusal(
        &stage,
        "merge_circle",
        "merge_application",
        json!({"application": "Home page", "into": "shop"}),
    );
    check_refusal(
        &stage,
        "rename_to_nothing",
        "rename_application",
        json!({"application": "shop", "name": " "}),
    );
    stage.answer("rename_application", json!({"application": "Home page", "name": "shop"}));
    check_refusal(
        &stage,
        "ambiguous_application",
        "rename_application",
        json!({"application": "shop", "name": "x"}),
    );
}

#[test]
fn caps_and_settings() {
    let stage = Stage::filled();
    check(&stage, "get_cost_config", "get_cost_config", json!({}));
    let cap = json!({"field": "monthly_ai_cap_usd", "value": "250.50"});
    check(&stage, "set_cost_config", "set_cost_config", cap);
    let percent = json!({"field": "alert_threshold_pct", "value": "101"});
    check_refusal(&stage, "set_cost_config_refused", "set_cost_config", percent);
    check(&stage, "get_settings", "get_settings", json!({}));
    check(&stage, "tray_setting", "set_setting", json!({"name": "tray", "value": "no_amounts"}));
    check_refusal(&stage, "tray_setting_refused", "set_setting", json!({"name": "tray", "value": "maybe"}));
    check(&stage, "set_setting", "set_setting", json!({"name": "time_zone", "value": "America/Los_Angeles"}));
    let zone = json!({"name": "time_zone", "value": "Europe/Berln"});
    check_refusal(&stage, "set_setting_refused", "set_setting", zone);
    check_refusal(&stage, "unknown_setting", "set_setting", json!({"name": "colour", "value": "red"}));
}

#[test]
fn alerts() {
    let stage = Stage::filled();
    let raw = rusqlite::Connection::open(stage.ledger_file()).expect("the ledger");
    raw.execute_batch(
        "INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, threshold, actual, dedupe_key, created_at)
         VALUES ('a1', 'ada', 'single_call_high', 'medium', 'One call cost $1.50', 0.5, 1.5, 'k', 1781870400000000)",
    )
    .expect("an alert");
    check(&stage, "list_alerts", "list_alerts", json!({}));
    check(&stage, "resolve_alert", "resolve_alert", json!({"id": "a1"}));
    check_refusal(&stage, "no_such_alert", "resolve_alert", json!({"id": "a2"}));
    check(&stage, "expect_alert", "expect_alert", json!({"id": "a1", "reason": " a large evaluation "}));
    check_refusal(&stage, "expect_without_reason", "expect_alert", json!({"id": "a1", "reason": " "}));
    let june = json!({"resolved_too": true, "since": "2026-06-01", "until": "2026-06-30", "limit": 1});
    check(&stage, "list_alerts_of_june", "list_alerts", june);
}

#[test]
fn the_doctor_names_and_restores() {
    let stage = Stage::filled();
    check(&stage, "doctor", "doctor", json!({}));
    let raw = rusqlite::Connection::open(stage.ledger_file()).expect("the ledger");
    raw.execute_batch("UPDATE rollup_days SET cost_nanos = cost_nanos + 1 WHERE day = 20605").expect("a lie");
    let seen = stage.answer("doctor", json!({}));
    let restored = stage.answer("doctor", json!({"rebuild": true}));
    let afterwards = stage.answer("doctor", json!({}))["healthy"].clone();
    show(&stage, "doctor_rebuild", json!({"seen": seen, "restored": restored, "afterwards": afterwards}));
}

#[test]
fn a_backup_comes_back() {
    let stage = Stage::filled();
    let copy = stage.path("copy.db");
    let made = stage.answer("backup", json!({"target": copy}));
    assert_eq!(made["newest"], "2026-06-19T11:00:00.000000Z");
    check_refusal(&stage, "backup_twice", "backup", json!({"target": copy}));
    check_refusal(&stage, "restore_over_a_ledger", "restore", json!({"backup": copy}));
    let before = stage.answer("report_month", json!({"month": "2026-06"}));
    let other = Stage::empty();
    other.answer("restore", json!({"backup": copy}));
    assert_eq!(other.answer("report_month", json!({"month": "2026-06"})), before);
    assert_eq!(other.answer("doctor", json!({}))["healthy"], true);

    let empty = Stage::empty();
    check_refusal(&empty, "restore_nothing", "restore", json!({"backup": empty.path("none.db")}));
    let text = empty.path("text.db");
    fs_err::write(&text, "date,cost\n2026-06-01,3\n").expect("a file");
    check_refusal(&empty, "restore_no_backup", "restore", json!({"backup": text}));
    assert!(!empty.path("data").exists(), "a refused restore leaves nothing");
}

#[test]
fn exports() {
    let stage = Stage::filled();
    let (csv, json) = (stage.path("rows.csv"), stage.path("rows.json"));
    let june = json!({"from": "2026-06-01", "to": "2026-06-30"});
    let request = json!({"path": csv, "format": "csv", "select": june});
    check(&stage, "export_generations", "export_generations", request.clone());
    check_refusal(&stage, "export_twice", "export_generations", request);
    stage.answer("export_generations", json!({"path": json, "format": "json", "select": june}));
    let text = fs_err::read_to_string(csv).expect("the file");
    insta::assert_snapshot!(text);
    let rows: Value = serde_json::from_slice(&fs_err::read(json).expect("the file")).expect("JSON");
    let calls = stage.answer("list_generations", json!({"select": june}));
    assert_eq!(rows["calls"], calls["calls"], "an export is a list without pages");
}

#[test]
fn requests_that_do_not_fit() {
    let stage = Stage::empty();
    check_refusal(&stage, "unknown_command", "make_coffee", json!({}));
    check_refusal(&stage, "unknown_field", "status", json!({"usr": "ada"}));
    check_refusal(&stage, "missing_field", "log_generation", json!({"model": "gpt-5"}));
    check_refusal(&stage, "wrong_month", "report_month", json!({"month": "2026-13"}));
    check_refusal(&stage, "wrong_range", "report_range", json!({"from": "2026-06-02", "to": "2026-06-01"}));
    check_refusal(&stage, "endless_range", "report_range", json!({"from": "1990-01-01", "to": "2026-06-01"}));
    let call = |field: &str, value: Value| {
        let mut call = json!({"generation_type": "chat", "model": "gpt-5"});
        call[field] = value;
        call
    };
    check_refusal(&stage, "float_money", "log_generation", call("cost", json!(0.25)));
    check_refusal(&stage, "negative_tokens", "log_generation", call("tokens_output", json!(-1)));
    check_refusal(&stage, "cached_beyond_input", "log_generation", call("cached_tokens", json!(5)));
    check_refusal(&stage, "call_to_come", "log_generation", call("at", json!("2026-07-01T00:00:00Z")));
    check_refusal(&stage, "user_all", "log_generation", call("user", json!("all")));
    check_refusal(&stage, "empty_model", "log_generation", json!({"generation_type": "chat", "model": " "}));
    assert!(!stage.path("data").exists(), "a request that does not fit creates nothing");
}

/// Lets something else lie where the ledger should, and asks for the status and for a change.
#[track_caller]
fn check_ledger(name: &str, make: impl FnOnce(&std::path::Path)) {
    let stage = Stage::filled();
    let other = Stage::empty();
    fs_err::create_dir_all(other.path("data")).expect("a folder");
    stage.answer("backup", json!({"target": other.ledger_file()}));
    make(&other.ledger_file());
    let bytes = fs_err::read(other.ledger_file()).expect("the file");
    let cap = json!({"field": "monthly_ai_cap_usd", "value": "5"});
    let (status, config) = (other.refusal("status", json!({})), other.refusal("set_cost_config", cap));
    let doctor = other.answer("doctor", json!({}));
    show(&other, name, json!({"status": status, "config": config, "doctor": doctor}));
    assert!(bytes == fs_err::read(other.ledger_file()).expect("the file"), "the file is not touched");
}

#[test]
fn ledgers_that_cannot_be_used() {
    let with = |sql: &'static str| {
        move |path: &std::path::Path| {
            let raw = rusqlite::Connection::open(path).expect("the file");
            raw.execute_batch(sql).expect("a change");
        }
    };
    check_ledger("ledger_newer", with("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99"));
    check_ledger("ledger_foreign", with("PRAGMA journal_mode = DELETE; PRAGMA application_id = 5"));
    check_ledger("ledger_no_database", |path| fs_err::write(path, "date,cost\n").expect("a file"));
    check_ledger("ledger_truncated", |path| {
        let bytes = fs_err::read(path).expect("the file");
        fs_err::write(path, &bytes[..bytes.len() / 3]).expect("a third");
    });
}

#[test]
fn a_folder_that_cannot_be_made() {
    let stage = Stage::empty();
    fs_err::write(stage.path("data"), "no folder").expect("a file");
    let call = json!({"generation_type": "chat", "model": "gpt-5", "cost": "1"});
    check_refusal(&stage, "folder_cannot_be_made", "log_generation", call);
}

#[test]
fn a_zone_for_one_call_says_what_the_ledger_would() {
    for zone in ["America/Los_Angeles", "Asia/Kathmandu", "UTC"] {
        let month = json!({"month": "2026-06"});
        let stage = Stage::filled().in_zone(zone);
        let for_one_call = stage.answer("report_month", month.clone());
        stage.answer("set_setting", json!({"name": "time_zone", "value": zone}));
        assert_eq!(for_one_call, stage.answer("report_month", month), "{zone}");
    }
}

#[test]
fn a_busy_ledger_is_said_to_be_busy() {
    let stage = Stage::filled();
    let raw = rusqlite::Connection::open(stage.ledger_file()).expect("the ledger");
    raw.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let cap = json!({"field": "monthly_ai_cap_usd", "value": "5"});
    check_refusal(&stage, "ledger_busy", "set_cost_config", cap);
    let doctor = stage.answer("doctor", json!({}));
    assert_eq!(doctor["checks"][2]["outcome"], "unchecked", "the file can still be looked at: {doctor}");
    assert_eq!((&doctor["state"], &doctor["healthy"]), (&json!("unchecked"), &json!(false)));
}

#[test]
fn a_doctor_makes_no_ledger_of_an_empty_file() {
    let stage = Stage::empty();
    fs_err::create_dir_all(stage.path("data")).expect("a folder");
    fs_err::write(stage.ledger_file(), "").expect("a file");
    stage.refusal("doctor", json!({}));
    assert_eq!(fs_err::read(stage.ledger_file()).expect("the file"), b"");
}

#[cfg(unix)]
#[test]
fn an_export_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::filled();
    let path = stage.path("rows.csv");
    stage.answer("export_generations", json!({"path": path, "format": "csv"}));
    let mode = fs_err::metadata(path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn every_command_has_a_sentence_and_types() {
    let api = outlay_app::api();
    for command in api.commands() {
        assert!(command.doc.ends_with('.'), "{} says what it does", command.name);
    }
    let typescript = api.typescript().expect("every type has TypeScript");
    assert!(!typescript.contains("unknown;"), "every request and response has a name");
    for command in api.commands() {
        assert!(typescript.contains(&format!("\n  {}: {{ request: ", command.name)), "{}", command.name);
    }
    assert!(typescript.contains("export type Money = string;"), "money is never a number");
}
