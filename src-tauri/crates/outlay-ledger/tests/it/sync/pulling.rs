//! Whatever the order and the pieces in which a ledger's rows come to another one, both say the same.

use outlay_core::basis::CostBasis;
use outlay_ledger::{Action, Answers, DaysAnswer};
use proptest::prelude::*;

use super::carrier::{Piece, account, all_digests, carry, pieces};
use crate::book::{Book, Export};
use crate::properties::mixed;

/// A step in a ledger's life: an export with an answer, then an undo or redo of some import.
pub(super) type Step = (Export, Option<bool>, usize, bool);

pub(super) fn live(book: &mut Book, steps: &[Step]) {
    let mut ids = Vec::new();
    for (export, answer, position, undo) in steps {
        let days = answer.map(|replace| if replace { DaysAnswer::Replace } else { DaysAnswer::Keep });
        ids.push(book.import_with(export, Answers { days, ..Answers::default() }).id);
        let action = if *undo { Action::Void } else { Action::Restore };
        if let Some(&id) = ids.get(*position) {
            // There may be nothing to undo.
            let _ = book.void(id, action);
        }
    }
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((mixed(), any::<Option<bool>>(), 0_usize..6, any::<bool>()), 1..7)
}

/// A shuffle that a seed names: pieces in the order of hashed positions.
pub(super) fn shuffled<T>(items: Vec<T>, seed: u64) -> Vec<T> {
    let mut keyed: Vec<(u64, T)> = (1_u64..)
        .zip(items)
        .map(|(position, item)| {
            (
                (position.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed).wrapping_mul(0xD134_2543_DE82_EF95)
                    >> 7,
                item,
            )
        })
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, item)| item).collect()
}

/// Settles what overlaps, and says how much that was.
fn settle(book: &mut Book) -> usize {
    let writer = book.ledger.writer().expect("a writer");
    let settled = writer.settle_overlaps(crate::book::NOW).expect("overlaps").len();
    writer.commit().expect("a commit");
    settled
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_pieces_give_the_same_ledger(steps in steps(), size in 1_usize..6, seed: u64) {
        let mut one = Book::new();
        live(&mut one, &steps);
        let mut other = Book::of("ada", 8);
        carry(shuffled(pieces(&one.ledger, size), seed), &mut other);
        prop_assert_eq!(all_digests(&one.ledger), all_digests(&other.ledger));
        prop_assert_eq!(account(&one.ledger), account(&other.ledger));
        prop_assert_eq!(other.differences(), Vec::<String>::new());
        let before = account(&other.ledger);
        prop_assert_eq!(carry(pieces(&one.ledger, 3), &mut other), 0, "nothing is new the second time");
        prop_assert_eq!(before, account(&other.ledger));
    }

    #[test]
    fn two_ledgers_that_exchange_agree(ones in steps(), others in steps(), size in 1_usize..6, seed: u64) {
        let (mut one, mut other) = (Book::of("ada", 1), Book::of("ada", 2));
        live(&mut one, &ones);
        live(&mut other, &others);
        let (there, back) = (pieces(&one.ledger, size), pieces(&other.ledger, size));
        carry(shuffled(there, seed), &mut other);
        carry(shuffled(back, seed.rotate_left(17)), &mut one);
        prop_assert_eq!(all_digests(&one.ledger), all_digests(&other.ledger));
        prop_assert_eq!(account(&one.ledger), account(&other.ledger));
        prop_assert_eq!((one.differences(), other.differences()), (vec![], vec![]));
        // What overlaps only now is settled on one machine after the other, and the answers travel.
        settle(&mut one);
        prop_assert_eq!(one.differences(), Vec::<String>::new());
        carry(pieces(&one.ledger, 50), &mut other);
        prop_assert_eq!(account(&one.ledger), account(&other.ledger));
        settle(&mut other);
        prop_assert_eq!(other.differences(), Vec::<String>::new());
        carry(pieces(&other.ledger, 50), &mut one);
        prop_assert_eq!(account(&one.ledger), account(&other.ledger));
        prop_assert_eq!((settle(&mut one), settle(&mut other)), (0, 0), "no answer brings up another question");
    }
}

#[test]
fn an_export_that_two_machines_import_counts_once() {
    use crate::book::{export, line};
    let (mut one, mut other) = (Book::of("ada", 1), Book::of("ada", 2));
    one.import(&export(9, &[line(1, "a", 1), line(2, "a", 2), line(3, "a", 4)]));
    let theirs = other.import(&export(10, &[line(2, "a", 2), line(3, "a", 8), line(4, "a", 16)]));
    carry(pieces(&one.ledger, 10), &mut other);
    carry(pieces(&other.ledger, 10), &mut one);
    assert_eq!((one.dollars().as_str(), other.dollars().as_str()), ("27", "27"), "1 + 2 + 8 + 16");
    // The undo of one file leaves what the other machine's file contains.
    other.void(theirs.id, Action::Void).expect("an undo");
    carry(pieces(&other.ledger, 10), &mut one);
    assert_eq!((one.dollars().as_str(), other.dollars().as_str()), ("7", "7"));
    assert_eq!((one.differences(), other.differences()), (vec![], vec![]));
}

#[test]
fn an_overlap_of_sources_that_only_sync_brings_together_counts_once() {
    use crate::book::{export, line};
    let (mut one, mut other) = (Book::of("ada", 1), Book::of("ada", 2));
    one.import(&export(9, &[line(1, "a", 10), line(2, "a", 10)]));
    let mut cost = vec![line(1, "", 11), line(2, "", 12)];
    cost.iter_mut().for_each(|line| line.tokens = 0);
    other.import(&Export { source: "openai-cost-csv", basis: CostBasis::Billed, ..export(9, &cost) });
    carry(pieces(&other.ledger, 10), &mut one);
    assert_eq!(one.dollars(), "43", "nothing is settled in the middle of a pull");
    let writer = one.ledger.writer().expect("a writer");
    let [overlap] = &writer.settle_overlaps(crate::book::NOW).expect("overlaps")[..] else {
        panic!("one overlap")
    };
    assert_eq!((overlap.money.as_str(), overlap.usage.as_str()), ("openai-cost-csv", "openai-usage-csv"));
    writer.commit().expect("a commit");
    assert_eq!((one.dollars().as_str(), one.differences()), ("23", vec![]));
    let writer = one.ledger.writer().expect("a writer");
    assert_eq!(writer.settle_overlaps(crate::book::NOW).expect("overlaps"), vec![], "once");
}

/// A ledger with an import and a later one that contains its first and its last row and lacks those between.
fn with_a_gap() -> (Book, Vec<Piece>) {
    use crate::book::{export, line};
    let mut book = Book::of("ada", 1);
    let lines: Vec<_> = (1..6).map(|day| line(day, "a", 1 << day)).collect();
    book.import(&export(9, &lines));
    let kept = Answers { days: Some(DaysAnswer::Keep), ..Answers::default() };
    book.import_with(&export(10, &[lines[0].clone(), lines[4].clone()]), kept);
    let pieces = pieces(&book.ledger, 10);
    (book, pieces)
}

#[test]
fn a_row_that_arrives_late_is_not_taken_for_one_that_a_later_file_contains() {
    let (one, pieces) = with_a_gap();
    let (late, early): (Vec<_>, Vec<_>) = pieces.into_iter().partition(|piece| match piece {
        Piece::Generations(rows) => {
            let day = rows[0].created_at.micros() / outlay_core::instant::MICROS_PER_DAY;
            (crate::book::utc_day(2)..crate::book::utc_day(5)).contains(&day)
        }
        _ => false,
    });
    assert_eq!((late.len(), early.len() >= 5), (3, true));
    let mut other = Book::of("ada", 2);
    carry(early, &mut other);
    carry(late, &mut other);
    assert_eq!(all_digests(&one.ledger), all_digests(&other.ledger));
    assert_eq!(account(&one.ledger), account(&other.ledger));
}

#[test]
fn a_known_row_is_contained_by_the_import_that_it_names() {
    use crate::book::{export, line};
    let (mut one, mut other) = (Book::of("ada", 1), Book::of("ada", 2));
    let file = export(9, &[line(1, "a", 1), line(2, "a", 2)]);
    one.import(&file);
    let own = other.import(&file);
    let told: Vec<_> =
        pieces(&one.ledger, 10).into_iter().filter(|piece| !matches!(piece, Piece::Members(..))).collect();
    carry(told, &mut other);
    other.void(own.id, Action::Void).expect("an undo");
    assert_eq!(
        (other.dollars().as_str(), other.differences()),
        ("3", vec![]),
        "the other machine's file holds it"
    );
}
