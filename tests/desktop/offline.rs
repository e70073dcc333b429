//! Nothing that the window does tries to leave the machine, nor what WebKit does for it: no update, no certificate, no
//! name is looked up.

use serde_json::json;

use crate::desk::{Desk, call, fixture, go};
use crate::sealed::nothing_leaves;

#[test]
fn nothing_tries_to_leave() {
    let Some(addresses) = nothing_leaves("offline::nothing_tries_to_leave", a_day_at_the_window) else {
        return;
    };
    assert!(
        addresses.iter().any(|address| address.contains(".X11-unix")),
        "there was a window: {addresses:?}"
    );
}

fn a_day_at_the_window() {
    let desk = Desk::new();
    desk.outlay(&["import", &fixture("openrouter_log/every_case.csv").to_string_lossy(), "--yes"]);
    let window = desk.open(&[]);
    for screen in ["Calls", "Imports", "Settings", "Overview"] {
        go(&window, &format!("#/{}", screen.to_lowercase()), screen);
    }
    let files = json!([fixture("openai_usage/columns_24.csv")]);
    let plan = call(&window, "plan_import", &json!({ "files": files }));
    let imported = call(&window, "commit_import", &json!({ "files": files, "plan_id": plan["plan_id"] }));
    assert!(imported["error"].is_null(), "{imported}");
    desk.start_again(&["usage.csv"]);
    window.run("location.href = 'https://example.com/'; open('https://example.com/')", &[]);
    window.run("return fetch('https://example.com/').catch(() => {})", &[]);
    desk.close(window);
}
