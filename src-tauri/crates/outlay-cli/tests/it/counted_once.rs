//! The same money, told twice or in another way, counts once; and what was undone comes back exactly.

use insta::assert_snapshot;

use crate::support::{COMPLETIONS, Home, OPENROUTER};

const CURSOR: &str = "\
Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost
\"2026-06-03T18:26:00.000Z\",\"On-Demand\",\"gpt-5-codex\",\"No\",\"0\",\"10\",\"0\",\"5\",\"15\",\"0.004\"
\"2026-06-03T18:26:00.000Z\",\"On-Demand\",\"gpt-5-codex\",\"No\",\"0\",\"10\",\"0\",\"5\",\"15\",\"0.004\"
\"2026-06-03T18:26:00.000Z\",\"On-Demand\",\"gpt-5-codex\",\"No\",\"0\",\"10\",\"0\",\"5\",\"15\",\"0.004\"
\"2026-06-03T18:20:00.000Z\",\"On-Demand\",\"gpt-5-codex\",\"No\",\"0\",\"30\",\"0\",\"5\",\"35\",\"1.03\"
";

const USAGE_HEADER: &str = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,\
api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens";

/// 2026-06-01T00:00:00Z.
const FIRST_OF_JUNE: i64 = 1_780_272_000;

/// A bucket of `OpenAI`'s usage export: its start in seconds of June, its length, a key, and its input.
fn bucket(start: i64, length: i64, key: &str, input: i64) -> String {
    let start = FIRST_OF_JUNE + start;
    let end = start + length;
    format!("{start},{end},,,proj_shop,1,,{key},gpt-5-2025-08-07,false,default,{input},0,0,{input}\n")
}

fn usage(buckets: &[String]) -> String {
    format!("{USAGE_HEADER}\n{}", buckets.concat())
}

fn home_with(files: &[(&str, &str)]) -> Home {
    let home = Home::new();
    for (name, content) in files {
        home.write(name, content);
    }
    home
}

fn spend(home: &Home) -> String {
    home.field("report month 2026-06", "/spend").as_str().expect("a decimal string").to_owned()
}

fn found(home: &Home, import: &str) -> String {
    let file = home.field(import, "/files/0");
    format!("new {}, known {}, restated {}", file["new"], file["known"], file["restated"])
}

#[test]
fn undo_and_redo_keep_every_digit() {
    let precise = OPENROUTER.replace("0.0421", "0.042100001").replace("0.25", "0.249999999");
    let home = home_with(&[("activity.csv", &precise)]);
    home.ok("import activity.csv --yes");
    let report = home.ok("report month 2026-06 --json").stdout;
    assert_eq!(spend(&home), "0.293");
    home.ok("imports undo latest --yes");
    assert_eq!(spend(&home), "0");
    home.ok("imports redo latest --yes");
    assert_eq!(home.ok("report month 2026-06 --json").stdout, report);
    assert_eq!(home.ok("doctor").code, 0);
}

#[test]
fn equal_events_are_as_many_as_there_are() {
    let home = home_with(&[("events.csv", CURSOR), ("again.csv", &CURSOR.replace('"', ""))]);
    assert_eq!(found(&home, "import events.csv --yes"), "new 4, known 0, restated 0");
    assert_eq!(spend(&home), "1.042");
    assert_eq!(found(&home, "import again.csv --yes"), "new 0, known 4, restated 0");
    assert_eq!(spend(&home), "1.042");
}

#[test]
fn exports_that_overlap_count_once() {
    let lines: Vec<&str> = OPENROUTER.lines().collect();
    let first = [lines[0], lines[2], lines[3], ""].join("\n");
    let second = [lines[0], lines[1], lines[2], ""].join("\n");
    let home = home_with(&[("first.csv", &first), ("second.csv", &second)]);
    home.ok("import first.csv --yes");
    assert_eq!(found(&home, "import second.csv --yes"), "new 1, known 1, restated 0");
    assert_eq!(spend(&home), "0.293");
    // The second holds the middle row too, so only the oldest goes.
    let imports = home.field("imports", "/imports");
    let id = imports[1]["id"].as_str().expect("an id");
    assert_eq!(id, "[id]");
}

#[test]
fn what_a_spreadsheet_saved_again_is_known() {
    let home = home_with(&[("usage.csv", COMPLETIONS)]);
    home.ok("import usage.csv --yes");
    let before = home.ok("report month 2026-06 --json").stdout;
    let turned: Vec<String> = COMPLETIONS
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(";").replace("false", "FALSE"))
        .collect();
    home.write("saved.csv", format!("\u{feff}{}\r\n", turned.join("\r\n")));
    assert_eq!(found(&home, "import saved.csv --yes"), "new 0, known 1, restated 0");
    assert_eq!(home.ok("report month 2026-06 --json").stdout, before);
}

/// Minutes and the day of the same usage: 30,000 tokens by the minute, of 40,000 in the day.
fn minutes_then_day() -> Home {
    let minutes = usage(&[bucket(600, 60, "key_a", 10_000), bucket(660, 60, "key_a", 20_000)]);
    let home =
        home_with(&[("minutes.csv", &minutes), ("day.csv", &usage(&[bucket(0, 86_400, "key_a", 40_000)]))]);
    home.ok("import minutes.csv --yes --as-of 2026-06-02T06:00:00Z");
    assert_eq!(spend(&home), "0.0375");
    home
}

#[test]
fn minutes_and_their_day_are_asked_about() {
    let home = minutes_then_day();
    assert_snapshot!(home.outlay("import day.csv --yes --as-of 2026-06-03T06:00:00Z"), @"
    exit 1
    --- stdout
    Nothing was imported

      File     Source            Days (UTC)  New  Known  Restated  Quarantined  Empty  Ignored
      day.csv  openai-usage-csv  2026-06-01    1      0         0            0      0        0

      day.csv
        needs an answer, so it does not go in: 2 counting rows (0.0375 USD) on 2026-06-01 are not in this newer file, which brings 0.05 USD of new rows
        `--replace-days`: the newer file speaks for its days, these rows no longer count; `--keep-days`: they count beside its rows
    ");
    assert_eq!(spend(&home), "0.0375");
    home.ok("import day.csv --yes --as-of 2026-06-03T06:00:00Z --replace-days");
    assert_eq!(spend(&home), "0.05");
}

#[test]
fn minutes_that_are_kept_keep_their_day() {
    let home = minutes_then_day();
    home.ok("import day.csv --yes --as-of 2026-06-03T06:00:00Z --keep-days");
    assert_eq!(spend(&home), "0.0375");
    home.ok("imports undo latest --yes");
    assert_eq!(spend(&home), "0.0375");
}

#[test]
fn usage_and_cost_of_one_day_are_one_spend() {
    let cost = "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,organization_id,organization_name
1780272000,1780358400,2026-06-01T00:00:00,2026-06-02T00:00:00,0.06,usd,\"gpt-5, input_tokens\",proj_shop,org-1,One
";
    for order in [["usage.csv", "cost.csv"], ["cost.csv", "usage.csv"]] {
        let home = home_with(&[("usage.csv", COMPLETIONS), ("cost.csv", cost)]);
        for file in order {
            home.ok(&format!("import {file} --yes"));
        }
        assert_eq!(spend(&home), "0.06", "the bill speaks for money, in the order {order:?}");
        assert_eq!(home.field("report month 2026-06", "/tokens_input"), 24_000);
        assert_eq!(home.field("report month 2026-06", "/calls"), 12);
    }
}

#[test]
fn a_renamed_key_is_asked_about() {
    let day = 86_400;
    let old = usage(&[bucket(0, day, "key_old", 40_000), bucket(day, day, "key_old", 8_000)]);
    let home = home_with(&[("june.csv", &old), ("later.csv", &old.replace("key_old", "key_new"))]);
    home.ok("import june.csv --yes --as-of 2026-06-04T00:00:00Z");
    assert_snapshot!(home.outlay("import later.csv --yes --as-of 2026-06-05T00:00:00Z"), @"
    exit 1
    --- stdout
    Nothing was imported

      File       Source            Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      later.csv  openai-usage-csv  2026-06-01 to 2026-06-02    2      0         0            0      0        0

      later.csv
        needs an answer, so it does not go in: 2 counting rows (0.06 USD) on 2026-06-01 to 2026-06-02 are not in this newer file, which brings 0.06 USD of new rows
        `--replace-days`: the newer file speaks for its days, these rows no longer count; `--keep-days`: they count beside its rows
    ");
    assert_eq!(spend(&home), "0.06");
    home.ok("import later.csv --yes --as-of 2026-06-05T00:00:00Z --replace-days");
    assert_eq!(spend(&home), "0.06");
    home.ok("imports undo latest --yes");
    assert_eq!(spend(&home), "0.06");
}

#[test]
fn the_later_export_speaks_whatever_comes_in_first() {
    let day = 86_400;
    let early = usage(&[bucket(0, day, "key_a", 40_000), bucket(day, day, "key_a", 8_000)]);
    let late = usage(&[bucket(0, day, "key_a", 40_000), bucket(day, day, "key_a", 16_000)]);
    for order in [["early", "late"], ["late", "early"]] {
        let home = home_with(&[("early.csv", &early), ("late.csv", &late)]);
        for name in order {
            let as_of = if name == "early" { "2026-06-02T12:00:00Z" } else { "2026-06-05T00:00:00Z" };
            home.ok(&format!("import {name}.csv --yes --as-of {as_of}"));
        }
        assert_eq!(spend(&home), "0.07", "{order:?}");
    }
}

#[test]
fn what_would_lower_closed_days_looks_older() {
    let day = 86_400;
    let full = usage(&[bucket(0, day, "key_a", 40_000), bucket(day, day, "key_a", 16_000)]);
    let partial = usage(&[bucket(0, day, "key_a", 40_000), bucket(day, day, "key_a", 8_000)]);
    let home = home_with(&[("full.csv", &full), ("partial.csv", &partial)]);
    home.ok("import full.csv --yes --as-of 2026-06-05T00:00:00Z");
    // Found in a download folder much later, it has the time of its copy.
    assert_snapshot!(home.outlay("import partial.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File         Source            Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      partial.csv  openai-usage-csv  2026-06-01 to 2026-06-02    0      1         0            0      0        1

      partial.csv
        looks older than what you have: it would take 1 row of closed days from $0.02 to $0.01; it goes in without changing them, unless `--as-of` says that it is newer

      Month (UTC)  Spend before  Spend after
      2026-06             $0.07        $0.07
    --- stderr
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_eq!(spend(&home), "0.07");
}

#[test]
fn an_account_is_remembered_for_its_source() {
    let day = 86_400;
    let first = usage(&[bucket(0, day, "key_a", 40_000)]);
    let second = usage(&[bucket(0, day, "key_a", 40_000), bucket(day, day, "key_a", 8_000)]);
    let home = home_with(&[("first.csv", &first), ("second.csv", &second), ("activity.csv", OPENROUTER)]);
    home.ok("import first.csv --yes --account studio --as-of 2026-06-03T00:00:00Z");
    assert_eq!(home.field("import second.csv --yes", "/files/0/account"), "studio");
    assert_eq!(home.field("import activity.csv --dry-run", "/files/0/account"), "default");
    assert_eq!(spend(&home), "0.06");
    // The same numbers of another account are other calls.
    home.ok("import second.csv --yes --account lab");
    assert_eq!(spend(&home), "0.12");
}
