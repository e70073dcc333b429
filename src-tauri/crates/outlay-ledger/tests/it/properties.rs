//! Whatever happens to the book, its sums are those of its rows, and nothing counts twice.

use std::collections::BTreeMap;

use outlay_core::basis::CostBasis;
use outlay_ledger::{Action, Answers, DaysAnswer};
use proptest::prelude::*;

use crate::book::{Book, Export, Line, export, line};

/// One step in a book's life.
#[derive(Debug, Clone)]
enum Step {
    Import(Export),
    /// Undo or redo the import at this position, if it is there.
    Void(usize, bool),
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let row = (1_i64..5, 0_usize..3, 1_i64..4)
        .prop_map(|(day, key, dollars)| line(day, ["a", "b", "c"][key], dollars));
    // A key stands once per day in an aggregated export.
    proptest::collection::vec(row, 1..8).prop_map(|rows| {
        let by_key: BTreeMap<_, _> =
            rows.into_iter().map(|line| ((line.day, line.key.clone()), line)).collect();
        by_key.into_values().collect()
    })
}

/// An export of one of two sources and two accounts.
pub(crate) fn mixed() -> impl Strategy<Value = Export> {
    (6_i64..20, lines(), any::<bool>(), any::<bool>()).prop_map(|(as_of, lines, cost, named)| Export {
        source: if cost { "openai-cost-csv" } else { "openai-usage-csv" },
        basis: if cost { CostBasis::Billed } else { CostBasis::Computed },
        account: if named { "org-1" } else { "default" },
        ..export(as_of, &lines)
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (6_i64..20, lines()).prop_map(|(as_of, lines)| Step::Import(export(as_of, &lines))),
        1 => (0_usize..6, any::<bool>()).prop_map(|(position, undo)| Step::Void(position, undo)),
    ]
}

/// What should count: of each fact, the content of the live export with the greatest `as_of`, then cost.
fn expected(exports: &[(Export, outlay_core::instant::Instant, bool)]) -> (i64, i64) {
    let mut best: BTreeMap<(i64, String), (i64, i64)> = BTreeMap::new();
    for (export, as_of, live) in exports {
        for line in export.lines.iter().filter(|_| *live) {
            let candidate = (as_of.micros(), line.cost_nanos);
            let known = best.entry((line.day, line.key.clone())).or_insert(candidate);
            *known = (*known).max(candidate);
        }
    }
    (best.values().map(|&(_, cost)| cost).sum(), best.len() as i64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn sums_are_those_of_the_rows_that_count(steps in proptest::collection::vec(step(), 1..10)) {
        let mut book = Book::new();
        let mut exports = Vec::new();
        let mut ids = Vec::new();
        for step in steps {
            match step {
                Step::Import(export) => {
                    let outcome = book.import(&export);
                    ids.push(outcome.id);
                    exports.push((export, outcome.as_of, true));
                }
                Step::Void(position, undo) => {
                    let action = if undo { Action::Void } else { Action::Restore };
                    if let Some(&id) = ids.get(position) && book.void(id, action).is_ok() {
                        exports[position].2 = !undo;
                    }
                }
            }
            let (spend, _, rows) = book.totals();
            prop_assert_eq!((spend.nanos(), rows), expected(&exports));
            prop_assert_eq!(book.differences(), Vec::<String>::new());
        }
    }

    #[test]
    fn rollups_follow_whatever_is_imported_answered_and_undone(
        steps in proptest::collection::vec((mixed(), any::<Option<bool>>(), 0_usize..6, any::<bool>()), 1..8),
    ) {
        let mut book = Book::new();
        let mut ids = Vec::new();
        for (export, answer, position, undo) in steps {
            let days = answer.map(|replace| if replace { DaysAnswer::Replace } else { DaysAnswer::Keep });
            let outcome = book.import_with(&export, Answers { days, ..Answers::default() });
            ids.push(outcome.id);
            prop_assert_eq!(book.differences(), Vec::<String>::new());
            let before = book.totals();
            let action = if undo { Action::Void } else { Action::Restore };
            if let Some(&id) = ids.get(position) && book.void(id, action).is_ok() {
                prop_assert_eq!(book.differences(), Vec::<String>::new());
                let back = if undo { Action::Restore } else { Action::Void };
                book.void(id, back).expect("the way back");
                prop_assert_eq!(book.totals(), before);
                prop_assert_eq!(book.differences(), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn importing_twice_is_importing_once(lines in lines(), as_of in 1_i64..20) {
        let mut book = Book::new();
        book.import(&export(as_of, &lines));
        let once = book.totals();
        let mut shuffled = lines;
        shuffled.reverse();
        let again = book.import(&export(as_of, &shuffled));
        prop_assert_eq!(again.found.new, 0);
        prop_assert_eq!(book.totals(), once);
    }

    #[test]
    fn undo_restores_the_exact_totals(first in lines(), second in lines(), as_of in 1_i64..20) {
        let mut book = Book::new();
        book.import(&export(10, &first));
        let before = book.totals();
        let outcome = book.import(&export(as_of, &second));
        let after = book.totals();
        book.void(outcome.id, Action::Void).expect("an undo");
        prop_assert_eq!(book.totals(), before);
        book.void(outcome.id, Action::Restore).expect("a redo");
        prop_assert_eq!(book.totals(), after);
    }
}
