//! What waits, what was acknowledged, and what both sides are thought to hold.

use std::collections::BTreeSet;

use outlay_ledger::sync::{Bucket, Digests, NewStanding, RowId, Scope, Standing, Table};
use outlay_ledger::{Ledger, LedgerError, Reader};
use proptest::prelude::*;
use uuid::Uuid;

use super::carrier::{all_digests, carry, pieces};
use crate::book::{Book, Line, NOW, export, line};

fn connect(book: &mut Book) -> i64 {
    let writer = book.ledger.writer().expect("a writer");
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    writer.commit().expect("a commit");
    remote
}

fn read<T>(ledger: &Ledger, read: impl FnOnce(&Reader<'_>) -> Result<T, LedgerError>) -> T {
    ledger.read(read).expect("a ledger")
}

fn waiting(book: &Book, remote: i64, table: Table) -> Vec<RowId> {
    read(&book.ledger, |reader| reader.waiting_rows(remote, table, usize::MAX))
}

fn stand(book: &mut Book, remote: i64, rows: &[RowId], standing: Standing) {
    let standings: Vec<_> = rows.iter().map(|&row| NewStanding { row, standing, reason: None }).collect();
    let writer = book.ledger.writer().expect("a writer");
    writer.stand(remote, &standings).expect("standings");
    writer.commit().expect("a commit");
}

const TABLES: [Table; 6] = [
    Table::Generations,
    Table::Imports,
    Table::ImportMembers,
    Table::Voids,
    Table::Authorities,
    Table::Budgets,
];

fn shown(book: &Book, remote: i64) -> Vec<Digests> {
    let digests = |table| move |reader: &Reader<'_>| reader.digests(remote, table, None, Scope::Mine);
    TABLES.map(|table| read(&book.ledger, digests(table))).to_vec()
}

/// Acknowledges everything, a page at a time.
fn push_all(book: &mut Book, remote: i64, page: usize) {
    for table in TABLES {
        loop {
            let rows = read(&book.ledger, |reader| reader.waiting_rows(remote, table, page));
            if rows.is_empty() {
                break;
            }
            stand(book, remote, &rows, Standing::Shared);
        }
    }
}

#[test]
fn whatever_is_own_waits_from_the_connection_on() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)]));
    let remote = connect(&mut book);
    let later = book.import(&export(10, &[line(2, "a", 2), line(3, "a", 4)]));
    book.void(later.id, outlay_ledger::Action::Void).expect("an undo");
    let counts = TABLES.map(|table| waiting(&book, remote, table).len());
    assert_eq!(counts, [3, 2, 1, 1, 0, 0]);
    assert_eq!(read(&book.ledger, |reader| reader.waiting_row_count(remote)), 6);
    assert!(shown(&book, remote).iter().all(Digests::is_empty), "the server has none of it");
    push_all(&mut book, remote, 2);
    assert_eq!(read(&book.ledger, |reader| reader.waiting_row_count(remote)), 0);
    assert_eq!(shown(&book, remote), all_digests(&book.ledger));
}

#[test]
fn what_is_pulled_never_waits() {
    let mut one = Book::of("ada", 1);
    one.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)]));
    let mut other = Book::of("ada", 2);
    let remote = connect(&mut other);
    carry(pieces(&one.ledger, 10), &mut other);
    assert_eq!(read(&other.ledger, |reader| reader.waiting_row_count(remote)), 0);
    assert_eq!(shown(&other, remote), all_digests(&one.ledger));
}

#[test]
fn a_ledger_without_a_remote_notes_nothing() {
    let mut book = Book::new();
    let import = book.import(&export(9, &[line(1, "a", 1)]));
    book.void(import.id, outlay_ledger::Action::Void).expect("an undo");
    let raw = rusqlite::Connection::open(book.ledger.path()).expect("the same file");
    let sql = "SELECT (SELECT count(*) FROM sync_standings) + (SELECT count(*) FROM outbox)";
    assert_eq!(raw.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count"), 0);
}

#[test]
fn rows_that_a_set_back_server_lost_wait_again() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)]));
    let remote = connect(&mut book);
    push_all(&mut book, remote, 5);
    let day = Bucket::Day(crate::book::utc_day(1));
    let held = read(&book.ledger, |reader| reader.held(remote, Table::Generations, day));
    let lost = RowId { table: Table::Generations, bucket: day, key: held[0].key };
    stand(&mut book, remote, &[lost], Standing::Missing);
    let held = read(&book.ledger, |reader| reader.held(remote, Table::Generations, day));
    assert_eq!((held[0].standing, held[0].is_mine), (Standing::Missing, true));
    assert_eq!(shown(&book, remote)[0].len(), 1, "the other day");
    let writer = book.ledger.writer().expect("a writer");
    writer.push_again(remote, &[Standing::Missing]).expect("a ledger");
    writer.commit().expect("a commit");
    assert_eq!(waiting(&book, remote, Table::Generations), [lost]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// In whatever order rows are acknowledged, those that were not go on waiting, and no other.
    #[test]
    fn acknowledging_some_leaves_the_others(
        rows in proptest::collection::btree_set((1_i64..9, 0_u8..9), 1..30),
        known in proptest::collection::btree_set((1_i64..9, 0_u8..9), 0..10),
        rounds in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 40), 1..5),
    ) {
        let lines = |rows: &BTreeSet<(i64, u8)>| -> Vec<Line> {
            rows.iter().map(|(day, key)| line(*day, &format!("k{key}"), 1)).collect()
        };
        let mut book = Book::new();
        let remote = connect(&mut book);
        book.import(&export(20, &lines(&rows)));
        book.import(&export(21, &lines(&known)));
        for table in [Table::Generations, Table::ImportMembers] {
            let mut expected: BTreeSet<RowId> = waiting(&book, remote, table).into_iter().collect();
            for round in &rounds {
                let acknowledged: Vec<RowId> =
                    expected.iter().zip(round).filter(|(_, is)| **is).map(|(row, _)| *row).collect();
                stand(&mut book, remote, &acknowledged, Standing::Shared);
                expected.retain(|row| !acknowledged.contains(row));
                let found: BTreeSet<RowId> = waiting(&book, remote, table).into_iter().collect();
                prop_assert_eq!(&found, &expected);
            }
            let rest: Vec<RowId> = expected.into_iter().collect();
            stand(&mut book, remote, &rest, Standing::Shared);
            prop_assert_eq!(waiting(&book, remote, table), vec![]);
        }
    }
}

#[test]
fn a_copy_becomes_another_machine_and_keeps_what_it_recorded() {
    let mut book = Book::new();
    let mut writer = book.ledger.writer().expect("a writer");
    writer.become_device(Uuid::from_u128(99)).expect("a ledger");
    assert_eq!(writer.identity().device_id, Uuid::from_u128(99));
    writer.commit().expect("a commit");
    assert_eq!(read(&book.ledger, |reader| reader.identity()).device_id, Uuid::from_u128(99));
}
