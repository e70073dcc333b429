//! A ledger that an earlier version wrote: brought up to date by whoever opens it first, after a copy, and with every
//! total as it was.

use serde_json::{Value, json};

use crate::stage::Stage;
use outlay_tests::project_root;

/// What the first version said of the ledger that it wrote.
const SPEND: &str = "16.7961";

fn first_version() -> Stage {
    let stage = Stage::empty();
    fs_err::create_dir(stage.path("data")).expect("a folder");
    fs_err::copy(project_root().join("tests/ledgers/v0001.sqlite"), stage.ledger_file()).expect("a ledger");
    stage
}

fn schema(path: &std::path::Path) -> i64 {
    let raw = rusqlite::Connection::open(path).expect("a ledger");
    raw.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version")
}

#[test]
fn a_ledger_of_the_first_version_keeps_its_totals() {
    let stage = first_version();
    let status = stage.answer("status", json!({}));
    assert_eq!((&status["spend"], &status["cap"]), (&json!(SPEND), &json!("20")));
    assert_eq!(schema(&stage.ledger_file()), outlay_ledger::LATEST_SCHEMA);
    assert_eq!(stage.answer("doctor", json!({}))["state"], "good");
    assert_eq!(stage.answer("check_budgets", json!({}))["decision"], "allow");
    stage.answer("authorize", json!({"amount": "1"}));
    let copies: Vec<_> = fs_err::read_dir(stage.path("data")).expect("the folder").flatten().collect();
    let copy = copies.iter().find(|entry| entry.file_name().to_string_lossy().contains("before-schema"));
    let copy = copy.expect("a copy of what was there").path();
    assert_eq!(schema(&copy), 1);
    let restored = Stage::empty();
    restored.answer("restore", json!({"backup": copy}));
    assert_eq!(restored.answer("status", json!({}))["spend"], SPEND, "the copy is a ledger");
}

#[test]
fn writing_first_upgrades_it_too() {
    let stage = first_version();
    stage.answer(
        "log_generation",
        json!({"generation_type": "chat", "model": "m", "provider": "p", "cost": "1"}),
    );
    assert_eq!(stage.answer("status", json!({}))["spend"], "17.7961");
}

#[test]
fn a_copy_that_was_left_is_no_obstacle() {
    let stage = first_version();
    for name in ["outlay.before-schema-2.db", "outlay.before-schema-2.part"] {
        fs_err::write(stage.path("data").join(name), "half a copy").expect("a file");
    }
    assert_eq!(stage.answer("status", json!({}))["spend"], SPEND);
}

#[test]
fn two_that_open_it_at_once_both_find_it_whole() {
    let stage = first_version();
    let opened: Vec<Value> = std::thread::scope(|threads| {
        let open = || Stage::another(stage.folder.path());
        let apps: Vec<_> = (0..4)
            .map(|_| {
                let (app, api) = (open(), &stage.api);
                threads.spawn(move || api.call(&app, "status", json!({})).expect("a status"))
            })
            .collect();
        apps.into_iter().map(|app| app.join().expect("a thread")).collect()
    });
    assert!(opened.iter().all(|status| status["spend"] == SPEND), "{opened:?}");
}

#[cfg(unix)]
#[test]
fn the_copy_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = first_version();
    stage.answer("status", json!({}));
    let copy = stage.path(&format!("data/outlay.before-schema-{}.db", outlay_ledger::LATEST_SCHEMA));
    assert_eq!(fs_err::metadata(copy).expect("the copy").permissions().mode() & 0o777, 0o600);
}

#[test]
fn alerts_keep_their_deliveries_and_snoozes_when_their_table_is_made_anew() {
    let raw = rusqlite::Connection::open_in_memory().expect("a database");
    let migration = |number: u8| {
        let folder = fs_err::read_dir(project_root().join("migrations/sqlite")).expect("the migrations");
        let name = format!("V{number:04}__");
        let file = folder.flatten().find(|file| file.file_name().to_string_lossy().starts_with(&name));
        fs_err::read_to_string(file.expect("a migration").path()).expect("a text")
    };
    for number in 1..=5 {
        raw.execute_batch(&migration(number)).expect("a schema");
    }
    let rows = "PRAGMA foreign_keys = ON;
        INSERT INTO expense_alerts (id, user_id, alert_type, severity, message, dedupe_key, created_at, expected)
        VALUES ('b', 'ada', 'daily_spike', 'high', 'one', 'k', 7, 'known'), ('a', 'ada', 'daily_spike', 'high', 'two', 'l', 7, NULL);
        INSERT INTO deliveries (alert_id, channel, state, queued_at, due_at) VALUES ('b', 'mail', 'waiting', 1, 1);
        INSERT INTO snoozes (alert_id, since, until) VALUES ('a', 1, 2);";
    raw.execute_batch(rows).expect("rows");
    raw.execute_batch(&format!("BEGIN; {} COMMIT;", migration(6))).expect("the next schema");
    let kept: String = raw
        .query_row(
            "SELECT group_concat(rowid || id || coalesce(expected, '-'), ' ') FROM expense_alerts",
            [],
            |row| row.get(0),
        )
        .expect("alerts");
    assert_eq!(kept, "1bknown 2a-", "in their order");
    assert!(
        !raw.prepare("PRAGMA foreign_key_check").expect("a check").exists([]).expect("rows"),
        "all refer to something"
    );
    raw.execute("DELETE FROM expense_alerts WHERE id = 'b'", []).expect_err("a delivery refers to it");
}
