//! The first minutes: nothing there yet, then a call, then what it cost.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn an_empty_ledger_says_how_to_begin() {
    let home = Home::new();
    assert_snapshot!(home.outlay(""), @r#"
    exit 0
    --- stdout
    The ledger is empty ([home]/ledger/outlay.db)

    Bring in an export of your provider. The plan is shown first, nothing is written before you agree:

      outlay import FILE

    Where the exports are:

      OpenAI      platform.openai.com, Usage, Export
      Anthropic   platform.claude.com, Usage and Cost, Export
      OpenRouter  openrouter.ai, Activity, Export
      Cursor      cursor.com, Dashboard, Usage, Export CSV

    Or look around on sample data, which never mixes with yours:

      outlay --sample
    "#);
    assert_snapshot!(home.outlay("status"), @r#"
    exit 0
    --- stdout
    June 2026: $0.00, default cap $10.00, no data yet
    "#);
    assert_snapshot!(home.outlay("report"), @r#"
    exit 0
    --- stdout
    June 2026, days in Europe/Berlin

      No calls are recorded in this period
    --- stderr
    hint: `outlay import FILE` brings in an export of your provider
    "#);
    assert_snapshot!(home.outlay("calls"), @r#"
    exit 0
    --- stdout
    No rows
    "#);
    assert_snapshot!(home.outlay("imports"), @r#"
    exit 0
    --- stdout
    No imports yet
    --- stderr
    hint: `outlay import FILE` brings in an export of your provider
    "#);
    assert_snapshot!(home.outlay("applications"), @r#"
    exit 0
    --- stdout
    No applications yet: exports that name projects or workspaces, and `outlay log --application`, bring them
    "#);
    assert_snapshot!(home.outlay("quarantine"), @r#"
    exit 0
    --- stdout
    No rows are quarantined
    "#);
    assert_snapshot!(home.outlay("alerts"), @r#"
    exit 0
    --- stdout
    Nothing needs attention
    "#);
    assert!(!home.ledger().exists(), "looking creates nothing");
}

#[test]
fn a_call_is_recorded_and_counts() {
    let home = Home::new();
    assert_snapshot!(
        home.outlay("log --type chat --model gpt-5 --provider openai --input 1200 --output 300 --cost 0.0052"),
        @r#"
    exit 0
    --- stdout
    Recorded
      Id      [id]
      When    2026-06-19 15:42 UTC
      Model   gpt-5, billed by openai
      Tokens  1,200 in, 300 out
      Cost    $0.0052, billed
    --- stderr
    hint: `outlay status` shows where the month stands
    "#
    );
    assert_snapshot!(home.outlay(""), @r#"
    exit 0
    --- stdout
    June 2026: $0.0052, default cap $10.00, newest data 2026-06-19 17:42
    --- stderr
    hint: `outlay report` shows what it was spent on, `outlay --help` everything else
    "#);
    assert_snapshot!(home.outlay("status -q"), @r#"
    exit 0
    --- stdout
    June 2026: $0.0052, default cap $10.00, newest data 2026-06-19 17:42
    "#);
}

#[test]
fn a_month_in_full() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report"), @r#"
    exit 0
    --- stdout
    June 2026, days in Europe/Berlin

      Spend       at least $4.50 from openai, unknown
      Calls       5
      Tokens in   48,500, 74 % from a cache
      Tokens out  3,220

      Type      Spend  Share  Calls  Average  Tokens
      chat      $4.50  100 %      4    $1.13  51,200
      agent  no price             1        –     520

      Model           Spend  Share  Calls  Average  Tokens
      gpt-5           $4.50  100 %      4    $1.13  51,200
      house-model  no price             1        –     520

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
      2026-06-19  Fri         no data

    Month-end
      Likely    not enough history: 5 of 7 complete days; at least: 1 row has no price
      Run-rate  at least $7.11, spend per day so far times the days of the month

    1 row has no known price, so the true spend is higher: `outlay calls --unpriced` shows what is missing
    "#);
}

#[test]
fn a_month_by_other_dimensions() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report month 2026-06 --by application,provider"), @r#"
    exit 0
    --- stdout
    June 2026, days in Europe/Berlin

      Spend       at least $4.50 from openai, unknown
      Calls       5
      Tokens in   48,500, 74 % from a cache
      Tokens out  3,220

      Application     Spend  Share  Calls  Average  Tokens
      shop            $4.50  100 %      4    $1.13  51,200
      (none)       no price             1        –     520

      Provider     Spend  Share  Calls  Average  Tokens
      openai       $4.50  100 %      4    $1.13  51,200
      unknown   no price             1        –     520

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
      2026-06-19  Fri         no data

    Month-end
      Likely    not enough history: 5 of 7 complete days; at least: 1 row has no price
      Run-rate  at least $7.11, spend per day so far times the days of the month

    1 row has no known price, so the true spend is higher: `outlay calls --unpriced` shows what is missing
    "#);
}

#[test]
fn a_range_of_days() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("report range 2026-06-09 2026-06-12"), @r#"
    exit 0
    --- stdout
    2026-06-09 to 2026-06-12, days in Europe/Berlin

      Spend       $3.75 from openai
      Calls       3
      Tokens in   36,000, 75 % from a cache
      Tokens out  2,400

      Type  Spend  Share  Calls  Average  Tokens
      chat  $3.75  100 %      3    $1.25  38,400

      Model  Spend  Share  Calls  Average  Tokens
      gpt-5  $3.75  100 %      3    $1.25  38,400

    Day by day
      Day                Spend  Calls
      2026-06-09  Tue    $1.25      1  ████████████████
      2026-06-10  Wed   $0.004      1  ▏
      2026-06-11  Thu  no data
      2026-06-12  Fri    $2.50      1  ████████████████████████████████
    "#);
}

#[test]
fn another_time_zone_moves_a_call_to_its_day() {
    let home = Home::with_calls();
    let day = |zone: &str| {
        let run = home.ok(&format!("calls --model house-model --time-zone {zone}"));
        run.stdout.lines().last().unwrap_or_default().to_owned()
    };
    assert_snapshot!(day("UTC"), @"  [id]  2026-06-18 21:30  unknown   house-model  agent      1  500   20     –  unpriced  manual");
    assert_snapshot!(day("Asia/Kathmandu"), @"  [id]  2026-06-19 03:15  unknown   house-model  agent      1  500   20     –  unpriced  manual");
}

#[test]
fn the_rows_behind_the_figures() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("calls"), @"
    exit 0
    --- stdout
      Id        When              Provider  Model        Type   Application  Calls      In  Out    Cost  Basis     Source
      [id]  2026-06-18 23:30  unknown   house-model  agent                   1     500   20       –  unpriced  manual
      [id]  2026-06-15 11:00  openai    gpt-5        chat   shop             1  12,000  800   $0.75  billed    manual
      [id]  2026-06-12 11:00  openai    gpt-5        chat   shop             1  12,000  800   $2.50  billed    manual
      [id]  2026-06-10 11:00  openai    gpt-5        chat   shop             1  12,000  800  $0.004  billed    manual
      [id]  2026-06-09 11:00  openai    gpt-5        chat   shop             1  12,000  800   $1.25  billed    manual
    ");
    assert_snapshot!(home.outlay("calls --top 2"), @"
    exit 0
    --- stdout
      Id        When              Provider  Model  Type  Application  Calls      In  Out   Cost  Basis   Source
      [id]  2026-06-12 11:00  openai    gpt-5  chat  shop             1  12,000  800  $2.50  billed  manual
      [id]  2026-06-09 11:00  openai    gpt-5  chat  shop             1  12,000  800  $1.25  billed  manual
    ");
    assert_snapshot!(home.outlay("calls --over 1 --all"), @"
    exit 0
    --- stdout
      Id        When              Provider  Model  Type  Application  Calls      In  Out   Cost  Basis   Source
      [id]  2026-06-12 11:00  openai    gpt-5  chat  shop             1  12,000  800  $2.50  billed  manual
      [id]  2026-06-09 11:00  openai    gpt-5  chat  shop             1  12,000  800  $1.25  billed  manual
    ");
    assert_snapshot!(home.outlay("calls --unpriced"), @"
    exit 0
    --- stdout
      Id        When              Provider  Model        Type   Calls   In  Out  Cost  Basis     Source
      [id]  2026-06-18 23:30  unknown   house-model  agent      1  500   20     –  unpriced  manual
    ");
    assert_snapshot!(home.outlay("calls --from 2026-06-12 --to 2026-06-15 --model gpt-5"), @"
    exit 0
    --- stdout
      Id        When              Provider  Model  Type  Application  Calls      In  Out   Cost  Basis   Source
      [id]  2026-06-15 11:00  openai    gpt-5  chat  shop             1  12,000  800  $0.75  billed  manual
      [id]  2026-06-12 11:00  openai    gpt-5  chat  shop             1  12,000  800  $2.50  billed  manual
    ");
}

#[test]
fn somebody_elses_calls_are_not_mine() {
    let home = Home::with_calls();
    home.ok("log --type chat --model gpt-5 --input 1 --output 1 --cost 5 --user bob");
    assert_snapshot!(home.ok("status").stdout, @"June 2026: at least $4.50, default cap $10.00, newest data 2026-06-19 17:42");
    assert_snapshot!(home.ok("status --user bob").stdout, @"June 2026: $5.00, default cap $10.00, newest data 2026-06-19 17:42");
    assert_snapshot!(home.ok("status --user all").stdout, @"June 2026: at least $9.50, default cap $10.00, newest data 2026-06-19 17:42");
}
