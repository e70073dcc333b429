//! What becomes of a record that both sides may have changed, by one column.

use proptest::prelude::*;

use super::*;

const COLUMN: Column = Column::MonthlyAiCapNanos;

fn columns(value: i64) -> Columns {
    Columns::from([(COLUMN, Cell::Number(value))])
}

fn local((base, mine): (i64, i64), sent: Option<i64>) -> LocalRecord {
    let base_at = Some(Instant::from_micros(10));
    LocalRecord { values: columns(mine), base: columns(base), base_at, sent: sent.map(columns) }
}

fn server(value: i64, at: i64) -> ServerRecord {
    ServerRecord { values: columns(value), changed_at: Instant::from_micros(at) }
}

/// Follows the steps, with a server that nobody else changes; says what both sides hold and what was offered.
#[track_caller]
fn check(here: LocalRecord, there: (i64, i64), reconcile: Reconcile, (value, offered): (i64, &[i64])) {
    let (mut here, mut there) = (here, server(there.0, there.1));
    let mut clashes = Vec::new();
    for _ in 0..4 {
        match record_step(RecordKey::CostConfig, Some(&here), Some(&there), reconcile) {
            RecordStep::Settled => break,
            RecordStep::Keep(change, found) => {
                assert_eq!(change.read.as_ref(), Some(&here.values), "it says what it was made of");
                here = change.record;
                clashes.extend(found);
            }
            RecordStep::Send(values) => {
                there =
                    ServerRecord { values, changed_at: Instant::from_micros(there.changed_at.micros() + 1) };
            }
        }
    }
    assert_eq!((&here.values, &there.values), (&columns(value), &columns(value)), "both sides hold it");
    let found: Vec<_> = clashes.into_iter().map(|clash| clash.offered).collect();
    assert_eq!(found, offered.iter().map(|value| Cell::Number(*value)).collect::<Vec<_>>(), "offered");
}

#[test]
fn one_side_that_changed_is_taken_and_a_clash_is_the_servers() {
    check(local((1, 1), None), (1, 10), Reconcile::Done, (1, &[]));
    check(local((1, 2), None), (1, 10), Reconcile::Done, (2, &[]));
    check(local((1, 1), None), (2, 11), Reconcile::Done, (2, &[]));
    check(local((1, 2), None), (2, 11), Reconcile::Done, (2, &[]));
    check(local((1, 2), None), (3, 11), Reconcile::Done, (3, &[2]));
}

#[test]
fn what_was_sent_without_an_answer_is_mine() {
    // 2 was sent and arrived, its answer was lost, and the user went on to 3.
    check(local((1, 3), Some(2)), (2, 11), Reconcile::Done, (3, &[]));
    check(local((1, 3), Some(2)), (1, 10), Reconcile::Done, (3, &[]));
    check(local((1, 3), Some(2)), (4, 11), Reconcile::Done, (4, &[3]));
}

#[test]
fn a_record_that_came_back_from_the_past_is_overruled() {
    check(local((2, 2), None), (1, 9), Reconcile::PushAgain, (2, &[1]));
    check(local((2, 3), None), (1, 9), Reconcile::Done, (3, &[1]));
    // Somebody else was there first: theirs is kept, and what may have been lost is offered.
    check(local((2, 2), None), (1, 12), Reconcile::PushAgain, (1, &[2]));
}

#[test]
fn what_is_confirmed_twice_is_no_clash_and_unknown_columns_stay() {
    let confirmed = |at: Option<i64>| at.map_or(Cell::Null, Cell::Number);
    let mut here = local((1, 1), None);
    here.values.insert(Column::ConfirmedAt, confirmed(Some(5)));
    here.base.insert(Column::ConfirmedAt, confirmed(None));
    here.values.insert(Column::BandwidthLimitBytes, Cell::Number(7));
    let mut there = server(1, 11);
    there.values.insert(Column::ConfirmedAt, confirmed(Some(4)));
    there.values.insert(Column::TimeZone, Cell::Text("UTC".into()));
    let RecordStep::Keep(change, clashes) =
        record_step(RecordKey::CostConfig, Some(&here), Some(&there), Reconcile::Done)
    else {
        panic!("the server's confirmation is kept")
    };
    assert_eq!(clashes, []);
    assert_eq!(change.record.values.get(&Column::ConfirmedAt), Some(&Cell::Number(4)));
    assert_eq!(change.record.values.get(&Column::BandwidthLimitBytes), Some(&Cell::Number(7)));
    let next = record_step(RecordKey::CostConfig, Some(&change.record), Some(&there), Reconcile::Done);
    assert_eq!(next, RecordStep::Settled, "a column that the server lacks is not sent again and again");
}

#[test]
fn a_side_without_the_record_gets_it() {
    let here = local((1, 2), None);
    assert_eq!(
        record_step(RecordKey::CostConfig, Some(&here), None, Reconcile::Done),
        RecordStep::Send(columns(2))
    );
    let there = server(3, 11);
    let RecordStep::Keep(change, _) = record_step(RecordKey::CostConfig, None, Some(&there), Reconcile::Done)
    else {
        panic!("the server's record is kept")
    };
    assert_eq!((change.read, change.record.values), (None, columns(3)));
    assert_eq!(record_step(RecordKey::CostConfig, None, None, Reconcile::Done), RecordStep::Settled);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Whatever three values meet: it ends with both sides equal, and a value that somebody made and that did
    /// not win is offered.
    #[test]
    fn three_values_become_one_and_none_is_lost(base in 0..3_i64, mine in 0..3_i64, theirs in 0..3_i64, sent in proptest::option::of(0..3_i64)) {
        let is_clash = mine != theirs && sent != Some(theirs) && mine != base && theirs != base;
        let is_mine = mine != base || sent == Some(theirs);
        let value = if is_mine && !is_clash { mine } else { theirs };
        let offered = [mine];
        check(local((base, mine), sent), (theirs, 11), Reconcile::Done, (value, if is_clash { &offered } else { &[] }));
    }
}
