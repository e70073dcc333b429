//! Records are made once, changed only if they are what was read, and never twice at one time.

use outlay_sync::{Cell, Column, Columns, RecordKey, Remote, ServerRecord};
use uuid::Uuid;

use super::{Crew, bump};

fn config(cap: i64) -> Columns {
    Columns::from([
        (Column::MonthlyAiCapNanos, Cell::Number(cap)),
        (Column::AlertThresholdPct, Cell::Number(70)),
        (Column::SingleCallAlertNanos, Cell::Number(1)),
        (Column::BlockOnCap, Cell::Number(0)),
        (Column::EmailOnHigh, Cell::Number(1)),
        (Column::TimeZone, Cell::Text("Europe/Berlin".into())),
        (Column::BudgetMonthFirstDay, Cell::Number(5)),
        (Column::StorageLimitBytes, Cell::Null),
        (Column::BandwidthLimitBytes, Cell::Number(9)),
        (Column::ConfirmedAt, Cell::Number(1_781_870_400_123_456)),
    ])
}

fn application(name: &str, merged: Option<Uuid>) -> Columns {
    Columns::from([
        (Column::Provider, Cell::Text("openai".into())),
        (Column::Account, Cell::Text("default".into())),
        (Column::Project, Cell::Text("p-1".into())),
        (Column::Name, Cell::Text(name.into())),
        (Column::MergedInto, merged.map_or(Cell::Null, |id| Cell::Text(id.to_string()))),
    ])
}

fn record(values: Columns, changed_at: outlay_core::instant::Instant) -> ServerRecord {
    ServerRecord { values, changed_at }
}

#[track_caller]
fn check(key: RecordKey, first: Columns, second: Columns, name: &'static str) {
    let crew = Crew::new(name);
    let mut ada = crew.member("ada", false);
    let mut lead = crew.member("lead", true);
    let made = ada.change_record(key, None, &first, Some(bump(1, 0))).expect("a record");
    let made_at = made.done.expect("there was none");
    assert_eq!(made.found, Some(0));
    let first = record(first, made_at);
    assert_eq!(ada.records().expect("records"), [(key, first.clone())]);
    assert_eq!(lead.records().expect("records"), [], "another's is not one's own");
    let again = ada.change_record(key, None, &second, Some(bump(2, 1))).expect("an answer");
    assert_eq!((again.found, again.done), (Some(1), None), "there is one by now");
    // The clock of the server goes back; the record's time does not.
    crew.run("SET session_replication_role = replica; UPDATE public.cost_config SET updated_at = '2100-01-01'; UPDATE outlay.applications SET updated_at = '2100-01-01'; SET session_replication_role = origin");
    let stale = ada.change_record(key, Some(&first), &second, Some(bump(3, 2))).expect("an answer");
    assert_eq!(stale.done, None, "it is not what was read");
    let (_, read) = ada.records().expect("records").remove(0);
    let changed = ada.change_record(key, Some(&read), &second, Some(bump(4, 3))).expect("an answer");
    let changed_at = changed.done.expect("it was as it was read");
    assert_eq!(changed_at.micros(), read.changed_at.micros() + 1, "strictly later");
    assert_eq!(ada.records().expect("records"), [(key, record(second, changed_at))]);
    assert_eq!(ada.change_record(key, Some(&read), &read.values, None).expect("an answer").done, None);
}

#[test]
fn caps() {
    check(RecordKey::CostConfig, config(5), config(7), "record_caps");
}

#[test]
fn applications() {
    let key = RecordKey::Application(Uuid::from_u128(3));
    check(key, application("one", None), application("two", Some(Uuid::from_u128(4))), "record_applications");
}

#[test]
fn what_is_not_said_stays() {
    let crew = Crew::new("record_partial");
    let mut ada = crew.member("ada", false);
    ada.change_record(RecordKey::CostConfig, None, &config(5), None).expect("a record");
    let (key, read) = ada.records().expect("records").remove(0);
    let said = Columns::from([(Column::MonthlyAiCapNanos, Cell::Number(6)), (Column::TimeZone, Cell::Null)]);
    ada.change_record(key, Some(&read), &said, None).expect("an answer").done.expect("a change");
    let mut expected = config(6);
    expected.insert(Column::TimeZone, Cell::Null);
    assert_eq!(ada.records().expect("records").remove(0).1.values, expected);
}
