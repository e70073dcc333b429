//! An alert is raised once, and keeps what it says.

use outlay_core::alert::{AlertType, Measure, Notice, Resolution, Severity};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::{AlertScope, Snooze};

use crate::book::{Book, NOW};

fn notice(key: &str, measure: Measure) -> Notice {
    let (alert_type, severity) = (AlertType::MonthlyCapWarning, Severity::Medium);
    Notice {
        alert_type,
        severity,
        dedupe_key: key.to_owned(),
        message: format!("of {key}"),
        measure,
        recurs: true,
    }
}

#[test]
fn a_limit_is_told_once_until_it_ended_by_itself() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let money = Measure::Money {
        threshold: Money::from_nanos(8_000_000_000),
        actual: Money::from_nanos(9_500_000_001),
    };
    let warning = notice("2026-06/10/80", money);
    let raised = writer.raise("ada", &warning, NOW).expect("a ledger").expect("a new alert");
    // Two machines that notice the same thing raise one alert: this is its id on every machine.
    insta::assert_snapshot!(raised.id, @"c206e21c-f685-5a3b-aac7-892ff6fb8b16");
    assert_eq!((raised.threshold, raised.actual), (Some(8.0), Some(9.500000001)));
    assert_eq!(raised.actual_money, Some(Money::from_nanos(9_500_000_001)));
    assert_eq!(writer.raise("ada", &warning, NOW).expect("a ledger"), None, "once");
    writer.resolve_alert(&raised.id, Resolution::AutoResolved, NOW).expect("an alert");
    let seen = writer.resolve_alert(&raised.id, Resolution::Acknowledged, NOW).expect("an alert");
    assert_eq!(seen.resolution, Some(Resolution::AutoResolved), "resolving is monotone");
    let again = writer.raise("ada", &warning, NOW).expect("a ledger").expect("it holds again");
    assert_eq!(again.dedupe_key, "2026-06~2/10/80");
    writer.resolve_alert(&again.id, Resolution::Acknowledged, NOW).expect("an alert");
    assert_eq!(writer.raise("ada", &warning, NOW).expect("a ledger"), None, "somebody has seen it");

    let bytes = Measure::Bytes { threshold: 1_000, actual: 1_001 };
    let other =
        writer.raise("ada", &notice("2026-06/20/80", bytes), NOW).expect("a ledger").expect("an alert");
    assert_eq!((other.threshold, other.actual, other.actual_money), (Some(1000.0), Some(1001.0), None));
    let of_grace = writer.raise("grace", &warning, NOW).expect("a ledger");
    assert_ne!(of_grace.expect("another user's").id, raised.id);
    assert_eq!(writer.reader().alerts("ada", AlertScope::All).expect("alerts").len(), 3);
}

#[test]
fn an_open_alert_becomes_more_urgent_and_keeps_its_place() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let known =
        writer.raise("ada", &notice("k", Measure::Nothing), NOW).expect("a ledger").expect("an alert");
    let measure = Measure::Bytes { threshold: 1_000, actual: 1_001 };
    let worse = Notice { severity: Severity::Critical, message: "worse".to_owned(), ..notice("k", measure) };
    let now = writer.worsen(&known.id, &worse).expect("an alert");
    assert_eq!((now.severity, now.message.as_str()), (Severity::Critical, "worse"));
    assert_eq!((now.actual, now.created_at), (Some(1001.0), known.created_at));
    writer.resolve_alert(&known.id, Resolution::Acknowledged, NOW).expect("an alert");
    let resolved = writer.worsen(&known.id, &notice("k", Measure::Nothing)).expect("an alert");
    assert_eq!(resolved.severity, Severity::Critical, "what is resolved stays as it is");
}

#[test]
fn whoever_spends_or_was_alerted_is_looked_at() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let owner = writer.identity().owner.clone();
    let (first, last) = ("2026-06-01".parse().expect("a day"), "2026-06-30".parse().expect("a day"));
    assert_eq!(writer.reader().alerted_users(first, last).expect("users"), [owner.as_str()]);
    let raised =
        writer.raise("grace", &notice("k", Measure::Nothing), NOW).expect("a ledger").expect("an alert");
    let users = writer.reader().alerted_users(first, last).expect("users");
    assert!(users.contains(&"grace".to_owned()) && users.contains(&owner));
    writer.resolve_alert(&raised.id, Resolution::Acknowledged, NOW).expect("an alert");
    assert_eq!(writer.reader().alerted_users(first, last).expect("users"), [owner]);
}

#[test]
fn a_snoozed_alert_is_left_alone_until_its_time() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let raise = |key| {
        writer.raise("ada", &notice(key, Measure::Nothing), NOW).expect("a ledger").expect("an alert").id
    };
    let (first, second) = (raise("a"), raise("b"));
    let after = |hours: i64| Instant::from_micros(NOW.micros() + hours * 3_600_000_000);
    let ids = |scope| {
        let alerts = writer.reader().alerts("ada", scope).expect("alerts");
        alerts.into_iter().map(|alert| alert.id).collect::<Vec<_>>()
    };
    let snoozed = writer.snooze(&first, after(1), Some("later"), NOW).expect("an alert");
    let expected = Snooze { until: after(1), reason: Some("later".to_owned()) };
    assert_eq!(snoozed.snooze, Some(expected));
    assert_eq!(
        (ids(AlertScope::Open(NOW)), ids(AlertScope::Snoozed(NOW))),
        (vec![second.clone()], vec![first.clone()])
    );
    assert_eq!(ids(AlertScope::Unresolved).len(), 2, "rules look at both");
    let count = writer.reader().alert_count("ada", NOW).expect("a count");
    assert_eq!((count.open, count.snoozed), (1, 1));
    assert_eq!(ids(AlertScope::Open(after(1))).len(), 2, "it comes back by itself");
    assert_eq!(writer.reader().first_snooze_end().expect("an end"), Some(after(1)));
    assert!(writer.reader().snoozed(NOW).expect("ids").contains(&first));

    writer.snooze(&first, after(5), None, after(2)).expect("again");
    assert_eq!(writer.end_snoozes(after(4)).expect("a ledger"), 0);
    assert_eq!(writer.wake(&first).expect("an alert").snooze, None);
    assert_eq!(writer.reader().first_snooze_end().expect("none"), None);
    writer.snooze(&first, after(9), None, after(6)).expect("again");
    writer.snooze(&second, after(7), None, after(6)).expect("it, too");
    writer.resolve_alert(&first, Resolution::Acknowledged, after(6)).expect("an alert");
    assert_eq!(ids(AlertScope::Snoozed(after(6))), [second], "what is resolved is not left alone");
    assert_eq!(writer.end_snoozes(after(7)).expect("a ledger"), 1);
    assert_eq!(writer.reader().first_snooze_end().expect("none"), None);
    assert!(writer.snooze("no such alert", after(9), None, after(8)).is_err());
}
