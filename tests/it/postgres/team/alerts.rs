//! Alerts of several machines become one on the server as in the engine, whoever comes first.

use outlay_core::alert::{AlertType, Resolution, Severity};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_sync::{Alert, AlertBody, Body, Cause, Ended, Failing, Remote, join};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Crew, bump};

fn alert(number: u128, severity: Severity, ended: Option<(i64, Resolution)>) -> Alert<AlertBody> {
    let body = AlertBody {
        alert_type: AlertType::MonthlyCapWarning,
        dedupe_key: "2026-06".into(),
        severity,
        message: format!("{severity}, as one machine says it"),
        threshold: Some(0.1),
        actual: None,
        threshold_money: Some(Money::from_nanos(100_000_000)),
        actual_money: None,
        expected: None,
        created_at: Instant::from_micros(1_000_003),
    };
    let ended = ended.map(|(at, how)| Ended { at: Instant::from_micros(at), how });
    Alert { id: Uuid::from_u128(number), ended, body }
}

#[test]
fn alerts_are_stored_once_and_read_back() {
    let crew = Crew::new("alerts_back");
    let mut ada = crew.member("ada", false);
    let mut bob = crew.member("bob", true);
    let mut alerts =
        vec![alert(1, Severity::Low, None), alert(2, Severity::High, Some((7, Resolution::CapIncreased)))];
    alerts[1].body.expected = Some("a launch".into());
    let joined = ada.join_alerts(&alerts, Some(bump(1, 0))).expect("alerts");
    assert_eq!(joined.found, Some(0));
    assert_eq!(ada.join_alerts(&alerts, Some(bump(2, 1))).expect("the same once more").found, Some(1));
    let mut back = ada.alerts().expect("alerts");
    back.sort_by_key(|alert| alert.id);
    assert_eq!(back, alerts);
    assert_eq!(bob.alerts().expect("alerts"), [], "whoever may read everybody's still has none");
    assert_eq!(bob.join_alerts(&alerts[..1], None).expect_err("hers").cause(), Cause::NotAllowed);
}

fn told() -> impl Strategy<Value = Alert<AlertBody>> {
    let ended = proptest::option::of((0..3_i64, proptest::sample::select(Resolution::ALL)));
    let said = (proptest::sample::select(Severity::ALL), ended, proptest::option::of("[aBé]{1,2}"), 0..3_i64);
    said.prop_map(|(severity, ended, expected, at)| {
        let mut alert = alert(1, severity, ended);
        (alert.body.expected, alert.body.created_at) = (expected, Instant::from_micros(at));
        alert
    })
}

#[test]
fn the_server_joins_as_the_engine_does() {
    let crew = Crew::new("alerts_joined");
    let ada = std::cell::RefCell::new(crew.member("ada", false));
    let config = ProptestConfig { cases: 60, max_shrink_iters: 200, ..ProptestConfig::default() };
    proptest!(config, |(told in proptest::collection::vec(told(), 1..6))| {
        crew.run("DELETE FROM expense_alerts");
        let mut expected: Option<Alert<AlertBody>> = None;
        let mut ada = ada.borrow_mut();
        for alert in told {
            ada.join_alerts(std::slice::from_ref(&alert), None).expect("a join");
            expected = Some(match expected {
                None => alert,
                Some(kept) => Alert {
                    ended: join(kept.ended, alert.ended),
                    body: alert.body.join(&kept.body),
                    id: kept.id,
                },
            });
        }
        prop_assert_eq!(ada.alerts().expect("alerts"), expected.into_iter().collect::<Vec<_>>());
    });
}

#[test]
fn what_another_program_wrote_is_read_as_far_as_it_is_known() {
    let crew = Crew::new("alerts_foreign");
    let mut ada = crew.member("ada", false);
    crew.run(
        "INSERT INTO expense_alerts (user_id, alert_type, severity, message, resolved, created_at)
         VALUES ('ada', 'daily_spike', 'high', 'a spike', true, '1970-01-01 00:00:01Z'), ('ada', 'sync_failing', 'low', '', false, now())",
    );
    let alerts = ada.alerts().expect("alerts");
    let spike =
        alerts.iter().find(|alert| alert.body.alert_type == AlertType::DailySpike).expect("the spike");
    let ended = Ended { at: Instant::from_micros(1_000_000), how: Resolution::Acknowledged };
    assert_eq!(spike.ended, Some(ended));
}
