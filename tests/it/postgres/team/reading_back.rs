//! Whatever is pushed reads back as it was.

use outlay_core::basis::CostBasis;
use outlay_core::identity::Fingerprint;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::Action;
use outlay_ledger::sync::{AuthorityRow, BudgetRow, Generation, ImportRow, PriceRow, VoidRow};
use outlay_sync::{LedgerRow, Remote, Row, Table, Verdict};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Crew, id, import, import_id, imports, stored};

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn text() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[^\\x00]{0,12}").expect("a pattern")
}

fn instant() -> impl Strategy<Value = Instant> {
    (0..Instant::LATEST.micros()).prop_map(Instant::from_micros)
}

fn object() -> impl Strategy<Value = String> {
    proptest::collection::btree_map(text(), text(), 0..4)
        .prop_map(|labels| serde_json::json!(labels).to_string())
}

fn variant() -> impl Strategy<Value = String> {
    let parts = (any::<Option<bool>>(), proptest::option::of(text()), proptest::option::of(0..i64::MAX));
    parts.prop_map(|(speed, region, context)| {
        let said = [
            ("context_from", context.map(|tokens| tokens.to_string())),
            ("region", region),
            ("speed", speed.map(|fast| if fast { "fast".into() } else { String::new() })),
        ];
        let said = said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
        serde_json::Value::Object(said.collect()).to_string()
    })
}

fn counts() -> impl Strategy<Value = [i64; 6]> {
    [0_i64..1 << 40, 0_i64..1 << 40, 0_i64..1 << 40, 0_i64..1 << 40, 0_i64..1 << 40, 0_i64..1 << 40]
}

prop_compose! {
    fn costs()(basis in proptest::sample::select(CostBasis::ALL), cost: i64, list: Option<i64>, exact: bool)
        -> (CostBasis, Money, Option<Money>, bool)
    {
        let cost = if basis.is_spend() { cost } else { 0 };
        (basis, Money::from_nanos(cost), list.map(Money::from_nanos), exact)
    }
}

prop_compose! {
    fn generation()(
        (created_at, number) in (instant(), any::<u64>()),
        [output, reasoning, cached, writes, long, rest] in counts(),
        (cost_basis, cost, list, cost_exact) in costs(),
        names in proptest::array::uniform8(text()),
        (price_id, price_note, service_tier) in (text(), text(), text()),
        (import, device_id, application_id, print) in (any::<bool>(), proptest::option::of(uuid()), proptest::option::of(uuid()), any::<u128>()),
        (lasts, requests, duration_ms) in (proptest::option::of(1..i64::from(u32::MAX)), proptest::option::of(0..i64::MAX), proptest::option::of(0..i64::MAX)),
        (variant, labels, units) in (variant(), object(), proptest::option::of(1..u32::MAX)),
        (error, input_summary, output_summary) in (proptest::option::of(text()), proptest::option::of(text()), proptest::option::of(text())),
        (priced_at, batch) in (proptest::option::of(instant()), any::<bool>()),
    ) -> Generation {
        let [generation_type, model_used, provider, account, source, source_key, ..] = names;
        Generation {
            id: id(created_at.micros(), number >> 2),
            user_id: "ada".into(),
            import_id: import.then(|| import_id(1)),
            device_id, application_id, generation_type, model_used, provider, account, source, source_key,
            fingerprint: Fingerprint(print.to_be_bytes()),
            created_at,
            period_end: lasts.map(|micros| Instant::from_micros(created_at.micros() + micros)).filter(|end| end.is_storable()),
            request_count: requests,
            tokens_input: cached + writes + long + rest,
            tokens_output: output + reasoning,
            cached_tokens: cached,
            cache_write_tokens: writes + long,
            cache_write_long_tokens: long,
            reasoning_tokens: reasoning,
            other_units: units.map(|units| format!(r#"{{"images":{units}}}"#)),
            cost, cost_basis, list, cost_exact, price_id, price_note, priced_at, service_tier, batch, variant, labels,
            duration_ms, error, input_summary, output_summary,
        }
    }
}

/// Pushes rows of a table, each under a key of its own, and reads them back.
#[track_caller]
fn check(team: &mut outlay_sync::server::Team, table: Table, mut rows: Vec<LedgerRow>) {
    rows.sort_by_key(|row| row.id().key);
    rows.dedup_by_key(|row| row.id().key);
    stored(team, table, &rows);
    let keys: Vec<Uuid> = rows.iter().map(|row| row.id().key).collect();
    let mut back = team.rows(table, rows[0].id().bucket, &keys).expect("rows");
    back.sort_by_key(|row| row.id().key);
    assert_eq!(back, rows);
    assert_eq!(team.judge(table, &rows).expect("a judgement"), vec![Verdict::Known; rows.len()]);
}

#[test]
fn calls_read_back() {
    let crew = Crew::new("calls_read_back");
    let team = std::cell::RefCell::new(crew.member("ada", false));
    let config = ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() };
    proptest!(config, |(rows in proptest::collection::vec(generation(), 1..30))| {
        crew.run("SET session_replication_role = replica; TRUNCATE public.ai_generations; SET session_replication_role = origin");
        let rows = rows.into_iter().map(|row| LedgerRow::Generation(Box::new(row))).collect();
        check(&mut team.borrow_mut(), Table::Generations, rows);
    });
}

#[test]
fn small_rows_read_back() {
    let crew = Crew::new("small_rows_read_back");
    let mut ada = crew.member("ada", false);
    let bounds = Some((Uuid::from_u128(1), Uuid::max()));
    let bare = ImportRow { days: None, notes: "[]".into(), ..import("ada", 2, None) };
    let of_import = [import("ada", 1, bounds), bare];
    check(&mut ada, Table::Imports, of_import.map(|row| LedgerRow::Import(Box::new(row))).into());
    let at = Instant::from_micros(1_781_870_400_123_456);
    let device_id = Uuid::from_u128(5);
    let void = |number, action| {
        LedgerRow::Void(VoidRow {
            id: Uuid::from_u128(number),
            user_id: "ada".into(),
            target: import_id(1),
            of_import: true,
            action,
            revision: number as i64,
            reason: "why \"so\"".into(),
            at,
            device_id,
        })
    };
    check(&mut ada, Table::Voids, vec![void(1, Action::Void), void(2, Action::Restore)]);
    let authority = |number, import: Option<Uuid>| {
        LedgerRow::Authority(Box::new(AuthorityRow {
            id: Uuid::from_u128(number),
            user_id: "ada".into(),
            provider: "openai".into(),
            account: "default".into(),
            days: (-1, 20_000),
            covers: if import.is_some() { "rows".into() } else { "money".into() },
            source: "s".into(),
            speaker_account: "org".into(),
            generation_type: if import.is_some() { "chat".into() } else { String::new() },
            import_id: import,
            over_import: import.filter(|_| number > 2),
            revision: 3,
            at,
            device_id,
        }))
    };
    let answers =
        vec![authority(1, None), authority(2, Some(import_id(1))), authority(3, Some(import_id(2)))];
    check(&mut ada, Table::Authorities, answers);
    let price = PriceRow {
        id: Uuid::from_u128(1),
        user_id: "ada".into(),
        provider: "openai".into(),
        model: "m".into(),
        valid_from: at,
        rates: r#"{"input":1250000000,"output":10}"#.into(),
        at,
        device_id,
    };
    check(&mut ada, Table::Prices, vec![LedgerRow::Price(price)]);
    let budget = BudgetRow {
        id: Uuid::from_u128(1),
        revision: 1,
        device_id,
        user_id: "ada".into(),
        name: "Grüße".into(),
        provider: String::new(),
        model: "gpt-5".into(),
        amount: Money::from_nanos(1),
        mode: "notify".into(),
        warn_at_pct: 100,
        removed: true,
        at,
    };
    check(&mut ada, Table::Budgets, vec![LedgerRow::Budget(budget)]);
    assert_eq!(ada.judge(Table::Imports, &[imports("ada", 1)]).expect("a judgement"), [Verdict::Different]);
}

#[test]
fn a_row_of_a_writer_that_knows_little() {
    let crew = Crew::new("knows_little");
    let mut ada = crew.member("ada", false);
    crew.run("INSERT INTO ai_generations (user_id, generation_type, model_used, created_at) VALUES ('ada', 'chat', 'm', '2026-06-01')");
    let key: Uuid = crew.text("SELECT id::text FROM ai_generations").parse().expect("an id");
    let bucket = outlay_sync::Bucket::Day(super::JUNE);
    assert_eq!(ada.keys(Table::Generations, bucket, outlay_sync::Scope::Mine).expect("keys"), [key]);
    let rows = ada.rows(Table::Generations, bucket, &[key]).expect("rows");
    let [LedgerRow::Generation(row)] = &rows[..] else { panic!("one call") };
    assert_eq!((row.source_key.clone(), row.fingerprint), (key.to_string(), Fingerprint(key.into_bytes())));
    assert_eq!(
        (row.cost_basis, row.price_id.as_str(), row.variant.as_str()),
        (CostBasis::Unpriced, "", "{}")
    );
}
