//! Nothing that the terminal does tries to leave the machine: no price, no update, no name is looked up.

use serde_json::json;

use crate::browser::Serving;
use crate::sealed::nothing_leaves;
use crate::support::{COMPLETIONS, Home, OPENROUTER};

#[test]
fn nothing_tries_to_leave() {
    let Some(addresses) = nothing_leaves("offline::nothing_tries_to_leave", a_day_with_outlay) else {
        return;
    };
    assert!(
        addresses.iter().any(|address| address.contains("inet_addr(\"127.0.0.1\")")),
        "the page was asked for"
    );
}

fn a_day_with_outlay() {
    let home = Home::with_file(OPENROUTER);
    home.write("completions.csv", COMPLETIONS);
    home.ok("import activity.csv completions.csv --yes");
    for verb in
        ["status", "report", "report month 2026-06", "calls", "imports", "alerts", "settings", "doctor"]
    {
        home.ok(verb);
    }
    home.ok("log --type chat --model gpt-5 --provider openai --input 10 --output 1");
    home.ok("export --csv -o rows.csv");
    home.ok("backup copy.db");
    let serving = Serving::open(&home);
    serving.get("/");
    serving.ok("report_month", &json!({}));
    let file = serving.hold("calls.csv", &OPENROUTER.replace("gen-", "gen-later-"));
    serving.ok("commit_import", &json!({"files": [file]}));
    assert_eq!(serving.stop(), Some(0));
}
