//! Keeping the books: caps, settings, and what applications are called.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn the_configuration_goes_round() {
    let home = Home::new();
    assert_snapshot!(home.outlay("config"), @"");
    assert_snapshot!(home.outlay("config set monthly_ai_cap_usd 250.50"), @"");
    assert_snapshot!(home.outlay("config set storage_limit_bytes 1048576 -q"), @"");
    assert_snapshot!(home.outlay("status"), @"");
}

#[test]
fn a_bad_value_is_refused_with_the_name_of_its_field() {
    let home = Home::new();
    for setting in [
        "monthly_ai_cap_usd -1",
        "monthly_ai_cap_usd NaN",
        "alert_threshold_pct 101",
        "single_call_alert 0",
        "block_on_cap yes",
        "storage_limit_bytes 0",
    ] {
        let run = home.outlay(&format!("config set {setting}"));
        let (field, value) = setting.split_once(' ').expect("a field and a value");
        assert_eq!(run.code, 2, "{run}");
        assert!(run.stderr.contains(field) && run.stderr.contains(value), "{run}");
    }
    assert_snapshot!(home.outlay("config set monthly_cap 10"), @"");
    assert!(!home.ledger().exists(), "a refusal creates nothing");
}

#[test]
fn the_time_zone_is_a_setting() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("settings set time_zone Asia/Kathmandu"), @"");
    assert_snapshot!(home.outlay("settings set time_zone Europa/Berlin"), @"");
    assert_snapshot!(home.outlay("settings set zone UTC"), @"");
}

#[test]
fn applications_are_renamed_and_merged() {
    let home = Home::with_calls();
    home.ok(
        "log --type chat --model gpt-5 --provider openai --application web --input 1 --output 1 --cost 1",
    );
    assert_snapshot!(home.outlay("applications list"), @"");
    assert_snapshot!(home.outlay("applications rename shop Storefront"), @"");
    assert_snapshot!(home.outlay("applications merge web Storefront"), @"");
    assert_snapshot!(home.outlay("applications merge nothing Storefront"), @"");
    assert_snapshot!(home.outlay("report --by application -q"), @"");
}
