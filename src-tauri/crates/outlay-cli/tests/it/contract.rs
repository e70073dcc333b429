//! The JSON that scripts rely on: a change of a snapshot here is a change of the contract.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn status() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("status --json"), @"");
    assert_snapshot!(Home::new().outlay("status --json"), @"");
}

#[test]
fn report_month() {
    let home = Home::with_calls();
    assert_snapshot!("report_month", home.outlay("report month 2026-06 --json"));
    assert_eq!(home.ok("report --json").stdout, home.ok("report month --json").stdout);
}

#[test]
fn report_range() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report range 2026-06-09 2026-06-10 --json"), @"");
}

#[test]
fn log() {
    let home = Home::new();
    assert_snapshot!(
        home.outlay("log --type agent --model claude-sonnet-4-5 --provider anthropic --application shop --input 52000 \
            --cached 48000 --cache-write 2000 --cache-write-long 500 --output 900 --reasoning 100 --service-tier flex \
            --batch --cost 0.125 --duration-ms 8200 --error overloaded --input-summary 'a question' \
            --output-summary 'an answer' --at 2026-06-01T08:30:00Z --json"),
        @""
    );
}

#[test]
fn config() {
    let home = Home::new();
    assert_snapshot!(home.outlay("config --json"), @"");
    assert_snapshot!(home.outlay("config set monthly_ai_cap_usd 200 --json"), @"");
}

#[test]
fn alerts() {
    assert_snapshot!(Home::with_calls().outlay("alerts list --json"), @"");
}

#[test]
fn errors() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report month 2026-13 --json"), @"");
    assert_snapshot!(home.outlay("frobnicate --json"), @"");
    assert_snapshot!(home.outlay("imports undo 7f3a --yes --json"), @"");
}

#[test]
fn settings_doctor_and_applications() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("settings --json"), @"");
    assert_snapshot!(home.outlay("doctor --json"), @"");
    assert_snapshot!(home.outlay("applications --json"), @"");
}
