//! A tally of a range is the same whether its months come from their own sums or from their days.

use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::report::Tally;
use outlay_ledger::Whose;

use crate::book::{Book, export, line, utc_day};

/// Days around the ends of months, from the first of June.
const DAYS: [i64; 9] = [1, 15, 30, 31, 45, 61, 62, 92, 93];

fn day(number: i64) -> Day {
    Day::from_number(i32::try_from(utc_day(number)).expect("a day of this century"))
}

fn spend(tally: &Tally) -> [Money; 2] {
    [
        tally.groups.iter().map(|group| group.totals.cost).sum(),
        tally.days.iter().map(|entry| entry.totals.cost).sum(),
    ]
}

#[test]
fn months_and_days_add_up_alike() {
    let mut book = Book::new();
    // Each day's spend is another power of two, so that a sum names its days.
    let lines: Vec<_> = DAYS.iter().zip(0..).map(|(&day, power)| line(day, "a", 1 << power)).collect();
    book.import(&export(100, &lines));
    for first in 1..95 {
        for last in first..95 {
            let tally = book.ledger.read(|reader| reader.tally(day(first), day(last), &Whose::All));
            let within = lines.iter().zip(DAYS).filter(|(_, day)| (first..=last).contains(day));
            let expected: Money = within.map(|(line, _)| Money::from_nanos(line.cost_nanos)).sum();
            assert_eq!(spend(&tally.expect("a tally")), [expected; 2], "days {first} to {last} from June 1");
        }
    }
}
