//! Wrong usage and missing things: the words, the hint, and the exit code.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn wrong_usage_is_two() {
    let home = Home::new();
    assert_snapshot!(home.outlay("frobnicate"), @"");
    assert_snapshot!(home.outlay("log --type chat"), @"");
    assert_snapshot!(home.outlay("report month June"), @"");
    assert_snapshot!(home.outlay("report range 2026-06-09"), @"");
    assert_snapshot!(home.outlay("report range 2026-06-09 2026-06-01"), @"");
    assert_snapshot!(home.outlay("status --time-zone Berlin"), @"");
    assert_snapshot!(home.outlay("calls --over much"), @"");
    assert_snapshot!(home.outlay("calls --top 3 --limit 5"), @"");
}

#[test]
fn a_call_that_cannot_be_is_refused() {
    let home = Home::new();
    assert_snapshot!(home.outlay("log --type chat --model m --input 10 --cached 20 --output 1"), @"");
    assert_snapshot!(home.outlay("log --type chat --model m --input -1 --output 1"), @"");
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --at yesterday"), @"");
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --at 2027-01-01T00:00:00Z"), @"");
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --cost free"), @"");
    assert!(!home.ledger().exists(), "a refusal creates nothing");
}

#[test]
fn what_is_not_there_is_named() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("imports show 7f3a"), @"");
    assert_snapshot!(home.outlay("imports undo latest"), @"");
    assert_snapshot!(home.outlay("alerts resolve 7f3a"), @"");
    assert_snapshot!(home.outlay("applications rename nothing Something"), @"");
    assert_snapshot!(home.outlay("quarantine list --import 7f3a"), @"");
}
