//! New, known, restated, undone, redone.

use outlay_ledger::{Action, Answers, DaysAnswer, Question};

use crate::book::{Book, export, line};

#[test]
fn a_file_imported_twice_counts_once() {
    let mut book = Book::new();
    let file = export(9, &[line(1, "a", 1), line(2, "a", 2), line(2, "b", 3)]);
    assert_eq!(book.import(&file).found.new, 3);
    let again = book.import(&file);
    assert_eq!((again.found.new, again.found.known, again.found.restated), (0, 3, 0));
    assert_eq!((again.spend_before, again.spend_after), (again.spend_after, again.spend_before));
    assert_eq!(book.dollars(), "6");
    assert_eq!(book.differences(), Vec::<String>::new());
}

#[test]
fn an_open_day_is_restated_and_undo_brings_it_back() {
    let mut book = Book::new();
    book.import(&export(2, &[line(1, "a", 1), line(2, "a", 2)]));
    let newer = book.import(&export(3, &[line(1, "a", 1), line(2, "a", 5)]));
    assert_eq!((newer.found.known, newer.found.restated, newer.outdated), (1, 1, 0));
    assert_eq!(newer.spend_before.to_string(), "3");
    assert_eq!(newer.spend_after.to_string(), "6");
    assert_eq!(book.dollars(), "6");

    let undone = book.void(newer.id, Action::Void).expect("an undo");
    assert_eq!((undone.spend_before.to_string(), undone.spend_after.to_string()), ("6".into(), "3".into()));
    assert_eq!(book.dollars(), "3");
    assert_eq!(book.differences(), Vec::<String>::new());

    book.void(newer.id, Action::Restore).expect("a redo");
    assert_eq!(book.dollars(), "6");
    assert!(book.void(newer.id, Action::Restore).is_err(), "there is nothing left to redo");
    assert_eq!(book.differences(), Vec::<String>::new());
}

#[test]
fn an_older_export_imported_later_does_not_speak() {
    let mut book = Book::new();
    book.import(&export(3, &[line(2, "a", 5)]));
    let older = book.import(&export(2, &[line(2, "a", 2)]));
    assert_eq!((older.found.restated, older.outdated), (0, 1));
    assert_eq!(book.dollars(), "5");
}

#[test]
fn a_file_that_lowers_closed_days_looks_older_and_does_not_win() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 5), line(2, "a", 5)]));
    let older = book.import(&export(10, &[line(1, "a", 5), line(2, "a", 2)]));
    let looks_older = older.looks_older.expect("it lowers a closed day");
    assert_eq!(
        (looks_older.spend_now.to_string(), looks_older.spend_in_file.to_string()),
        ("5".into(), "2".into())
    );
    assert_eq!(book.dollars(), "10");

    let said_so = Answers { as_of: true, ..Answers::default() };
    book.import_with(&export(11, &[line(1, "a", 5), line(2, "a", 3)]), said_so);
    assert_eq!(book.dollars(), "8");
    assert_eq!(book.differences(), Vec::<String>::new());
}

#[test]
fn undoing_one_of_two_overlapping_files_keeps_what_the_other_contains() {
    let mut book = Book::new();
    let first = book.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)]));
    book.import(&export(9, &[line(2, "a", 2), line(3, "a", 4)]));
    let undone = book.void(first.id, Action::Void).expect("an undo");
    assert_eq!(undone.rows_counting, 1);
    assert_eq!(book.dollars(), "6");
    assert_eq!(book.differences(), Vec::<String>::new());
}

#[test]
fn a_file_without_one_unchanged_row_asks_for_its_account() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)]));
    let other = export(10, &[line(1, "a", 7), line(2, "a", 8)]);
    assert!(matches!(book.plan(&other).questions[..], [Question::AnotherAccount(_)]));
    assert_eq!(book.dollars(), "3", "a plan changes nothing");
}

#[test]
fn rows_that_a_newer_file_lacks_are_asked_about() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "old name", 1), line(1, "b", 2)]));
    let renamed = export(10, &[line(1, "new name", 1), line(1, "b", 2)]);
    let plan = book.plan(&renamed);
    assert!(matches!(plan.questions[..], [Question::MissingRows(missing)] if missing.rows == 1));

    let replace = Answers { days: Some(DaysAnswer::Replace), ..Answers::default() };
    let replaced = book.import_with(&renamed, replace);
    assert_eq!(book.dollars(), "3");
    book.void(replaced.id, Action::Void).expect("an undo");
    assert_eq!(book.dollars(), "3", "the old name speaks again");
    book.void(replaced.id, Action::Restore).expect("a redo");
    assert_eq!((book.dollars().as_str(), book.differences()), ("3", vec![]));
}

#[test]
fn days_that_are_kept_do_not_count_twice_in_another_grain() {
    let mut book = Book::new();
    let calls = |mut line: crate::book::Line| {
        line.days = 0;
        line
    };
    book.import(&export(9, &[calls(line(1, "a/1", 1)), calls(line(1, "a/2", 2))]));
    let keep = Answers { days: Some(DaysAnswer::Keep), ..Answers::default() };
    book.import_with(&export(10, &[line(1, "a", 3), line(2, "a", 4)]), keep);
    assert_eq!(book.dollars(), "7");
    assert_eq!(book.differences(), Vec::<String>::new());
}

fn answered(days: DaysAnswer) -> Answers {
    Answers { days: Some(days), ..Answers::default() }
}

#[test]
fn a_newer_export_counts_after_days_were_replaced() {
    let mut book = Book::new();
    book.import(&export(3, &[line(3, "minute", 5)]));
    let replacing =
        book.import_with(&export(5, &[line(2, "a", 4), line(3, "a", 5)]), answered(DaysAnswer::Replace));
    assert_eq!((book.dollars().as_str(), replacing.missing.rows), ("9", 1));
    let newer =
        book.import(&export(10, &[line(2, "a", 4), line(3, "a", 12), line(3, "b", 1), line(4, "a", 1)]));
    assert_eq!((newer.questions.len(), book.dollars().as_str(), book.differences()), (0, "18", vec![]));
}

#[test]
fn an_old_export_that_is_saved_again_does_not_speak() {
    let mut book = Book::new();
    book.import(&export(5, &[line(4, "a", 3), line(5, "a", 1)]));
    book.import(&export(12, &[line(4, "a", 3), line(5, "a", 9)]));
    let again = book.import(&export(18, &[line(4, "a", 3), line(5, "a", 1)]));
    assert!(again.looks_older.is_some());
    assert_eq!((again.found.known, again.found.restated, again.outdated, again.missing.rows), (1, 0, 1, 0));
    assert_eq!((book.dollars().as_str(), book.differences()), ("12", vec![]));
}

#[test]
fn undoing_what_was_kept_lets_the_other_grain_count() {
    let mut book = Book::new();
    let first = book.import(&export(9, &[line(3, "a", 5)]));
    let two_days = crate::book::Line { days: 2, ..line(3, "a/2", 6) };
    book.import_with(&export(10, &[two_days]), answered(DaysAnswer::Keep));
    assert_eq!(book.dollars(), "5");
    book.void(first.id, Action::Void).expect("an undo");
    assert_eq!((book.dollars().as_str(), book.differences()), ("6", vec![]));
    book.void(first.id, Action::Restore).expect("a redo");
    assert_eq!((book.dollars().as_str(), book.differences()), ("5", vec![]));
}

#[test]
fn an_older_export_does_not_ask_for_what_a_newer_one_brought() {
    let mut book = Book::new();
    book.import(&export(15, &[line(9, "a", 10), line(10, "a", 10), line(10, "b", 3)]));
    let older = book.import(&export(10, &[line(9, "a", 10), line(10, "a", 4)]));
    assert_eq!((older.questions.len(), older.missing.rows), (0, 0));
    assert_eq!((book.dollars().as_str(), book.differences()), ("23", vec![]));
}

#[test]
fn rows_that_a_newer_export_lacks_are_asked_about_when_the_older_comes_later() {
    let newer = export(15, &[line(9, "new name", 10)]);
    let older = export(10, &[line(9, "old name", 10)]);
    let mut book = Book::new();
    book.import(&newer);
    assert!(matches!(book.plan(&older).questions[..], [Question::NotInNewer(surplus)] if surplus.rows == 1));
    let outcome = book.import_with(&older, answered(DaysAnswer::Replace));
    assert_eq!((book.dollars().as_str(), book.differences()), ("10", vec![]));
    book.void(outcome.id, Action::Void).expect("an undo");
    assert_eq!((book.dollars().as_str(), book.differences()), ("10", vec![]));
}

#[test]
fn a_change_of_zone_moves_calls_and_not_days_of_the_provider() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 1)]));
    let mut writer = book.ledger.writer().expect("a writer");
    let differences = writer.rebuild("America/Los_Angeles".parse().expect("a zone")).expect("a rebuild");
    writer.commit().expect("a commit");
    assert_eq!(differences, Vec::<String>::new());
    let first = "2026-06-01".parse().expect("a day");
    let days =
        book.ledger.read(|reader| reader.days(first, first, &outlay_ledger::Whose::All)).expect("days");
    assert_eq!(days.len(), 1, "June 1 at the provider is June 1 here");
}
