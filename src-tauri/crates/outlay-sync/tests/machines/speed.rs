//! How long a pull takes beside the import of the same rows. It is printed; how long it may take is said where the whole
//! program is measured.

use std::time::{Duration, Instant};

use outlay_core::instant::MICROS_PER_DAY;
use outlay_core::money::Money;
use outlay_ledger::sync::ImportRow;
use outlay_ledger::{Answers, LedgerError};
use outlay_sync::{Aside, Bucket, Change, LedgerRow, Local, Look, Machine, Member, Scope, Table};
use uuid::Uuid;

use crate::book::{Book, NOW, TODAY, fact, ingest};

const ROWS: i64 = 100_000;
const DAYS: i64 = 90;
const MODELS: [&str; 4] = ["large", "small", "fast", "deep"];

fn import(book: &mut Book) -> Duration {
    let begun = Instant::now();
    let writer = book.ledger.writer().expect("a writer");
    let facts = (0..ROWS).map(|number| {
        let day = TODAY - 1 - number % DAYS;
        let at = day * MICROS_PER_DAY + (number * 7_919_000) % MICROS_PER_DAY;
        let key = format!("key {number}");
        (fact(at, None, &key, number % 7), MODELS[(number % 4) as usize], number)
    });
    ingest(&writer, "openrouter-csv", Uuid::from_u128(1), NOW, facts, Answers::default());
    writer.commit().expect("a commit");
    begun.elapsed()
}

/// What a server would hand out, in the pages in which it does: whole days, at most so many rows.
fn pages(one: &Book) -> Vec<Vec<LedgerRow>> {
    const PAGE: usize = 5000;
    let imports = one.read(|reader| reader.small_rows::<ImportRow>(None)).into_iter();
    let of_team = |user: &mut String| "ada.l".clone_into(user);
    let mut pages = vec![
        imports
            .map(|mut row| {
                of_team(&mut row.user_id);
                LedgerRow::Import(Box::new(row))
            })
            .collect(),
    ];
    for day in TODAY - DAYS..TODAY {
        let held = one.read(|reader| reader.held(one.remote, Table::Generations, Bucket::Day(day)));
        for keys in held.chunks(PAGE) {
            let keys: Vec<Uuid> = keys.iter().map(|held| held.key).collect();
            let rows = one.read(|reader| reader.generation_rows(&keys)).into_iter();
            pages.push(
                rows.map(|mut row| {
                    of_team(&mut row.user_id);
                    LedgerRow::Generation(Box::new(row))
                })
                .collect(),
            );
        }
    }
    pages
}

/// All that a pull does on this machine.
fn pull(book: &mut Book, pages: Vec<Vec<LedgerRow>>) -> Duration {
    let begun = Instant::now();
    let mut machine = Machine::open(&mut book.ledger, book.remote, NOW).expect("the only sync");
    let mut state = machine.state().expect("a state");
    state.member = Some(Member { user: "ada.l".into(), reads: Scope::Team });
    for rows in pages {
        let change = Change { rows, ..Change::of(&state) };
        assert_eq!(machine.keep(change).expect("a ledger"), Aside::default());
    }
    machine.complete().expect("a ledger");
    for table in Table::ALL {
        machine.digests(table, Look::All, Scope::Team).expect("digests");
    }
    machine.counted(Scope::Team).expect("a count");
    machine.finish(0, |_, _| Ok::<_, LedgerError>(false)).expect("a ledger");
    begun.elapsed()
}

#[expect(clippy::print_stderr, reason = "what is measured is to be seen")]
#[test]
fn a_pull_beside_an_import() {
    let mut one = Book::new(1, "ada.l");
    let imported = import(&mut one);
    let pages = pages(&one);
    let mut other = Book::new(2, "ada.l");
    let pulled = pull(&mut other, pages);
    eprintln!(
        "{ROWS} rows: imported in {imported:?}, pulled in {pulled:?} ({:.2} times)",
        pulled.as_secs_f64() / imported.as_secs_f64()
    );
    assert_eq!(one.dollars(), Money::from_nanos((0..ROWS).sum()).to_string());
    assert_eq!(one.dollars(), other.dollars());
    let digests =
        |book: &Book| Table::ALL.map(|table| book.read(|reader| reader.digests(0, table, None, Scope::Team)));
    assert_eq!(digests(&one), digests(&other));
}
