//! Every rule with its whole message; how each alert ends stands in `endings`.

use std::collections::BTreeMap;

use super::*;
use crate::budget::Budget;
use crate::cost_config::{CostConfig, CostField};
use crate::forecast::Projection;
use crate::instant::Instant;
use crate::period::Day;
use crate::report::{Headline, OverdueSource, SourceName};

mod endings;
mod looking_back;

const DOLLAR: i64 = 1_000_000_000;

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// June 2026 on its 19th, nothing spent, a cap of 10 dollars that the user confirmed.
fn june(observed: &BTreeMap<Day, Money>) -> Situation<'_> {
    let mut situation = Situation {
        config: CostConfig::default(),
        rules: Rules::default(),
        zone: "Europe/Berlin".parse().expect("a zone"),
        month: "2026-06".parse().expect("a month"),
        today: day("2026-06-19"),
        limits: Vec::new(),
        observed,
        usual: observed,
        earliest: day("2026-05-01"),
        recent: day("2026-06-16"),
        costly: &[],
        fallen: &[],
        models: &[],
        unpriced: 0,
        ledger: Some(LedgerState::default()),
    };
    let cap = Budget::cap(&situation.config);
    situation.limits.push(BudgetSpend {
        id: None,
        budget: cap,
        spend: Headline::default(),
        projection: None,
    });
    set(&mut situation, CostField::MonthlyAiCapUsd, "10");
    situation
}

fn set(situation: &mut Situation<'_>, field: CostField, value: &str) {
    situation.config.set(field, value, Instant::EARLIEST).expect("a value");
    situation.limits[0].budget = Budget::cap(&situation.config);
}

/// The cap is one that nobody confirmed.
fn unconfirmed(situation: &mut Situation<'_>) {
    situation.config.confirmed_at = None;
    situation.limits[0].budget = Budget::cap(&situation.config);
}

/// June with a spend, changed as `change` says.
fn spent(amount: &str, change: impl FnOnce(&mut Situation<'static>)) -> Situation<'static> {
    let mut situation = june(const { &BTreeMap::new() });
    situation.limits[0].spend.spend = money(amount);
    change(&mut situation);
    situation
}

/// type, severity, key, message, measure: a line for each notice.
fn told(situation: &Situation<'_>) -> String {
    let line = |notice: &Notice| {
        let measure = match notice.measure {
            Measure::Money { threshold, actual } => format!("{actual} of {threshold}"),
            Measure::Bytes { threshold, actual } => format!("{actual} of {threshold} bytes"),
            Measure::Nothing => "-".to_owned(),
        };
        let Notice { alert_type, severity, dedupe_key, message, .. } = notice;
        format!("{alert_type} {severity} [{dedupe_key}] {measure}\n  {message}\n")
    };
    notices(situation).iter().map(line).collect()
}

#[test]
fn a_warning_comes_at_the_threshold() {
    assert_eq!(told(&spent("7.999999999", |_| ())), "");
    insta::assert_snapshot!(told(&spent("8", |_| ())), @"
    monthly_cap_warning medium [2026-06/10/80] 8 of 8
      June 2026: $8.00 spent, 80 % of the cap of $10.00, $2.00 left. The warning comes at 80 %, which is $8.00
    ");
    insta::assert_snapshot!(told(&spent("8.1", |june| june.limits[0].spend.at_least = true)), @"
    monthly_cap_warning medium [2026-06/10/80] 8.1 of 8
      June 2026: at least $8.10 spent, 81 % of the cap of $10.00, $1.90 left. The warning comes at 80 %, which is $8.00
    ");
    insta::assert_snapshot!(told(&spent("8.004", unconfirmed)), @"
    monthly_cap_warning medium [2026-06/default-10/80] 8.004 of 8
      June 2026: $8.004 spent, 80 % of the default cap of $10.00, $2.00 left. The warning comes at 80 %, which is $8.00
    ");
    let third = spent("0.34", |june| {
        set(june, CostField::MonthlyAiCapUsd, "0.999999999");
        set(june, CostField::AlertThresholdPct, "34");
    });
    insta::assert_snapshot!(told(&third), @"
    monthly_cap_warning medium [2026-06/0.999999999/34] 0.34 of 0.34
      June 2026: $0.34 spent, 34 % of the cap of $1.00, $0.66 left. The warning comes at 34 %, which is $0.34
    ");
}

#[test]
fn a_cap_is_reached_at_its_last_nano_dollar() {
    insta::assert_snapshot!(told(&spent("9.999999999", |_| ())), @"
    monthly_cap_warning medium [2026-06/10/80] 9.999999999 of 8
      June 2026: $10.00 spent, 99 % of the cap of $10.00, $0.000000001 left. The warning comes at 80 %, which is $8.00
    ");
    insta::assert_snapshot!(told(&spent("10", |_| ())), @"
    monthly_cap_warning medium [2026-06/10/80] 10 of 8
      June 2026: $10.00 spent, 100 % of the cap of $10.00, $0.00 left. The warning comes at 80 %, which is $8.00
    monthly_cap_reached critical [2026-06/10] 10 of 10
      June 2026: $10.00 spent, which is the cap of $10.00 (100 %)
    ");
    insta::assert_snapshot!(told(&spent("1234.5", |june| {
        set(june, CostField::BlockOnCap, "false");
        june.limits[0].spend.about = true;
    })), @"
    monthly_cap_warning medium [2026-06/10/80] 1234.5 of 8
      June 2026: about $1,234.50 spent, 12345 % of the cap of $10.00, $1,224.50 over it. The warning comes at 80 %, which is $8.00
    monthly_cap_reached high [2026-06/10] 1234.5 of 10
      June 2026: about $1,234.50 spent, $1,224.50 over the cap of $10.00 (12345 %)
    ");
    insta::assert_snapshot!(told(&spent("12", unconfirmed)), @"
    monthly_cap_warning medium [2026-06/default-10/80] 12 of 8
      June 2026: $12.00 spent, 120 % of the default cap of $10.00, $2.00 over it. The warning comes at 80 %, which is $8.00
    monthly_cap_reached high [2026-06/default-10] 12 of 10
      June 2026: $12.00 spent, $2.00 over the default cap of $10.00 (120 %)
    ");
}

#[test]
fn a_likely_end_beyond_the_cap_is_told_before_the_cap_is_reached() {
    let heading = |spend: &str, likely: Option<&str>| {
        spent(spend, |june| {
            june.limits[0].projection = Some(Projection {
                run_rate: money("1"),
                likely: likely.map(money),
                low: Some(money("11.02")),
                high: Some(money("14.8")),
                method: String::new(),
            });
        })
    };
    insta::assert_snapshot!(told(&heading("5.1", Some("12.4"))), @"
    forecast_over_cap low [2026-06/10] 12.4 of 10
      June 2026 is likely to end at $12.40 ($11.02 to $14.80), $2.40 over the cap of $10.00; $5.10 spent so far
    ");
    assert_eq!(told(&heading("5.1", Some("10"))), "", "the cap itself is not beyond it");
    assert_eq!(told(&heading("5.1", None)), "", "without history nothing is likely");
    assert_eq!(told(&heading("0", Some("12.4"))), "", "a month that has cost nothing yet");
    assert!(!told(&heading("10", Some("12.4"))).contains("forecast"), "what is reached is no forecast");
}

#[test]
fn a_costly_call_is_named() {
    let call = |cost: &str| CostlyCall {
        source_key: "gen-7".to_owned(),
        created_at: Instant::parse("2026-06-18T22:30:00Z").expect("an instant"),
        cost: money(cost),
        model: "gpt-5".to_owned(),
        provider: "openai".to_owned(),
    };
    let calls = [call("0.5"), call("1.5"), call("0.500000001")];
    let situation = Situation { costly: &calls, ..june(const { &BTreeMap::new() }) };
    insta::assert_snapshot!(told(&situation), @"
    single_call_high medium [gen-7] 1.5 of 0.5
      One call cost $1.50, $1.00 more than the limit of $0.50: gpt-5 of openai, 19 June 2026, 00:30
    single_call_high medium [gen-7] 0.500000001 of 0.5
      One call cost $0.500000001, $0.000000001 more than the limit of $0.50: gpt-5 of openai, 19 June 2026, 00:30
    ");
}

/// Weekdays of 4 and 6 dollars in turn, weekend days of `weekend`, for four weeks before Friday, 19 June; then
/// the days from 16 June on as given.
fn four_weeks(weekend: &str, last: &[(&str, &str)]) -> BTreeMap<Day, Money> {
    let friday = day("2026-06-19");
    let spend = |day: Day| match (day.is_weekend(), day.number() % 2) {
        (true, _) => money(weekend),
        (false, 0) => Money::from_nanos(4 * DOLLAR),
        _ => Money::from_nanos(6 * DOLLAR),
    };
    let mut observed: BTreeMap<_, _> =
        friday.plus(-33).through(friday.previous()).map(|day| (day, spend(day))).collect();
    observed.extend(last.iter().map(|(date, amount)| (day(date), money(amount))));
    observed
}

#[test]
fn a_spike_says_which_part_of_the_rule_decided() {
    insta::assert_snapshot!(told(&june(&four_weeks("1", &[("2026-06-19", "31.2")]))), @"
    daily_spike high [2026-06-19] 31.2 of 10
      19 June 2026 cost $31.20 so far, $26.20 above the usual $5.00 (median of 20 weekdays of the 28 days before); a spike is $10.00 or more: twice the median
    ");
    let steady: BTreeMap<_, _> = four_weeks("1", &[]).into_keys().map(|day| (day, money("4"))).collect();
    let steady = |amount: &str| {
        BTreeMap::from_iter(steady.clone().into_iter().chain([(day("2026-06-18"), money(amount))]))
    };
    assert_eq!(told(&june(&steady("7.99"))), "");
    insta::assert_snapshot!(told(&june(&steady("8"))), @"
    daily_spike high [2026-06-18] 8 of 8
      18 June 2026 cost $8.00, $4.00 above the usual $4.00 (median of 20 weekdays of the 28 days before); a spike is $8.00 or more: twice the median
    ");
    let swinging = |day: Day| money(if day.number() % 2 == 0 { "2" } else { "10" });
    let mut observed: BTreeMap<_, _> =
        four_weeks("1", &[]).into_keys().map(|day| (day, swinging(day))).collect();
    observed.insert(day("2026-06-17"), money("22"));
    assert_eq!(told(&june(&observed)), "", "not more than the limit");
    observed.insert(day("2026-06-17"), money("22.001"));
    insta::assert_snapshot!(told(&june(&observed)), @"
    daily_spike high [2026-06-17] 22.001 of 22
      17 June 2026 cost $22.001, $16.00 above the usual $6.00 (median of 20 weekdays of the 28 days before); a spike is more than $22.00: the median and 4 × $4.00, their median deviation
    ");
    let mut sunday = june(const { &BTreeMap::new() });
    let observed = four_weeks("0.2", &[("2026-06-19", "4"), ("2026-06-20", "0.2"), ("2026-06-21", "5")]);
    (sunday.observed, sunday.usual) = (&observed, &observed);
    (sunday.today, sunday.recent) = (day("2026-06-21"), day("2026-06-18"));
    insta::assert_snapshot!(told(&sunday), @"
    daily_spike high [2026-06-21] 5 of 5
      21 June 2026 cost $5.00 so far, $4.80 above the usual $0.20 (median of 8 weekend days of the 28 days before); a spike is $5.00 or more, however little is usual
    ");
}

#[test]
fn an_old_spike_is_no_news() {
    assert_eq!(told(&june(&four_weeks("1", &[("2026-06-15", "50"), ("2026-06-16", "4")]))), "");
    assert!(told(&june(&four_weeks("1", &[("2026-06-16", "50")]))).contains("[2026-06-16]"));
}

/// June whose ledger is changed as `change` says.
fn ledger(change: impl FnOnce(&mut Situation<'static>, &mut LedgerState)) -> Situation<'static> {
    let mut situation = june(const { &BTreeMap::new() });
    let mut ledger = LedgerState { free_bytes: Some(LOW_DISK_BYTES), ..LedgerState::default() };
    change(&mut situation, &mut ledger);
    Situation { ledger: Some(ledger), ..situation }
}

#[test]
fn room_runs_out() {
    assert_eq!(told(&ledger(|_, ledger| ledger.file_bytes = i64::MAX)), "", "without a limit there is none");
    let limited = ledger(|june, ledger| {
        set(june, CostField::StorageLimitBytes, "1000000");
        ledger.file_bytes = 1_234_567;
    });
    insta::assert_snapshot!(told(&limited), @"
    storage_warning low [file/1000000] 1234567 of 1000000 bytes
      The ledger's file takes 1.2 MB, 234.5 kB more than its limit of 1.0 MB
    ");
    let barely = ledger(|june, ledger| {
        set(june, CostField::StorageLimitBytes, "1000000");
        ledger.file_bytes = 1_000_001;
    });
    insta::assert_snapshot!(told(&barely), @"
    storage_warning low [file/1000000] 1000001 of 1000000 bytes
      The ledger's file takes 1,000,001 bytes, 1 byte more than its limit of 1,000,000 bytes
    ");
    let low = ledger(|_, ledger| (ledger.free_bytes, ledger.file_bytes) = (Some(712_000_000), 163_000_000));
    insta::assert_snapshot!(told(&low), @"
    storage_warning high [disk/2026-06] 712000000 of 1000000000 bytes
      The ledger's disk has 712.0 MB left, less than 1.0 GB; the ledger takes 163.0 MB, and so does every backup
    ");
    assert_eq!(told(&ledger(|_, ledger| ledger.free_bytes = None)), "", "a machine that does not tell");
}

#[test]
fn sync_moved_too_much() {
    let moved = |bytes: i64| {
        ledger(|june, ledger| {
            set(june, CostField::BandwidthLimitBytes, "2000000000");
            ledger.moved_bytes = bytes;
        })
    };
    assert_eq!(told(&moved(2_000_000_000)), "");
    insta::assert_snapshot!(told(&moved(2_100_000_000)), @"
    bandwidth_warning low [2026-06/2000000000] 2100000000 of 2000000000 bytes
      June 2026: sync moved 2.1 GB, 100.0 MB more than its limit of 2.0 GB
    ");
}

fn overdue(last_day: &str, age_days: i32) -> OverdueSource {
    let name = SourceName { source: "openai-usage-csv".to_owned(), account: "default".to_owned() };
    OverdueSource { name, last_day: day(last_day), age_days, usual_days: 3 }
}

#[test]
fn a_source_went_silent() {
    let silent = ledger(|_, ledger| ledger.overdue = vec![overdue("2026-06-10", 9)]);
    insta::assert_snapshot!(told(&silent), @"
    source_stale low [2026-06-10/openai-usage-csv/default] -
      openai-usage-csv, account default, says nothing since 10 June 2026, 9 days ago; it usually speaks again within 3 days
    ");
}

#[test]
fn an_import_of_old_data_is_told_as_one() {
    let brought = |files, rows| {
        let first_day = day("2025-09-01");
        ledger(|_, ledger| {
            ledger.backfill = Some(Backfill { import: "i-1".to_owned(), files, rows, first_day })
        })
    };
    insta::assert_snapshot!(told(&brought(3, 1_204)), @"
    backfill_summary low [i-1] -
      3 files brought 1,204 rows, the earliest of 1 September 2025; of what is older than 72 hours no single call and no day raised an alert
    ");
    insta::assert_snapshot!(told(&brought(1, 1)), @"
    backfill_summary low [i-1] -
      1 file brought 1 row, the earliest of 1 September 2025; of what is older than 72 hours no single call and no day raised an alert
    ");
}

fn used(model: &str, first: &str) -> UsedModel {
    UsedModel { provider: "openai".to_owned(), model: model.to_owned(), first: day(first) }
}

#[test]
fn a_model_is_new_once_under_whatever_name() {
    let told_of = |models: &[UsedModel]| {
        let mut situation = Situation { models, ..june(const { &BTreeMap::new() }) };
        assert_eq!(told(&situation), "", "off unless somebody wants it");
        situation.rules.turn(AlertType::NewModel, true);
        told(&situation)
    };
    let known = used("gpt-5-mini", "2026-05-01");
    assert_eq!(told_of(&[used("gpt-5", "2026-06-18"), used("gpt-6", "2026-06-19")]), "", "all are new");
    insta::assert_snapshot!(told_of(&[known.clone(), used("GPT-5-2025-08-07", "2026-06-19"), used("gpt-5", "2026-06-18")]), @"
    new_model low [gpt-5] -
      First call of gpt-5 of openai on 18 June 2026
    ");
    assert_eq!(told_of(&[used("gpt-5-2025-08-07", "2026-05-01"), used("gpt-5", "2026-06-18")]), "");
    assert_eq!(told_of(&[known, used("gpt-5", "2026-06-15")]), "", "no news");
}

#[test]
fn rows_without_a_price_are_told() {
    let rows = |unpriced| {
        let mut situation = Situation { unpriced, ..june(const { &BTreeMap::new() }) };
        assert_eq!(told(&situation), "", "off unless somebody wants it");
        situation.rules.turn(AlertType::UnpricedRows, true);
        told(&situation)
    };
    assert_eq!(rows(0), "");
    insta::assert_snapshot!(rows(1_204), @"
    unpriced_rows low [2026-06/rows] -
      June 2026: 1,204 rows have no known price, so the month cost at least what is known of it
    ");
}

#[test]
fn who_does_not_own_the_ledger_is_told_nothing_of_it() {
    let full = ledger(|_, ledger| ledger.free_bytes = Some(0));
    assert_eq!(told(&Situation { ledger: None, ..full }), "");
}

#[test]
fn severities_are_in_order() {
    assert!(Severity::ALL.is_sorted());
    assert!(Severity::Critical > Severity::High);
    for (&one, &other) in
        Severity::ALL.iter().flat_map(|one| Severity::ALL.iter().map(move |other| (one, other)))
    {
        assert_eq!(one.worse(other), other.worse(one), "whoever says it first");
        assert!(one.worse(other) >= one);
    }
}

#[test]
fn words_read_back() {
    for kind in AlertType::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    for resolution in Resolution::ALL {
        let json = serde_json::to_value(resolution).expect("json");
        assert_eq!(json, resolution.as_str());
    }
    assert!("urgent".parse::<Severity>().is_err());
}
