//! What a plan says of files that go in, and of those that do not.

use serde_json::{Value, json};

use crate::stage::Stage;

const HEADER: &str = "when,model,cost\n";

/// The plan of importing `rows`, or the import.
fn answer(stage: &Stage, command: &str, rows: &str, more: &Value) -> Value {
    let file = stage.path("calls.csv");
    if fs_err::read_to_string(&file).ok().as_deref() != Some(&format!("{HEADER}{rows}")) {
        fs_err::write(&file, format!("{HEADER}{rows}")).expect("a file");
    }
    let map = ["created_at=when", "model=model", "cost=cost", "provider:=acme"];
    let mut request = json!({"files": [file], "map": map});
    request.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
    stage.answer(command, request)
}

#[test]
fn a_plan_names_no_import_and_a_commit_does() {
    let stage = Stage::empty();
    let rows = "2026-06-18T09:00:00Z,m-1,2\n";
    let plan = answer(&stage, "plan_import", rows, &json!({}));
    assert_eq!((&plan["files"][0]["imported"], &plan["files"][0]["import_id"]), (&json!(true), &Value::Null));
    let done = answer(&stage, "commit_import", rows, &json!({"plan_id": plan["plan_id"]}));
    assert!(done["files"][0]["import_id"].is_string(), "{done}");
    assert_eq!(done["spend_after"], "2");
}

#[test]
fn the_same_bytes_again_ask_nothing_and_change_no_sum() {
    let stage = Stage::empty();
    let rows = "2026-06-18T09:00:00Z,m-1,2\n";
    answer(&stage, "commit_import", rows, &json!({}));
    let plan = answer(&stage, "plan_import", rows, &json!({}));
    let file = &plan["files"][0];
    assert_eq!(file["already_imported"], true);
    for nothing in ["questions", "overlaps"] {
        assert_eq!(file[nothing], json!([]), "{nothing}");
    }
    assert_eq!((&plan["spend_before"], &plan["spend_after"]), (&json!("2"), &json!("2")));
}

#[test]
fn a_plan_id_names_the_answers() {
    let stage = Stage::empty();
    let rows = "2026-06-18T09:00:00Z,m-1,2\n";
    let id = |more: Value| answer(&stage, "plan_import", rows, &more)["plan_id"].clone();
    let plain = id(json!({}));
    assert_eq!(plain, id(json!({})));
    for more in [
        json!({"as_of": "2026-06-18T12:00:00Z"}),
        json!({"days": "keep"}),
        json!({"strict": true}),
        json!({"account": "other"}),
    ] {
        assert_ne!(plain, id(more.clone()), "{more}");
    }
}

#[test]
fn days_with_rows_without_price_are_at_least() {
    let stage = Stage::empty();
    stage.answer(
        "log_generation",
        json!({"generation_type": "chat", "model": "no-such-model",
        "provider": "acme", "tokens_input": 7, "at": "2026-06-18T10:00:00Z"}),
    );
    let one = answer(&stage, "plan_import", "2026-06-18T09:00:00Z,m-1,2\n", &json!({}));
    assert_eq!((&one["at_least"], &one["files"][0]["months"][0]["at_least"]), (&json!(true), &json!(true)));
    let other = answer(&stage, "plan_import", "2026-06-17T09:00:00Z,m-1,2\n", &json!({}));
    assert_eq!(
        (&other["at_least"], &other["files"][0]["months"][0]["at_least"]),
        (&json!(false), &json!(false))
    );
}
