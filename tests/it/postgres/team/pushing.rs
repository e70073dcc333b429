//! What is stored, what is not and why, and what an import contains.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::Action;
use outlay_ledger::sync::{BudgetRow, VoidRow};
use outlay_sync::{Bucket, Cause, Failing, LedgerRow, Remote, Row, Scope, Table, Verdict};
use uuid::Uuid;

use super::{Crew, DEVICE, JUNE, bump, call, calls, import_id, imports, member, stored, travelling};

#[test]
fn what_was_pushed_before_a_cut_is_known_afterwards() {
    let crew = Crew::new("push_twice");
    let mut ada = crew.member("ada", false);
    let rows = calls("ada", 1, 1, 3, None);
    let keys: Vec<Uuid> = rows.iter().map(|row| row.id().key).collect();
    let first = ada.push(Table::Generations, &rows, Some(bump(1, 0))).expect("a push");
    assert_eq!((first.found, first.done), (Some(0), keys));
    // The answer was lost: the same once more.
    let again = ada.push(Table::Generations, &rows, Some(bump(2, 0))).expect("a push");
    assert_eq!((again.found, again.done), (Some(1), vec![]));
    assert_eq!(ada.judge(Table::Generations, &rows).expect("a judgement"), [Verdict::Known; 3]);
    assert_eq!(
        crew.text("SELECT format('%s %s', count(*), sum(cost_usd)) FROM ai_generations"),
        "3 3.000000000"
    );
}

#[test]
fn another_content_and_another_members_row_are_told_apart() {
    let crew = Crew::new("push_judged");
    let mut ada = crew.member("ada", false);
    let mut bob = crew.member("bob", false);
    let mut lead = crew.member("lead", true);
    stored(&mut ada, Table::Generations, &calls("ada", 1, 1, 2, None));
    let changed = call("ada", 1, 1, None);
    let changed = travelling(outlay_ledger::sync::Generation { cost: Money::from_nanos(7), ..changed });
    assert_eq!(ada.judge(Table::Generations, &[changed]).expect("a judgement"), [Verdict::Different]);
    let same = calls("bob", 1, 1, 3, None);
    let pushed = bob.push(Table::Generations, &same, Some(bump(1, 0))).expect("a push");
    assert_eq!(pushed.done, [same[2].id().key], "the two others are ada's");
    assert_eq!(
        bob.judge(Table::Generations, &same).expect("a judgement"),
        [Verdict::Hidden, Verdict::Hidden, Verdict::Known]
    );
    let mine = calls("lead", 1, 1, 3, None);
    assert_eq!(
        lead.judge(Table::Generations, &mine).expect("a judgement"),
        [Verdict::Known; 3],
        "whosever it is"
    );
}

#[test]
fn a_bad_row_stores_nothing_and_says_why() {
    let crew = Crew::new("push_refused");
    let mut ada = crew.member("ada", false);
    let good = call("ada", 1, 1, None);
    let with = |change: fn(&mut outlay_ledger::sync::Generation)| {
        let mut row = call("ada", 1, 2, None);
        change(&mut row);
        travelling(row)
    };
    for (row, cause, code) in [
        (with(|row| row.model_used = "a\0b".into()), Cause::RowRefused, "22021"),
        (with(|row| row.labels = r#"{"a":"\u0000"}"#.into()), Cause::RowRefused, "22P05"),
        (with(|row| row.labels = "no json".into()), Cause::RowRefused, "22P02"),
        (with(|row| row.cached_tokens = 101), Cause::RowRefused, "23514"),
        (with(|row| row.variant = r#"{"mood":"good"}"#.into()), Cause::RowRefused, "22023"),
        (with(|row| row.user_id = "bob".into()), Cause::NotAllowed, "42501"),
    ] {
        let pushed = ada.push(Table::Generations, &[travelling(good.clone()), row], Some(bump(1, 0)));
        let failure = pushed.expect_err("a refusal");
        assert_eq!(failure.cause(), cause, "{failure:?}");
        assert!(Failing::code(&failure).starts_with(code), "{failure:?}");
    }
    let left = "SELECT format('%s %s', (SELECT count(*) FROM ai_generations), (SELECT count(*) FROM outlay.devices))";
    assert_eq!(crew.text(left), "0 0", "neither the other row nor the counter");
}

fn keys(rows: &[LedgerRow]) -> Vec<Uuid> {
    let mut keys: Vec<Uuid> = rows.iter().map(|row| row.id().key).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn what_a_row_says_itself_is_contained_without_a_line() {
    let crew = Crew::new("push_members");
    let mut ada = crew.member("ada", false);
    let (first, second) = (import_id(1), import_id(2));
    let brought = calls("ada", 1, 1, 3, Some(first));
    stored(&mut ada, Table::Generations, &brought);
    stored(&mut ada, Table::Imports, &[imports("ada", 1), imports("ada", 2)]);
    let implied: Vec<LedgerRow> = brought.iter().map(|row| member(first, row)).collect();
    stored(&mut ada, Table::ImportMembers, &implied);
    assert_eq!(crew.text("SELECT count(*)::text FROM outlay.import_members"), "0");
    let also: Vec<LedgerRow> = brought[1..].iter().map(|row| member(second, row)).collect();
    stored(&mut ada, Table::ImportMembers, &also);
    assert_eq!(crew.text("SELECT count(*)::text FROM outlay.import_members"), "2");
    // Both in one page; those that were stored before are known.
    let page = [implied.clone(), also.clone(), vec![member(second, &brought[0])]].concat();
    let pushed = ada.push(Table::ImportMembers, &page, Some(bump(1, 0))).expect("a push");
    assert_eq!(pushed.done.len(), 3, "what is implied, and what is new");
    assert_eq!(ada.judge(Table::ImportMembers, &page).expect("a judgement"), vec![Verdict::Known; 6]);
    let unknown = member(second, &calls("ada", 2, 9, 1, None)[0]);
    assert_eq!(ada.judge(Table::ImportMembers, &[unknown]).expect("a judgement"), [Verdict::Hidden]);
    for import in [first, second] {
        let mut found = ada.keys(Table::ImportMembers, Bucket::Import(import), Scope::Mine).expect("keys");
        found.sort_unstable();
        assert_eq!(found, keys(&brought), "{import}");
        let rows = ada.rows(Table::ImportMembers, Bucket::Import(import), &found).expect("rows");
        assert_eq!(keys(&rows), found);
        assert!(rows.iter().all(|row| row.id().bucket == Bucket::Import(import)));
    }
}

#[test]
fn who_imported_a_row_too_sees_it() {
    let crew = Crew::new("push_contained");
    let mut ada = crew.member("ada", false);
    let mut bob = crew.member("bob", false);
    let of_ada = calls("ada", 1, 1, 3, Some(import_id(1)));
    stored(&mut ada, Table::Generations, &of_ada);
    stored(&mut ada, Table::Imports, &[imports("ada", 1)]);
    let of_bob = calls("bob", 1, 1, 2, Some(import_id(2)));
    assert!(bob.push(Table::Generations, &of_bob, None).expect("a push").done.is_empty());
    assert_eq!(bob.judge(Table::Generations, &of_bob).expect("a judgement"), [Verdict::Hidden; 2]);
    stored(&mut bob, Table::Imports, &[imports("bob", 2)]);
    let pairs: Vec<LedgerRow> = of_bob.iter().map(|row| member(import_id(2), row)).collect();
    stored(&mut bob, Table::ImportMembers, &pairs);
    assert_eq!(bob.judge(Table::Generations, &of_bob).expect("a judgement"), [Verdict::Known; 2], "his, too");
    let day = Bucket::Day(JUNE);
    assert_eq!(keys(&of_bob).len(), bob.keys(Table::Generations, day, Scope::Mine).expect("keys").len());
    let shown = bob.rows(Table::Generations, day, &keys(&of_ada)).expect("rows");
    assert_eq!(keys(&shown), keys(&of_bob), "the third is hers alone");
    let counted = bob.counted(Scope::Mine).expect("a count");
    assert_eq!((counted.rows, counted.spend), (2, Money::from_nanos(2_000_000_000)));
    // Nobody adds members to another's import.
    let foreign = member(import_id(1), &of_ada[0]);
    let pair = [LedgerRow::Member { import: import_id(1), generation: Uuid::from_u128(9) }, foreign];
    let refused = bob.push(Table::ImportMembers, &pair, None).expect_err("hers");
    assert_eq!(refused.cause(), Cause::NotAllowed);
}

fn budget(device: u128, cents: i64) -> BudgetRow {
    BudgetRow {
        id: Uuid::from_u128(77),
        revision: 2,
        device_id: Uuid::from_u128(device),
        user_id: "ada".into(),
        name: "models".into(),
        provider: "openai".into(),
        model: String::new(),
        amount: Money::from_nanos(cents * 10_000_000),
        mode: "block".into(),
        warn_at_pct: 80,
        removed: false,
        at: Instant::from_micros(5),
    }
}

#[test]
fn two_versions_of_one_revision_stand_beside_each_other() {
    let crew = Crew::new("push_budgets");
    let mut ada = crew.member("ada", false);
    let versions = [budget(1, 500), budget(2, 700)].map(LedgerRow::Budget);
    stored(&mut ada, Table::Budgets, &versions);
    let mut found = ada.keys(Table::Budgets, Bucket::Whole, Scope::Mine).expect("keys");
    found.sort_unstable();
    assert_eq!(found, keys(&versions));
    assert_eq!(ada.rows(Table::Budgets, Bucket::Whole, &found[..1]).expect("rows").len(), 1);
    assert_eq!(ada.judge(Table::Budgets, &versions).expect("a judgement"), [Verdict::Known; 2]);
}

#[test]
fn nobody_undoes_what_another_imported() {
    let crew = Crew::new("push_voids");
    let mut ada = crew.member("ada", false);
    let mut lead = crew.member("lead", true);
    stored(&mut ada, Table::Imports, &[imports("ada", 1)]);
    let void = |user: &str| {
        LedgerRow::Void(VoidRow {
            id: Uuid::new_v5(&import_id(1), user.as_bytes()),
            user_id: user.into(),
            target: import_id(1),
            of_import: true,
            action: Action::Void,
            revision: 1,
            reason: "twice".into(),
            at: Instant::from_micros(1),
            device_id: DEVICE,
        })
    };
    assert_eq!(lead.push(Table::Voids, &[void("lead")], None).expect_err("hers").cause(), Cause::NotAllowed);
    stored(&mut ada, Table::Voids, &[void("ada")]);
}
