//! A cost export and a usage export of the same month: held against each other, and counted once whoever speaks.

use insta::assert_snapshot;

use crate::support::{ANTHROPIC_COST, ANTHROPIC_TOKENS, Home};

const OPENAI_USAGE: &str = "\
start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens
1780272000,1780358400,,,proj_shop,40,user-amy,key_ci,gpt-5-2025-08-07,False,default,1200000,100000,200000,1000000
1780358400,1780444800,,,proj_shop,12,user-amy,key_ci,gpt-5-2025-08-07,False,default,800000,0,0,800000
";

const OPENAI_COST: &str = "\
start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item,user_id,api_key_id,project_id,organization_id,project_name,organization_name,user_email,api_source
1780272000,1780358400,,,1.250000000000000000000000000000000000,usd,,,\"gpt-5-2025-08-07, input_tokens\",user-amy,key_ci,proj_shop,org-acme,,Acme,,
1780272000,1780358400,,,0.025000000000000000000000000000000000,usd,,,\"gpt-5-2025-08-07, cached_input_tokens\",user-amy,key_ci,proj_shop,org-acme,,Acme,,
1780272000,1780358400,,,1.000000000000000000000000000000000000,usd,,,\"gpt-5-2025-08-07, output_tokens\",user-amy,key_ci,proj_shop,org-acme,,Acme,,
1780358400,1780444800,,,1.000000000000000000000000000000000000,usd,,,\"gpt-5-2025-08-07, input_tokens\",user-amy,key_ci,proj_shop,org-acme,,Acme,,
1780358400,1780444800,,,-0.400000000000000000000000000000000000,usd,,,credit,,,,org-acme,,Acme,,
";

fn home_with(files: &[(&str, &str)]) -> Home {
    let home = Home::new();
    for (name, content) in files {
        home.write(name, content);
    }
    home
}

fn anthropic() -> Home {
    home_with(&[("tokens.csv", ANTHROPIC_TOKENS), ("cost.csv", ANTHROPIC_COST)])
}

/// What June costs, and that it is what reconciling says counts, to the nano-dollar.
#[track_caller]
fn june(home: &Home) -> String {
    let report = home.field("report month 2026-06", "");
    let counted = home.field("reconcile --month 2026-06", "/accounts/0");
    assert_eq!(report["spend"], counted["counted"], "the month counts once");
    assert_eq!(report["at_least"], counted["counted_at_least"]);
    let by_day: Vec<_> = counted["days"].as_array().expect("days").iter().map(|day| &day["counts"]).collect();
    assert!(!by_day.iter().any(|counts| **counts == "mixed"), "no day holds both: {by_day:?}");
    report["spend"].as_str().expect("a decimal string").to_owned()
}

#[test]
fn both_exports_of_anthropic_reconcile_and_the_month_counts_once() {
    let home = anthropic();
    home.ok("import tokens.csv cost.csv --yes");
    assert_eq!(june(&home), "15.85");
    assert_snapshot!(home.outlay("reconcile --month 2026-06"), @"
    exit 0
    --- stdout
    anthropic, account default, 2026-06-01 to 2026-06-30 (UTC days)
      Billed          $14.20 (anthropic-cost-csv)
      Computed        at least $13.85 (anthropic-tokens-csv)
      Difference      -$0.35 (-2.46 %): no cost export for 2026-06-05 to 2026-06-06
      Days with both  4: billed $14.20, computed at least $12.20, 1 row without a price (410,000 tokens)
      Counts          $15.85, some days billed, some computed, each once

      Day (UTC)   Billed        Computed  Difference     Share  Counts    Verdict
      2026-06-01   $6.55           $6.55       $0.00    0.00 %  billed    agrees
      2026-06-02   $3.30           $2.20      -$1.10  -33.33 %  billed    1 line for web_search, no tokens: $1.10
      2026-06-03   $1.50           $3.00       $1.50  100.00 %  billed    batch at half the price: $1.50
      2026-06-04   $2.85  at least $0.45      -$2.40  -84.21 %  billed    1 row without a price (410,000 tokens)
      2026-06-05       –           $0.75                        computed  no cost export for 2026-06-05 to 2026-06-06
      2026-06-06       –           $0.90                        computed  no cost export for 2026-06-05 to 2026-06-06
    ");
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --by model"), @"
    exit 0
    --- stdout
    anthropic, account default, 2026-06-01 to 2026-06-30 (UTC days)
      Billed          $14.20 (anthropic-cost-csv)
      Computed        at least $13.85 (anthropic-tokens-csv)
      Difference      -$0.35 (-2.46 %): no cost export for 2026-06-05 to 2026-06-06
      Days with both  4: billed $14.20, computed at least $12.20, 1 row without a price (410,000 tokens)
      Counts          $15.85, some days billed, some computed, each once

      Model              Billed        Computed  Difference      Share  Verdict
      Claude Sonnet 4.6   $8.10           $9.60       $1.50    18.52 %  batch at half the price: $1.50
      Claude Haiku 4.5    $2.60           $2.60       $0.00     0.00 %  agrees
      Claude Next 9       $2.40  at least $0.00      -$2.40  -100.00 %  1 row without a price (410,000 tokens)
      web_search          $1.10               –                         1 line for web_search, no tokens: $1.10
    ");
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --by key"), @"
    exit 0
    --- stdout
    anthropic, account default, 2026-06-01 to 2026-06-30 (UTC days)
      Billed          $14.20 (anthropic-cost-csv)
      Computed        at least $13.85 (anthropic-tokens-csv)
      Difference      -$0.35 (-2.46 %): no cost export for 2026-06-05 to 2026-06-06
      Days with both  4: billed $14.20, computed at least $12.20, 1 row without a price (410,000 tokens)
      Counts          $15.85, some days billed, some computed, each once

      Key   Billed        Computed  Difference     Share  Verdict
      desk  $10.50  at least $9.60      -$0.90   -8.57 %  1 row without a price (410,000 tokens)
      ci     $3.70           $2.60      -$1.10  -29.73 %  1 line for web_search, no tokens: $1.10
    ");
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --by project"), @"
    exit 0
    --- stdout
    anthropic, account default, 2026-06-01 to 2026-06-30 (UTC days)
      Billed          $14.20 (anthropic-cost-csv)
      Computed        at least $13.85 (anthropic-tokens-csv)
      Difference      -$0.35 (-2.46 %): no cost export for 2026-06-05 to 2026-06-06
      Days with both  4: billed $14.20, computed at least $12.20, 1 row without a price (410,000 tokens)
      Counts          $15.85, some days billed, some computed, each once

      Project  Billed        Computed  Difference     Share  Verdict
      Atelier  $10.50  at least $9.60      -$0.90   -8.57 %  1 row without a price (410,000 tokens)
      Lookup    $3.70           $2.60      -$1.10  -29.73 %  1 line for web_search, no tokens: $1.10
    ");
    assert_snapshot!(home.outlay("reconcile --by month"), @"
    exit 0
    --- stdout
    anthropic, account default, 2026-06-01 to 2026-06-30 (UTC days)
      Billed          $14.20 (anthropic-cost-csv)
      Computed        at least $13.85 (anthropic-tokens-csv)
      Difference      -$0.35 (-2.46 %): no cost export for 2026-06-05 to 2026-06-06
      Days with both  4: billed $14.20, computed at least $12.20, 1 row without a price (410,000 tokens)
      Counts          $15.85, some days billed, some computed, each once

      Month (UTC)  Billed         Computed  Difference    Share  Counts     Verdict
      2026-06      $14.20  at least $13.85      -$0.35  -2.46 %  each once  no cost export for 2026-06-05 to 2026-06-06
    ");
}

#[test]
fn the_order_of_the_files_makes_no_difference() {
    let [one, other] =
        ["import tokens.csv cost.csv --yes", "import cost.csv tokens.csv --yes"].map(|import| {
            let home = anthropic();
            home.ok(import);
            assert_eq!(june(&home), "15.85");
            home.ok("reconcile --month 2026-06 --json").stdout
        });
    assert_eq!(one, other);
}

#[test]
fn both_exports_of_openai_reconcile_and_the_month_counts_once() {
    let home = home_with(&[("usage.csv", OPENAI_USAGE), ("cost.csv", OPENAI_COST)]);
    home.ok("import usage.csv cost.csv --yes");
    assert_eq!(june(&home), "2.875");
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --provider openai"), @"
    exit 0
    --- stdout
    openai, account org-acme, 2026-06-01 to 2026-06-30 (UTC days)
      Billed      $2.88 (openai-cost-csv)
      Computed    $3.28 (openai-usage-csv)
      Difference  $0.40 (13.91 %): 1 credit of -$0.40
      Counts      $2.88, what is billed

      Day (UTC)   Billed  Computed  Difference    Share  Counts  Verdict
      2026-06-01   $2.28     $2.28       $0.00   0.00 %  billed  agrees
      2026-06-02   $0.60     $1.00       $0.40  66.67 %  billed  1 credit of -$0.40
    ");
    home.ok("reconcile --month 2026-06 --use usage --yes");
    assert_eq!(june(&home), "3.275");
    home.ok("reconcile --month 2026-06 --use billed --provider OpenAI --account org-acme --yes");
    assert_eq!(june(&home), "2.875");
}

#[test]
fn another_side_speaks_after_a_look_and_the_other_answer_takes_it_back() {
    let home = anthropic();
    home.ok("import tokens.csv cost.csv --yes");
    let before = home.ok("report month 2026-06 --json").stdout;
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --use usage"), @"
    exit 1
    --- stdout
    What usage comes to counts:
      anthropic, account default: 4 days with both from 2026-06-01 to 2026-06-04, 4 change
      2026-06: $15.85 to at least $13.85
    --- stderr
    error: nobody was asked, so nothing was changed

    hint: `--yes` does it without being asked
    ");
    assert_eq!(home.ok("report month 2026-06 --json").stdout, before, "a plan changes nothing");
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --use usage --yes"), @"
    exit 0
    --- stdout
    What usage comes to counts from now on:
      anthropic, account default: 4 days with both from 2026-06-01 to 2026-06-04, 4 change
      2026-06: $15.85 to at least $13.85
    --- stderr
    hint: `outlay reconcile --from 2026-06-01 --to 2026-06-30 --use billed` takes it back
    ");
    assert_eq!(june(&home), "13.85");
    assert_eq!(home.ok("doctor").code, 0);
    assert_snapshot!(home.outlay("reconcile --month 2026-06 --use usage --yes"), @"
    exit 0
    --- stdout
    Nothing to change: what usage comes to counts already on all days with both
    ");
    home.ok("reconcile --from 2026-06-03 --to 2026-06-03 --use billed --yes");
    assert_eq!(june(&home), "12.35");
    home.ok("reconcile --month 2026-06 --use billed --yes");
    assert_eq!(home.ok("report month 2026-06 --json").stdout, before, "every digit is back");
}

#[test]
fn an_answer_holds_while_its_files_do() {
    let home = anthropic();
    home.ok("import tokens.csv --yes");
    home.ok("import cost.csv --yes");
    home.ok("reconcile --month 2026-06 --use usage --yes");
    // A newer export of the same days does not ask again.
    home.write("newer.csv", ANTHROPIC_COST.replace("1.10,1.10", "1.20,1.20"));
    home.ok("import newer.csv --yes");
    assert_eq!(june(&home), "13.85");
    home.ok("reconcile --month 2026-06 --use billed --yes");
    assert_eq!(june(&home), "15.95");
    home.ok("imports undo latest --yes");
    assert_eq!(june(&home), "15.85");
}

#[test]
fn nothing_to_reconcile_is_said() {
    let home = anthropic();
    assert_snapshot!(home.outlay("reconcile"), @"
    exit 0
    --- stdout
    Nothing to reconcile yet: import a cost export and a usage export of the same days, and what the provider bills is held against tokens times their price
    --- stderr
    hint: `outlay import FILE...` takes both exports of your provider at once
    ");
    home.ok("import tokens.csv --yes");
    assert_snapshot!(home.outlay("reconcile --use billed --month 2026-06 --yes"), @"
    exit 1
    --- stderr
    error: no day from 2026-06-01 to 2026-06-30 has rows of a cost export and of usage

    hint: import both exports of the same days; `outlay reconcile` shows which days there are
    ");
    home.ok("import cost.csv --yes");
    assert_snapshot!(home.outlay("reconcile --provider openai"), @"
    exit 0
    --- stdout
    No cost export of such a provider and account
    ");
    assert_snapshot!(home.outlay("reconcile --month 2026-03"), @"
    exit 0
    --- stdout
    anthropic, account default, 2026-03-01 to 2026-03-31 (UTC days)
      No rows in these days
    ");
    assert_snapshot!(home.outlay("reconcile --from 2026-06-01 --to 2026-05-01"), @"
    exit 2
    --- stderr
    error: `to` is 2026-05-01, which is before 2026-06-01
    ");
}
