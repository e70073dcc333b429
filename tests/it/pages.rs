//! What the pages of the window ask for: a month on one page, coverage, rows behind a figure, the review.
//!
//! Figures of the overview are compared with the month's report and with the rows themselves.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal};
use crate::stage::{IMPORT, Stage};

#[test]
fn overviews() {
    let stage = Stage::filled();
    check(&stage, "overview", "overview", json!({}));
    check(&stage, "overview_past", "overview", json!({"month": "2026-05", "user": "all"}));
    check(&stage, "overview_without_rows", "overview", json!({"month": "2026-04"}));
    let days = json!({"from": "2026-05-31", "to": "2026-06-05"});
    check(&stage, "coverage", "coverage", days);
}

/// How many rows a selection of everybody's holds, asked for in pages of one row.
#[track_caller]
fn check_selection(stage: &Stage, mut select: Value, expected: usize) {
    select["user"] = json!("all");
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    for _ in 0..20 {
        let request = json!({"select": select, "limit": 1, "after": after});
        let page = stage.answer("list_generations", request);
        ids.extend(page["calls"].as_array().expect("calls").iter().map(|call| call["id"].to_string()));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert!(ids.is_sorted_by(|one, next| one > next), "{select}: the newest first, each once: {ids:?}");
    assert_eq!(ids.len(), expected, "{select}");
    let costliest = stage.answer("list_generations", json!({"select": select, "order": "costliest"}));
    assert_eq!(costliest["calls"].as_array().map(Vec::len), Some(expected), "{select}, the costliest first");
}

#[test]
fn selections() {
    let stage = Stage::filled();
    check_selection(&stage, json!({}), 9);
    check_selection(&stage, json!({"generation_type": "embedding"}), 1);
    check_selection(&stage, json!({"model": "gpt-5-mini"}), 2);
    check_selection(&stage, json!({"source": "openai-usage-csv", "provider": "openai"}), 2);
    check_selection(&stage, json!({"import": IMPORT}), 2);
    check_selection(&stage, json!({"import": IMPORT, "from": "2026-06-02"}), 1);
    check_selection(&stage, json!({"basis": "computed"}), 2);
    check_selection(&stage, json!({"unpriced": true}), 1);
    check_selection(&stage, json!({"application": "shop"}), 2);
    check_selection(&stage, json!({"application": "none"}), 5);
    check_selection(&stage, json!({"application": "no such one"}), 0);
    check_selection(&stage, json!({"model": "gpt-5", "left_out_too": true}), 5);
    check_refusal(
        &stage,
        "no_such_import_to_list",
        "list_generations",
        json!({"select": {"import": "ffff"}}),
    );
}

/// What a page of the overview says of a day is what the list of that day's rows comes to.
#[test]
fn a_day_of_the_overview_is_its_rows() {
    for zone in ["Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"] {
        let stage = Stage::filled();
        stage.answer("set_setting", json!({"name": "time_zone", "value": zone}));
        let overview = stage.answer("overview", json!({"month": "2026-06"}));
        for day in overview["daily"]["days"].as_array().expect("days") {
            let select = json!({"from": day["day"], "to": day["day"]});
            let rows = stage.answer("list_generations", json!({"select": select}));
            let amount = |cost: &Value| cost.as_str().and_then(|cost| cost.parse().ok()).expect("an amount");
            let rows = rows["calls"].as_array().expect("rows");
            let sum: outlay_app::Money = rows.iter().map(|row| amount(&row["cost"])).sum();
            assert_eq!(sum, amount(&day["spend"]), "{zone}: {day}");
        }
    }
}
