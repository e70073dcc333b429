//! Both sides of a bill as scripts and pages get them, and what follows when another side speaks.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal, show};
use crate::stage::Stage;

const TOKENS: &str = "\
usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens
2026-06-17,claude-sonnet-4-6,desk,Shop,standard,≤ 200k,1000000,0,0,0,100000
2026-06-18,claude-sonnet-4-6,desk,Shop,standard,≤ 200k,4000000,0,0,0,0
2026-06-18,claude-next-9,desk,Shop,standard,≤ 200k,7000,0,0,0,0
";

const COST: &str = "\
usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type
2026-06-17,Claude Sonnet 4.6,Shop,desk,message,≤ 200k,input_no_cache,3.00,token
2026-06-17,Claude Sonnet 4.6,Shop,desk,message,≤ 200k,output,1.50,token
2026-06-18,Claude Sonnet 4.6,Shop,desk,message,≤ 200k,input_no_cache,9.00,token
";

fn imported() -> Stage {
    let stage = Stage::empty();
    let paths = [("tokens.csv", TOKENS), ("cost.csv", COST)].map(|(name, content)| {
        let path = stage.path(name);
        fs_err::write(&path, content).expect("a file");
        path
    });
    stage.answer("commit_import", json!({"files": paths, "as_of": "2026-06-19T06:00:00Z"}));
    stage
}

#[track_caller]
fn spend(stage: &Stage) -> Value {
    stage.answer("report_month", json!({"month": "2026-06"}))["spend"].clone()
}

#[test]
fn contract() {
    check(&Stage::empty(), "reconcile_nothing", "reconcile", json!({}));
    let stage = imported();
    check(&stage, "reconcile", "reconcile", json!({"provider": "anthropic"}));
    let request = json!({"speaks": "usage", "from": "2026-06-18", "to": "2026-06-18"});
    let planned = stage.answer("plan_authority", request.clone());
    show(&stage, "plan_authority", json!({"request": request, "answer": planned}));
    let month = json!({"speaks": "usage", "month": "2026-06", "plan_id": planned["plan_id"]});
    check_refusal(&stage, "set_authority_of_another_plan", "set_authority", month);
    check_refusal(&stage, "reconcile_half_a_range", "reconcile", json!({"from": "2026-06-18"}));
    let nothing = json!({"speaks": "billed", "month": "2026-04"});
    check_refusal(&stage, "plan_authority_without_rows", "plan_authority", nothing);
    let mut agreed = request;
    agreed["plan_id"] = planned["plan_id"].clone();
    check(&stage, "set_authority", "set_authority", agreed);
    check(&stage, "reconcile_mixed", "reconcile", json!({"from": "2026-06-17", "to": "2026-06-18"}));
}

#[test]
fn alerts_follow_the_side_that_speaks() {
    let stage = imported();
    stage.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "15"}));
    let unresolved = |stage: &Stage| {
        let alerts = stage.answer("list_alerts", json!({}));
        let alerts = alerts["alerts"].as_array().expect("alerts").clone();
        let open = alerts.iter().filter(|alert| alert["resolved"] == json!(false));
        open.map(|alert| alert["alert_type"].as_str().expect("a word").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(spend(&stage), json!("13.5"));
    assert!(!unresolved(&stage).contains(&"monthly_cap_reached".to_owned()));
    stage.answer("set_authority", json!({"speaks": "usage", "month": "2026-06"}));
    assert_eq!(spend(&stage), json!("16.5"));
    assert!(unresolved(&stage).contains(&"monthly_cap_reached".to_owned()), "{:?}", unresolved(&stage));
    stage.answer("set_authority", json!({"speaks": "billed", "month": "2026-06"}));
    assert_eq!(spend(&stage), json!("13.5"));
    assert!(!unresolved(&stage).contains(&"monthly_cap_reached".to_owned()), "what is over is resolved");
}

#[test]
fn a_choice_changes_the_ledger_once() {
    let stage = imported();
    let revision = stage.app.revision();
    let request = json!({"speaks": "billed", "month": "2026-06"});
    assert_eq!(stage.answer("set_authority", request)["done"], json!(false), "it speaks already");
    assert_eq!(stage.app.revision(), revision);
    let request = json!({"speaks": "usage", "month": "2026-06"});
    assert_eq!(stage.answer("set_authority", request)["done"], json!(true));
    assert_eq!(stage.app.revision(), revision + 1);
    assert_eq!(stage.answer("doctor", json!({}))["healthy"], json!(true));
}
