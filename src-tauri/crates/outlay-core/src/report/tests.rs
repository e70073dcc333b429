//! What reports say of a few cells, whole and to the last digit.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::basis::CostBasis;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn dimensions(generation_type: &str, model: &str, basis: CostBasis) -> Dimensions {
    Dimensions {
        generation_type: generation_type.into(),
        model: model.into(),
        provider: "openai".into(),
        application: (model == "gpt-5")
            .then(|| ApplicationName { id: Uuid::from_u128(7), name: "Shop".into() }),
        account: "default".into(),
        source: "openai-usage-csv".into(),
        user: "ada".into(),
        basis,
    }
}

fn totals(requests: i64, cost: &str) -> Totals {
    let cost = cost.parse().expect("an amount");
    let (rows, tokens_input, tokens_output, cached_tokens) = (requests.max(1), 1000, 200, 100);
    let rows_without_count = i64::from(requests == 0);
    let tokens = Totals { tokens_input, tokens_output, cached_tokens, ..Totals::default() };
    Totals { rows, requests, rows_without_count, cost, list: cost, ..tokens }
}

fn tally(cells: &[Cell<'_>]) -> Tally {
    Tally::of(cells.iter().copied()).expect("sums that an integer holds")
}

#[test]
fn a_month_keeps_the_contract() {
    let chat = dimensions("chat", "gpt-5", CostBasis::Computed);
    let plan = dimensions("agent", "gpt-5", CostBasis::Included);
    let unknown = dimensions("chat", "new-model", CostBasis::Unpriced);
    let line = dimensions("cost_line", "", CostBasis::Billed);
    let inexact = Totals { inexact_rows: 1, ..totals(0, "2") };
    let cells = [
        Cell { day: day("2026-02-01"), dimensions: &chat, totals: totals(3, "0.000000010") },
        Cell { day: day("2026-02-03"), dimensions: &chat, totals: totals(4, "10.345678901") },
        Cell { day: day("2026-02-03"), dimensions: &plan, totals: totals(1, "0.5") },
        Cell { day: day("2026-02-04"), dimensions: &unknown, totals: totals(2, "0") },
        Cell { day: day("2026-02-04"), dimensions: &line, totals: inexact },
    ];
    let covered = BTreeSet::from([day("2026-02-02")]);
    let month = "2026-02".parse().expect("a month");
    let projection = Projection {
        run_rate: "14".parse().expect("an amount"),
        likely: None,
        low: None,
        high: None,
        method: "not enough history: 3 of 7 complete days".into(),
    };
    let mut report =
        month_report(month, Zone::UTC, &tally(&cells), &covered, People::default(), Some(projection));
    assert_eq!(report.body.daily.len(), 28);
    report.body.daily.truncate(5);
    insta::assert_json_snapshot!(report);
}

#[test]
fn a_range_without_rows_is_all_there() {
    let (from, to) = (day("2026-06-01"), day("2026-06-02"));
    let report =
        range_report(from, to, Zone::UTC, &Tally::default(), &BTreeSet::from([from]), People::default());
    insta::assert_json_snapshot!(report);
}

#[test]
fn an_average_is_rounded_half_to_even() {
    let chat = dimensions("chat", "m", CostBasis::Billed);
    let cell = Cell { day: day("2026-06-01"), dimensions: &chat, totals: totals(2, "0.000000005") };
    let report =
        range_report(cell.day, cell.day, Zone::UTC, &tally(&[cell]), &BTreeSet::new(), People::default());
    assert_eq!(report.body.by_type[0].figures.average, Some(Money::from_nanos(2)));
}

#[track_caller]
fn check_average(cells: &[(CostBasis, Totals)], expected: Option<&str>) {
    let first = day("2026-06-01");
    let dimensions: Vec<_> = cells.iter().map(|(basis, _)| dimensions("chat", "m", *basis)).collect();
    let cells = cells.iter().zip(&dimensions);
    let cells: Vec<_> =
        cells.map(|(&(_, totals), dimensions)| Cell { day: first, dimensions, totals }).collect();
    let report = range_report(first, first, Zone::UTC, &tally(&cells), &BTreeSet::new(), People::default());
    let expected = expected.map(|amount| amount.parse().expect("an amount"));
    assert_eq!(report.body.by_type[0].figures.average, expected, "{cells:?}");
}

#[test]
fn an_average_is_of_calls_whose_cost_is_known() {
    let billed = (CostBasis::Billed, totals(2, "3"));
    check_average(&[billed, (CostBasis::Free, totals(1, "0"))], Some("1"));
    check_average(&[billed, (CostBasis::Included, totals(4, "0"))], Some("1.5"));
    check_average(&[(CostBasis::Included, totals(4, "0"))], None);
    check_average(&[billed, (CostBasis::Unpriced, totals(1, "0"))], None);
    check_average(&[billed, (CostBasis::Computed, totals(0, "1"))], None);
    let elsewhere = Totals { paid_elsewhere: 1, ..totals(1, "0") };
    check_average(&[billed, (CostBasis::Unpriced, elsewhere)], None);
}

fn any_dimensions() -> impl Strategy<Value = Dimensions> {
    let word = |words: &'static [&'static str]| proptest::sample::select(words);
    let (types, models) = (word(&["chat", "agent", "embedding"]), word(&["gpt-5", "a", "b", "c"]));
    (types, models, proptest::sample::select(CostBasis::ALL))
        .prop_map(|(kind, model, basis)| dimensions(kind, model, basis))
}

proptest! {
    #[test]
    fn totals_are_the_sums_of_their_groups(
        rows in proptest::collection::vec((0..30_i32, any_dimensions(), 0..9_i64, 0..10_000_000_000_i64), 0..60),
    ) {
        let first = day("2026-06-01");
        let cells: Vec<_> = rows.iter().map(|(offset, dimensions, requests, nanos)| Cell {
            day: first.plus(*offset),
            dimensions,
            totals: Totals { cost: Money::from_nanos(*nanos), ..totals(*requests, "0") },
        }).collect();
        let body = range_report(first, first.plus(29), Zone::UTC, &tally(&cells), &BTreeSet::new(), People::default()).body;
        let figures = [
            body.by_type.iter().map(|group| &group.figures).collect::<Vec<_>>(),
            body.by_model.iter().map(|group| &group.figures).collect(),
            body.by_provider.iter().map(|group| &group.figures).collect(),
            body.by_application.iter().map(|group| &group.figures).collect(),
        ];
        for groups in figures {
            prop_assert_eq!(groups.iter().map(|group| group.spend).sum::<Money>(), body.spend);
            prop_assert_eq!(groups.iter().map(|group| group.calls.0).sum::<i64>(), body.calls.0);
            prop_assert_eq!(groups.iter().map(|group| group.tokens.0).sum::<i64>(), body.tokens_input.0 + body.tokens_output.0);
            prop_assert!(groups.is_sorted_by(|a, b| a.spend >= b.spend));
        }
        prop_assert_eq!(body.daily.iter().map(|point| point.spend).sum::<Money>(), body.spend);
        prop_assert_eq!(body.daily.iter().map(|point| point.calls.0).sum::<i64>(), body.calls.0);
        prop_assert_eq!(body.daily.len(), 30);
    }
}
