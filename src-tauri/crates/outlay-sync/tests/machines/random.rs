//! Whatever is done on two machines and in whatever order they sync: at the end both say the same, and so does the
//! server.

use outlay_core::cost_config::CostConfig;
use outlay_core::money::Money;
use outlay_ledger::{Action, DaysAnswer};
use outlay_sync::Purpose;
use proptest::prelude::*;
use uuid::Uuid;

use crate::book::{Book, Line, NOW};
use crate::meeting::{meet, server};

/// Something that is done on a machine.
#[derive(Debug, Clone)]
enum Deed {
    Import(bool, i64, Vec<Line>, bool),
    /// An undo or redo of the import at this position, whosever it is.
    Void(usize, bool),
    Log(i64),
    Cap(i64),
    Sync(usize),
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let row = (1_i64..12, 0_usize..3, 1_i64..4)
        .prop_map(|(ago, key, dollars)| (ago, ["a", "b", "c"][key], dollars));
    proptest::collection::vec(row, 1..8).prop_map(|mut rows| {
        rows.sort_unstable();
        rows.dedup_by_key(|(ago, key, _)| (*ago, *key));
        rows
    })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (any::<bool>(), 1_i64..300, lines(), any::<bool>())
            .prop_map(|(cost, hours, lines, replace)| Deed::Import(cost, hours, lines, replace)),
        2 => (0_usize..6, any::<bool>()).prop_map(|(position, undo)| Deed::Void(position, undo)),
        2 => (1_i64..9).prop_map(Deed::Log),
        1 => (1_i64..99).prop_map(Deed::Cap),
        3 => prop_oneof![3 => Just(usize::MAX), 1 => 0_usize..50].prop_map(Deed::Sync),
    ]
}

fn account(book: &Book) -> (String, i64) {
    let config = book.read(|reader| reader.cost_config("ada"));
    (book.dollars(), config.monthly_ai_cap_usd.nanos())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn two_ledgers_and_a_server_end_equal(deeds in proptest::collection::vec((any::<bool>(), deed()), 1..14)) {
        let server = server();
        let mut books = [Book::new(1, "ada.l"), Book::new(2, "ada.l")];
        let mut imports: Vec<Uuid> = Vec::new();
        for (second, deed) in deeds {
            let book = &mut books[usize::from(second)];
            match deed {
                Deed::Import(cost, hours, lines, replace) => {
                    let source = if cost { "openai-cost-csv" } else { "openai-usage-csv" };
                    let days = if replace { DaysAnswer::Replace } else { DaysAnswer::Keep };
                    imports.push(book.import_of(source, hours, &lines, Some(days)));
                }
                Deed::Void(position, undo) => {
                    let action = if undo { Action::Void } else { Action::Restore };
                    if let Some(&import) = imports.get(position) {
                        // It may not be here yet, or undone already.
                        let _ = book.void(import, action);
                    }
                }
                Deed::Log(dollars) => {
                    book.log(dollars, "");
                }
                Deed::Cap(dollars) => {
                    let cap = Money::from_nanos(dollars * 1_000_000_000);
                    let config = CostConfig { monthly_ai_cap_usd: cap, confirmed_at: Some(NOW), ..CostConfig::default() };
                    book.write(|writer| writer.set_cost_config("ada", &config, NOW)).expect("caps");
                }
                Deed::Sync(statements) => drop(book.sync_until(&server, statements, Purpose::Sync)),
            }
        }
        let [one, other] = &mut books;
        meet(one, other, &server);
        prop_assert_eq!(account(one), account(other));
    }
}
