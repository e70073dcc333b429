//! Two sources that describe the same money.

use outlay_core::basis::CostBasis;
use outlay_ledger::{Action, Answers};

use crate::book::{Book, Export, export, line};

fn cost_export(as_of: i64, account: &'static str) -> Export {
    let mut lines = vec![line(1, "", 11), line(2, "", 12)];
    lines.iter_mut().for_each(|line| line.tokens = 0);
    Export { source: "openai-cost-csv", account, basis: CostBasis::Billed, ..export(as_of, &lines) }
}

#[test]
fn billed_money_and_the_finer_usage_count_once() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 10), line(2, "a", 10), line(3, "a", 10)]));
    let cost = book.import(&cost_export(9, "org-1"));
    let [overlap] = &cost.overlaps[..] else { panic!("one overlap, not {:?}", cost.overlaps) };
    assert_eq!((overlap.money.as_str(), overlap.usage.as_str()), ("openai-cost-csv", "openai-usage-csv"));
    assert_eq!(overlap.sources.iter().map(|sum| sum.spend.to_string()).collect::<Vec<_>>(), ["23", "20"]);
    assert_eq!(book.totals().0.to_string(), "33", "11 + 12 billed, and 10 computed of the third day");
    assert_eq!(book.totals().1, 300, "tokens of the usage export only");
    assert_eq!(book.differences(), Vec::<String>::new());

    book.void(cost.id, Action::Void).expect("an undo");
    assert_eq!(book.dollars(), "30", "the computed money speaks again");
    book.void(cost.id, Action::Restore).expect("a redo");
    assert_eq!((book.dollars().as_str(), book.differences()), ("33", vec![]));
}

#[test]
fn the_order_of_the_two_files_does_not_matter() {
    let usage = export(9, &[line(1, "a", 10), line(2, "a", 10), line(3, "a", 10)]);
    let mut book = Book::new();
    book.import(&cost_export(9, "org-1"));
    book.import(&usage);
    assert_eq!((book.totals().0.to_string().as_str(), book.totals().1), ("33", 300));
    let settled = book.import_with(
        &export(10, &[line(1, "a", 10), line(2, "a", 11), line(3, "a", 10)]),
        Answers::default(),
    );
    assert!(
        settled.overlaps.iter().all(|overlap| overlap.settled_before),
        "an answer holds: {:?}",
        settled.overlaps
    );
    assert_eq!(book.dollars(), "33");
}

fn cost_of(as_of: i64, account: &'static str, days: &[(i64, i64)]) -> Export {
    let mut lines: Vec<_> = days.iter().map(|&(day, dollars)| line(day, "", dollars)).collect();
    lines.iter_mut().for_each(|line| line.tokens = 0);
    Export { source: "openai-cost-csv", account, basis: CostBasis::Billed, ..export(as_of, &lines) }
}

#[test]
fn new_rows_on_settled_days_do_not_count_beside_the_speaker() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 10), line(2, "a", 10)]));
    book.import(&cost_of(9, "default", &[(1, 11), (2, 22)]));
    assert_eq!(book.dollars(), "33");
    book.import(&export(12, &[line(1, "a", 10), line(2, "a", 10), line(2, "b", 12)]));
    assert_eq!((book.dollars().as_str(), book.differences()), ("33", vec![]));
}

#[test]
fn undoing_the_speaker_gives_its_own_account_the_voice_back() {
    let mut book = Book::new();
    book.import(&Export { account: "org-1", ..export(9, &[line(1, "a", 10)]) });
    let speaker = book.import(&cost_of(9, "org-1", &[(1, 11)]));
    book.import(&cost_of(9, "org-2", &[(1, 50)]));
    assert_eq!(book.dollars(), "61");
    book.void(speaker.id, Action::Void).expect("an undo");
    assert_eq!((book.dollars().as_str(), book.differences()), ("60", vec![]));
}

#[test]
fn a_speaker_that_was_undone_is_no_answer_for_a_third_source() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 10)]));
    let speaker = book.import(&cost_of(9, "default", &[(1, 11)]));
    book.void(speaker.id, Action::Void).expect("an undo");
    book.import(&Export {
        source: "mapped-csv",
        basis: CostBasis::Estimated,
        ..export(9, &[line(1, "x", 10)])
    });
    assert_eq!((book.dollars().as_str(), book.differences()), ("10", vec![]));
}

#[test]
fn an_answer_of_one_account_is_none_of_another() {
    let mut book = Book::new();
    book.import(&export(9, &[line(1, "a", 10)]));
    book.import(&cost_of(9, "default", &[(1, 11)]));
    let work = book.import(&Export { account: "work", ..export(9, &[line(1, "z", 7)]) });
    assert!(work.overlaps.iter().all(|overlap| !overlap.settled_before));
    assert_eq!((book.dollars().as_str(), book.differences()), ("11", vec![]));
}

#[test]
fn two_named_accounts_do_not_overlap() {
    let mut book = Book::new();
    book.import(&Export { account: "org-2", ..export(9, &[line(1, "a", 10)]) });
    let cost = book.import(&cost_export(9, "org-1"));
    assert_eq!(cost.overlaps, vec![]);
    assert_eq!(book.dollars(), "33");
}
