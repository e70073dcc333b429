//! Several people: who is called how, what is whose, and what leaves a machine.

use outlay_sync::{LedgerRow, Scope, Table};

use crate::book::{Book, expect_identical};
use crate::meeting::{meet, server};

#[test]
fn a_member_who_is_called_like_me_is_somebody_else() {
    let server = server();
    let mut mine = Book::new(1, "ada.l");
    let mut theirs = Book::of("zoe", 2, "ada");
    mine.log(1, "");
    theirs.log(2, "");
    theirs.import(9, &[(1, "a", 4)]);
    expect_identical(&theirs.sync(&server));
    mine.sync(&server);
    expect_identical(&mine.sync(&server));
    let users = mine.read(|reader| reader.small_rows::<outlay_ledger::sync::ImportRow>(None));
    assert_eq!(users[0].user_id, "ada (team)");
    assert_eq!(mine.dollars(), "7");
    let own = mine.read(|reader| reader.counted_rows(mine.remote, Scope::Mine));
    assert_eq!(own.spend.to_string(), "1");
    expect_identical(&theirs.sync(&server));
    assert_eq!(theirs.dollars(), "6", "who may see only their own sees only that");
}

#[test]
fn a_file_that_two_people_import_counts_once() {
    let server = server();
    let (mut ada, mut bob) = (Book::new(1, "ada.l"), Book::of("bob", 2, "bob"));
    let lines = [(1, "a", 1), (2, "a", 2)];
    ada.import(9, &lines);
    bob.import(8, &lines);
    meet(&mut ada, &mut bob, &server);
    assert_eq!(ada.dollars(), "3");
}

/// Somebody whose rows one may not see holds the same fact, and the server loses theirs.
#[test]
fn a_fact_that_the_server_shows_as_mine_is_mine() {
    let server = server();
    let (mut bob, mut ada) = (Book::of("bob", 2, "bob"), Book::new(1, "ada.l"));
    let lines = [(1, "a", 1), (2, "a", 2)];
    bob.import(8, &lines);
    bob.sync(&server);
    // Ada has seen the team's rows, Bob's among them, and may see only her own from now on.
    ada.sync(&server);
    ada.import(9, &lines);
    ada.sync(&server);
    server.borrow_mut().members.insert("ada.l".into(), Scope::Mine);
    ada.sync(&server);
    for (owner, row) in server.borrow_mut().stored.rows.values_mut() {
        if let LedgerRow::Generation(call) = row {
            "ada.l".clone_into(owner);
            "ada.l".clone_into(&mut call.user_id);
        }
    }
    ada.sync(&server);
    let report = ada.sync(&server);
    let digests = ada.read(|reader| reader.digests(ada.remote, Table::Generations, None, Scope::Mine));
    assert_eq!(digests.len(), 2, "both days are hers: {report:?}");
    assert_eq!(ada.read(|reader| reader.counted_rows(ada.remote, Scope::Mine)).rows, 2);
    assert_eq!(report.missing, 0);
}

#[test]
fn summaries_leave_only_if_they_may() {
    let server = server();
    let mut one = Book::new(1, "ada.l");
    let sent = |id| match server.borrow().stored.rows.get(&(Table::Generations, None, id)) {
        Some((_, LedgerRow::Generation(row))) => row.input_summary.clone(),
        _ => panic!("it is there"),
    };
    let kept = one.log(1, "a secret");
    expect_identical(&one.sync(&server));
    assert_eq!(sent(kept), None);
    let mine = one.read(|reader| reader.generation_rows(&[kept]));
    assert_eq!(mine[0].input_summary.as_deref(), Some("a secret"), "here it stays");
    assert_eq!(one.conflicts(), vec![], "what was left out is no other content");
    let remote = one.remote;
    one.write(|writer| writer.send_summaries(remote, true)).expect("a remote");
    let shared = one.log(2, "for all");
    one.sync(&server);
    assert_eq!(sent(shared).as_deref(), Some("for all"));
    assert_eq!(sent(kept), None, "what was sent stays as it was sent");
}

#[test]
fn a_page_is_no_larger_than_a_statement_should_be() {
    use outlay_sync::{Local, Machine};
    let server = server();
    let mut one = Book::new(1, "ada.l");
    one.sync(&server);
    let remote = one.remote;
    one.write(|writer| writer.send_summaries(remote, true)).expect("a remote");
    let text = "x".repeat(1 << 20);
    for _ in 0..9 {
        one.log(1, &text);
    }
    let mut machine = Machine::open(&mut one.ledger, remote, crate::book::NOW).expect("the only sync");
    assert_eq!(machine.waiting(Table::Generations, 5000).expect("rows").len(), 3);
    assert_eq!(machine.waiting_count().expect("a count"), 9);
    drop(machine);
    expect_identical(&one.sync(&server));
}
