//! The first minutes: nothing there yet, then a call, then what it cost.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn an_empty_ledger_says_how_to_begin() {
    let home = Home::new();
    assert_snapshot!(home.outlay(""), @"");
    assert_snapshot!(home.outlay("status"), @"");
    assert_snapshot!(home.outlay("report"), @"");
    assert_snapshot!(home.outlay("calls"), @"");
    assert_snapshot!(home.outlay("imports"), @"");
    assert_snapshot!(home.outlay("applications"), @"");
    assert_snapshot!(home.outlay("quarantine"), @"");
    assert_snapshot!(home.outlay("alerts"), @"");
    assert!(!home.ledger().exists(), "looking creates nothing");
}

#[test]
fn a_call_is_recorded_and_counts() {
    let home = Home::new();
    assert_snapshot!(
        home.outlay("log --type chat --model gpt-5 --provider openai --input 1200 --output 300 --cost 0.0052"),
        @""
    );
    assert_snapshot!(home.outlay(""), @"");
    assert_snapshot!(home.outlay("status -q"), @"");
}

#[test]
fn a_month_in_full() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report"), @"");
}

#[test]
fn a_month_by_other_dimensions() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report month 2026-06 --by application,provider"), @"");
}

#[test]
fn a_range_of_days() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report range 2026-06-09 2026-06-12"), @"");
}

#[test]
fn another_time_zone_moves_a_call_to_its_day() {
    let home = Home::with_calls();
    let day = |zone: &str| {
        let run = home.ok(&format!("calls --model house-model --time-zone {zone}"));
        run.stdout.lines().last().unwrap_or_default().to_owned()
    };
    assert_snapshot!(day("UTC"), @"");
    assert_snapshot!(day("Asia/Kathmandu"), @"");
}

#[test]
fn the_rows_behind_the_figures() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("calls"), @"");
    assert_snapshot!(home.outlay("calls --top 2"), @"");
    assert_snapshot!(home.outlay("calls --over 1 --all"), @"");
    assert_snapshot!(home.outlay("calls --unpriced"), @"");
    assert_snapshot!(home.outlay("calls --from 2026-06-12 --to 2026-06-15 --model gpt-5"), @"");
}

#[test]
fn somebody_elses_calls_are_not_mine() {
    let home = Home::with_calls();
    home.ok("log --type chat --model gpt-5 --input 1 --output 1 --cost 5 --user bob");
    assert_snapshot!(home.ok("status").stdout, @"");
    assert_snapshot!(home.ok("status --user bob").stdout, @"");
    assert_snapshot!(home.ok("status --user all").stdout, @"");
}
