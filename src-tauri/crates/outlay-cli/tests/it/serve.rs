//! `outlay serve` as a browser, a script and a second program meet it, over a real socket.

use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::browser::Serving;
use crate::support::{Home, OPENROUTER, many_calls};

const LOG: &str = "log --type chat --model gpt-5 --provider openai --input 10 --output 1 --cost 0.5";

fn changed() -> Value {
    json!({"type": "ledger_changed"})
}

fn path_in(value: &Value) -> PathBuf {
    PathBuf::from(value.as_str().expect("a path"))
}

#[test]
fn the_link_opens_one_session() {
    let home = Home::with_calls();
    let serving = Serving::open(&home);
    assert_eq!(serving.session().0, 401, "a link is good once");
    assert_eq!(serving.ok("status", &json!({}))["spend"], home.field("status", "/spend"));
    let (status, refusal) = Serving::start(&home, "serve").call("status", &json!({}));
    assert_eq!((status, &refusal["code"]), (401, &json!("no_session")), "a server without an opened link");
    assert_eq!(serving.get("/health").0, 200);
    assert_eq!(serving.get("/../Cargo.toml").0, 404);
    let (status, page) = serving.get("/");
    assert!([200, 503].contains(&status) && page.contains("<title>Outlay"), "{page}");
}

#[test]
fn whoever_changes_the_ledger_each_listener_is_told_once() {
    let home = Home::new();
    let serving = Serving::open(&home);
    let (mut first, mut second) = (serving.listen(), serving.listen());
    home.ok(LOG);
    assert_eq!(first.next(), Some(changed()), "another program made the ledger");
    home.ok("report month 2026-06");
    home.ok("doctor");
    serving.ok(
        "log_generation",
        &json!({"generation_type": "chat", "model": "gpt-5", "provider": "openai",
        "tokens_input": 1, "tokens_output": 1, "cost": "0.25"}),
    );
    assert_eq!(first.next(), Some(changed()), "this one did");
    assert_eq!(serving.ok("status", &json!({}))["spend"], "0.75");
    home.ok(LOG);
    assert_eq!(first.next(), Some(changed()));
    assert_eq!(second.by_ref().take(3).collect::<Vec<_>>(), [changed(), changed(), changed()]);
    assert_eq!(serving.stop(), Some(0));
    assert_eq!((first.next(), second.next()), (None, None), "reading is no change");
}

#[test]
fn an_import_tells_how_far_it_is_and_can_be_cancelled() {
    let home = Home::new();
    home.ok(LOG);
    let serving = Serving::open(&home);
    let request = json!({"files": [serving.hold("calls.csv", &many_calls(60_000))]});
    let held = path_in(&request["files"][0]);
    let mut events = serving.listen();
    std::thread::scope(|scope| {
        let import = scope.spawn(|| serving.call("commit_import", &request));
        let progress = events.next().expect("an event");
        assert_eq!(progress["type"], "progress");
        assert!(progress["done"].as_i64() <= progress["of"].as_i64(), "{progress}");
        assert_eq!(serving.ok("list_imports", &json!({}))["imports"], json!([]), "reading goes on meanwhile");
        serving.ok("cancel_work", &json!({}));
        let (status, refusal) = import.join().expect("no panic");
        assert_eq!((status, &refusal["code"]), (409, &json!("cancelled")), "{refusal}");
    });
    assert_eq!(serving.ok("doctor", &json!({}))["rows"], 1, "no trace is left");
    assert!(held.exists(), "it may be imported yet");
    assert_eq!(serving.ok("commit_import", &request)["committed"], true);
    assert!(!held.exists(), "nobody needs it any more");
    let told: Vec<Value> = events.by_ref().take_while(|event| *event != changed()).collect();
    assert!(told.iter().all(|event| event["type"] == "progress"), "{told:?}");
    assert_eq!(serving.stop(), Some(0));
    assert_eq!(events.next(), None);
}

#[test]
fn an_end_in_order_leaves_no_token_and_no_file() {
    let home = Home::new();
    let serving = Serving::open(&home);
    let token_file = path_in(&serving.announced["token_file"]);
    let token = fs_err::read_to_string(&token_file).expect("the token's file");
    assert_eq!(token.len(), 64);
    let held = path_in(&serving.hold("calls.csv", OPENROUTER));
    assert!(held.exists());
    assert_eq!(serving.stop(), Some(0));
    assert!(!token_file.exists() && !held.exists());
    assert!(!home.ledger().exists(), "looking creates no ledger");
}

#[test]
fn two_servers_run_side_by_side_and_a_killed_one_leaves_nothing_for_long() {
    let home = Home::with_calls();
    let (one, other) = (Serving::open(&home), Serving::open(&home));
    let (mut events, file) = (one.listen(), path_in(&one.announced["token_file"]));
    other.ok("set_cost_config", &json!({"field": "monthly_ai_cap_usd", "value": "50"}));
    assert_eq!(events.next(), Some(changed()));
    assert_ne!(one.announced["token_file"], other.announced["token_file"]);
    let held = path_in(&one.hold("calls.csv", OPENROUTER));
    drop(one); // Killed.
    assert!(file.exists() && held.exists());
    assert_eq!(other.stop(), Some(0));
    let next = Serving::start(&home, "serve");
    assert!(!file.exists() && !held.exists());
    drop(next);
}

#[test]
fn what_is_printed() {
    let home = Home::new();
    let serving = Serving::start(&home, "serve");
    let shown = serving.announced.to_string();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("[0-9a-f]{32}", "[code]");
    settings.add_filter(r"(127\.0\.0\.1:|serve-)[0-9]+", "$1[port]");
    settings.add_filter(&home.path().display().to_string(), "[home]");
    settings.bind(|| {
        assert_snapshot!(shown, @r#"{"address":"http://127.0.0.1:[port]/","link":"http://127.0.0.1:[port]/#once=[code]","schema":"outlay.serve/1","token_file":"[home]/ledger/serve-[port].token"}"#);
    });
}

#[test]
fn what_is_refused() {
    let home = Home::new();
    let serving = Serving::start(&home, "serve");
    let address = serving.announced["address"].as_str().expect("an address");
    let port = address.trim_end_matches('/').rsplit_once(':').expect("a port").1;
    let taken = home.outlay(&format!("serve --port {port}")).to_string();
    assert_snapshot!(taken.replace(port, "[port]"), @"
    exit 1
    --- stderr
    error: port [port] is taken by another program

    hint: choose another with --port, or none: then a free one is found
    ");
    assert_snapshot!(home.outlay("serve --host 0.0.0.0"), @"
    exit 1
    --- stderr
    error: the page is served on 127.0.0.1 only, not on 0.0.0.0

    hint: reach it from another machine with `ssh -L 4717:127.0.0.1:4717 THIS-MACHINE`, and `outlay serve --port 4717` here
    ");
    assert_snapshot!(home.outlay("serve --port 99999"), @"
    exit 2
    --- stderr
    error: invalid value '99999' for '--port <PORT>': 99999 is not in 0..=65535

    For more information, try '--help'.
    ");
}
