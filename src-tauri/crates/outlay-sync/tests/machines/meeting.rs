//! One person on two machines: files, undos, what only both together say.

use std::cell::RefCell;

use outlay_ledger::Action;
use outlay_sync::{Machine, MachineError, Purpose, Scope};

use crate::book::{Book, NOW, expect_identical};
use crate::server::Server;

pub(crate) fn server() -> RefCell<Server> {
    RefCell::new(Server::new(NOW, &[("ada.l", Scope::Team), ("bob", Scope::Team), ("ada", Scope::Mine)]))
}

/// Both machines sync until both have seen everything.
pub(crate) fn meet(one: &mut Book, other: &mut Book, server: &RefCell<Server>) {
    for _ in 0..2 {
        one.sync_until(server, usize::MAX, Purpose::Sync);
        other.sync_until(server, usize::MAX, Purpose::Sync);
    }
    expect_identical(&one.sync(server));
    expect_identical(&other.sync(server));
    assert_eq!(one.dollars(), other.dollars());
    assert_eq!((one.differences(), other.differences()), (vec![], vec![]));
}

#[test]
fn overlapping_files_of_two_machines_count_once() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    one.import(9, &[(1, "a", 1), (2, "a", 2), (3, "a", 4)]);
    other.import(8, &[(2, "a", 2), (3, "a", 8), (4, "a", 16)]);
    one.log(32, "");
    let report = one.sync(&server);
    assert_eq!((report.pushed, report.pulled), (4 + 1, 0), "rows and an import");
    assert_eq!(report.pairs, 0, "the rows say what the import contains");
    expect_identical(&report);
    let report = other.sync(&server);
    assert_eq!(report.known, 1, "one row is the same");
    assert_eq!(report.pairs, 2, "that both files contain it is said by itself, there and here");
    expect_identical(&report);
    meet(&mut one, &mut other, &server);
    assert_eq!(one.dollars(), "59", "1 + 2 + 8 + 16 + 32");
    let report = one.sync(&server);
    assert_eq!((report.pushed, report.pulled, report.alerts, report.records), (0, 0, 0, 0));
}

#[test]
fn an_undo_is_seen_on_the_other_machine() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    one.import(9, &[(1, "a", 1), (2, "a", 2)]);
    let theirs = other.import(8, &[(2, "a", 2), (3, "a", 4)]);
    meet(&mut one, &mut other, &server);
    assert_eq!(one.dollars(), "7");
    one.void(theirs, Action::Void).expect("an undo of a file of one's own other machine");
    meet(&mut one, &mut other, &server);
    assert_eq!(other.dollars(), "3", "what the other file holds stays");
    other.void(theirs, Action::Restore).expect("a redo");
    meet(&mut one, &mut other, &server);
    assert_eq!(one.dollars(), "7");
}

#[test]
fn what_overlaps_only_together_is_settled_before_the_sync_ends() {
    let server = server();
    let (mut one, mut other) = (Book::new(1, "ada.l"), Book::new(2, "ada.l"));
    one.import_of("openai-usage-csv", 9, &[(1, "a", 10), (2, "a", 10)], None);
    other.import_of("openai-cost-csv", 8, &[(1, "b", 11), (2, "b", 12)], None);
    one.sync(&server);
    let report = other.sync(&server);
    expect_identical(&report);
    assert_ne!(other.dollars(), "43", "the answer is there, and was pushed with the same sync");
    meet(&mut one, &mut other, &server);
}

#[test]
fn a_first_pull_is_told_as_one_and_again_if_nobody_listened() {
    let server = server();
    let mut one = Book::new(1, "ada.l");
    let imports = [one.import(9, &[(40, "a", 1)]), one.import(8, &[(30, "b", 2)])];
    let call = one.log(4, "");
    one.sync(&server);
    let mut other = Book::new(2, "ada.l");
    let (_, news) = other.sync_until(&server, usize::MAX, Purpose::Sync);
    let news = news.expect("there is something new");
    assert_eq!(news.imports.len(), imports.len());
    let (first, last) = news.ids.expect("rows came");
    assert!(first <= call && call <= last);
    assert_eq!(other.sync_until(&server, usize::MAX, Purpose::Sync).1, None, "only once");
    // What was pulled stays new until somebody could look at it.
    one.log(8, "");
    one.sync(&server);
    let mut machine = Machine::open(&mut other.ledger, other.remote, NOW).expect("the only sync");
    let failed = machine.finish(1, |_, _| Err(MachineError::AlreadySyncing));
    assert!(failed.is_err());
    drop(machine);
    let (_, news) = other.sync_until(&server, usize::MAX, Purpose::Sync);
    assert_eq!(news.map(|news| news.imports), Some(vec![]));
}

#[test]
fn two_syncs_of_one_ledger_keep_out_of_each_others_way() {
    let mut book = Book::new(1, "ada.l");
    let path = book.ledger.path().to_owned();
    let first = Machine::open(&mut book.ledger, book.remote, NOW).expect("the only sync");
    let mut again = outlay_ledger::Ledger::open(&path, &outlay_ledger::Access::Read).expect("a ledger");
    assert!(matches!(Machine::open(&mut again, book.remote, NOW), Err(MachineError::AlreadySyncing)));
    drop(first);
    assert!(Machine::open(&mut again, book.remote, NOW).is_ok());
}

#[test]
fn bytes_that_were_moved_add_up_by_month() {
    let mut book = Book::new(1, "ada.l");
    for moved in [1000, 0, 24] {
        let mut machine = Machine::open(&mut book.ledger, book.remote, NOW).expect("the only sync");
        machine.finish(moved, |_, _| Ok::<_, MachineError>(false)).expect("a ledger");
    }
    let days = |first: &str, last: &str| (first.parse().expect("a day"), last.parse().expect("a day"));
    let (first, last) = days("2026-06-01", "2026-06-30");
    assert_eq!(book.read(|reader| reader.moved_bytes(first, last)), 1024);
    let (first, last) = days("2026-07-01", "2026-07-31");
    assert_eq!(book.read(|reader| reader.moved_bytes(first, last)), 0);
}
