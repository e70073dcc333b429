//! Names without a price, prices of one's own, and pricing the past anew: on a real ledger, through the commands.

use serde_json::{Value, json};

use crate::stage::Stage;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/openai_usage/columns_24.csv");

/// Two calls of a model that nobody knows, one of a model that is known, in May and June.
fn filled() -> Stage {
    let stage = Stage::empty();
    for (model, at) in [
        ("reasoner-9", "2026-05-30T10:00:00Z"),
        ("reasoner-9", "2026-06-02T10:00:00Z"),
        ("gpt-4o", "2026-06-03T10:00:00Z"),
    ] {
        let provider = if model == "gpt-4o" { "openai" } else { "acme" };
        let call = json!({"generation_type": "chat", "model": model, "provider": provider, "at": at,
            "tokens_input": 1_000_003, "tokens_output": 1_000});
        stage.answer("log_generation", call);
    }
    stage
}

fn rates(from: Option<&str>) -> Value {
    let mut price = json!({"provider": "Acme", "model": "reasoner-9", "says": "rates",
        "per_million": {"in": "3", "out": "15"}});
    if let Some(from) = from {
        price["from"] = json!(from);
    }
    price
}

/// Month: spend, "at least" where it is so.
fn months(stage: &Stage) -> String {
    let told = |month: &str| {
        let report = stage.answer("report_month", json!({"month": month}));
        let least = if report["at_least"] == json!(true) { "at least " } else { "" };
        format!("{month} {least}{}", report["spend"].as_str().expect("an amount"))
    };
    ["2026-05", "2026-06"].map(told).join(", ")
}

/// What the plan of a change of prices says of rows and money.
fn summary(plan: &Value) -> Value {
    let fields = [
        "done",
        "rows_asked",
        "rows",
        "spend_before",
        "spend_after",
        "difference",
        "unpriced_before",
        "unpriced_after",
        "months",
    ];
    fields
        .into_iter()
        .map(|field| (field.to_owned(), plan[field].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[track_caller]
fn is_sound(stage: &Stage) {
    let checked = stage.answer("doctor", json!({}));
    assert_eq!(checked["healthy"], json!(true), "{checked}");
}

#[test]
fn an_unknown_name_is_found_priced_and_no_longer_at_least() {
    let stage = filled();
    assert_eq!(months(&stage), "2026-05 at least 0, 2026-06 at least 2.5100075");
    insta::assert_json_snapshot!(stage.answer("list_unpriced", json!({})));
    let request = json!({"prices": [rates(None)], "apply": "unpriced"});
    let plan = stage.answer("plan_prices", request.clone());
    insta::assert_json_snapshot!(summary(&plan));
    assert_eq!(months(&stage), "2026-05 at least 0, 2026-06 at least 2.5100075", "a plan changes nothing");
    let mut shown = request;
    shown["plan_id"] = plan["plan_id"].clone();
    let done = stage.answer("set_prices", shown);
    assert_eq!((&done["difference"], &done["months"]), (&plan["difference"], &plan["months"]));
    assert_eq!(months(&stage), "2026-05 3.015009, 2026-06 5.5250165");
    assert_eq!(stage.answer("list_unpriced", json!({}))["names"], json!([]));
    is_sound(&stage);
}

#[test]
fn undo_brings_the_exact_totals_back_and_takes_the_price_with_it() {
    let stage = filled();
    let before = months(&stage);
    stage.answer("set_prices", json!({"prices": [rates(None)], "apply": "unpriced"}));
    let after = months(&stage);
    let undone = stage.answer("undo_repricing", json!({}));
    assert_eq!((&undone["undone"], &undone["rows"]), (&json!(true), &json!(2)));
    assert_eq!(months(&stage), before);
    assert_eq!(stage.answer("list_own_prices", json!({}))["prices"], json!([]));
    is_sound(&stage);
    stage.answer("redo_repricing", json!({}));
    assert_eq!(months(&stage), after);
    assert_eq!(stage.answer("list_own_prices", json!({}))["prices"][0]["model"], "reasoner-9");
    is_sound(&stage);
    let history = stage.answer("list_repricings", json!({}));
    assert_eq!(history["repricings"][0]["label"], "Acme/reasoner-9: your price");
    assert_eq!(stage.refusal("redo_repricing", json!({}))["code"], "not_found");
}

#[test]
fn a_price_changes_no_row_that_has_one_unless_asked_to() {
    let stage = filled();
    let discount = json!({"provider": "openai", "says": "factor", "times": "0.9"});
    let before = months(&stage);
    for apply in ["nothing", "unpriced"] {
        let done = stage.answer("set_prices", json!({"prices": [discount], "apply": apply}));
        assert_eq!((&done["rows"], months(&stage)), (&json!(0), before.clone()), "{apply}");
    }
    let done = stage.answer("set_prices", json!({"prices": [discount], "apply": "everything"}));
    assert_eq!((&done["rows"], &done["difference"]), (&json!(1), &json!("-0.25100075")));
    assert_eq!(months(&stage), "2026-05 at least 0, 2026-06 at least 2.25900675");
    // What comes costs what is paid.
    let call = json!({"generation_type": "chat", "model": "gpt-4o", "provider": "openai",
        "at": "2026-06-04T10:00:00Z", "tokens_input": 1_000_000});
    assert_eq!(stage.answer("log_generation", call)["cost"], "2.25");
    is_sound(&stage);
}

#[test]
fn each_way_to_settle_a_name() {
    let of = |rule: Value| {
        let stage = filled();
        let mut price = json!({"provider": "acme", "model": "reasoner-9"});
        price.as_object_mut().expect("an object").extend(rule.as_object().expect("an object").clone());
        stage.answer("set_prices", json!({"prices": [price], "apply": "unpriced"}));
        is_sound(&stage);
        let queue = stage.answer("list_unpriced", json!({}));
        format!("{}; {} waiting", months(&stage), queue["rows"])
    };
    let same = json!({"says": "same_as", "as_provider": "openai", "as_model": "gpt-4o"});
    assert_eq!(of(same), "2026-05 2.5100075, 2026-06 5.020015; 0 waiting");
    assert_eq!(of(json!({"says": "free"})), "2026-05 0, 2026-06 2.5100075; 0 waiting");
    let ignored = of(json!({"says": "ignored"}));
    assert_eq!(ignored, "2026-05 at least 0, 2026-06 at least 2.5100075; 0 waiting");
}

#[test]
fn a_month_that_is_no_longer_at_least_is_told_though_it_costs_the_same() {
    let stage = filled();
    // Far from the rows that are priced: what is told is the whole month.
    let call = json!({"generation_type": "chat", "model": "gpt-4o", "provider": "openai",
        "at": "2026-06-15T10:00:00Z", "tokens_input": 1_000_000});
    stage.answer("log_generation", call);
    let free = json!({"provider": "acme", "model": "reasoner-9", "says": "free"});
    let plan = stage.answer("plan_prices", json!({"prices": [free], "apply": "unpriced"}));
    let told = |month: &Value| {
        let of = |field: &str| month[field].clone();
        json!([of("month"), of("spend_after"), of("at_least_before"), of("at_least_after")])
    };
    let months: Vec<Value> = plan["months"].as_array().expect("months").iter().map(told).collect();
    let expected = json!([["2026-05", "0", true, false], ["2026-06", "5.0100075", true, false]]);
    assert_eq!(Value::from(months), expected);
}

#[test]
fn what_held_before_comes_back() {
    let stage = filled();
    let own = || stage.answer("export_prices", json!({}))["prices"].clone();
    let set =
        |prices: &Value, apply: &str| stage.answer("set_prices", json!({"prices": prices, "apply": apply}));
    let first = set(&json!([rates(None)]), "unpriced");
    let held = own();
    assert_eq!(first["repricing"], stage.answer("list_repricings", json!({}))["repricings"][0]["id"]);
    let ignored = json!([{"provider": "Acme", "model": "reasoner-9", "says": "ignored"}]);
    let second = set(&ignored, "nothing");
    assert_eq!(second["repricing"], json!(null));
    set(&second["back"], "nothing");
    assert_eq!(own(), held, "what was said before is said again");
    let dearer =
        json!([{"provider": "Acme", "model": "reasoner-9", "says": "rates", "per_million": {"in": "9"}}]);
    let third = set(&dearer, "everything");
    stage.answer("undo_repricing", json!({"id": third["repricing"]}));
    assert_eq!(own(), held, "an undo leaves the price that the undone one was set over");
    stage.answer("undo_repricing", json!({"id": first["repricing"]}));
    assert_eq!(own(), json!([]));
    is_sound(&stage);
}

#[test]
fn a_model_is_looked_up_with_every_dated_price() {
    let stage = Stage::empty();
    let found = |text: &str| stage.answer("search_prices", json!({"text": text, "limit": 2}));
    let named = found("openai gpt-4o");
    assert_eq!((&named["models"][0]["model"], &named["alike"]), (&json!("gpt-4o"), &json!(false)));
    assert_eq!(named["models"].as_array().map(Vec::len), Some(2));
    let prices = named["models"][0]["prices"].as_array().expect("prices");
    let variants: Vec<&Value> = prices.iter().map(|price| &price["variant"]).collect();
    for variant in &variants {
        let of_it = prices.iter().filter(|price| &price["variant"] == *variant);
        assert_eq!(of_it.filter(|price| price["in_force"] == json!(true)).count(), 1, "{variant}");
    }
    let alike = found("gpt-4o-mni");
    assert_eq!((&alike["models"][0]["model"], &alike["alike"]), (&json!("gpt-4o-mini"), &json!(true)));
    let none = found("zzzz-qqqq");
    assert_eq!((&none["models"], &none["found"], &none["alike"]), (&json!([]), &json!(0), &json!(false)));
}

#[test]
fn a_dated_price_is_for_the_rows_since_its_day() {
    let stage = filled();
    let request = json!({"prices": [rates(Some("2026-06-01T00:00:00Z"))], "apply": "unpriced"});
    let done = stage.answer("set_prices", request);
    assert_eq!((&done["rows"], &done["unpriced_after"]), (&json!(1), &json!(1)));
    assert_eq!(months(&stage), "2026-05 at least 0, 2026-06 5.5250165");
}

#[test]
fn a_price_survives_the_next_export_and_goes_with_its_import() {
    let stage = Stage::empty();
    let import = || stage.answer("commit_import", json!({"files": [FIXTURE]}));
    let first = import();
    let spend =
        || stage.answer("report_range", json!({"from": "2020-01-01", "to": "2030-01-01"}))["spend"].clone();
    let listed = spend();
    let discount = json!({"provider": "openai", "says": "factor", "times": "0.5"});
    let done = stage.answer("set_prices", json!({"prices": [discount], "apply": "everything"}));
    let paid = spend();
    assert_ne!(listed, paid);
    assert_eq!(done["spend_after"], paid);
    is_sound(&stage);
    assert_eq!(import()["files"][0]["already_imported"], json!(true));
    let id = first["files"][0]["import_id"].clone();
    stage.answer("undo_import", json!({"id": id}));
    assert_eq!(spend(), "0");
    is_sound(&stage);
    stage.answer("redo_import", json!({"id": id}));
    assert_eq!(spend(), paid);
    stage.answer("undo_repricing", json!({}));
    assert_eq!(spend(), listed);
    is_sound(&stage);
}

#[test]
fn prices_go_to_a_file_and_come_back() {
    let stage = filled();
    let discount = json!({"provider": "openai", "says": "factor", "times": "0.9"});
    stage.answer("set_prices", json!({"prices": [rates(None), discount]}));
    let file = stage.answer("export_prices", json!({}));
    insta::assert_json_snapshot!(file);
    let path = stage.path("prices.json");
    stage.answer("export_prices", json!({"path": path}));
    assert_eq!(stage.refusal("export_prices", json!({"path": path}))["code"], "refused");
    let another = filled();
    another.answer("set_prices", json!({"file": path, "apply": "everything"}));
    assert_eq!(another.answer("export_prices", json!({})), file);
    assert_eq!(months(&another), "2026-05 3.015009, 2026-06 5.27401575");
    fs_err::write(&path, "{\"schema\": \"outlay.prices/1\",\n \"prices\": [{\"provider\": 7}]}")
        .expect("a file");
    let refused = another.refusal("plan_prices", json!({"file": path}));
    let message =
        refused["message"].as_str().expect("a message").replace(&*path.display().to_string(), "FILE");
    insta::assert_snapshot!(message);
}

#[test]
fn what_is_no_price_is_refused() {
    let stage = filled();
    let refused = |price: Value| stage.refusal("plan_prices", json!({"prices": [price]}))["message"].clone();
    let told = [
        refused(json!({"provider": "acme", "model": "m", "says": "rates", "per_million": {"in": "-1"}})),
        refused(json!({"provider": "acme", "model": "m", "says": "rates", "per_million": {"in": "3000000"}})),
        refused(json!({"provider": "acme", "says": "free"})),
        refused(
            json!({"provider": "acme", "model": "m", "says": "same_as", "as_provider": "acme", "as_model": "y"}),
        ),
        refused(json!({"provider": "acme", "says": "factor", "times": "1.23456789"})),
    ];
    insta::assert_snapshot!(told.map(|one| one.as_str().expect("a message").to_owned()).join("\n"));
}
