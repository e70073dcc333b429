//! From plan to import, and windows that overlap: what was shown is what is done, or nothing is.
//!
//! Through the commands, with files in a folder. What one file means is tested in `outlay-core`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::stage::Stage;

const HEADER: &str = "start_time,end_time,project_id,num_model_requests,api_key_id,model,batch,service_tier,\
input_tokens,output_tokens,input_cached_tokens";

/// 2026-06-01T00:00:00Z.
const FIRST_OF_JUNE: i64 = 1_780_272_000;

const SECONDS_PER_DAY: i64 = 86_400;

/// Requests and tokens by day of June and key.
type Usage = BTreeMap<(i64, String), i64>;

/// An export of the days from one to another, both within.
fn export(usage: &Usage, first: i64, last: i64) -> String {
    let mut file = format!("{HEADER}\n");
    for ((day, key), tokens) in usage.iter().filter(|((day, _), _)| (first..=last).contains(day)) {
        let start = FIRST_OF_JUNE + (day - 1) * SECONDS_PER_DAY;
        let end = start + SECONDS_PER_DAY;
        file += &format!("{start},{end},proj_1,1,{key},gpt-5-2025-08-07,false,default,{tokens},{tokens},0\n");
    }
    file
}

fn june(rows: &[(i64, &str, i64)]) -> String {
    let usage = rows.iter().map(|&(day, key, tokens)| ((day, key.to_owned()), tokens)).collect();
    export(&usage, 1, 30)
}

/// A stage with one file, and the request that imports it.
fn with_file(stage: &Stage, content: &str) -> Value {
    let path = stage.path("usage.csv");
    fs_err::write(&path, content).expect("a file");
    json!({"files": [path]})
}

fn shown(stage: &Stage, request: &Value) -> Value {
    let plan = stage.answer("plan_import", request.clone());
    let mut confirmed = request.clone();
    confirmed["plan_id"] = plan["plan_id"].clone();
    confirmed
}

#[track_caller]
fn refused(stage: &Stage, request: Value) -> String {
    let folder =
        request["files"][0].as_str().and_then(|file| file.strip_suffix("/usage.csv")).map(str::to_owned);
    let refusal = stage.refusal("commit_import", request);
    assert_eq!(stage.answer("list_imports", json!({}))["imports"], json!([]), "nothing was written");
    let words = format!("{}: {}. {}", refusal["code"], refusal["message"], refusal["hint"]);
    folder.map_or(words.clone(), |folder| words.replace(&folder, "[folder]"))
}

#[test]
fn the_plan_that_was_shown_is_done() {
    let stage = Stage::empty();
    let request = with_file(&stage, &june(&[(1, "a", 4_000), (2, "a", 8_000)]));
    let plan = stage.answer("plan_import", request.clone());
    let done = stage.answer("commit_import", shown(&stage, &request));
    assert_eq!(plan["spend_after"], done["spend_after"]);
    assert_eq!(done["committed"], json!(true));
}

#[test]
fn a_file_that_changed_since_is_refused() {
    let stage = Stage::empty();
    let request = with_file(&stage, &june(&[(1, "a", 4_000)]));
    let confirmed = shown(&stage, &request);
    with_file(&stage, &june(&[(1, "a", 5_000)]));
    insta::assert_snapshot!(refused(&stage, confirmed), @r#""refused": "a file changed since the plan was made, so nothing was done". "Look at the new plan, then confirm it.""#);
}

#[test]
fn a_ledger_that_changed_since_is_refused() {
    let stage = Stage::empty();
    stage.answer("log_generation", json!({"generation_type": "chat", "model": "gpt-5", "cost": "1"}));
    let request = with_file(&stage, &june(&[(1, "a", 4_000)]));
    let confirmed = shown(&stage, &request);
    stage.answer("log_generation", json!({"generation_type": "chat", "model": "gpt-5", "cost": "2"}));
    insta::assert_snapshot!(refused(&stage, confirmed), @r#""refused": "the ledger changed since the plan was made, so nothing was done". "Look at the new plan, then confirm it.""#);
}

/// An export that takes more than one look: the host is told of it on the way.
fn long_export() -> String {
    let keys: Vec<String> = (0..40_000).map(|key| format!("key_{key}")).collect();
    june(&keys.iter().map(|key| (1, key.as_str(), 1_000)).collect::<Vec<_>>())
}

#[test]
fn a_file_that_grows_while_it_is_read_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("usage.csv");
    let stage = Stage::busy(folder, Arc::default(), move || {
        let mut file = fs_err::OpenOptions::new().append(true).open(&path).expect("the file");
        writeln!(file, "1780272000,1780358400,proj_1,1,late,gpt-5-2025-08-07,false,default,1,1,0")
            .expect("a line");
    });
    let request = with_file(&stage, &long_export());
    insta::assert_snapshot!(refused(&stage, request), @r#""unreadable_input": "[folder]/usage.csv changed while it was being read". "Import it again once nobody writes to it. Nothing was written.""#);
}

#[test]
fn an_import_that_is_cancelled_leaves_nothing() {
    let cancel = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&cancel);
    let folder = tempfile::tempdir().expect("a folder");
    let stage = Stage::busy(folder, cancel, move || asked.store(true, Ordering::SeqCst));
    let request = with_file(&stage, &long_export());
    insta::assert_snapshot!(refused(&stage, request), @r#""cancelled": "cancelled". "Nothing was written.""#);
}

#[test]
fn a_cancel_is_over_when_the_next_work_begins() {
    let (cancel, impatient) = (Arc::<AtomicBool>::default(), Arc::new(AtomicBool::new(true)));
    let (flag, cancels) = (Arc::clone(&cancel), Arc::clone(&impatient));
    let folder = tempfile::tempdir().expect("a folder");
    let stage =
        Stage::busy(folder, cancel, move || flag.store(cancels.load(Ordering::SeqCst), Ordering::SeqCst));
    let request = with_file(&stage, &long_export());
    for command in ["plan_import", "commit_import"] {
        assert_eq!(stage.refusal(command, request.clone())["code"], "cancelled");
    }
    assert_eq!(stage.answer("list_imports", json!({}))["imports"], json!([]), "reading is not stopped");
    impatient.store(false, Ordering::SeqCst);
    stage.answer("cancel_work", json!({}));
    assert_eq!(stage.answer("commit_import", request)["committed"], true);
}

fn usage() -> impl Strategy<Value = Usage> {
    let tokens = (1_i64..12, 0_usize..3, 1_i64..1_000_000);
    proptest::collection::vec(tokens, 1..12).prop_map(|rows| {
        rows.into_iter().map(|(day, key, tokens)| ((day, ["a", "b", "c"][key].to_owned()), tokens)).collect()
    })
}

/// A window of days, the hour of June at which it was exported, and how much of the last day it missed.
fn window() -> impl Strategy<Value = (i64, i64, i64)> {
    (1_i64..12, 0_i64..6, 1_i64..200).prop_map(|(first, length, hour)| (first, first + length, hour))
}

fn import(stage: &Stage, content: &str, hour: i64) {
    let mut request = with_file(stage, content);
    let as_of = format!("2026-06-{:02}T{:02}:00:00Z", 2 + hour / 24, hour % 24);
    request["as_of"] = json!(as_of);
    request["account"] = json!("studio");
    request["days"] = json!("replace");
    stage.answer("commit_import", request);
}

fn month(stage: &Stage) -> Value {
    let mut report = stage.answer("report_month", json!({"month": "2026-06"}));
    report.as_object_mut().expect("a report").remove("projection");
    report
}

/// What an export of an earlier hour knows of the usage: a part of it, which only grows.
fn known_by(usage: &Usage, hour: i64) -> Usage {
    let part = |tokens: i64| (tokens * (hour + 1) / 400).max(1);
    usage.iter().map(|(bucket, tokens)| (bucket.clone(), part(*tokens))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Windows in any order, each knowing what was known at its hour, and then the last full export:
    /// the month is what that export alone gives.
    #[test]
    fn windows_in_any_order_end_in_the_last_export(
        usage in usage(),
        windows in proptest::collection::vec(window(), 0..5),
    ) {
        let (mixed, alone) = (Stage::empty(), Stage::empty());
        for (first, last, hour) in windows {
            let content = export(&known_by(&usage, hour), first, last);
            import(&mixed, &content, hour);
        }
        let full = export(&usage, 1, 30);
        import(&mixed, &full, 399);
        import(&alone, &full, 399);
        prop_assert_eq!(month(&mixed), month(&alone));
        prop_assert_eq!(&mixed.answer("doctor", json!({}))["healthy"], &json!(true));
    }

    /// The last full export may also come first: what is older changes nothing after it.
    #[test]
    fn windows_after_the_last_export_change_nothing(
        usage in usage(),
        windows in proptest::collection::vec(window(), 1..4),
    ) {
        let stage = Stage::empty();
        import(&stage, &export(&usage, 1, 30), 399);
        let before = month(&stage);
        for (first, last, hour) in windows {
            import(&stage, &export(&known_by(&usage, hour), first, last), hour);
        }
        prop_assert_eq!(month(&stage), before);
    }
}
