//! What rules would have told: the same as they tell, day by day, and in words.

use proptest::prelude::*;

use super::*;
use crate::report::{FileSpan, Patience};
use crate::spike::Sensitivity;

/// The days from `first` to 19 June: weekdays of 4 and 6 dollars in turn, weekend days of 1, then what is given.
fn days_from(first: &str, last: &[(&str, &str)]) -> BTreeMap<Day, Money> {
    let spend = |day: Day| match (day.is_weekend(), day.number() % 2) {
        (true, _) => DOLLAR,
        (false, 0) => 4 * DOLLAR,
        _ => 6 * DOLLAR,
    };
    let days = day(first).through(day("2026-06-19"));
    let mut observed: BTreeMap<_, _> = days.map(|day| (day, Money::from_nanos(spend(day)))).collect();
    observed.extend(last.iter().map(|(date, amount)| (day(date), money(amount))));
    observed
}

fn history(observed: &BTreeMap<Day, Money>) -> History<'_> {
    History {
        config: CostConfig::default(),
        zone: "Europe/Berlin".parse().expect("a zone"),
        today: day("2026-06-19"),
        observed,
        usual: observed,
        limits: &[],
        calls: &[],
        more_calls: false,
        files: &[],
        models: &[],
        unpriced: const { &BTreeMap::new() },
    }
}

#[track_caller]
fn check(rule: AlertType, rules: &Rules, history: &History<'_>, expected: &str) {
    assert_eq!(look_back(rule, rules, history).sentence, expected);
}

fn spiky(spike: Sensitivity) -> Rules {
    Rules { spike, ..Rules::default() }
}

const SPIKES: [(&str, &str); 4] =
    [("2026-04-13", "12"), ("2026-05-05", "31.2"), ("2026-06-14", "2.5"), ("2026-06-19", "16")];

#[test]
fn spikes_are_those_that_would_have_been_told() {
    let observed = days_from("2025-12-01", &SPIKES);
    let known = history(&observed);
    let check = |one, expected| check(AlertType::DailySpike, &spiky(one), &known, expected);
    check(Sensitivity::Usual, "Would have fired 3 times in the last 90 days: 13 Apr, 5 May and 19 Jun.");
    check(
        Sensitivity::Sensitive,
        "Would have fired 4 times in the last 90 days: 13 Apr, 5 May, 14 Jun and 19 Jun.",
    );
    check(Sensitivity::OnlyLarge, "Would have fired once in the last 90 days: 5 May.");
    let told = look_back(AlertType::DailySpike, &spiky(Sensitivity::OnlyLarge), &known).firings;
    insta::assert_snapshot!(told.expect("days")[0].message, @"5 May 2026 cost $31.20, $25.20 above the usual $6.00 (median of 20 weekdays of the 28 days before); a spike is $20.00 or more, however little is usual");
}

#[test]
fn what_is_not_known_is_said() {
    let none = BTreeMap::new();
    check(
        AlertType::DailySpike,
        &Rules::default(),
        &history(&none),
        "Nothing is known yet that could be looked back at.",
    );
    let young = days_from("2026-05-01", &[]);
    let expected = "Would not have fired since 1 May, from when on the ledger knows.";
    check(AlertType::DailySpike, &Rules::default(), &history(&young), expected);
    let storage = look_back(AlertType::StorageWarning, &Rules::default(), &history(&young));
    assert_eq!(
        (storage.firings, storage.sentence.as_str()),
        (None, "The ledger does not remember what it takes to look back.")
    );
}

#[test]
fn costly_calls_are_counted_by_day() {
    let observed = days_from("2025-12-01", &[]);
    let call = |number: i64| CostlyCall {
        source_key: format!("gen-{number}"),
        created_at: Instant::from_micros(
            Instant::parse("2026-06-01T12:00:00Z").expect("an instant").micros()
                + number / 2 * 86_400_000_000,
        ),
        cost: money("0.75"),
        model: "gpt-5".to_owned(),
        provider: "openai".to_owned(),
    };
    let calls: Vec<CostlyCall> = (0..16).map(call).collect();
    let known = History { calls: &calls, ..history(&observed) };
    check(
        AlertType::SingleCallHigh,
        &Rules::default(),
        &known,
        "Would have fired 16 times in the last 90 days on 8 days, the last of them: 3 Jun, 4 Jun, 5 Jun, 6 Jun, 7 Jun and 8 Jun.",
    );
    let few = History { calls: &calls[..3], more_calls: true, ..known };
    let expected = "Would have fired more than 3 times in the last 90 days on 2 days: 1 Jun and 2 Jun.";
    check(AlertType::SingleCallHigh, &Rules::default(), &few, expected);
    let mut dear = known;
    dear.config.set(CostField::SingleCallAlert, "0.75", Instant::EARLIEST).expect("an amount");
    check(AlertType::SingleCallHigh, &Rules::default(), &dear, "Would not have fired in the last 90 days.");
}

#[test]
fn limits_are_told_once_a_month() {
    let observed = days_from("2025-12-01", &[]);
    let mut config = CostConfig::default();
    config.set(CostField::MonthlyAiCapUsd, "100", Instant::EARLIEST).expect("an amount");
    let limits = [LimitHistory { id: None, budget: Budget::cap(&config), spent: observed.clone() }];
    let known = History { limits: &limits, ..history(&observed) };
    let check = |rule, expected| check(rule, &Rules::default(), &known, expected);
    check(
        AlertType::MonthlyCapReached,
        "Would have fired 3 times in the last 90 days: 26 Mar, 27 Apr and 27 May.",
    );
    check(
        AlertType::MonthlyCapWarning,
        "Would have fired 3 times in the last 90 days: 21 Apr, 21 May and 19 Jun.",
    );
    let told = look_back(AlertType::MonthlyCapReached, &Rules::default(), &known).firings.expect("days");
    insta::assert_snapshot!(told[1].message, @"April 2026: $102.00 spent, $2.00 over the cap of $100.00 (102 %)");
    let forecast = look_back(AlertType::ForecastOverCap, &Rules::default(), &known).firings.expect("days");
    let days: Vec<_> = forecast.iter().map(|firing| firing.day.to_string()).collect();
    assert_eq!(days, ["2026-04-01", "2026-05-01", "2026-06-01"], "March was told on its first day");
}

#[test]
fn a_source_was_silent_when_it_was() {
    let file = |first: &str, last: &str, imported: &str| {
        let at = Instant::parse(&format!("{imported}T09:00:00Z")).expect("an instant");
        let name = crate::report::SourceName { source: "acme-csv".into(), account: "default".into() };
        let days = Some((day(first), day(last)));
        FileSpan { name, provider: "acme".into(), days, as_of: at, imported_at: at, quarantined: 0 }
    };
    let files = [
        file("2026-04-01", "2026-04-07", "2026-04-08"),
        file("2026-04-08", "2026-04-14", "2026-04-15"),
        file("2026-04-15", "2026-05-12", "2026-05-13"),
    ];
    let observed = days_from("2025-12-01", &[]);
    let known = History { files: &files, ..history(&observed) };
    let patient = |patience| Rules { patience, ..Rules::default() };
    let check = |patience, expected| check(AlertType::SourceStale, &patient(patience), &known, expected);
    check(
        Patience::Times(2),
        "Would have fired twice since 8 Apr, from when on the ledger knows: 10 Apr and 29 Apr.",
    );
    check(
        Patience::Days(10),
        "Would have fired twice since 8 Apr, from when on the ledger knows: 25 Apr and 23 May.",
    );
    check(Patience::Days(60), "Would not have fired since 8 Apr, from when on the ledger knows.");
}

proptest! {
    /// Looking back finds on each day what the rule tells on that day, whatever the days cost.
    #[test]
    fn a_look_back_is_what_was_told_day_by_day(
        cents in proptest::collection::vec(0..4_000_i64, 140),
        gaps in proptest::collection::vec(any::<bool>(), 140),
        sensitivity in proptest::sample::select(Sensitivity::ALL),
    ) {
        let first = day("2026-06-19").plus(-139);
        let all = first.through(day("2026-06-19")).zip(cents).zip(gaps);
        let observed: BTreeMap<Day, Money> = all
            .filter(|((day, _), is_gap)| !(*is_gap && day.number() % 3 == 0))
            .map(|((day, cents), _)| (day, Money::from_nanos(cents * DOLLAR / 100)))
            .collect();
        let rules = spiky(sensitivity);
        let found = look_back(AlertType::DailySpike, &rules, &history(&observed)).firings.expect("days");
        let mut told = Vec::new();
        for today in day("2026-06-19").plus(1 - LOOK_BACK_DAYS).through(day("2026-06-19")) {
            let known: BTreeMap<_, _> = observed.range(..=today).map(|(&day, &spend)| (day, spend)).collect();
            let mut situation = june(&known);
            (situation.today, situation.recent, situation.rules) = (today, today, rules.clone());
            told.extend(notices(&situation).iter().filter_map(|notice| notice.dedupe_key.parse::<Day>().ok()));
        }
        prop_assert_eq!(found.iter().map(|firing| firing.day).collect::<Vec<_>>(), told);
    }
}

#[test]
fn a_rule_that_is_off_tells_nothing_and_ends_nothing() {
    let observed = four_weeks("1", &[("2026-06-19", "31.2")]);
    let mut situation = june(&observed);
    let open = notices(&situation);
    situation.rules.turn(AlertType::DailySpike, false);
    assert_eq!(notices(&situation), []);
    let key = &open[0].dedupe_key;
    let open = OpenAlert {
        severity: Severity::Low,
        alert_type: AlertType::DailySpike,
        dedupe_key: key,
        threshold: Some(money("10")),
        actual: None,
    };
    assert_eq!(resolution(&situation, &open), None);
}

#[test]
fn new_models_and_months_with_rows_without_a_price_are_looked_back_at() {
    let observed = days_from("2025-12-01", &[]);
    let models = [used("gpt-5", "2026-01-01"), used("gpt-6", "2026-05-13"), used("GPT-6", "2026-05-20")];
    let unpriced = [("2026-04-02", 3), ("2026-06-13", 2), ("2026-06-14", 1)];
    let unpriced: BTreeMap<Day, i64> = unpriced.into_iter().map(|(date, rows)| (day(date), rows)).collect();
    let known = History { models: &models, unpriced: &unpriced, ..history(&observed) };
    let rules = Rules::default();
    check(AlertType::NewModel, &rules, &known, "Would have fired once in the last 90 days: 13 May.");
    check(
        AlertType::UnpricedRows,
        &rules,
        &known,
        "Would have fired twice in the last 90 days: 2 Apr and 13 Jun.",
    );
}
