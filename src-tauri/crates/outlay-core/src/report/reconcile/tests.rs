//! Every verdict once, whose money counts, and which names are one.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::basis::CostBasis;
use crate::report::SourceName;

/// Noon of 20 June 2026.
fn now() -> Instant {
    Instant::parse("2026-06-20T12:00:00Z").expect("an instant")
}

fn day(number: u32) -> Day {
    format!("2026-06-{number:02}").parse().expect("a day")
}

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn row(day_of_june: u32, cost: &str) -> RowSum {
    let cost = money(cost);
    RowSum {
        day: day(day_of_june),
        provider: "anthropic".to_owned(),
        account: "default".to_owned(),
        source: "anthropic-tokens-csv".to_owned(),
        generation_type: "chat".to_owned(),
        model: "claude-sonnet-4-6".to_owned(),
        project: String::new(),
        basis: CostBasis::Computed,
        by_hand: false,
        counts: false,
        labels: BTreeMap::new(),
        batch: false,
        price_id: "2026-06-01/anthropic/claude-sonnet-4-6@2026-02-17".to_owned(),
        price_note: String::new(),
        rows: 1,
        tokens: 1000,
        cost,
        credits: if cost.is_negative() { cost } else { Money::ZERO },
        credit_rows: i64::from(cost.is_negative()),
        split_cents: i64::from(cost.nanos() % 10_000_000 != 0),
    }
}

/// A line of a cost export.
fn line(day_of_june: u32, cost: &str) -> RowSum {
    RowSum {
        source: "anthropic-cost-csv".to_owned(),
        generation_type: "cost_line".to_owned(),
        model: "Claude Sonnet 4.6".to_owned(),
        basis: CostBasis::Billed,
        counts: true,
        price_id: String::new(),
        tokens: 0,
        ..row(day_of_june, cost)
    }
}

fn labelled(sum: RowSum, name: &str, text: &str) -> RowSum {
    RowSum { labels: BTreeMap::from([(name.to_owned(), text.to_owned())]), ..sum }
}

fn file(source: &str, first: u32, last: u32, as_of: &str) -> FileSpan {
    let at = Instant::parse(as_of).expect("an instant");
    FileSpan {
        name: SourceName { source: source.to_owned(), account: "default".to_owned() },
        provider: "anthropic".to_owned(),
        days: Some((day(first), day(last))),
        as_of: at,
        imported_at: at,
        quarantined: 0,
    }
}

fn accounts(rows: &[RowSum]) -> BTreeMap<String, BTreeMap<String, bool>> {
    let mut accounts: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    for row in rows {
        let bills = accounts.entry(row.provider.clone()).or_default().entry(row.account.clone()).or_default();
        *bills |= row.side() == Some(BillSide::Billed);
    }
    accounts
}

fn reconciled(rows: &[RowSum], files: &[FileSpan]) -> Reconciliation {
    let accounts = accounts(rows);
    let books = Books { rows, accounts: &accounts, files, now: now() };
    books.reconcile(day(1), day(30), |_, _| true)
}

/// What is said of the first day.
#[track_caller]
fn check(rows: &[RowSum], expected: &str) {
    check_with(rows, &[], expected);
}

#[track_caller]
fn check_with(rows: &[RowSum], files: &[FileSpan], expected: &str) {
    let found = reconciled(rows, files);
    let said = serde_json::to_string(&found.accounts[0].days[0].compared.verdict).expect("JSON");
    assert_eq!(said.replace('"', ""), expected);
}

#[test]
fn sides_agree_within_a_hundredth_or_five_cents() {
    check(&[line(1, "100"), row(1, "101")], "{kind:agrees}");
    check(&[line(1, "100"), row(1, "99")], "{kind:agrees}");
    check(&[line(1, "100.001"), row(1, "101.002")], "{kind:unknown}");
    check(&[line(1, "0.10"), row(1, "0.15")], "{kind:agrees}");
    check(&[line(1, "0.10"), row(1, "0.150000001")], "{kind:unknown}");
    check(&[line(1, "-100"), row(1, "-101")], "{kind:agrees}");
}

#[test]
fn an_open_day_is_the_reason_before_any_other() {
    check(&[line(20, "1"), row(20, "3")], "{kind:open_day,from:2026-06-20,to:2026-06-20,exported:null}");
    check(&[row(20, "3"), line(19, "1"), row(19, "1")], "{kind:agrees}");
    let early = [
        file("anthropic-cost-csv", 1, 2, "2026-06-02T18:00:00Z"),
        file("anthropic-tokens-csv", 1, 2, "2026-06-05T00:00:00Z"),
    ];
    let exported = "{kind:open_day,from:2026-06-02,to:2026-06-02,exported:2026-06-02T18:00:00.000000Z}";
    check_with(&[line(2, "1"), row(2, "3")], &early, exported);
    check_with(&[line(1, "1"), row(1, "3")], &early, "{kind:unknown}");
}

#[test]
fn days_that_a_side_lacks_are_named_together() {
    let rows = [row(3, "1"), row(4, "1"), row(5, "1"), line(9, "1"), row(9, "1"), line(11, "2")];
    check(&rows, "{kind:missing_source,side:billed,from:2026-06-03,to:2026-06-05,covered:false}");
    let found = reconciled(&rows, &[]);
    let last = &found.accounts[0].days[4];
    assert_eq!((last.compared.computed, last.compared.difference), (None, None));
    assert_snapshot!(serde_json::to_string(&last.compared.verdict).expect("JSON"),
        @r#"{"kind":"missing_source","side":"usage","from":"2026-06-11","to":"2026-06-11","covered":false}"#);
    // An export that covers the day says that it cost nothing.
    let covering = [file("anthropic-cost-csv", 1, 9, "2026-06-12T00:00:00Z")];
    let little = [row(3, "0.04"), line(9, "1"), row(9, "1")];
    check_with(&little, &covering, "{kind:agrees}");
    check_with(
        &rows,
        &covering,
        "{kind:missing_source,side:billed,from:2026-06-03,to:2026-06-05,covered:true}",
    );
    check(&little, "{kind:missing_source,side:billed,from:2026-06-03,to:2026-06-03,covered:false}");
}

#[test]
fn credits_fees_and_both_make_up_a_difference() {
    check(&[line(1, "10"), line(1, "-2.5"), row(1, "10")], "{kind:credits,lines:1,cost:-2.5}");
    let search = || labelled(line(1, "1.10"), "cost_type", "web_search");
    check(&[line(1, "10"), search(), row(1, "10")], "{kind:fees,lines:1,cost:1.1,names:[web_search]}");
    check(
        &[line(1, "10"), search(), line(1, "-2.5"), row(1, "10")],
        "{kind:fees_and_credits,fees:1.1,credits:-2.5}",
    );
    // Where there are fees, but they are not the difference.
    check(&[line(1, "10"), search(), row(1, "15")], "{kind:unknown}");
    let item = |text: &str, cost| labelled(line(1, cost), "line_item", text);
    check(
        &[item("gpt-5, input_tokens", "2"), item("file search tool calls", "3"), row(1, "2")],
        "{kind:fees,lines:1,cost:3,names:[file search tool calls]}",
    );
    check(&[item("gpt-5, input_tokens", "5"), row(1, "2")], "{kind:unknown}");
}

#[test]
fn batch_is_half_the_price() {
    let batch = RowSum { batch: true, ..line(1, "1.50") };
    check(&[line(1, "4"), batch, row(1, "7")], "{kind:batch,cost:1.5}");
    check(&[line(1, "5"), row(1, "10.2")], "{kind:batch,cost:0}");
    // Usage that is priced as batch already is not twice as dear for that reason.
    let told = RowSum { batch: true, ..row(1, "10") };
    check(&[line(1, "5"), told], "{kind:unknown}");
}

#[test]
fn an_export_in_cents_rounds_every_line() {
    let lines = RowSum { rows: 40, ..line(1, "0.40") };
    check(&[lines.clone(), row(1, "0.55")], "{kind:rounding,lines:40}");
    let exact = RowSum { split_cents: 3, ..lines };
    check(&[exact, row(1, "0.55")], "{kind:unknown}");
}

#[test]
fn what_may_explain_a_difference_is_said_last() {
    let unpriced = RowSum { basis: CostBasis::Unpriced, rows: 3, tokens: 900, ..row(1, "0") };
    check(&[line(1, "5"), row(1, "2"), unpriced.clone()], "{kind:unpriced,rows:3,tokens:900}");
    // Rows without a price make nothing dearer.
    check(&[line(1, "5"), row(1, "7"), unpriced], "{kind:unknown}");
    let unsplit = RowSum {
        basis: CostBasis::Estimated,
        price_note: "cache writes at the short lifetime's rate".to_owned(),
        ..row(1, "4")
    };
    check(
        &[line(1, "6"), row(1, "1"), unsplit],
        "{kind:guessed,rows:1,cost:4,guess:cache writes at the short lifetime's rate}",
    );
    let later =
        RowSum { price_id: "2026-06-09/anthropic/claude-sonnet-4-6@2026-06-04".to_owned(), ..row(4, "1") };
    check(&[line(1, "3"), row(1, "5"), line(4, "1"), later.clone()], "{kind:price_change,since:2026-06-04}");
    let next_week = RowSum { day: day(8), price_id: later.price_id.replace("06-04", "06-08"), ..later };
    check(&[line(1, "3"), row(1, "5"), line(8, "1"), next_week], "{kind:unknown}");
}

#[test]
fn parts_that_are_explained_explain_the_whole() {
    let haiku = |row: RowSum| RowSum { model: "claude-haiku-4-5".to_owned(), ..row };
    let batch = RowSum { batch: true, ..line(1, "1.50") };
    let search = RowSum { model: String::new(), ..labelled(line(1, "1.10"), "cost_type", "web_search") };
    let rows = [haiku(line(1, "5")), haiku(row(1, "5")), batch, row(1, "3"), search];
    check(&rows, "{kind:several,parts:2}");
    let credited = [line(1, "4"), line(1, "-2"), row(1, "4")];
    let halved = [line(2, "5"), RowSum { batch: true, ..line(2, "5") }, row(2, "15")];
    let found = reconciled(&[&credited[..], &halved].concat(), &[]);
    assert_eq!(found.accounts[0].total.verdict, Verdict::Several { parts: Count(2) });
    // One part that nothing explains leaves the whole without an explanation.
    let found = reconciled(&[&credited[..], &[line(2, "1"), row(2, "5")]].concat(), &[]);
    assert_eq!(found.accounts[0].total.verdict, Verdict::Unknown);
}

#[test]
fn names_of_both_sides_are_one_where_they_are_the_same_model() {
    let dated = RowSum { model: "claude-haiku-4-5-20251001".to_owned(), ..row(1, "2") };
    let shown = RowSum { model: "Claude Haiku 4.5".to_owned(), ..line(1, "2") };
    let only_usage = RowSum { model: "claude-next-9".to_owned(), ..row(1, "1") };
    let found = reconciled(&[dated, shown, only_usage, line(1, "3"), row(1, "3")], &[]);
    let names = found.accounts[0].by_model.iter();
    let said: Vec<_> = names
        .map(|name| {
            let kind = serde_json::to_value(&name.compared.verdict).expect("JSON");
            format!("{}: {}", name.name, kind)
        })
        .collect();
    assert_snapshot!(said.join("\n"), @r#"
    Claude Sonnet 4.6: {"kind":"agrees"}
    Claude Haiku 4.5: {"kind":"agrees"}
    claude-next-9: {"kind":"not_named","side":"billed"}
    "#);
    assert!(found.accounts[0].by_key.is_empty(), "no side names a key");
}

#[test]
fn rows_without_an_account_are_the_only_named_ones() {
    let named = |row: RowSum, account: &str| RowSum { account: account.to_owned(), ..row };
    let found = reconciled(&[named(line(1, "2"), "org-1"), row(1, "2")], &[]);
    assert_eq!(found.accounts.len(), 1);
    assert_eq!(found.accounts[0].account, "org-1");
    assert_eq!(found.accounts[0].days[0].compared.verdict, Verdict::Agrees);
    let found = reconciled(&[named(line(1, "2"), "org-1"), named(row(1, "2"), "org-2"), row(1, "2")], &[]);
    assert_eq!(found.accounts.len(), 1, "only org-1 has a cost export");
    assert_eq!(found.accounts[0].days[0].compared.computed, None);
}

#[test]
fn what_is_held_against_nothing_counts_beside() {
    let by_hand = RowSum { by_hand: true, basis: CostBasis::Billed, counts: true, ..row(1, "0.7") };
    let found = reconciled(&[line(1, "2"), row(1, "2"), by_hand], &[]);
    let account = &found.accounts[0];
    assert_eq!((account.counted, account.counted_beside), (money("2.7"), money("0.7")));
    assert_eq!(account.total.computed, Some(money("2")));
    assert_eq!(account.counts, Counts::Billed);
}

#[test]
fn months_are_lines_of_their_own() {
    let in_may = |row: RowSum| RowSum { day: "2026-05-31".parse().expect("a day"), ..row };
    let found = reconciled(&[in_may(line(1, "8")), in_may(row(1, "4")), line(1, "2"), row(1, "2")], &[]);
    let months: Vec<_> = found.accounts[0].months.iter().map(|each| each.month.to_string()).collect();
    assert_eq!(months, ["2026-06", "2026-05"]);
    assert_eq!(found.accounts[0].total.billed, Some(money("2")), "May is not in June's total");
}

proptest! {
    #[test]
    fn what_counts_is_each_row_once_whatever_side_speaks(
        rows in proptest::collection::vec((1u32..28, 0i64..5_000_000_000, any::<bool>(), any::<bool>()), 0..60)
    ) {
        let sums: Vec<RowSum> = rows.iter().map(|&(day, nanos, bills, counts)| {
            let cost = Money::from_nanos(nanos);
            let made = if bills { line(day, "0") } else { row(day, "0") };
            RowSum { cost, counts, split_cents: i64::from(nanos % 10_000_000 != 0), ..made }
        }).collect();
        let expected: i64 = rows.iter().filter(|row| row.3).map(|row| row.1).sum();
        let has_billed = rows.iter().any(|row| row.2);
        let found = reconciled(&sums, &[]);
        prop_assert_eq!(found.has_billed, has_billed);
        if let Some(account) = found.accounts.first() {
            prop_assert_eq!(account.counted.nanos(), expected);
            let of_days = |side: fn(&BothSides) -> Option<Money>| -> i64 {
                account.days.iter().filter_map(|day| side(&day.compared)).map(Money::nanos).sum()
            };
            prop_assert_eq!(account.total.billed.map_or(0, Money::nanos), of_days(|both| both.billed));
            prop_assert_eq!(account.total.computed.map_or(0, Money::nanos), of_days(|both| both.computed));
        }
    }
}
