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

#[test]
fn two_named_accounts_do_not_overlap() {
    let mut book = Book::new();
    book.import(&Export { account: "org-2", ..export(9, &[line(1, "a", 10)]) });
    let cost = book.import(&cost_export(9, "org-1"));
    assert_eq!(cost.overlaps, vec![]);
    assert_eq!(book.dollars(), "33");
}
