//! Keeping the books: caps, settings, and what applications are called.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn the_configuration_goes_round() {
    let home = Home::new();
    assert_snapshot!(home.outlay("config"), @r#"
    exit 0
    --- stdout
    Configuration of ada, months in Europe/Berlin
      monthly_ai_cap_usd     $10.00 (default: it only warns until you set it)
      alert_threshold_pct    80 %
      single_call_alert      $0.50
      block_on_cap           true
      email_on_high          true
      storage_limit_bytes    none
      bandwidth_limit_bytes  none
    "#);
    assert_snapshot!(home.outlay("config set monthly_ai_cap_usd 250.50"), @r#"
    exit 0
    --- stdout
    Configuration of ada, months in Europe/Berlin
      monthly_ai_cap_usd     $250.50
      alert_threshold_pct    80 %
      single_call_alert      $0.50
      block_on_cap           true
      email_on_high          true
      storage_limit_bytes    none
      bandwidth_limit_bytes  none
    --- stderr
    monthly_ai_cap_usd is set
    "#);
    assert_snapshot!(home.outlay("config set storage_limit_bytes 1048576 -q"), @r#"
    exit 0
    --- stdout
    Configuration of ada, months in Europe/Berlin
      monthly_ai_cap_usd     $250.50
      alert_threshold_pct    80 %
      single_call_alert      $0.50
      block_on_cap           true
      email_on_high          true
      storage_limit_bytes    1,048,576
      bandwidth_limit_bytes  none
    "#);
    assert_snapshot!(home.outlay("status"), @r#"
    exit 0
    --- stdout
    June 2026: $0.00 of $250.50 (0 %), no data yet
    "#);
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
    assert_snapshot!(home.outlay("config set monthly_cap 10"), @r#"
    exit 2
    --- stderr
    error: `monthly_cap` is no field of the cost configuration; one of: monthly_ai_cap_usd, alert_threshold_pct, single_call_alert, block_on_cap, email_on_high, storage_limit_bytes, bandwidth_limit_bytes
    "#);
    assert!(!home.ledger().exists(), "a refusal creates nothing");
}

#[test]
fn the_time_zone_is_a_setting() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("settings set time_zone Asia/Kathmandu"), @"
    exit 0
    --- stdout
    Settings
      time_zone          Asia/Kathmandu
      notify_from        not set
      quiet_hours        off
      tray               not set
      gate_when_unknown  closed
      owner              ada
      ledger             [home]/ledger/outlay.db
    --- stderr
    time_zone is set
    ");
    assert_snapshot!(home.outlay("settings set time_zone Europa/Berlin"), @r#"
    exit 2
    --- stderr
    error: `Europa/Berlin` is not a time zone; did you mean Europe/Berlin or Europe/Dublin or Europe/Tirane?
    "#);
    assert_snapshot!(home.outlay("settings set zone UTC"), @"
    exit 2
    --- stderr
    error: there is no setting `zone`; there are: time_zone, gate_when_unknown, notify_from, quiet_hours, tray
    ");
}

#[test]
fn applications_are_renamed_and_merged() {
    let home = Home::with_calls();
    home.ok(
        "log --type chat --model gpt-5 --provider openai --application web --input 1 --output 1 --cost 1",
    );
    assert_snapshot!(home.outlay("applications list"), @r#"
    exit 0
    --- stdout
      Application  Provider  Account  Named by the source
      shop         openai    default  shop
      web          openai    default  web
    "#);
    assert_snapshot!(home.outlay("applications rename shop Storefront"), @r#"
    exit 0
    --- stdout
      Application  Provider  Account  Named by the source
      Storefront   openai    default  shop
      web          openai    default  web
    --- stderr
    shop is called Storefront now; its rows keep what they say
    "#);
    assert_snapshot!(home.outlay("applications merge web Storefront"), @r#"
    exit 0
    --- stdout
      Application  Provider  Account  Named by the source  Part of
      Storefront   openai    default  shop
      web          openai    default  web                  Storefront
    --- stderr
    web counts as part of Storefront now
    "#);
    assert_snapshot!(home.outlay("applications merge nothing Storefront"), @r#"
    exit 1
    --- stderr
    error: there is no application nothing

    hint: the list shows what there is
    "#);
    assert_snapshot!(home.outlay("report --by application -q"), @r#"
    exit 0
    --- stdout
    June 2026, days in Europe/Berlin

      Spend       at least $5.50 from openai, unknown
      Calls       6
      Tokens in   48,501, 74 % from a cache
      Tokens out  3,221

      Application     Spend  Share  Calls  Average  Tokens
      Storefront      $5.50  100 %      5    $1.10  51,202
      (none)       no price             1        –     520

    Day by day
      Day                       Spend  Calls
      2026-06-01  Mon         no data         until 2026-06-08
      2026-06-09  Tue           $1.25      1  ████████████████
      2026-06-10  Wed          $0.004      1  ▏
      2026-06-11  Thu         no data
      2026-06-12  Fri           $2.50      1  ████████████████████████████████
      2026-06-13  Sat         no data         until 2026-06-14
      2026-06-15  Mon           $0.75      1  █████████▌
      2026-06-16  Tue         no data         until 2026-06-17
      2026-06-18  Thu  at least $0.00      1
      2026-06-19  Fri           $1.00      1  ████████████▊

    Month-end
      Likely    not enough history: 5 of 7 complete days; at least: 1 row has no price
      Run-rate  at least $8.69, spend per day so far times the days of the month

    1 row has no known price, so the true spend is higher: `outlay calls --unpriced` shows what is missing
    "#);
}
