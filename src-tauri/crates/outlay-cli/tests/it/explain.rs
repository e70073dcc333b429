//! Why a row costs what it costs, as a person reads it.

use insta::assert_snapshot;

use crate::gate::raw;
use crate::support::Home;

/// Logs a call and gives the end of its id.
fn logged(home: &Home, arguments: &str) -> String {
    home.ok(&format!("log --type chat {arguments}"));
    newest_call(home)
}

/// The end of the id of the newest row, as a person copies it from the list.
pub(crate) fn newest_call(home: &Home) -> String {
    let list = raw(home, "calls --limit 1");
    list.lines().nth(1).and_then(|row| row.split_whitespace().next()).expect("an id").to_owned()
}

#[test]
fn the_sum_stands_as_one_would_write_it() {
    let home = Home::new();
    let _steady = without_versions();
    let call = logged(
        &home,
        "--provider anthropic --model anthropic/claude-opus-4.6 --input 2000 --cached 1201 --cache-write 300 --output 7 \
         --at 2026-06-02T10:00:00Z",
    );
    assert_snapshot!("explain_computed", home.outlay(&format!("explain {call}")));
    let unpriced = logged(&home, "--model house-model --input 500 --output 20 --at 2026-06-03T10:00:00Z");
    assert_snapshot!("explain_unpriced", home.outlay(&format!("explain {unpriced}")));
    let narrow = home.narrow(60, &format!("explain {call}"));
    let widest = narrow.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(60), "{narrow}");
}

/// The price book grows more often than what is printed changes.
fn without_versions() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"20\d\d-\d\d-\d\d[a-z]?/", "[book]/");
    settings.add_filter(
        r"(genai-prices) [0-9.]+, in the price book \S+",
        "$1 [version], in the price book [book]",
    );
    settings.bind_to_scope()
}

#[test]
fn what_no_row_ends_in_is_refused() {
    let home = Home::with_calls();
    let refusals = ["explain 0000ffff0000", "explain 12"].map(|wrong| home.outlay(wrong).to_string());
    assert_snapshot!("explain_refused", refusals.join("\n"));
}
