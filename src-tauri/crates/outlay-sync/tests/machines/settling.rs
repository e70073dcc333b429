//! What is changed in place on two machines at once: caps, alerts, budgets, what applications are called.

use outlay_core::alert::{AlertType, Measure, Notice, Resolution, Severity};
use outlay_core::budget::{Budget, BudgetMode, Scope as BudgetScope};
use outlay_core::cost_config::CostConfig;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::AlertScope;
use uuid::Uuid;

use crate::book::{Book, NOW};
use crate::meeting::{meet, server};

fn set_caps(book: &mut Book, dollars: i64, percent: u8) {
    let config = CostConfig {
        monthly_ai_cap_usd: Money::from_nanos(dollars * 1_000_000_000),
        alert_threshold_pct: percent,
        confirmed_at: Some(NOW),
        ..CostConfig::default()
    };
    book.write(|writer| writer.set_cost_config("ada", &config, NOW)).expect("caps");
}

fn caps(book: &Book) -> (String, u8) {
    let config = book.read(|reader| reader.cost_config("ada"));
    (config.monthly_ai_cap_usd.to_string(), config.alert_threshold_pct)
}

#[test]
fn both_edit_the_cap_offline() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    set_caps(&mut one, 20, 80);
    meet(&mut one, &mut other, &server);
    assert_eq!(caps(&other), ("20".into(), 80));
    set_caps(&mut one, 30, 80);
    set_caps(&mut other, 40, 70);
    meet(&mut one, &mut other, &server);
    assert_eq!((caps(&one), caps(&other)), (("30".into(), 70), ("30".into(), 70)), "the first one holds");
    let shown: Vec<_> = other
        .conflicts()
        .into_iter()
        .map(|found| (found.kind, found.what, found.here, found.there))
        .collect();
    let expected = ("cost_config", "monthly_ai_cap_nanos", "40000000000", "30000000000");
    assert_eq!(shown, [(expected.0.into(), expected.1.into(), expected.2.into(), expected.3.into())]);
    assert_eq!(one.conflicts(), vec![]);
    set_caps(&mut other, 40, 70);
    meet(&mut one, &mut other, &server);
    assert_eq!(caps(&one), ("40".into(), 70), "who was overruled may say it again");
}

#[test]
fn a_time_zone_that_nobody_chose_gives_way() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    one.log(3, "");
    let mut writer = one.ledger.writer().expect("a writer");
    writer.rebuild("America/Los_Angeles".parse().expect("a zone")).expect("a rebuild");
    writer.commit().expect("a commit");
    set_caps(&mut one, 20, 80);
    meet(&mut one, &mut other, &server);
    let zone = other.read(|reader| reader.identity()).zone;
    assert_eq!(zone.name(), "America/Los_Angeles", "both show the same days");
    assert_eq!(other.conflicts(), vec![]);
}

fn raise(book: &mut Book, severity: Severity) -> String {
    let notice = Notice {
        recurs: false,
        alert_type: AlertType::MonthlyCapReached,
        severity,
        dedupe_key: "2026-06/20".into(),
        message: format!("June reached its cap ({severity})"),
        measure: Measure::Nothing,
    };
    let raised = book.write(|writer| writer.raise("ada", &notice, NOW)).expect("a ledger");
    raised.expect("a new alert").id
}

fn alerts(book: &Book) -> Vec<outlay_ledger::Alert> {
    book.read(|reader| reader.alerts("ada", AlertScope::All))
}

#[test]
fn two_machines_raise_and_end_one_alert() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    raise(&mut one, Severity::High);
    let id = raise(&mut other, Severity::Critical);
    meet(&mut one, &mut other, &server);
    assert_eq!(alerts(&one), alerts(&other));
    let [alert] = &alerts(&one)[..] else { panic!("one alert") };
    assert_eq!((alert.severity, alert.resolved), (Severity::Critical, false), "the more severe holds");
    assert_eq!(alert.message, "June reached its cap (critical)");
    let at = |micros| Instant::from_micros(NOW.micros() + micros);
    one.write(|writer| writer.resolve_alert(&id, Resolution::Acknowledged, at(9))).expect("an end");
    other.write(|writer| writer.expect_alert(&id, "a move", at(5))).expect("an end");
    meet(&mut one, &mut other, &server);
    assert_eq!(alerts(&one), alerts(&other));
    let [alert] = &alerts(&one)[..] else { panic!("one alert") };
    assert_eq!((alert.resolved_at, alert.expected.as_deref()), (Some(at(5)), Some("a move")));
    assert_eq!(one.sync(&server).alerts, 0, "and nothing more is said about it");
}

#[test]
fn of_budgets_of_one_revision_the_same_speaks_everywhere() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    let keep = |book: &mut Book, dollars: i64| {
        let budget = Budget {
            raised_from: None,
            name: "models".into(),
            scope: BudgetScope::Provider("openai".into()),
            amount: Money::from_nanos(dollars * 1_000_000_000),
            mode: BudgetMode::Notify,
            warn_at_pct: 80,
            confirmed: true,
        };
        book.write(|writer| writer.keep_budget("ada", Uuid::from_u128(77), &budget, false, NOW))
            .expect("a budget");
    };
    keep(&mut one, 9);
    keep(&mut other, 5);
    meet(&mut one, &mut other, &server);
    for book in [&one, &other] {
        let budgets = book.read(|reader| reader.budgets("ada"));
        let amounts: Vec<_> = budgets.iter().map(|version| version.budget.amount.to_string()).collect();
        assert_eq!(amounts, ["5"]);
    }
}

#[test]
fn applications_are_called_alike_and_merged_alike() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    let ids: Vec<Uuid> = (0..6)
        .map(|number| {
            let name = format!("project {number}");
            one.write(|writer| writer.ensure_application("openai", "default", &name)).expect("one")
        })
        .collect();
    one.write(|writer| {
        writer.rename_application(ids[0], "Shop")?;
        // Whatever the order in which they travel, some come before what they are merged into.
        ids[1..].iter().zip(&ids).try_for_each(|(id, into)| writer.merge_application(*id, Some(*into)))
    })
    .expect("a ledger");
    meet(&mut one, &mut other, &server);
    let applications = |book: &Book| book.read(|reader| reader.applications());
    assert_eq!(applications(&one), applications(&other));
    other.write(|writer| writer.merge_application(ids[3], None)).expect("a ledger");
    one.write(|writer| writer.rename_application(ids[3], "Till")).expect("a ledger");
    meet(&mut one, &mut other, &server);
    assert_eq!(applications(&one), applications(&other));
    let till = one.read(|reader| reader.application("Till"));
    assert_eq!((till.id, till.merged_into), (ids[3], None));
    assert_eq!((one.conflicts(), other.conflicts()), (vec![], vec![]));
}
