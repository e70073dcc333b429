//! How each alert ends, and that what holds does not.

use super::*;

/// How an alert of `kind` with `key` ends; its limit was 8 dollars, of which 9 were reached.
#[track_caller]
fn check(situation: &Situation<'_>, kind: AlertType, key: &str, expected: Option<Resolution>) {
    let (threshold, actual) = (Some(money("8")), Some(money("9")));
    let open = OpenAlert { alert_type: kind, dedupe_key: key, severity: Severity::Low, threshold, actual };
    assert_eq!(resolution(situation, &open), expected, "{kind} [{key}]");
}

#[test]
fn cap_alerts_end_with_month_cap_or_spend() {
    use AlertType::{
        ForecastOverCap as Forecast, MonthlyCapReached as Reached, MonthlyCapWarning as Warning,
    };
    let (over, raised) = (Some(Resolution::AutoResolved), Some(Resolution::CapIncreased));
    let at = |amount: &str| spent(amount, |_| ());
    check(&at("8"), Warning, "2026-06/10/80", None);
    check(&at("7.99"), Warning, "2026-06/10/80", over);
    check(&at("10"), Reached, "2026-06/10", None);
    check(&at("9.99"), Reached, "2026-06/10", over);
    check(&at("10"), Reached, "2026-05/10", over);
    check(&at("10"), Reached, "2026-07/10", over);
    check(&at("10"), Reached, "2026-06/9.5", raised);
    check(&at("10"), Warning, "2026-06/9.5/80", raised);
    check(&at("10"), Forecast, "2026-06/9.5", raised);
    check(&at("10"), Reached, "2026-06/20", over);
    check(&at("10"), Warning, "2026-06/10/90", over);
    check(&at("10"), Reached, "2026-06/default-10", over);
    check(&at("10"), Reached, "2026-06/default-5", raised);
    check(&at("10"), Forecast, "2026-06/10", over);
    check(&at("5"), Forecast, "2026-06/10", None);
    check(&at("10"), Reached, "no key of ours", None);
}

#[test]
fn a_forecast_ends_when_it_no_longer_holds() {
    let likely = |end: &str| {
        spent("5", |june| {
            let (run_rate, likely) = (Money::ZERO, Some(money(end)));
            let (low, high, method) = (None, None, String::new());
            june.limits[0].projection = Some(Projection { run_rate, likely, low, high, method });
        })
    };
    check(&likely("10.01"), AlertType::ForecastOverCap, "2026-06/10", None);
    check(&likely("10"), AlertType::ForecastOverCap, "2026-06/10", Some(Resolution::AutoResolved));
}

#[test]
fn what_happened_stands_until_it_no_longer_counts() {
    let over = Some(Resolution::AutoResolved);
    let fallen = ["gen-7".to_owned()];
    let june_now = june(const { &BTreeMap::new() });
    check(&june_now, AlertType::SingleCallHigh, "gen-7", None);
    check(&Situation { fallen: &fallen, ..june_now.clone() }, AlertType::SingleCallHigh, "gen-7", over);
    let mut generous = june_now.clone();
    set(&mut generous, CostField::SingleCallAlert, "9");
    check(&generous, AlertType::SingleCallHigh, "gen-7", over);

    let observed = BTreeMap::from([(day("2026-06-01"), money("7.9")), (day("2026-06-02"), money("8"))]);
    let seen = june(&observed);
    check(&seen, AlertType::DailySpike, "2026-06-01", over);
    check(&seen, AlertType::DailySpike, "2026-06-02", None);
    check(&seen, AlertType::DailySpike, "2026-06-03", over);
    check(&seen, AlertType::DailySpike, "2026-04-30", None);
    check(&seen, AlertType::DailySpike, "2026-06-20", None);

    check(&june_now, AlertType::BackfillSummary, "i-1", None);
    let undone = ledger(|_, ledger| ledger.undone = Some("i-1".to_owned()));
    check(&undone, AlertType::BackfillSummary, "i-1", over);
    check(&undone, AlertType::BackfillSummary, "i-2", None);
    let later = Backfill { import: "i-2".to_owned(), files: 1, rows: 1, first_day: day("2026-01-01") };
    let later = ledger(|_, ledger| ledger.backfill = Some(later));
    check(&later, AlertType::BackfillSummary, "i-1", over);
    check(&later, AlertType::BackfillSummary, "i-2", None);
}

#[test]
fn the_ledgers_own_alerts_end_with_their_condition() {
    let over = Some(Resolution::AutoResolved);
    let (storage, bandwidth) = (AlertType::StorageWarning, AlertType::BandwidthWarning);
    let limited = |file, free, moved| {
        ledger(move |june, ledger| {
            set(june, CostField::StorageLimitBytes, "1000");
            set(june, CostField::BandwidthLimitBytes, "1000");
            (ledger.file_bytes, ledger.free_bytes, ledger.moved_bytes) = (file, free, moved);
        })
    };
    let full = limited(1001, Some(LOW_DISK_BYTES - 1), 1001);
    check(&full, storage, "file/1000", None);
    check(&full, storage, "file/999", over);
    check(&full, storage, "disk/2026-05", None);
    check(&full, bandwidth, "2026-06/1000", None);
    check(&full, bandwidth, "2026-06/999", over);
    check(&full, bandwidth, "2026-05/1000", over);
    check(&full, bandwidth, "2026-07/1000", None);
    let roomy = limited(1000, Some(LOW_DISK_BYTES), 1000);
    check(&roomy, storage, "file/1000", over);
    check(&roomy, storage, "disk/2026-06", over);
    check(&roomy, bandwidth, "2026-06/1000", over);
    check(&limited(0, None, 0), storage, "disk/2026-06", None);

    let silent = ledger(|_, ledger| ledger.overdue = vec![overdue("2026-06-10", 9)]);
    check(&silent, AlertType::SourceStale, "2026-06-10/openai-usage-csv/default", None);
    check(&silent, AlertType::SourceStale, "2026-06-02/openai-usage-csv/default", over);
    check(&Situation { ledger: None, ..silent }, AlertType::SourceStale, "2026-06-02/x/y", None);
}

#[test]
fn what_is_new_or_without_a_price_stands_while_it_is() {
    let over = Some(Resolution::AutoResolved);
    let models = [used("GPT-6", "2026-01-01")];
    let now = Situation { models: &models, unpriced: 1, ..june(const { &BTreeMap::new() }) };
    check(&now, AlertType::NewModel, "gpt-6", None);
    check(&now, AlertType::NewModel, "gpt-7", over);
    check(&now, AlertType::UnpricedRows, "2026-06/rows", None);
    check(&now, AlertType::UnpricedRows, "2026-06~2/rows", None);
    check(&now, AlertType::UnpricedRows, "2026-05/rows", over);
    check(&Situation { unpriced: 0, ..now }, AlertType::UnpricedRows, "2026-06/rows", over);
}

#[test]
fn what_holds_is_not_over() {
    let observed = four_weeks("1", &[("2026-06-18", "80"), ("2026-06-19", "31.2")]);
    let mut situation = june(&observed);
    situation.limits[0].spend.spend = money("12");
    set(&mut situation, CostField::StorageLimitBytes, "1000");
    set(&mut situation, CostField::BandwidthLimitBytes, "1000");
    situation.ledger = Some(LedgerState {
        overdue: vec![overdue("2026-06-10", 9)],
        file_bytes: 2000,
        free_bytes: Some(5),
        moved_bytes: 2000,
        backfill: None,
        undone: None,
    });
    let held = notices(&situation);
    assert_eq!(held.len(), 8, "{held:#?}");
    for notice in held {
        let (threshold, actual) = match notice.measure {
            Measure::Money { threshold, actual } => (Some(threshold), Some(actual)),
            Measure::Bytes { .. } | Measure::Nothing => (None, None),
        };
        let Notice { alert_type, dedupe_key, severity, .. } = &notice;
        let open = OpenAlert { alert_type: *alert_type, dedupe_key, severity: *severity, threshold, actual };
        // What is reached is told instead of the warning.
        let over = (*alert_type == AlertType::MonthlyCapWarning).then_some(Resolution::AutoResolved);
        assert_eq!(resolution(&situation, &open), over, "{alert_type}");
    }
}

#[test]
fn a_warning_stands_until_its_limit_is_reached_if_that_is_told() {
    use AlertType::{MonthlyCapReached as Reached, MonthlyCapWarning as Warning};
    let over = Some(Resolution::AutoResolved);
    check(&spent("9.999999999", |_| ()), Warning, "2026-06/10/80", None);
    check(&spent("10", |_| ()), Warning, "2026-06/10/80", over);
    check(&spent("10", |_| ()), Warning, "2026-06~2/10/80", over);
    check(&spent("10", |june| june.rules.turn(Reached, false)), Warning, "2026-06/10/80", None);
    let warned_again = |june: &Situation<'_>| {
        let warning = notices(june).into_iter().find(|notice| notice.alert_type == Warning);
        warning.expect("a warning").keys().nth(1).is_some()
    };
    assert!(warned_again(&spent("9", |_| ())));
    assert!(!warned_again(&spent("10", |_| ())), "it was told once");
    assert!(warned_again(&spent("10", |june| june.rules.turn(Reached, false))));
}

#[test]
fn what_becomes_more_urgent_replaces_what_stands() {
    let reached = |blocks: &str| {
        let notices = notices(&spent("12", |june| set(june, CostField::BlockOnCap, blocks)));
        notices.into_iter().find(|notice| notice.alert_type == AlertType::MonthlyCapReached).expect("reached")
    };
    let open = |dedupe_key, severity| OpenAlert {
        alert_type: AlertType::MonthlyCapReached,
        dedupe_key,
        severity,
        threshold: None,
        actual: None,
    };
    let (critical, high) = (reached("true"), reached("false"));
    assert!(critical.worsens(&open("2026-06/10", Severity::High)));
    assert!(critical.worsens(&open("2026-06~3/10", Severity::High)));
    assert!(!critical.worsens(&open("2026-06/10", Severity::Critical)), "once");
    assert!(!critical.worsens(&open("2026-06/20", Severity::High)), "another cap");
    assert!(!high.worsens(&open("2026-06/10", Severity::Critical)), "never lowered");
}
