//! Servers that are set back, ledgers that are copied, ways that are cut, and rows that no ledger takes.

use std::cell::RefCell;

use outlay_ledger::{Access, Birth, Ledger};
use outlay_sync::{LedgerRow, Notice, Purpose, Row, Table};
use uuid::Uuid;

use crate::book::{Book, NOW, expect_identical};
use crate::meeting::{meet, server};
use crate::server::{Stored, slot};

#[test]
fn a_server_that_is_set_back_gets_everything_again() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    one.import(9, &[(1, "a", 1), (2, "a", 2)]);
    meet(&mut one, &mut other, &server);
    let backup = server.borrow().stored.clone();
    other.import(8, &[(2, "a", 2), (3, "a", 4)]);
    other.log(8, "");
    meet(&mut one, &mut other, &server);
    for backup in [backup, Stored::default()] {
        server.borrow_mut().stored = backup;
        let report = other.sync(&server);
        assert!(report.notices.contains(&Notice::ServerWasSetBack), "{report:?}");
        meet(&mut one, &mut other, &server);
        assert_eq!(one.dollars(), "15");
        assert_eq!((one.conflicts(), other.conflicts()), (vec![], vec![]));
    }
}

#[test]
fn a_restored_copy_becomes_another_device() {
    let server = server();
    let mut one = Book::new(1, "ada.l");
    one.import(9, &[(1, "a", 1)]);
    one.sync(&server);
    let mut other = Book::new(2, "ada.l");
    let copy = other.folder.path().join("copy.db");
    one.ledger.backup(&copy).expect("a copy");
    one.log(2, "");
    one.sync(&server);
    let birth = Birth { owner: "ada".into(), time_zone: "UTC".into(), device_id: Uuid::nil(), now: NOW };
    other.ledger = Ledger::open(&copy, &Access::Write(birth)).expect("the copy");
    other.log(4, "");
    let report = other.sync(&server);
    assert!(report.notices.contains(&Notice::LedgerWasCopied), "{report:?}");
    let device = |book: &Book| book.read(|reader| reader.identity()).device_id;
    assert_ne!(device(&one), device(&other));
    meet(&mut one, &mut other, &server);
    assert_eq!(one.dollars(), "7");
}

#[test]
fn a_way_that_is_cut_anywhere_loses_nothing() {
    for statements in (0..60).step_by(2) {
        let server = server();
        let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
        one.import(9, &[(1, "a", 1), (2, "a", 2), (3, "a", 4)]);
        other.import(8, &[(3, "a", 4), (4, "a", 8)]);
        other.log(16, "");
        one.sync(&server);
        other.sync_until(&server, statements, Purpose::Sync);
        meet(&mut one, &mut other, &server);
        assert_eq!(other.dollars(), "31", "cut after {statements} statements");
    }
}

#[test]
fn a_row_that_no_ledger_takes_is_kept_aside() {
    let server = server();
    let mut one = Book::new(1, "ada.l");
    one.log(1, "");
    one.sync(&server);
    let (_, good) = server.borrow().stored.rows.values().next().cloned().expect("a row");
    let LedgerRow::Generation(mut bad) = good else { panic!("a call") };
    bad.id = Uuid::from_u128(bad.id.as_u128() + 1);
    bad.source_key = "another".into();
    bad.cached_tokens = bad.tokens_input + 1;
    let bad = LedgerRow::Generation(bad);
    server.borrow_mut().stored.rows.insert(slot(bad.id()), ("ada.l".into(), bad.clone()));
    let mut other = Book::new(2, "ada.l");
    let report = other.sync(&server);
    assert!(report.quarantined > 0, "{report:?}");
    let [kept] = &other.conflicts()[..] else { panic!("one row is kept aside") };
    assert_eq!((kept.kind.as_str(), kept.what.as_str()), ("generations", "refused"));
    assert_eq!(kept.here, "\"its counts do not fit together\"");
    assert!(kept.there.contains("\"source_key\":\"another\""), "{}", kept.there);
    assert_eq!(other.dollars(), "1");
}

#[test]
fn two_contents_under_one_key_are_both_shown() {
    let server = server();
    let mut one = Book::new(1, "ada.l");
    let id = one.log(1, "");
    let place = (Table::Generations, None, id);
    one.sync(&server);
    if let Some((_, LedgerRow::Generation(row))) = server.borrow_mut().stored.rows.get_mut(&place) {
        row.cost = outlay_core::money::Money::from_nanos(7);
    }
    // The machine offers its own again, as after a restore of the server.
    one.write(|writer| {
        let row = outlay_sync::RowId::generation(id);
        let standing = outlay_sync::Standing::Waiting;
        writer.stand(one_remote(writer), &[outlay_ledger::sync::NewStanding { row, standing, reason: None }])
    })
    .expect("a ledger");
    let report = one.sync(&server);
    assert_eq!(report.conflicts, 1, "{report:?}");
    let [kept] = &one.conflicts()[..] else { panic!("one conflict") };
    assert_eq!((kept.what.as_str(), kept.there.as_str()), ("content", "null"));
    assert_eq!(one.dollars(), "1", "what is here stays");
    expect_identical_but_for_money(&report);
}

fn one_remote(writer: &outlay_ledger::Writer<'_>) -> i64 {
    writer.reader().remotes().expect("remotes")[0].number
}

#[track_caller]
fn expect_identical_but_for_money(report: &outlay_sync::Report) {
    let is_told = matches!(report.verified, Some(outlay_sync::Verified::Different { buckets: 0, .. }));
    assert!(is_told, "that both come to something else is told: {report:?}");
}

#[test]
fn an_unused_server_is_identical_to_an_unused_ledger() {
    let server = RefCell::new(crate::server::Server::new(NOW, &[("ada.l", outlay_sync::Scope::Mine)]));
    expect_identical(&Book::new(1, "ada.l").sync(&server));
}
