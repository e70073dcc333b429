//! What is said in a few numbers is what is there: digests, keys, what counts, of a member's own and of the team's.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::money::Money;
use outlay_sync::{Bucket, Digests, LedgerRow, Look, Remote, Row, Scope, Table};
use uuid::Uuid;

use super::{Crew, JUNE, calls, import_id, imports, member, stored};

/// The digests that some rows make, and pairs of those that say their import.
fn digests_of(rows: &[LedgerRow], since: i64) -> BTreeMap<Table, Digests> {
    let mut keys: BTreeMap<(Table, Bucket), BTreeSet<Uuid>> = BTreeMap::new();
    let mut add = |row: &LedgerRow| {
        let id = row.id();
        let of_calls = matches!(id.table, Table::Generations | Table::ImportMembers);
        if !of_calls || outlay_ledger::sync::day_of_id(id.key) >= since {
            keys.entry((id.table, id.bucket)).or_default().insert(id.key);
        }
    };
    for row in rows {
        add(row);
        if let LedgerRow::Generation(call) = row
            && let Some(import) = call.import_id
        {
            add(&member(import, row));
        }
    }
    let mut all: BTreeMap<Table, Digests> = BTreeMap::new();
    for ((table, bucket), keys) in keys {
        all.entry(table).or_default().insert(bucket, keys.into_iter().collect());
    }
    all
}

#[track_caller]
fn check(team: &mut outlay_sync::server::Team, scope: Scope, rows: &[LedgerRow]) {
    for (look, since) in [(Look::All, i64::MIN), (Look::Since(JUNE + 2), JUNE + 2)] {
        let expected = digests_of(rows, since);
        let found: BTreeMap<_, _> = team.all_digests(look, scope).expect("digests").into_iter().collect();
        assert_eq!(found, expected, "{look:?}");
        for table in Table::ALL {
            let found = team.digests(table, look, scope).expect("digests");
            assert_eq!(found, expected.get(&table).cloned().unwrap_or_default(), "{table:?}");
        }
        for (table, buckets) in expected.into_iter().filter(|_| look == Look::All) {
            let together: Vec<Bucket> = buckets.keys().copied().collect();
            let together = team.keys_of(table, &together, scope).expect("keys");
            for (bucket, digest) in buckets {
                let keys = team.keys(table, bucket, scope).expect("keys");
                let of_many = together.iter().filter(|(of, _)| *of == bucket).map(|(_, key)| *key);
                assert_eq!(of_many.collect::<outlay_sync::Digest>(), digest, "{table:?} {bucket:?}");
                assert_eq!(keys.into_iter().collect::<outlay_sync::Digest>(), digest, "{table:?} {bucket:?}");
            }
        }
    }
}

#[test]
fn digests_say_what_is_there() {
    let crew = Crew::new("digests");
    let mut ada = crew.member("ada", false);
    let mut bob = crew.member("bob", false);
    let mut lead = crew.member("lead", true);
    check(&mut ada, Scope::Mine, &[]);
    let of_ada = [calls("ada", 1, 1, 40, Some(import_id(1))), calls("ada", 3, 41, 5, None)].concat();
    stored(&mut ada, Table::Generations, &of_ada);
    stored(&mut ada, Table::Imports, &[imports("ada", 1), imports("ada", 3)]);
    let again: Vec<LedgerRow> = of_ada[30..].iter().map(|row| member(import_id(3), row)).collect();
    stored(&mut ada, Table::ImportMembers, &again);
    // Bob has some of hers in a file of his own, and others besides.
    let of_bob = calls("bob", 3, 43, 10, Some(import_id(2)));
    let his = bob.push(Table::Generations, &of_bob, None).expect("a push").done;
    assert_eq!(his.len(), 7);
    stored(&mut bob, Table::Imports, &[imports("bob", 2)]);
    let pairs: Vec<LedgerRow> = of_bob.iter().map(|row| member(import_id(2), row)).collect();
    stored(&mut bob, Table::ImportMembers, &pairs);

    let of_adas_imports = [imports("ada", 1), imports("ada", 3)];
    check(&mut ada, Scope::Mine, &[&of_ada[..], &of_adas_imports, &again].concat());
    let (hers, rest) = of_bob.split_at(3);
    let of_bobs_import = [imports("bob", 2)];
    let shown_to_bob: Vec<LedgerRow> = [
        &calls("ada", 3, 43, 3, None)[..],
        rest,
        &of_bobs_import,
        &hers.iter().map(|row| member(import_id(2), row)).collect::<Vec<_>>(),
    ]
    .concat();
    check(&mut bob, Scope::Mine, &shown_to_bob);
    let everything = [&of_ada[..], rest, &of_adas_imports, &of_bobs_import, &again, &pairs].concat();
    check(&mut lead, Scope::Team, &everything);

    let spend = |team: &mut outlay_sync::server::Team, scope| {
        let counted = team.counted(scope).expect("a count");
        (counted.rows, counted.spend)
    };
    let dollars = |dollars| (dollars, Money::from_nanos(dollars as i64 * 1_000_000_000));
    assert_eq!(spend(&mut ada, Scope::Mine), dollars(45));
    assert_eq!(spend(&mut bob, Scope::Mine), dollars(10));
    assert_eq!(spend(&mut lead, Scope::Team), dollars(52), "each call once, whoever holds it");
    assert_eq!(spend(&mut lead, Scope::Mine), dollars(0));
}

#[test]
fn a_pair_that_came_before_its_row_is_said_once() {
    let crew = Crew::new("digest_of_pairs");
    let mut ada = crew.member("ada", false);
    let rows = calls("ada", 3, 1, 1, Some(import_id(1)));
    stored(&mut ada, Table::Imports, &[imports("ada", 1)]);
    stored(&mut ada, Table::ImportMembers, &[member(import_id(1), &rows[0])]);
    check(&mut ada, Scope::Mine, &[imports("ada", 1), member(import_id(1), &rows[0])]);
    stored(&mut ada, Table::Generations, &rows);
    assert_eq!(crew.text("SELECT count(*)::text FROM outlay.import_members"), "1");
    check(&mut ada, Scope::Mine, &[&rows[..], &[imports("ada", 1)]].concat());
}

#[test]
fn sums_outgrow_64_bits_and_days_are_utc() {
    let crew = Crew::new("digest_sums");
    let mut ada = crew.member("ada", false);
    crew.run(&format!("ALTER ROLE {} SET timezone = 'Pacific/Kiritimati'", crew.team.login("ada")));
    let mut far = entered(&ada);
    let import = import_id(1);
    stored(&mut ada, Table::Imports, &[imports("ada", 1)]);
    // 2^17 keys of nearly 2^48 each.
    crew.run(&format!(
        "INSERT INTO outlay.import_members (import_id, generation_id, user_id)
         SELECT '{import}', (lpad(to_hex(n), 20, '0') || 'ffffffffffff')::uuid, 'ada' FROM generate_series(1, 131072) n"
    ));
    let digests = far.digests(Table::ImportMembers, Look::All, Scope::Mine).expect("digests");
    let sum = 131_072_u64.wrapping_mul((1 << 48) - 1);
    assert_eq!(digests[&Bucket::Import(import)], outlay_sync::Digest { count: 131_072, sum });
    let rows = calls("ada", 1, 1, 2, None);
    stored(&mut ada, Table::Generations, &rows);
    assert_eq!(
        far.digests(Table::Generations, Look::All, Scope::Mine).expect("digests"),
        digests_of(&rows, 0)[&Table::Generations]
    );
}

fn entered(team: &outlay_sync::server::Team) -> outlay_sync::server::Team {
    let password = outlay_sync::server::Password::new(super::CANARY.into());
    outlay_sync::server::Team::connect(team.address(), Some(&password), super::LIMITS)
        .expect("the same login")
}
