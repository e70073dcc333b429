//! Importing as a user does: the plan, the yes, what it changed, and back again.

use insta::assert_snapshot;

use crate::support::{COMPLETIONS, Home, OPENROUTER};

/// The same export with one row that cannot be read.
fn with_a_bad_row() -> String {
    OPENROUTER.replace(",0.0009,", ",a bit,")
}

#[test]
fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let home = Home::with_file(OPENROUTER);
    assert_snapshot!(home.outlay("import activity.csv --dry-run"), @r#"
    exit 0
    --- stdout
    Plan, nothing is written yet

      File          Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    3      0         0            0      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.29
    "#);
    assert_snapshot!(home.ok("imports").stdout, @"No imports yet");
    assert_snapshot!(home.outlay("status"), @r#"
    exit 0
    --- stdout
    June 2026: $0.00, default cap $10.00, no data yet
    "#);
}

#[test]
fn without_a_yes_nothing_is_written() {
    let home = Home::with_file(OPENROUTER);
    assert_snapshot!(home.outlay("import activity.csv"), @r#"
    exit 1
    --- stdout
    Plan, nothing is written yet

      File          Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    3      0         0            0      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.29
    --- stderr
    error: nobody was asked, so nothing was written

    hint: `--yes` imports without being asked
    "#);
    assert_snapshot!(home.ok("imports").stdout, @"No imports yet");
}

#[test]
fn an_import_and_the_same_again() {
    let home = Home::with_file(OPENROUTER);
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File          Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    3      0         0            0      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.29
    --- stderr
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 0
    --- stdout
    Nothing to import

      File          Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    0      3         0            0      0        0

      activity.csv
        these very bytes are imported already: nothing to do
    "#);
    home.write("saved_again.csv", OPENROUTER.replace(',', ";"));
    assert_snapshot!(home.outlay("import saved_again.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File             Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      saved_again.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    0      3         0            0      0        0

      saved_again.csv
        note: cells are parted by `;`

      Month (UTC)  Spend before  Spend after
      2026-06             $0.29        $0.29
    --- stderr
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_snapshot!(home.outlay("imports"), @r#"
    exit 0
    --- stdout
      Id        File             Source              Days (UTC)                New  Known  Restated  Quarantined
      [id]  saved_again.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    0      3         0            0
      [id]  activity.csv     openrouter-log-csv  2026-06-01 to 2026-06-02    3      0         0            0
    "#);
    assert_snapshot!(home.outlay("report --by model -q"), @r#"
    exit 0
    --- stdout
    June 2026, days in Europe/Berlin

      Spend       $0.29 from openrouter
      Calls       3
      Tokens in   60,200, 10 % from a cache
      Tokens out  3,890

      Model                          Spend  Share  Calls  Average  Tokens
      anthropic/claude-sonnet-4.5    $0.29  100 %      2    $0.15  62,800
      openai/gpt-5-mini            $0.0009   <1 %      1  $0.0009   1,290

    Day by day
      Day                Spend  Calls
      2026-06-01  Mon    $0.00      0
      2026-06-02  Tue    $0.29      3  ████████████████████████████████
      2026-06-03  Wed  no data         until 2026-06-19

    Month-end
      Likely    not enough history: 2 of 7 complete days
      Run-rate  $0.46, spend per day so far times the days of the month
    "#);
}

#[test]
fn an_undo_and_a_redo_restore_the_exact_totals() {
    let home = Home::with_file(OPENROUTER);
    home.ok("import activity.csv --yes");
    let before = home.ok("report --json").stdout;
    assert_snapshot!(home.outlay("imports undo latest"), @r#"
    exit 1
    --- stdout
    Undo of activity.csv:
      spend of its days (UTC): $0.29 to $0.00
    --- stderr
    error: nobody was asked, so nothing was changed

    hint: `--yes` undoes it without being asked
    "#);
    assert_snapshot!(home.outlay("imports undo latest --yes"), @r#"
    exit 0
    --- stdout
    activity.csv is undone; nothing was deleted
      spend of its days (UTC): $0.29 to $0.00
    --- stderr
    hint: `outlay imports redo [id]` lets it count again
    "#);
    assert_snapshot!(home.outlay("imports undo latest --yes"), @r#"
    exit 1
    --- stderr
    error: no import counts, so there is nothing to undo

    hint: `outlay imports list` shows what there is
    "#);
    assert_snapshot!(home.ok("status").stdout, @"June 2026: $0.00, default cap $10.00, no data yet");
    assert_snapshot!(home.outlay("imports show latest"), @r#"
    exit 0
    --- stdout
    activity.csv, undone
      Id           [id]
      Source       openrouter-log-csv, account default
      Days (UTC)   2026-06-01 to 2026-06-02
      Exported     2026-06-19 15:42 UTC
      Imported     2026-06-19 15:42 UTC
      New          3
      Known        0
      Restated     0
      Quarantined  0
      Empty        0
      Ignored      0
    "#);
    assert_snapshot!(home.outlay("imports redo latest --yes"), @r#"
    exit 0
    --- stdout
    activity.csv counts again
      spend of its days (UTC): $0.00 to $0.29
    "#);
    assert_eq!(home.ok("report --json").stdout, before);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let home = Home::new();
    assert_snapshot!(home.piped("import - --yes", OPENROUTER), @r#"
    exit 0
    --- stdout
    Imported

      File  Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      -     openrouter-log-csv  2026-06-01 to 2026-06-02    3      0         0            0      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.29
    --- stderr
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_snapshot!(home.piped("import - activity.csv --yes", OPENROUTER), @r#"
    exit 2
    --- stderr
    error: `-` stands alone, without other files

    hint: run `outlay import` once for each
    "#);
    assert_snapshot!(home.piped("import - --yes", ""), @r#"
    exit 65
    --- stderr
    error: the file is empty (0 bytes): export it again
    "#);
}

#[test]
fn bad_rows_are_kept_with_what_to_do() {
    let home = Home::with_file(&with_a_bad_row());
    assert_snapshot!(home.outlay("import activity.csv --strict --yes"), @r#"
    exit 1
    --- stderr
    error: activity.csv has 1 rows that cannot be read, so nothing was imported

    hint: without --strict the good rows go in, and `outlay quarantine list` shows the others
    "#);
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 0
    --- stdout
    Imported

      File          Source              Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      activity.csv  openrouter-log-csv  2026-06-01 to 2026-06-02    2      0         0            1      0        0

      Month (UTC)  Spend before  Spend after
      2026-06             $0.00        $0.29
    --- stderr
    warning: some rows could not be read: `outlay quarantine list` says which, and what to do
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
    assert_snapshot!(home.outlay("quarantine list"), @r#"
    exit 0
    --- stdout
    activity.csv: 1 row, column cost_total
      expected an amount in dollars, such as `0.19` or `$1.10`, found `a bit`
      Write the amount into the cell, or leave it blank if the source gives none
      line 3
    --- stderr
    hint: `outlay quarantine export -o bad_rows.csv` writes them with their reasons
    "#);
    assert_snapshot!(home.outlay("quarantine export -o bad.csv"), @r#"
    exit 0
    --- stderr
    1 row in bad.csv
    "#);
    assert_snapshot!(home.read("bad.csv"), @r#"
    file,line,column,expected,found,what to do,row
    "activity.csv","3","cost_total","an amount in dollars, such as `0.19` or `$1.10`","`a bit`","Write the amount into the cell, or leave it blank if the source gives none","gen-0002,2026-06-02 09:05:30.500,a bit,1200,90,0,0,openai/gpt-5-mini,OpenAI,standard,false,shop,ci"
    "#);
}

#[test]
fn rows_that_a_newer_file_lacks_are_asked_about() {
    let home = Home::new();
    home.write("month.csv", COMPLETIONS);
    home.ok("import month.csv --yes --as-of 2026-06-03T00:00:00Z");
    home.write("renamed.csv", COMPLETIONS.replace("proj_shop", "proj_store"));
    assert_snapshot!(home.outlay("import renamed.csv --yes"), @"
    exit 1
    --- stdout
    Nothing was imported

      File         Source            Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      renamed.csv  openai-usage-csv  2026-06-01 to 2026-06-02    1      0         0            0      1        0

      renamed.csv
        needs an answer, so it does not go in: 1 counting row (0.057 USD) on 2026-06-01 are not in this newer file, which brings 0.057 USD of new rows
        `--replace-days`: the newer file speaks for its days, these rows no longer count; `--keep-days`: they count beside its rows
    ");
    assert_snapshot!(home.outlay("import renamed.csv --yes --replace-days"), @r#"
    exit 0
    --- stdout
    Imported

      File         Source            Days (UTC)                New  Known  Restated  Quarantined  Empty  Ignored
      renamed.csv  openai-usage-csv  2026-06-01 to 2026-06-02    1      0         0            0      1        0

      renamed.csv
        1 row that counts is not in this file ($0.06)

      Month (UTC)  Spend before  Spend after
      2026-06             $0.06        $0.06
    --- stderr
    hint: `outlay report month 2026-06` shows the month, `outlay imports undo [id]` takes it back
    "#);
}

#[test]
fn scripts_get_the_plan_and_the_import_as_json() {
    let home = Home::with_file(OPENROUTER);
    assert_snapshot!(home.outlay("import activity.csv --dry-run --json --as-of 2026-06-03T00:00:00Z"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.import/1","plan_id":"[plan]","committed":false,"files":[{"path":"activity.csv","source":"openrouter-log-csv","account":"default","imported":true,"already_imported":false,"import_id":null,"new":3,"known":0,"restated":0,"quarantined":0,"empty":0,"ignored":0,"first_day":"2026-06-01","last_day":"2026-06-02","as_of":"2026-06-03T00:00:00.000000Z","missing":0,"missing_spend":"0","overlaps":[],"looks_older":null,"months":[{"month":"2026-06","before":"0","after":"0.293","at_least":false}],"other_currencies":[],"questions":[],"notes":[],"error":null}],"spend_before":"0","spend_after":"0.293","at_least":false}
    "#);
    assert_snapshot!(home.outlay("import activity.csv --yes --json --as-of 2026-06-03T00:00:00Z"), @r#"
    exit 0
    --- stdout
    {"schema":"outlay.import/1","plan_id":"[plan]","committed":true,"files":[{"path":"activity.csv","source":"openrouter-log-csv","account":"default","imported":true,"already_imported":false,"import_id":"[id]","new":3,"known":0,"restated":0,"quarantined":0,"empty":0,"ignored":0,"first_day":"2026-06-01","last_day":"2026-06-02","as_of":"2026-06-03T00:00:00.000000Z","missing":0,"missing_spend":"0","overlaps":[],"looks_older":null,"months":[{"month":"2026-06","before":"0","after":"0.293","at_least":false}],"other_currencies":[],"questions":[],"notes":[],"error":null}],"spend_before":"0","spend_after":"0.293","at_least":false}
    "#);
    assert_snapshot!(home.outlay("import nowhere.csv --yes --json"), @r#"
    exit 66
    --- stderr
    {"error":{"code":"no_such_file","hint":"Check the path.","message":"there is no file nowhere.csv"}}
    "#);
}

#[test]
fn the_sample_is_elsewhere_and_says_so() {
    let home = Home::new();
    let run = home.ok("--sample");
    assert!(run.stdout.starts_with("Sample data: June 2026"), "{run}");
    assert!(!home.ledger().exists(), "one's own ledger is not touched");
    assert!(!home.ok("--sample").stderr.contains("Filled"), "it is filled once");
    assert_snapshot!(home.outlay("--sample status --data-dir elsewhere"), @r#"
    exit 2
    --- stderr
    error: `--sample` has a data folder of its own

    hint: say it without `--data-dir`
    "#);
}
