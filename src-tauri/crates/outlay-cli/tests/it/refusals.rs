//! Wrong usage and missing things: the words, the hint, and the exit code.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn wrong_usage_is_two() {
    let home = Home::new();
    assert_snapshot!(home.outlay("frobnicate"), @r#"
    exit 2
    --- stderr
    error: unrecognized subcommand 'frobnicate'

    Usage: outlay [OPTIONS] [COMMAND]

    For more information, try '--help'.
    "#);
    assert_snapshot!(home.outlay("log --type chat"), @r#"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      --model <MODEL>
      --input <N>
      --output <N>

    Usage: outlay log --type <TYPE> --model <MODEL> --input <N> --output <N>

    For more information, try '--help'.
    "#);
    assert_snapshot!(home.outlay("report month June"), @r#"
    exit 2
    --- stderr
    error: `June` is not a month (write it as 2026-06)
    "#);
    assert_snapshot!(home.outlay("report range 2026-06-09"), @r#"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <TO>

    Usage: outlay report range <FROM> <TO>

    For more information, try '--help'.
    "#);
    assert_snapshot!(home.outlay("report range 2026-06-09 2026-06-01"), @r#"
    exit 2
    --- stderr
    error: `to` is 2026-06-01, which is before 2026-06-09
    "#);
    assert_snapshot!(home.outlay("status --time-zone Berlin"), @r#"
    exit 2
    --- stderr
    error: `Berlin` is not a time zone; did you mean Europe/Berlin?
    "#);
    assert_snapshot!(home.outlay("calls --over much"), @r#"
    exit 2
    --- stderr
    error: `much` is not a decimal number
    "#);
    assert_snapshot!(home.outlay("calls --top 3 --limit 5"), @r#"
    exit 2
    --- stderr
    error: the argument '--top <N>' cannot be used with '--limit <N>'

    Usage: outlay calls --top <N>

    For more information, try '--help'.
    "#);
}

#[test]
fn a_call_that_cannot_be_is_refused() {
    let home = Home::new();
    assert_snapshot!(home.outlay("log --type chat --model m --input 10 --cached 20 --output 1"), @r#"
    exit 2
    --- stderr
    error: `tokens_input` is 10, less than its parts: 20 cached and 0 written
    "#);
    assert_snapshot!(home.outlay("log --type chat --model m --input -1 --output 1"), @r#"
    exit 2
    --- stderr
    error: `tokens_input` is -1, less than its parts: 0 cached and 0 written
    "#);
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --at yesterday"), @r#"
    exit 2
    --- stderr
    error: `yesterday` is not an instant

    hint: write it as 2026-06-19T08:30:00Z
    "#);
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --at 2027-01-01T00:00:00Z"), @r#"
    exit 2
    --- stderr
    error: `at` is 2027-01-01T00:00:00.000000Z, and it is 2026-06-19T15:42:10.000000Z now
    "#);
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --cost free"), @r#"
    exit 2
    --- stderr
    error: `free` is not a decimal number
    "#);
    assert!(!home.ledger().exists(), "a refusal creates nothing");
}

#[test]
fn what_is_not_there_is_named() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("imports show 7f3a"), @r#"
    exit 1
    --- stderr
    error: there is no import 7f3a

    hint: the list shows what there is
    "#);
    assert_snapshot!(home.outlay("imports undo latest"), @r#"
    exit 1
    --- stderr
    error: no import counts, so there is nothing to undo

    hint: `outlay imports list` shows what there is
    "#);
    assert_snapshot!(home.outlay("alerts resolve 7f3a"), @r#"
    exit 1
    --- stderr
    error: there is no alert 7f3a

    hint: the list shows what there is
    "#);
    assert_snapshot!(home.outlay("applications rename nothing Something"), @r#"
    exit 1
    --- stderr
    error: there is no application nothing

    hint: the list shows what there is
    "#);
    assert_snapshot!(home.outlay("quarantine list --import 7f3a"), @r#"
    exit 1
    --- stderr
    error: there is no import 7f3a

    hint: the list shows what there is
    "#);
}

#[test]
fn limits_are_one_persons() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("budget check --user all"), @"
    exit 2
    --- stderr
    error: `user` takes the name of one person here, whose limits and calls these are
    ");
}
