//! What is kept about a remote, and what is changed in place: alerts, caps, applications, names.

use outlay_core::alert::{AlertType, Measure, Notice, Resolution, Severity};
use outlay_core::budget::{Budget, BudgetMode, Scope as BudgetScope};
use outlay_core::cost_config::CostConfig;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_ledger::sync::{
    BaseRecord, BudgetRow, Member, PriceRow, Reconcile, RecordKind, RemoteState, Scope, SyncConflict,
    alert_id,
};
use outlay_ledger::{AlertScope, Writer};
use uuid::Uuid;

use crate::book::{Book, NOW};

fn later(micros: i64) -> Instant {
    Instant::from_micros(NOW.micros() + micros)
}

fn raised(writer: &Writer<'_>, user: &str) -> outlay_ledger::Alert {
    let notice = Notice {
        alert_type: AlertType::MonthlyCapReached,
        severity: Severity::High,
        dedupe_key: "2026-06/10".into(),
        message: "June reached its cap".into(),
        measure: Measure::Nothing,
        recurs: true,
    };
    writer.raise(user, &notice, NOW).expect("a ledger").expect("a new alert")
}

#[test]
fn what_is_known_of_a_remote_is_kept_whole() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    let before = writer.reader().remote(remote).expect("a remote").state;
    assert_eq!((before.device, before.reconcile), (Uuid::from_u128(7), Reconcile::Compare));
    let state = RemoteState {
        ledger: Some(Uuid::from_u128(3)),
        device: Uuid::from_u128(4),
        acknowledged: u64::MAX - 1,
        sent: u64::MAX,
        reconcile: Reconcile::PushAgain,
        member: Some(Member { user: "ada.l".into(), reads: Scope::Team }),
        others: Some(u64::MAX),
        compared_at: Some(NOW),
        verified_at: Some(later(1)),
        is_alarmed: true,
    };
    writer.keep_remote_state(remote, &state).expect("a remote");
    writer.note_sync(remote, NOW, -5).expect("a remote");
    writer.send_summaries(remote, true).expect("a remote");
    let kept = writer.reader().remote(remote).expect("a remote");
    assert_eq!((kept.state, kept.clock_offset, kept.sends_summaries), (state, Some(-5), true));
    assert!(writer.keep_remote_state(99, &before).is_err(), "there is no such remote");
}

#[test]
fn of_two_ends_of_an_alert_the_earlier_holds() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let mine = raised(&writer, "ada");
    writer.resolve_alert(&mine.id, Resolution::Acknowledged, later(9)).expect("an alert");
    let end = |at, how| outlay_ledger::Alert {
        resolved: true,
        resolved_at: Some(later(at)),
        resolution: Some(how),
        message: "as the server has it".into(),
        ..mine.clone()
    };
    let check = |theirs: &outlay_ledger::Alert, at, how| {
        writer.keep_alert(theirs).expect("a ledger");
        let kept = writer.reader().alert(&mine.id).expect("an alert");
        assert_eq!((kept.resolved_at, kept.resolution), (Some(later(at)), Some(how)));
        assert_eq!(kept.message, theirs.message);
    };
    check(&mine, 9, Resolution::Acknowledged);
    check(&end(10, Resolution::AutoResolved), 9, Resolution::Acknowledged);
    check(&end(9, Resolution::CapIncreased), 9, Resolution::Acknowledged);
    check(&end(5, Resolution::CapIncreased), 5, Resolution::CapIncreased);
    let of_another_program =
        outlay_ledger::Alert { id: Uuid::from_u128(8).to_string(), ..end(4, Resolution::AutoResolved) };
    check(&of_another_program, 4, Resolution::AutoResolved);
    assert_eq!(writer.reader().alerts("ada", AlertScope::All).expect("alerts").len(), 1);
}

#[test]
fn alerts_and_caps_follow_a_name() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let alert = raised(&writer, "ada");
    let config = CostConfig { block_on_cap: false, ..CostConfig::default() };
    writer.set_cost_config("ada", &config, NOW).expect("a ledger");
    writer.rename_user("ada", "ada.l").expect("a ledger");
    let id = alert_id("ada.l", alert.alert_type, &alert.dedupe_key);
    assert_eq!(writer.reader().alert(&id).expect("an alert").user_id, "ada.l");
    assert!(writer.reader().alert(&alert.id).is_err());
    assert_eq!(writer.reader().cost_config("ada.l").expect("caps"), config);
    assert_eq!(writer.reader().cost_config_row("ada").expect("caps"), None);
    // The same alert under both names becomes one again.
    let again = raised(&writer, "ada");
    writer.resolve_alert(&again.id, Resolution::Acknowledged, NOW).expect("an alert");
    writer.rename_user("ada", "ada.l").expect("a ledger");
    assert!(writer.reader().alert(&id).expect("an alert").resolved);
    writer.commit().expect("nothing refers to what is gone");
}

#[test]
fn an_application_of_others_is_named_and_never_renames_mine() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let id = writer.ensure_application("openai", "default", "shop").expect("a ledger");
    let mine = writer.reader().application(&id.to_string()).expect("an application");
    let theirs = outlay_ledger::Application { name: "Their shop".into(), ..mine.clone() };
    writer.pull_application(&theirs, "bob").expect("a ledger");
    assert_eq!(writer.reader().application(&id.to_string()).expect("an application"), mine);
    let unknown = outlay_ledger::Application { id: Uuid::from_u128(5), merged_into: Some(id), ..theirs };
    writer.pull_application(&unknown, "bob").expect("a ledger");
    assert_eq!(writer.reader().application("Their shop").expect("an application"), unknown);
    let renamed = outlay_ledger::Application { name: "Mine".into(), ..mine.clone() };
    writer.set_application(&renamed).expect("a ledger");
    assert_eq!(writer.reader().application("Mine").expect("an application"), renamed);
    assert_eq!(writer.reader().own_applications().expect("applications"), std::slice::from_ref(&renamed));
    // What it is merged into comes later.
    let whole = Uuid::from_u128(6);
    let merged = outlay_ledger::Application { merged_into: Some(whole), ..renamed.clone() };
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    writer.set_application(&merged).expect("a ledger");
    assert_eq!(writer.reader().application("Mine").expect("an application"), renamed);
    let base = BaseRecord { base: format!("{{\"merged_into\":\"{whole}\"}}"), base_at: None, sent: None };
    writer.keep_base(remote, RecordKind::Applications, &id.to_string(), &base).expect("a base");
    let into = outlay_ledger::Application { id: whole, name: "Whole".into(), ..renamed };
    writer.set_application(&into).expect("a ledger");
    writer.merge_awaited(remote, whole).expect("a ledger");
    assert_eq!(writer.reader().application("Mine").expect("an application"), merged);
}

#[test]
fn of_two_versions_of_one_revision_every_machine_lets_the_same_speak() {
    let (mut one, mut other) = (Book::of("ada", 1), Book::of("ada", 2));
    let id = Uuid::from_u128(77);
    let keep = |book: &mut Book, dollars: i64, removed: bool| {
        let writer = book.ledger.writer().expect("a writer");
        let budget = Budget {
            name: "models".into(),
            scope: BudgetScope::Provider("openai".into()),
            amount: Money::from_nanos(dollars * 1_000_000_000),
            mode: BudgetMode::Notify,
            warn_at_pct: 80,
            confirmed: true,
            raised_from: None,
        };
        writer.keep_budget("ada", id, &budget, removed, NOW).expect("a budget");
        writer.commit().expect("a commit");
    };
    keep(&mut one, 9, false);
    keep(&mut other, 5, true);
    let rows = |book: &Book| book.ledger.read(|reader| reader.small_rows::<BudgetRow>(None)).expect("rows");
    let (from_one, from_other) = (rows(&one), rows(&other));
    for (from, to) in [(from_one, &mut other), (from_other, &mut one)] {
        let writer = to.ledger.writer().expect("a writer");
        writer.pull_small(&from).expect("a ledger");
        writer.commit().expect("a commit");
    }
    for book in [&one, &other] {
        let budgets = book.ledger.read(|reader| reader.budgets("ada")).expect("budgets");
        let amounts: Vec<_> = budgets.iter().map(|version| version.budget.amount.to_string()).collect();
        assert_eq!(amounts, ["9"], "a limit before a removal");
        assert_eq!(rows(book).len(), 2);
    }
    keep(&mut one, 3, false);
    let budgets = one.ledger.read(|reader| reader.budgets("ada")).expect("budgets");
    assert_eq!((budgets.len(), budgets[0].revision), (1, 2));
}

#[test]
fn prices_bases_and_conflicts_read_back() {
    let mut book = Book::new();
    let writer = book.ledger.writer().expect("a writer");
    let remote = writer.connect_remote("postgres://db/outlay", "{}", NOW).expect("a remote");
    let price = PriceRow {
        id: Uuid::from_u128(9),
        user_id: "bob".into(),
        provider: "openai".into(),
        model: "m".into(),
        valid_from: NOW,
        rates: r#"{"input": 5, "output": 7}"#.into(),
        at: NOW,
        device_id: Uuid::from_u128(2),
    };
    assert_eq!(writer.pull_small(std::slice::from_ref(&price)).expect("a ledger").new, 1);
    let spaced = PriceRow { rates: r#"{"output":7,"input":5}"#.into(), ..price.clone() };
    assert_eq!(writer.pull_small(&[spaced]).expect("a ledger").known, 1, "the same JSON");
    let dearer = PriceRow { rates: r#"{"input": 6}"#.into(), ..price.clone() };
    assert_eq!(writer.pull_small(&[dearer]).expect("a ledger").conflicts.len(), 1);
    assert_eq!(writer.reader().small_rows::<PriceRow>(None).expect("rows"), [price]);

    let base = BaseRecord { base: "{}".into(), base_at: Some(NOW), sent: Some("{}".into()) };
    writer.keep_base(remote, RecordKind::CostConfig, "ada", &base).expect("a ledger");
    assert_eq!(writer.reader().base(remote, RecordKind::CostConfig, "ada").expect("a base"), Some(base));

    let conflict = |here: &str| SyncConflict {
        number: 0,
        remote,
        kind: "cost_config".into(),
        key: "ada".into(),
        what: "monthly_ai_cap_usd".into(),
        here: here.into(),
        there: "20".into(),
        at: NOW,
    };
    writer.note_conflict(&conflict("10")).expect("a ledger");
    let open = writer.reader().sync_conflicts(remote).expect("conflicts");
    writer.see_conflict(open[0].number, NOW).expect("a ledger");
    writer.note_conflict(&conflict("10")).expect("a ledger");
    assert_eq!(writer.reader().sync_conflicts(remote).expect("conflicts"), [], "it was seen");
    writer.note_conflict(&conflict("11")).expect("a ledger");
    assert_eq!(writer.reader().sync_conflicts(remote).expect("conflicts").len(), 1, "it says something new");
}
