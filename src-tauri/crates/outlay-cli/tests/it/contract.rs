//! The JSON that scripts rely on: a change of a snapshot here is a change of the contract.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn status() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("status --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.status/1","month":"2026-06","time_zone":"Europe/Berlin","spend":"4.504","at_least":true,"about":false,"cap":"10","cap_confirmed":false,"used":"0.4504","newest":"2026-06-18T21:30:00.000000Z"}
    "#);
    assert_snapshot!(Home::new().outlay("status --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.status/1","month":"2026-06","time_zone":"Europe/Berlin","spend":"0","at_least":false,"about":false,"cap":"10","cap_confirmed":false,"used":"0.0000","newest":null}
    "#);
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
    assert_snapshot!(home.outlay("report range 2026-06-09 2026-06-10 --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.report-range/1","from":"2026-06-09","to":"2026-06-10","time_zone":"Europe/Berlin","users":[{"name":"ada","is_me":true}],"spend":"1.254","at_least":false,"about":false,"unpriced_rows":0,"included_value":"0","calls":2,"calls_unknown_rows":0,"tokens_input":24000,"tokens_output":1600,"cached_tokens":18000,"by_type":[{"generation_type":"chat","calls":2,"spend":"1.254","at_least":false,"unpriced_rows":0,"average":"0.627","tokens":25600}],"by_model":[{"model":"gpt-5","calls":2,"spend":"1.254","at_least":false,"unpriced_rows":0,"average":"0.627","tokens":25600}],"by_provider":[{"provider":"openai","calls":2,"spend":"1.254","at_least":false,"unpriced_rows":0,"average":"0.627","tokens":25600}],"by_application":[{"application":"[id]","name":"shop","calls":2,"spend":"1.254","at_least":false,"unpriced_rows":0,"average":"0.627","tokens":25600}],"by_member":[{"user":"ada","calls":2,"spend":"1.254","at_least":false,"unpriced_rows":0,"average":"0.627","tokens":25600}],"by_device":null,"daily":[{"day":"2026-06-09","spend":"1.25","at_least":false,"calls":1,"has_data":true},{"day":"2026-06-10","spend":"0.004","at_least":false,"calls":1,"has_data":true}]}
    "#);
}

#[test]
fn log() {
    let home = Home::new();
    assert_snapshot!(
        home.outlay("log --type agent --model claude-sonnet-4-5 --provider anthropic --application shop --input 52000 \
            --cached 48000 --cache-write 2000 --cache-write-long 500 --output 900 --reasoning 100 --service-tier flex \
            --batch --cost 0.125 --duration-ms 8200 --error overloaded --input-summary 'a question' \
            --output-summary 'an answer' --at 2026-06-01T08:30:00Z --json"),
        @r#"
    exit 0
    --- stdout
    {"schema":"outlay.call/1","id":"[id]","created_at":"2026-06-01T08:30:00.000000Z","period_end":null,"request_count":1,"user_id":"ada","application":{"id":"[id]","name":"shop"},"generation_type":"agent","model_used":"claude-sonnet-4-5","provider":"anthropic","account":"default","cost":"0.125","basis":"billed","cost_exact":true,"list_value":null,"tokens_input":52000,"tokens_output":900,"cached_tokens":48000,"cache_write_tokens":2000,"cache_write_long_tokens":500,"reasoning_tokens":100,"other_units":null,"service_tier":"flex","batch":true,"variant":"{}","labels":"{}","duration_ms":8200,"error":"overloaded","input_summary":"a question","output_summary":"an answer","price_id":null,"price_note":null,"priced_at":null,"source":"manual","source_key":"[id]","fingerprint":"00000000000000000000000000000000","import_id":null,"file_name":null,"source_line":null,"money_left_out":false,"usage_left_out":false,"left_out_reason":null}
    "#
    );
}

#[test]
fn config() {
    let home = Home::new();
    assert_snapshot!(home.outlay("config --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.config/1","user_id":"ada","monthly_ai_cap_usd":"10","alert_threshold_pct":80,"single_call_alert":"0.5","block_on_cap":true,"email_on_high":true,"storage_limit_bytes":null,"bandwidth_limit_bytes":null,"time_zone":"Europe/Berlin","confirmed_at":null}
    "#);
    assert_snapshot!(home.outlay("config set monthly_ai_cap_usd 200 --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.config/1","user_id":"ada","monthly_ai_cap_usd":"200","alert_threshold_pct":80,"single_call_alert":"0.5","block_on_cap":true,"email_on_high":true,"storage_limit_bytes":null,"bandwidth_limit_bytes":null,"time_zone":"Europe/Berlin","confirmed_at":"2026-06-19T15:42:10.000000Z"}
    "#);
}

#[test]
fn alerts() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("alerts list --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.alerts/1","alerts":[{"id":"[id]","user_id":"ada","alert_type":"single_call_high","severity":"medium","message":"One call cost $0.75, $0.25 more than the limit of $0.50: gpt-5 of openai, 15 June 2026, 11:00","threshold":0.5,"actual":0.75,"money":{"threshold":"0.5","actual":"0.75","impact":"0.25","impact_share":"0.5000"},"subject":{"day":null,"month":null,"provider":null,"model":null,"call":"[id]","import":null},"resolved":false,"resolved_at":null,"resolution":null,"expected":null,"snoozed_until":null,"snooze_reason":null,"created_at":"2026-06-19T15:42:10.000000Z"},{"id":"[id]","user_id":"ada","alert_type":"single_call_high","severity":"medium","message":"One call cost $2.50, $2.00 more than the limit of $0.50: gpt-5 of openai, 12 June 2026, 11:00","threshold":0.5,"actual":2.5,"money":{"threshold":"0.5","actual":"2.5","impact":"2","impact_share":"4.0000"},"subject":{"day":null,"month":null,"provider":null,"model":null,"call":"[id]","import":null},"resolved":false,"resolved_at":null,"resolution":null,"expected":null,"snoozed_until":null,"snooze_reason":null,"created_at":"2026-06-19T15:42:10.000000Z"},{"id":"[id]","user_id":"ada","alert_type":"single_call_high","severity":"medium","message":"One call cost $1.25, $0.75 more than the limit of $0.50: gpt-5 of openai, 9 June 2026, 11:00","threshold":0.5,"actual":1.25,"money":{"threshold":"0.5","actual":"1.25","impact":"0.75","impact_share":"1.5000"},"subject":{"day":null,"month":null,"provider":null,"model":null,"call":"[id]","import":null},"resolved":false,"resolved_at":null,"resolution":null,"expected":null,"snoozed_until":null,"snooze_reason":null,"created_at":"2026-06-19T15:42:10.000000Z"}],"unresolved":3,"snoozed":0,"newest":"2026-06-19T15:42:10.000000Z","watching":["monthly_cap_warning","monthly_cap_reached","single_call_high","daily_spike","storage_warning","forecast_over_cap","source_stale","backfill_summary"]}
    "#);
    assert_snapshot!(home.outlay("alerts check --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.alerts-check/1","raised":[],"resolved":[]}
    "#);
    home.ok(
        "log --type chat --model m --provider p --input 1 --output 1 --cost 12 --at 2026-06-19T08:00:00Z",
    );
    assert_snapshot!(home.outlay("alerts"), @"
    exit 0
    --- stdout
      Raised                Severity  Alert                                                                                                                                                          State  Id
      2026-06-19 15:42 UTC  medium    One call cost $12.00, $11.50 more than the limit of $0.50: m of p, 19 June 2026, 10:00                                                                         open   [id]
      2026-06-19 15:42 UTC  high      19 June 2026 cost $12.00 so far, $11.25 above the usual $0.75 (median of 5 weekdays of the 28 days before); a spike is $5.00 or more, however little is usual  open   [id]
      2026-06-19 15:42 UTC  high      June 2026: at least $16.50 spent, $6.50 over the default cap of $10.00 (165 %)                                                                                 open   [id]
      2026-06-19 15:42 UTC  medium    One call cost $0.75, $0.25 more than the limit of $0.50: gpt-5 of openai, 15 June 2026, 11:00                                                                  open   [id]
      2026-06-19 15:42 UTC  medium    One call cost $2.50, $2.00 more than the limit of $0.50: gpt-5 of openai, 12 June 2026, 11:00                                                                  open   [id]
      2026-06-19 15:42 UTC  medium    One call cost $1.25, $0.75 more than the limit of $0.50: gpt-5 of openai, 9 June 2026, 11:00                                                                   open   [id]
    ");
    assert_eq!(home.ok("alerts check").stdout, "Nothing has changed\n");
}

#[test]
fn errors() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report month 2026-13 --json"), @r#"
    exit 2
    --- stderr
    {"error":{"code":"usage","hint":null,"message":"`2026-13` is not a month (write it as 2026-06)"}}
    "#);
    assert_snapshot!(home.outlay("frobnicate --json"), @r#"
    exit 2
    --- stderr
    {"error":{"code":"usage","hint":"`outlay --help` shows what can be typed","message":"unrecognized subcommand 'frobnicate'"}}
    "#);
    assert_snapshot!(home.outlay("imports undo 7f3a --yes --json"), @r#"
    exit 1
    --- stderr
    {"error":{"code":"not_found","hint":"The list shows what there is.","message":"there is no import 7f3a"}}
    "#);
}

#[test]
fn settings_doctor_and_applications() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("settings --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.settings/1","owner":"ada","time_zone":"Europe/Berlin","gate_when_unknown":"closed","ledger":"[home]/ledger/outlay.db","notify_from":null,"quiet_hours":null,"paused_until":null,"notifies":false,"tray":null,"tray_place":"not_here","sample":false,"sample_removable":false,"ledger_problem":null}
    "#);
    assert_snapshot!(home.outlay("doctor --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.doctor/1","ledger":"[home]/ledger/outlay.db","healthy":true,"state":"good","restorable":false,"rows":5,"checks":[{"name":"the file can be opened, and its pages are sound","outcome":"good","findings":[]},{"name":"every row points to something","outcome":"good","findings":[]},{"name":"totals are what the rows say","outcome":"good","findings":[]}]}
    "#);
    assert_snapshot!(home.outlay("applications --json"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.applications/1","applications":[{"id":"[id]","name":"shop","provider":"openai","account":"default","project":"shop","merged_into":null}]}
    "#);
}
