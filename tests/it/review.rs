//! What a person reviews before a file goes in, and what the columns of an unknown table may mean.

use serde_json::{Value, json};

use crate::contract::{check, check_refusal, show};
use crate::stage::{IMPORT, Stage};

/// A file in the stage's folder.
fn file(stage: &Stage, name: &str, content: &str) -> Value {
    let path = stage.path(name);
    fs_err::write(&path, content).expect("a file");
    json!(path)
}

const USAGE: &str = "start_time,end_time,project_id,num_model_requests,api_key_id,model,batch,service_tier,\
input_tokens,output_tokens,input_cached_tokens,colour
1780272000,1780358400,proj_1,2,key_a,gpt-5-2025-08-07,false,default,4000,500,1000,red
1780358400,1780444800,proj_1,1,key_a,gpt-5-2025-08-07,false,default,8000,300,0,red
1780444800,1780531200,proj_1,1,key_a,no-such-model,false,default,900,80,0,red
";

#[test]
fn a_review_shows_rows_verdicts_and_faults() {
    let stage = Stage::empty();
    let first = json!({"files": [file(&stage, "usage.csv", USAGE)]});
    stage.answer("commit_import", first);
    let later = USAGE.replace("8000,300", "8500,300")
        + "1780531200,1780617600,proj_1,1,key_a,gpt-5-2025-08-07,false,default,many,80,0,red\n"
        + "1780617600,1780704000,proj_1,1,key_a,gpt-5-2025-08-07,false,default,10,20,0,red\n";
    let files = json!([file(&stage, "later.csv", &later)]);
    let plan = stage.answer("plan_import", json!({"files": files, "detail": true}));
    show(&stage, "plan_import_in_detail", json!({"review": plan["files"][0]["review"]}));
    let plain = stage.answer("plan_import", json!({"files": files}));
    assert_eq!(plain["plan_id"], plan["plan_id"], "a review is no other plan");
    assert_eq!(plain["files"][0].get("review"), None);
    let done = stage.answer("commit_import", json!({"files": files, "plan_id": plan["plan_id"]}));
    assert_eq!(done["committed"], true);
}

#[test]
fn a_review_is_bounded() {
    let stage = Stage::empty();
    let mut rows = "when,model,cost\n".to_owned();
    for second in 0..900 {
        let cost = if second % 3 == 0 { "much" } else { "1" };
        rows += &format!("2026-06-18T09:{:02}:{:02}Z,m-1,{cost}\n", second / 60, second % 60);
    }
    let map = ["created_at=when", "model=model", "cost=cost", "provider:=acme"];
    let request = json!({"files": [file(&stage, "calls.csv", &rows)], "map": map, "detail": true});
    let plan = &stage.answer("plan_import", request)["files"][0];
    let length = |list: &Value| list.as_array().map(Vec::len);
    assert_eq!((&plan["new"], length(&plan["review"]["rows"])), (&json!(600), Some(200)));
    let amounts = &plan["review"]["rejects"][0];
    assert_eq!((&amounts["kind"], &amounts["rows"]), (&json!("amount"), &json!(300)));
    assert_eq!(length(&amounts["first"]), Some(200));
    assert_eq!(plan["review"]["spend"], "600");
}

#[test]
fn a_table_says_what_its_columns_may_be() {
    let stage = Stage::empty();
    let path = file(
        &stage,
        "proxy.csv",
        "Timestamp;Model name;Total;Prompt tokens;Colour\n2026-06-18 09:00;m-1;0,25;100;red\n2026-06-18 10:00;m-2;1,5;7;blue\n",
    );
    check(&stage, "describe_table", "describe_table", json!({"path": path}));
    let plan = stage.answer("plan_import", json!({"files": [path], "detail": true}));
    assert_eq!(plan["files"][0]["needs"], json!({"kind": "mapping"}));
    let map =
        ["created_at=Timestamp", "model=Model name", "cost=Total", "provider:=acme", "cost_is=estimated"];
    let request = json!({"files": [path], "map": map, "detail": true});
    let planned = &stage.answer("plan_import", request.clone())["files"][0];
    let layout = &planned["review"]["layout"];
    show(&stage, "plan_import_layout", json!({"layout": layout}));
    stage.answer("commit_import", request);
    let again = stage.answer("describe_table", json!({"path": path}));
    assert_eq!((&again["remembered"], &again["choices"]["cost_is"]), (&json!(true), &json!("estimated")));
    assert_eq!(again["columns"][3]["target"], Value::Null, "what was left out is not guessed again");
    let known = file(&stage, "usage.csv", USAGE);
    let known = stage.answer("describe_table", json!({"path": known}));
    assert_eq!((&known["source"], &known["columns"]), (&json!("openai-usage-csv"), &json!([])));
    check_refusal(&stage, "describe_nothing", "describe_table", json!({"path": stage.path("none.csv")}));
    let page = file(&stage, "page.csv", "<!doctype html><html><body>Log in</body></html>");
    check_refusal(&stage, "describe_a_web_page", "describe_table", json!({"path": page}));
}

#[test]
fn dates_with_two_readings_are_a_need_and_then_an_answer() {
    let stage = Stage::empty();
    let path = file(&stage, "calls.csv", "when,model,cost\n6/7/26,m-1,2\n");
    let map = ["created_at=when", "model=model", "cost=cost", "provider:=acme"];
    let mut request = json!({"files": [path], "map": map, "detail": true});
    let plan = stage.answer("plan_import", request.clone());
    let needs = json!({"kind": "date_order", "example": "6/7/26", "line": 2,
        "month_first": "2026-06-07", "day_first": "2026-07-06"});
    assert_eq!(plan["files"][0]["needs"], needs);
    request["date_order"] = json!("month_first");
    let plan = stage.answer("plan_import", request);
    assert_eq!(plan["files"][0]["first_day"], "2026-06-07");
    assert_eq!(plan["files"][0]["review"]["layout"]["date_order"], "month_first");
}

#[test]
fn each_file_has_answers_of_its_own() {
    let stage = Stage::empty();
    let files = json!([
        file(&stage, "calls.csv", "when,model,cost\n6/7/26,m-1,2\n"),
        file(&stage, "other.csv", "day,name,price\n2026-06-07,m-1,3\n"),
    ]);
    let answers = json!([
        {"file": files[0], "map": ["created_at=when", "model=model", "cost=cost"], "date_order": "day_first"},
        {"file": files[1], "map": ["created_at=day", "model=name", "cost=price"]},
    ]);
    let mut request = json!({"files": files, "answers": answers});
    let plan = stage.answer("plan_import", request.clone());
    let first_days = [0, 1].map(|at| plan["files"][at]["first_day"].clone());
    assert_eq!(first_days, [json!("2026-07-06"), json!("2026-06-07")]);
    request["plan_id"] = plan["plan_id"].clone();
    let mut otherwise = request.clone();
    otherwise["answers"][0]["date_order"] = json!("month_first");
    stage.refusal("commit_import", otherwise);
    assert_eq!(stage.answer("commit_import", request)["committed"], true);
}

#[test]
fn quarantined_rows_are_written_with_their_reasons() {
    let stage = Stage::filled();
    let path = stage.path("bad_rows.csv");
    check(&stage, "export_quarantine", "export_quarantine", json!({"path": path, "import": IMPORT}));
    insta::assert_snapshot!(fs_err::read_to_string(&path).expect("the file"), @r#"
    file,line,column,expected,found,what to do,row
    "usage.csv","4","input_tokens","a whole number","many","correct the number and import the file again","2026-06-03,many"
    "#);
    check_refusal(&stage, "export_quarantine_twice", "export_quarantine", json!({"path": path}));
    let written = fs_err::read_to_string(stage.path("bad_rows.csv")).expect("the file");
    assert_eq!(stage.answer("export_quarantine", json!({}))["csv"], json!(written));
}

#[test]
fn an_import_says_what_its_rows_cost() {
    let stage = Stage::filled();
    let shown = |stage: &Stage| stage.answer("get_import", json!({"id": IMPORT}))["spend"].clone();
    assert_eq!(shown(&stage), "6.000000001");
    stage.answer("undo_import", json!({"id": IMPORT}));
    assert_eq!(shown(&stage), "0", "what is undone counts nothing");
}
