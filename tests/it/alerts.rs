//! Alerts on a real ledger, through the commands: raised once, with the rows that cause them, and ended rightly.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use outlay_core::instant::Instant;
use proptest::prelude::*;
use serde_json::json;

use crate::scene::{Scene, days, instant};
use crate::stage::{NOW, Stage};

#[test]
fn a_cap_warns_is_reached_is_raised_and_the_next_month_starts_clean() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100");
    scene.log("7.999999999", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), "", "nothing is reached");
    scene.log("0.000000001", "2026-06-19T10:01:00Z").log("1", "2026-06-19T10:02:00Z");
    assert_eq!(scene.told(), "monthly_cap_warning medium open");
    scene.log("1", "2026-06-19T10:03:00Z").log("5", "2026-06-19T10:04:00Z");
    assert_eq!(scene.told(), "monthly_cap_reached critical open\nmonthly_cap_warning medium auto_resolved");
    let restarted = Stage::another(scene.stage.folder.path());
    let call = json!({"generation_type": "chat", "model": "m-1", "provider": "acme", "cost": "1"});
    scene.stage.api.call(&restarted, "log_generation", call).expect("a call");
    assert_eq!(scene.told(), "monthly_cap_reached critical open\nmonthly_cap_warning medium auto_resolved");

    scene.set("monthly_ai_cap_usd", "100");
    let raised = "monthly_cap_reached critical cap_increased\nmonthly_cap_warning medium auto_resolved";
    assert_eq!(scene.told(), raised);
    scene.log("70", "2026-06-19T10:05:00Z");
    let armed = format!("{raised}\nmonthly_cap_warning medium open");
    assert_eq!(scene.told(), armed, "another cap arms the warning anew");

    scene.at("2026-06-30T21:59:00Z").check();
    assert_eq!(scene.told(), armed, "it is still June in Berlin");
    scene.at("2026-06-30T22:00:00Z").check();
    let over = format!("{}\n{raised}", "monthly_cap_warning medium auto_resolved");
    let sorted = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(sorted(&scene.told()), sorted(&over), "July starts clean");
    scene.log("85", "2026-06-30T22:01:00Z");
    assert!(scene.told().contains("monthly_cap_warning medium open"), "{}", scene.told());
}

#[test]
fn a_cap_that_begins_to_block_makes_what_stands_critical() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("block_on_cap", "false").set("single_call_alert", "100");
    scene.budget(json!({"name": "CI", "provider": "acme", "amount": "5"}));
    scene.log("12", "2026-06-19T10:00:00Z");
    let severities = || {
        let reached = scene
            .told()
            .lines()
            .filter(|line| line.contains("reached"))
            .map(str::to_owned)
            .collect::<Vec<_>>();
        reached.join(", ")
    };
    assert_eq!(severities(), "monthly_cap_reached high open, monthly_cap_reached high open");
    scene.set("block_on_cap", "true");
    assert_eq!(severities(), "monthly_cap_reached critical open, monthly_cap_reached high open");
    scene.budget(json!({"name": "CI", "mode": "block"}));
    let critical = "monthly_cap_reached critical open, monthly_cap_reached critical open";
    assert_eq!(severities(), critical);
    scene.set("block_on_cap", "false").check();
    assert_eq!(severities(), critical, "never lowered");
}

#[test]
fn a_warning_is_over_when_its_limit_is_reached_and_comes_back_below_it() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100");
    scene.log("8", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), "monthly_cap_warning medium open");
    let import = scene.import(&days(["2026-06-19"], "3"));
    let reached = "monthly_cap_reached critical open\nmonthly_cap_warning medium auto_resolved";
    assert_eq!(scene.told(), reached);
    scene.check();
    assert_eq!(scene.told(), reached, "a look changes nothing");
    scene.stage.answer("undo_import", json!({"id": import}));
    insta::assert_snapshot!(scene.told(), @"
    monthly_cap_reached critical auto_resolved
    monthly_cap_warning medium auto_resolved
    monthly_cap_warning medium open
    ");
    scene.stage.answer("redo_import", json!({"id": import}));
    insta::assert_snapshot!(scene.told(), @"
    monthly_cap_reached critical auto_resolved
    monthly_cap_reached critical open
    monthly_cap_warning medium auto_resolved
    monthly_cap_warning medium auto_resolved
    ");
}

#[test]
fn a_warning_stands_where_nobody_watches_for_the_limit() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100");
    scene.stage.answer("set_rule", json!({"rule": "monthly_cap_reached", "on": false}));
    scene.log("12", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), "monthly_cap_warning medium open");
}

#[test]
fn a_default_cap_is_called_so_and_is_armed_anew_when_it_is_confirmed() {
    let scene = Scene::new();
    scene.set("single_call_alert", "100").log("12", "2026-06-19T10:00:00Z");
    let told = scene.stage.answer("list_alerts", json!({}));
    for alert in told["alerts"].as_array().expect("alerts") {
        assert!(
            alert["message"].as_str().is_some_and(|message| message.contains("the default cap")),
            "{alert}"
        );
        assert_ne!(alert["severity"], "critical", "it never blocks");
    }
    scene.set("monthly_ai_cap_usd", "10");
    insta::assert_snapshot!(scene.told(), @"
    monthly_cap_reached critical open
    monthly_cap_reached high auto_resolved
    monthly_cap_warning medium auto_resolved
    monthly_cap_warning medium auto_resolved
    ");
}

#[test]
fn an_undo_ends_what_no_longer_holds_and_a_redo_tells_of_the_limits_again() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10");
    let import = scene.import(&days(["2026-06-18", "2026-06-19"], "6"));
    let told = scene.told();
    insta::assert_snapshot!(told, @"
    monthly_cap_reached critical open
    monthly_cap_warning medium auto_resolved
    single_call_high medium open
    single_call_high medium open
    ");
    scene.stage.answer("plan_undo", json!({"id": import}));
    assert_eq!(scene.told(), told, "a plan changes nothing");
    scene.stage.answer("undo_import", json!({"id": import}));
    assert_eq!(scene.told(), told.replace("open", "auto_resolved"));
    scene.stage.answer("redo_import", json!({"id": import}));
    insta::assert_snapshot!(scene.told(), @"
    monthly_cap_reached critical auto_resolved
    monthly_cap_reached critical open
    monthly_cap_warning medium auto_resolved
    single_call_high medium auto_resolved
    single_call_high medium auto_resolved
    ");
    let again = scene.told();
    scene.check();
    assert_eq!(scene.told(), again, "what stands is not told again");
}

#[test]
fn a_cap_that_is_lowered_again_is_told_again_until_somebody_has_seen_it() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10").set("single_call_alert", "100").log("12", "2026-06-19T10:00:00Z");
    scene.set("monthly_ai_cap_usd", "100").set("monthly_ai_cap_usd", "10");
    insta::assert_snapshot!(scene.told(), @"
    monthly_cap_reached critical cap_increased
    monthly_cap_reached critical open
    monthly_cap_warning medium auto_resolved
    ");
    let alerts = scene.stage.answer("list_alerts", json!({}));
    for alert in alerts["alerts"].as_array().expect("alerts") {
        scene.stage.answer("resolve_alert", json!({"id": alert["id"]}));
    }
    scene.check();
    assert!(!scene.told().contains("open"), "{}", scene.told());
}

#[test]
fn a_call_that_is_restated_below_the_limit_is_no_longer_high() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "100");
    scene.import(&[
        "g-1,2026-06-18T12:00:00Z,m-1,1.5".to_owned(),
        "g-2,2026-06-18T12:00:01Z,m-1,1.5".to_owned(),
    ]);
    assert_eq!(scene.told(), "single_call_high medium open\nsingle_call_high medium open");
    scene.at("2026-06-19T13:00:00Z");
    let mut request = scene.request(&["g-1,2026-06-18T12:00:00Z,m-1,0.2".to_owned()]);
    request["as_of"] = json!("2026-06-19T12:30:00Z");
    scene.stage.answer("commit_import", request);
    assert_eq!(scene.told(), "single_call_high medium auto_resolved\nsingle_call_high medium open");
    scene.set("single_call_alert", "2");
    assert_eq!(scene.told(), "single_call_high medium auto_resolved\nsingle_call_high medium auto_resolved");
}

#[test]
fn single_calls_are_of_this_month_and_never_aggregates() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000");
    scene.log("3", "2026-05-31T21:59:59Z");
    assert_eq!(scene.told(), "", "May in Berlin");
    scene.log("3", "2026-05-31T22:00:00Z");
    assert_eq!(scene.told(), "single_call_high medium open", "June in Berlin");
    scene.log("0.5", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), "single_call_high medium open", "the limit itself is allowed");
    assert_eq!(scene.keys(&["single_call_high"]).len(), 1);
}

#[test]
fn a_first_import_of_old_data_is_told_once() {
    let scene = Scene::new();
    let mut rows =
        days(["2026-02-01", "2026-02-02", "2026-02-03", "2026-03-04", "2026-03-05", "2026-04-06"], "80");
    rows.extend(days(["2026-04-07", "2026-04-08", "2026-04-09", "2026-04-10", "2026-04-13"], "2"));
    let import = scene.import(&rows);
    assert_eq!(scene.told(), "backfill_summary low open");
    scene.import(&days(["2026-01-05"], "80"));
    assert_eq!(
        scene.told(),
        "backfill_summary low auto_resolved\nbackfill_summary low open",
        "the later one stands"
    );
    scene.stage.answer("undo_import", json!({"id": import}));
    scene.stage.answer("redo_import", json!({"id": import}));
    assert_eq!(scene.told(), "backfill_summary low auto_resolved\nbackfill_summary low open");
    let overview = scene.stage.answer("overview", json!({}));
    assert_eq!(overview["attention"], json!([]), "a summary needs no look");
}

#[test]
fn rows_of_this_month_older_than_three_days_count_towards_the_cap_and_are_no_single_alerts() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "10");
    scene.import(&days(["2026-06-02", "2026-06-03", "2026-06-18"], "3"));
    insta::assert_snapshot!(scene.told(), @"
    backfill_summary low open
    forecast_over_cap low open
    monthly_cap_warning medium open
    single_call_high medium open
    ");
}

/// Weekdays at 2 dollars and weekends at nothing, for the five weeks before 16 June.
fn usual_days() -> Vec<String> {
    let first = "2026-05-12".parse::<outlay_core::period::Day>().expect("a day");
    let call = |day: outlay_core::period::Day| format!("usual-{day},{day}T08:00:00Z,m-1,2");
    first.through(first.plus(34)).filter(|day| !day.is_weekend()).map(call).collect()
}

#[test]
fn a_spike_is_told_once_a_day_and_ends_with_the_rows() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1000").set("single_call_alert", "100");
    scene.import(&usual_days());
    scene.log("4.99", "2026-06-18T10:00:00Z");
    assert!(!scene.told().contains("daily_spike"));
    let spike = scene.import(&days(["2026-06-18"], "20"));
    scene.log("30", "2026-06-18T11:00:00Z").log("9", "2026-06-19T11:00:00Z");
    let keys: Vec<_> = scene.keys(&["daily_spike"]).into_iter().map(|(_, key)| key).collect();
    assert_eq!(keys, ["2026-06-18", "2026-06-19"]);
    scene.stage.answer("undo_import", json!({"id": spike}));
    assert!(!scene.told().contains("daily_spike high auto_resolved"), "34.99 is a spike, too");
}

#[test]
fn time_alone_is_looked_at_and_writes_only_what_changes() {
    let scene = Scene::new();
    assert_eq!(scene.check()["raised"], json!([]));
    assert!(!scene.stage.path("data").exists(), "a look creates no ledger");
    scene.set("monthly_ai_cap_usd", "100");
    for (day, next) in [("2026-06-15", "2026-06-16T09:00:00Z"), ("2026-06-16", "2026-06-17T09:00:00Z")] {
        scene.at(next).import(&days([day], "0.1"));
    }
    let before = scene.stage.app.revision();
    scene.at("2026-06-18T12:00:00Z").check();
    assert_eq!((scene.told(), scene.stage.app.revision()), (String::new(), before));
    let stale = scene.at("2026-06-20T12:00:00Z").check();
    assert_eq!(stale["raised"][0]["alert_type"], "source_stale", "{stale}");
    insta::assert_snapshot!(stale["raised"][0]["message"].as_str().expect("words"), @"mapped-csv, account default, says nothing since 16 June 2026, 4 days ago; it usually speaks again within 1 day");
    assert_eq!(scene.stage.app.revision(), before + 1);
    scene.check();
    assert_eq!(scene.stage.app.revision(), before + 1, "once is enough");
    scene.import(&days(["2026-06-19"], "0.1"));
    assert_eq!(scene.told(), "source_stale low auto_resolved");
}

#[test]
fn a_disk_that_runs_low_is_told_and_has_room_again() {
    let scene = Scene::new();
    scene.free.store(999_999_999, Ordering::Relaxed);
    scene.log("0.1", "2026-06-19T10:00:00Z");
    assert_eq!(scene.told(), "storage_warning high open");
    scene.free.store(1_000_000_000, Ordering::Relaxed);
    scene.check();
    assert_eq!(scene.told(), "storage_warning high auto_resolved");
    scene.set("storage_limit_bytes", "1000");
    assert_eq!(scene.told(), "storage_warning high auto_resolved\nstorage_warning low open");
    scene.set("storage_limit_bytes", "1000000000");
    assert!(!scene.told().contains("open"));
}

#[test]
fn months_of_days_of_23_and_25_hours_begin_and_end_where_they_do() {
    // March in Los Angeles begins in winter time and ends in summer time; November the other way about.
    for (now, before, first, last) in [
        ("2026-04-01T06:59:59Z", "2026-03-01T07:59:59Z", "2026-03-01T08:00:00Z", "2026-04-01T06:59:58Z"),
        ("2026-12-01T07:59:59Z", "2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z", "2026-12-01T07:59:58Z"),
    ] {
        let scene = Scene::in_zone("America/Los_Angeles");
        scene.at(now).set("monthly_ai_cap_usd", "1").set("single_call_alert", "10");
        scene.log("0.5", before).log("0.5", first);
        assert_eq!(scene.told(), "", "half of the cap in the month");
        scene.log("0.5", last);
        assert_eq!(
            scene.told(),
            "monthly_cap_reached critical open\nmonthly_cap_warning medium auto_resolved"
        );
    }
}

#[test]
fn another_time_zone_is_another_month() {
    let scene = Scene::new();
    scene.at("2026-06-30T22:30:00Z").set("monthly_ai_cap_usd", "1").set("single_call_alert", "10");
    scene.log("1", "2026-06-30T21:00:00Z");
    assert_eq!(scene.told(), "", "the call was made in June, and in Berlin it is July");
    scene.stage.answer("set_setting", json!({"name": "time_zone", "value": "UTC"}));
    assert_eq!(scene.told(), "monthly_cap_reached critical open\nmonthly_cap_warning medium auto_resolved");
    scene.stage.answer("set_setting", json!({"name": "time_zone", "value": "Europe/Berlin"}));
    assert!(!scene.told().contains("open"));
}

#[test]
fn of_a_clock_that_was_ahead_nothing_stands_and_the_month_is_told_when_it_comes() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1").set("single_call_alert", "10");
    scene.log("1", "2026-06-19T10:00:00Z");
    scene.at("2026-05-19T10:00:00Z").check();
    assert!(!scene.told().contains("open"), "{}", scene.told());
    scene.at("2026-06-20T10:00:00Z").log("1", "2026-06-20T09:00:00Z");
    assert!(scene.told().contains("monthly_cap_reached critical open"), "{}", scene.told());
}

#[test]
fn an_import_that_is_not_kept_tells_nothing() {
    let scene = Scene::new();
    scene.set("monthly_ai_cap_usd", "1");
    scene.stage.answer("plan_import", scene.request(&days(["2026-06-19"], "5")));
    scene.stage.refusal("commit_import", {
        let mut request = scene.request(&days(["2026-06-19"], "5"));
        request["plan_id"] = json!("0-0");
        request
    });
    assert_eq!(scene.told(), "");
}

/// Alerts whose set must not depend on how the rows come.
const OF_ROWS: [&str; 3] = ["monthly_cap_warning", "monthly_cap_reached", "single_call_high"];

/// A row of June: how many hours ago, and what it cost in cents.
type June = (i64, u32);

fn row(number: usize, (hours, cents): June) -> String {
    let at = Instant::from_micros(instant(NOW).micros() - hours * 3_600_000_000);
    format!("g-{number},{at},m-{},{}.{:02}", number % 2, cents / 100, cents % 100)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn rows_raise_the_same_in_any_order_and_grouping(
        rows in proptest::collection::vec((0..440_i64, 1..300_u32), 1..14),
        (order, files) in proptest::collection::vec((any::<u32>(), 0..5_usize), 14).prop_map(|keys| keys.into_iter().unzip::<u32, usize, Vec<_>, Vec<_>>()),
        threshold in 1..=100_u8,
    ) {
        let lines: Vec<String> = rows.iter().copied().enumerate().map(|(number, june)| row(number, june)).collect();
        let at_once = Scene::new();
        let in_parts = Scene::new();
        for scene in [&at_once, &in_parts] {
            scene.set("monthly_ai_cap_usd", "40").set("alert_threshold_pct", &threshold.to_string());
            scene.budget(json!({"name": "A/b%", "provider": "acme", "amount": "30", "warn_at_pct": threshold, "mode": "block"}));
            scene.budget(json!({"name": "One", "model": "m-1", "amount": "25", "warn_at_pct": 100 - threshold / 2}));
            scene.import(&usual_days());
        }
        at_once.import(&lines);
        let mut shuffled: Vec<usize> = (0..lines.len()).collect();
        shuffled.sort_by_key(|&number| order[number]);
        for file in 0..5 {
            let part: Vec<String> = shuffled.iter().filter(|&&number| files[number] == file).map(|&number| lines[number].clone()).collect();
            if !part.is_empty() {
                in_parts.import(&part);
                in_parts.check();
            }
        }
        let (once, parts) = (at_once.keys(&OF_ROWS), in_parts.keys(&OF_ROWS));
        let set = |keys: &[(String, String)]| keys.iter().cloned().collect::<BTreeSet<_>>();
        prop_assert_eq!(set(&once), set(&parts));
        prop_assert_eq!(parts.len(), set(&parts).len(), "each at most once");
        let spikes = in_parts.keys(&["daily_spike"]);
        prop_assert_eq!(spikes.len(), set(&spikes).len(), "a spike at most once per day");
    }
}
