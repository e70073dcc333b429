//! Golden ids: the row id of each fixture's first fact. A change here is a new ledger.

use outlay_core::identity::FactKey;
use outlay_core::import::ParseOptions;

use crate::collect::{FIXTURES, collect, fixture};

#[test]
fn the_first_row_of_each_source_has_its_id() {
    let id = |name: &str| {
        let (_, sink) = collect(&fixture(name), &ParseOptions::default());
        let opened = sink.opened.expect("the file was opened");
        let Some((_, fact)) = sink.facts.first() else { return format!("{name}: none") };
        let key = FactKey {
            source: opened.source.as_str(),
            account: if opened.keyed_by_dimensions { "default" } else { "" },
            source_key: &fact.source_key,
            created_at: fact.created_at,
        };
        format!("{name}: {}", key.row_id(fact.fingerprint, ""))
    };
    insta::assert_snapshot!(FIXTURES.map(id).join("\n"));
}
