//! Rows of other members: counted with one's own where they are the same, and gone when one leaves.

use outlay_ledger::sync::{OthersRows, Refusal, Scope, SyncConflict, Table};

use super::carrier::{NOWHERE, account, carry, digests, pieces};
use crate::book::{Book, NOW, export, line};

#[test]
fn leaving_removes_what_only_others_said() {
    let (mut ada, mut bob) = (Book::of("ada", 1), Book::of("bob", 2));
    ada.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)]));
    let alone = account(&ada.ledger);
    bob.import(&export(10, &[line(2, "a", 2), line(3, "b", 4)]));
    let writer = ada.ledger.writer().expect("a writer");
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    writer.commit().expect("a commit");
    carry(pieces(&bob.ledger, 10), &mut ada);
    assert_eq!(ada.dollars(), "7", "the day that both have counts once");
    let mine = ada.ledger.read(|reader| reader.digests(NOWHERE, Table::Generations, None, Scope::Mine));
    assert_eq!(mine.expect("digests").len(), 2);
    let team =
        ada.ledger.read(|reader| Ok::<_, outlay_ledger::LedgerError>(digests(reader, Table::Generations)));
    assert_eq!(team.expect("digests").len(), 3);

    let writer = ada.ledger.writer().expect("a writer");
    writer.leave_remote(remote, OthersRows::Remove).expect("a ledger");
    writer.commit().expect("a commit");
    assert_eq!((account(&ada.ledger), ada.differences()), (alone, vec![]));
}

#[test]
fn what_an_own_import_contains_stays_when_others_go() {
    let (mut ada, mut bob) = (Book::of("ada", 1), Book::of("bob", 2));
    bob.import(&export(10, &[line(1, "a", 1), line(2, "a", 2), line(3, "a", 4)]));
    let writer = ada.ledger.writer().expect("a writer");
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    writer.commit().expect("a commit");
    carry(pieces(&bob.ledger, 10), &mut ada);
    let own = ada.import(&export(11, &[line(1, "a", 1), line(3, "a", 4)]));
    assert_eq!((own.found.new, own.found.known), (0, 2));
    let writer = ada.ledger.writer().expect("a writer");
    writer.leave_remote(remote, OthersRows::Remove).expect("a ledger");
    writer.commit().expect("a commit");
    assert_eq!((ada.dollars().as_str(), ada.differences()), ("5", vec![]));
    assert!(ada.import(&export(12, &[line(4, "a", 8)])).found.new == 1, "numbers are not given twice");
    assert_eq!((ada.dollars().as_str(), ada.differences()), ("13", vec![]));
}

#[test]
fn own_rows_never_go_whatever_is_unlocked() {
    let mut ada = Book::of("ada", 1);
    ada.import(&export(9, &[line(1, "a", 1)]));
    let raw = rusqlite::Connection::open(ada.ledger.path()).expect("the same file");
    raw.execute_batch("INSERT INTO unlocked VALUES ('others')").expect("unlocked");
    for table in ["generations", "imports", "dimensions"] {
        let refused = raw.execute(&format!("DELETE FROM {table}"), []).expect_err("kept").to_string();
        assert!(refused.contains("append-only"), "{table}: {refused}");
    }
}

#[test]
fn what_the_other_side_said_is_not_lost_where_only_the_clash_is_known() {
    let mut ada = Book::of("ada", 1);
    let writer = ada.ledger.writer().expect("a writer");
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    let said = |here: &str, there: &str| {
        let [kind, key, what] = ["generations", "a key", "content"].map(str::to_owned);
        let (here, there) = (here.to_owned(), there.to_owned());
        writer
            .note_conflict(&SyncConflict { number: 0, remote, kind, key, what, here, there, at: NOW })
            .expect("noted");
        let [kept] = &writer.reader().sync_conflicts(remote).expect("conflicts")[..] else { panic!("one") };
        (kept.here.clone(), kept.there.clone())
    };
    assert_eq!(said("1", "null"), ("1".to_owned(), "null".to_owned()));
    assert_eq!(said("1", "2"), ("1".to_owned(), "2".to_owned()));
    assert_eq!(said("1", "null"), ("1".to_owned(), "2".to_owned()), "the push again tells less");
    assert_eq!(said("3", "null"), ("3".to_owned(), "2".to_owned()));
}

#[test]
fn another_content_under_an_id_is_never_written() {
    let (mut one, mut other) = (Book::of("ada", 1), Book::of("ada", 2));
    one.import(&export(9, &[line(1, "a", 1)]));
    carry(pieces(&one.ledger, 10), &mut other);
    let before = account(&other.ledger);
    let id = one.ledger.read(|reader| {
        let bucket = *digests(reader, Table::Generations).keys().next().expect("a day");
        Ok::<_, outlay_ledger::LedgerError>(reader.held(NOWHERE, Table::Generations, bucket)?[0].key)
    });
    let rows = one.ledger.read(|reader| reader.generation_rows(&[id.expect("an id")]));
    let row = rows.expect("rows").remove(0);
    let mut disputed = row.clone();
    disputed.cost = outlay_core::money::Money::from_nanos(5);
    let mut strange = row.clone();
    strange.id = uuid::Uuid::from_u128(7);
    let mut impossible = row.clone();
    impossible.cached_tokens = row.tokens_input + 1;
    let writer = other.ledger.writer().expect("a writer");
    let arrival = writer.pull_generations(vec![disputed, strange, impossible]).expect("a ledger");
    writer.commit().expect("a commit");
    assert_eq!((arrival.new, arrival.known, arrival.conflicts.len()), (0, 0, 1));
    assert_eq!(arrival.conflicts[0].here.cost, row.cost);
    let refusals: Vec<_> = arrival.refused.iter().map(|(_, refusal)| *refusal).collect();
    assert_eq!(refusals, [Refusal::IdOfAnotherTime, Refusal::Counts]);
    assert_eq!(account(&other.ledger), before);
}
