//! To which machine rows belong: to one each, and to the same whoever is asked.

use std::collections::BTreeMap;

use outlay_core::period::{Day, Zone};
use outlay_core::report::Totals;
use outlay_ledger::Whose;
use proptest::prelude::*;
use uuid::Uuid;

use super::carrier::{carry, pieces};
use super::pulling::{live, shuffled, steps};
use crate::book::{Book, export, line};

/// What rows come to by user and basis, and by machine as well.
type Sums<Key> = BTreeMap<Key, Totals>;
type ByUser = (String, &'static str);
type ByMachine = (String, Option<Uuid>, &'static str);

fn add<Key: Ord>(sums: &mut Sums<Key>, key: Key, totals: Totals) {
    let sum = sums.entry(key).or_default();
    *sum = sum.checked_add(totals).expect("a sum that an integer holds");
}

fn days() -> (Day, Day) {
    ("2026-05-01".parse().expect("a day"), "2026-07-31".parse().expect("a day"))
}

/// By machine, as the rollups say it where they can, and as the rows alone say it.
fn by_machine(book: &Book) -> [Sums<ByMachine>; 2] {
    let (first, last) = days();
    let zones = [Zone::UTC, "Asia/Kathmandu".parse().expect("a zone")];
    zones.map(|zone| {
        let devices = book.ledger.read(|reader| reader.devices(first, last, zone, &Whose::All));
        let mut sums = Sums::new();
        for group in devices.expect("machines").groups {
            add(&mut sums, (group.user, group.device, group.basis.as_str()), group.totals);
        }
        sums
    })
}

fn by_user(book: &Book) -> Sums<ByUser> {
    let (first, last) = days();
    let tally = book.ledger.read(|reader| reader.tally(first, last, &Whose::All));
    let mut sums = Sums::new();
    for group in tally.expect("a tally").groups {
        add(&mut sums, (group.dimensions.user, group.dimensions.basis.as_str()), group.totals);
    }
    sums
}

fn without_machines(of: &Sums<ByMachine>) -> Sums<ByUser> {
    let mut sums = Sums::new();
    for ((user, _, basis), totals) in of {
        add(&mut sums, (user.clone(), *basis), *totals);
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn machines_come_to_the_whole_and_say_the_same_of_each_other(
        lives in [steps(), steps(), steps()], size in 1_usize..6, seed: u64,
    ) {
        let mut books = [Book::of("ada", 1), Book::of("ada", 2), Book::of("bob", 3)];
        for (book, steps) in books.iter_mut().zip(&lives) {
            live(book, steps);
        }
        let said: Vec<_> = books.iter().map(|book| pieces(&book.ledger, size)).collect();
        for (to, book) in books.iter_mut().enumerate() {
            for (from, pieces) in said.iter().enumerate().filter(|(from, _)| *from != to) {
                carry(shuffled(pieces.clone(), seed.rotate_left(from as u32)), book);
            }
        }
        for book in &books {
            let [quick, of_rows] = by_machine(book);
            prop_assert_eq!(without_machines(&quick), by_user(book));
            prop_assert_eq!(&quick, &of_rows);
        }
    }
}

#[test]
fn what_two_machines_imported_is_of_the_first_and_of_the_other_once_that_is_undone() {
    let (mut laptop, mut desk) = (Book::of("ada", 1), Book::of("ada", 2));
    let first = laptop.import(&export(9, &[line(1, "a", 1), line(2, "a", 2)])).id;
    desk.import(&export(9, &[line(2, "a", 2), line(3, "a", 4)]));
    let (there, back) = (pieces(&laptop.ledger, 9), pieces(&desk.ledger, 9));
    carry(there, &mut desk);
    carry(back, &mut laptop);
    let said = |book: &Book| -> Vec<String> {
        let [sums, _] = by_machine(book);
        sums.iter()
            .map(|((_, device, _), totals)| {
                format!("{} {}", device.expect("a machine").as_u128(), totals.cost)
            })
            .collect()
    };
    for book in [&laptop, &desk] {
        assert_eq!(said(book), ["1 3", "2 4"]);
    }
    laptop.void(first, outlay_ledger::Action::Void).expect("an undo");
    carry(pieces(&laptop.ledger, 9), &mut desk);
    for book in [&laptop, &desk] {
        assert_eq!(said(book), ["2 6"]);
    }
}
