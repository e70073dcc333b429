//! What the book refuses, in words.

use crate::book::{Book, export, line};

#[track_caller]
fn check(statement: &str) -> String {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 1)]));
    let connection = rusqlite::Connection::open(book.ledger.path()).expect("the same file");
    connection.execute_batch(statement).expect_err("append-only").to_string()
}

#[test]
fn rows_are_never_changed_or_removed() {
    insta::assert_snapshot!(check("UPDATE ai_generations SET cost_usd = 0"), @"the ledger is append-only: a row is never changed; undo its import or import a newer export instead");
    insta::assert_snapshot!(check("DELETE FROM ai_generations"), @"the ledger is append-only: a row is never deleted; undo its import instead");
    insta::assert_snapshot!(check("INSERT INTO ai_generations (id) VALUES ('x')"), @"rows enter the ledger through `outlay log` and `outlay import`, which price and count them");
    insta::assert_snapshot!(check("UPDATE generations SET cost_nanos = 0"), @"the ledger is append-only: a row is never changed; undo its import or import a newer export instead");
    insta::assert_snapshot!(check("DELETE FROM imports"), @"the ledger is append-only: an import is never deleted; undo it instead");
    insta::assert_snapshot!(check("DELETE FROM details"), @"the ledger is append-only: details are never deleted");
}
