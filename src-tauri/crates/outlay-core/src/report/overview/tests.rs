//! Pages of small books, exact to the last digit, and laws that hold for every book.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::basis::CostBasis;
use crate::forecast::{DayShare, project};
use crate::report::Ratio;
use crate::report::{Cell, FileSpan, People, SourceName, Tally, Totals, month_report};

/// What is in a ledger: money by day, model and basis.
#[derive(Debug, Default)]
struct Book {
    dimensions: FxHashMap<i64, Dimensions>,
    cells: BTreeMap<(Day, i64), Totals>,
    files: Vec<FileSpan>,
    told: BTreeSet<Day>,
    confirmed: Option<Instant>,
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

impl Book {
    fn spend(&mut self, day: Day, model: &str, cost: Money, basis: CostBasis) {
        let known = Dimensions {
            generation_type: "chat".into(),
            model: model.into(),
            provider: "acme".into(),
            application: None,
            account: "default".into(),
            source: "manual".into(),
            user: "ada".into(),
            basis,
        };
        let found = self.dimensions.iter().find(|(_, other)| **other == known).map(|(&number, _)| number);
        let number = found.unwrap_or(self.dimensions.len() as i64 + 1);
        self.dimensions.insert(number, known);
        let cost = if basis.is_spend() { cost } else { Money::ZERO };
        let row = Totals { rows: 1, requests: 1, tokens_input: 10, cost, ..Totals::default() };
        let cell = self.cells.entry((day, number)).or_default();
        *cell = cell.checked_add(row).expect("a sum");
    }

    /// `10` for a weekday and `2` for a weekend day, three quarters of it for one model, in May and up to `today`.
    fn of_working_days(today: Day) -> Self {
        let mut book = Self::default();
        for day in day("2026-05-01").through(today) {
            let (most, least) = if day.is_weekend() { ("1.5", "0.5") } else { ("7.5", "2.5") };
            book.spend(day, "large", money(most), CostBasis::Billed);
            book.spend(day, "small", money(least), CostBasis::Computed);
        }
        book
    }

    fn tally(&self, first: Day, last: Day) -> Tally {
        let within = self.cells.iter().filter(|((day, _), _)| (first..=last).contains(day));
        let cells = within.map(|(&(day, number), &totals)| Cell {
            day,
            dimensions: &self.dimensions[&number],
            totals,
        });
        Tally::of(cells).expect("sums")
    }

    fn page(&self, month: &str, today: Day) -> (Overview, MonthReport) {
        let month: Month = month.parse().expect("a month");
        let earliest = month.previous().previous().previous().first_day().plus(-28);
        let days = self.tally(earliest, month.last_day()).days;
        let covered: BTreeSet<Day> = days.iter().map(|entry| entry.day).collect();
        let mut observed: BTreeMap<Day, Money> = BTreeMap::new();
        for entry in &days {
            let spend = observed.entry(entry.day).or_default();
            *spend = spend.saturating_add(entry.totals.cost);
        }
        let spent_today = observed.get(&today).copied().unwrap_or_default();
        observed.retain(|day, _| *day < today);
        let outlook = Outlook { month, today, observed: &observed, spent_today, passed: DayShare::NONE };
        let tally = self.tally(month.first_day(), month.last_day());
        let report = month_report(month, Zone::UTC, &tally, &covered, People::default(), project(&outlook));
        let (compared, until) = compared_days(month, today);
        let costs = |first: Day, last: Day| {
            let within = self.cells.iter().filter(move |((day, _), _)| (first..=last).contains(day));
            within.map(|(&(day, dimension), totals)| DayCost { day, dimension, cost: totals.cost })
        };
        let before: Vec<_> =
            costs(compared.first_day(), until).map(|cost| (cost.dimension, cost.cost)).collect();
        let config = CostConfig {
            monthly_ai_cap_usd: money("200"),
            confirmed_at: self.confirmed,
            ..CostConfig::default()
        };
        let page = overview(&Material {
            outlook,
            report: report.clone(),
            days: &days,
            covered: &covered,
            expected: &BTreeSet::new(),
            told: &self.told,
            spikes: Some(Sensitivity::Usual),
            costs: &costs(month.first_day(), month.last_day()).collect::<Vec<_>>(),
            costs_before: &before,
            dimensions: &self.dimensions,
            sources: &Sources::known(today, &[], &self.files),
            newest: None,
            has_rows: true,
            nearest: None,
            quarantined: (0, 0),
            config,
            attention: Vec::new(),
        });
        (page, report)
    }
}

#[test]
fn the_cards_of_a_working_month() {
    let today = day("2026-06-19");
    let (page, _) = Book::of_working_days(today).page("2026-06", today);
    // 15 weekdays and 4 weekend days here; 13 and 6 among the first 19 days of May.
    assert_eq!(page.month_to_date.spend, money("158"));
    let compared = &page.month_to_date.compared;
    assert_eq!((compared.first_day, compared.last_day), (day("2026-05-01"), day("2026-05-19")));
    assert_eq!((compared.spend, compared.change), (money("142"), Ratio::change(money("158"), money("142"))));
    assert_eq!(compared.change.map(|change| change.to_string()).as_deref(), Some("0.1127"));
    let today = page.today_so_far.as_ref().expect("the current month");
    assert_eq!((today.spend, today.usual, today.weekday), (money("10"), Some(money("10")), "friday"));
    let cap = &page.cap;
    assert_eq!(
        (cap.left, cap.used.to_string(), cap.month_gone.to_string()),
        (money("42"), "0.7900".into(), "0.6333".into())
    );
    assert_eq!((cap.pace, cap.confirmed), (Some(Pace::Ahead), false));
    let suggestions = cap.suggestions.expect("no cap is confirmed");
    // 21 weekdays and 10 weekend days of May; 22 and 8 of June.
    assert_eq!(suggestions.last_month, Some(money("230")));
    let likely = page.projection.as_ref().and_then(|projection| projection.likely);
    assert_eq!(suggestions.projection, likely);
    assert_eq!(suggestions.projection_and_a_fifth, likely.and_then(|likely| likely.scaled(6, 5)));
    assert_eq!(page.previous_month.to_string(), "2026-05");
    assert_eq!(page.next_month, None);
}

#[test]
fn the_way_to_the_cap_ends_at_the_projection() {
    let today = day("2026-06-19");
    let (page, _) = Book::of_working_days(today).page("2026-06", today);
    let projection = page.projection.expect("the current month");
    let last = page.against_cap.days.last().expect("30 days");
    assert_eq!((last.likely, last.low, last.high), (projection.likely, projection.low, projection.high));
    // 158 when Friday has just begun and is still to cost 10; then 7 weekdays and 4 weekend days.
    assert_eq!(projection.likely, Some(money("246")));
    let marks: Vec<_> = page
        .against_cap
        .marks
        .iter()
        .map(|mark| {
            let shown = |day: Option<Day>| day.map_or("-".to_owned(), |day| day.to_string());
            format!(
                "{} % {}: {} {}",
                mark.percent,
                mark.amount,
                shown(mark.reached_on),
                shown(mark.likely_on)
            )
        })
        .collect();
    assert_eq!(marks, ["50 % 100: 2026-06-12 -", "80 % 160: - 2026-06-20", "100 % 200: - 2026-06-25"]);
}

#[test]
fn days_stand_beside_the_same_weekday_four_weeks_earlier() {
    let today = day("2026-06-19");
    let (page, _) = Book::of_working_days(today).page("2026-06", today);
    let previous: Vec<_> = page.daily.days.iter().map(|day| day.previous.map(|day| day.day)).collect();
    assert_eq!(previous[0], Some(day("2026-05-04")), "1 June and 4 May are Mondays");
    assert_eq!(previous[27], Some(day("2026-05-31")));
    assert_eq!(previous[28], None, "four weeks before 29 June lie in June");
    assert!(page.daily.days[19].future && !page.daily.days[18].future);
}

#[test]
fn a_spike_is_named_with_its_model() {
    let today = day("2026-06-19");
    let mut book = Book::of_working_days(today);
    book.spend(day("2026-06-12"), "small", money("22"), CostBasis::Billed);
    let (page, _) = book.page("2026-06", today);
    let spike = page.daily.days[11].spike.as_ref().expect("32 is 3.2 times 10");
    assert_eq!((spike.usual, spike.impact), (money("10"), money("22")));
    assert_eq!(spike.times.map(|times| times.to_string()).as_deref(), Some("3.2000"));
    let model = spike.model.as_ref().expect("a model");
    assert_eq!((model.model.as_str(), model.share.to_string()), ("small", "0.7656".into()));
    assert!(matches!(&page.attention[..], [Attention::Spike { day, .. }] if *day == self::day("2026-06-12")));
    book.told.insert(day("2026-06-12"));
    let (page, _) = book.page("2026-06", today);
    assert_eq!(page.attention, [], "an alert told of it, and was resolved or snoozed");
    assert!(page.daily.days[11].spike.is_some(), "it stays marked");
}

#[test]
fn a_month_that_is_over_has_no_today() {
    let today = day("2026-06-19");
    let (page, _) = Book::of_working_days(today).page("2026-05", today);
    assert!(page.today_so_far.is_none() && page.projection.is_none() && page.cap.pace.is_none());
    assert_eq!(page.next_month.map(|month| month.to_string()).as_deref(), Some("2026-06"));
    let compared = &page.month_to_date.compared;
    assert_eq!((compared.last_day, compared.has_data), (day("2026-04-30"), false));
    assert_eq!(page.against_cap.days.last().and_then(|day| day.spent), Some(money("230")));
    assert_eq!(page.cap.month_gone.to_string(), "1.0000");
}

#[test]
fn a_model_keeps_its_slot_from_month_to_month() {
    let mut book = Book::default();
    for (at, model) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
        book.spend(day("2026-04-01"), model, money("1"), CostBasis::Billed);
        let june = Money::from_nanos(money("1").nanos() * (at as i64 + 1));
        book.spend(day("2026-06-01"), model, june, CostBasis::Billed);
    }
    let slots = |page: &Overview| -> Vec<String> {
        page.daily.series.iter().map(|series| format!("{}{}", series.model, series.slot)).collect()
    };
    let today = day("2026-06-19");
    let (april, june) = (book.page("2026-04", today).0, book.page("2026-06", today).0);
    assert_eq!(slots(&april), ["a1", "b2", "c3", "d4", "e5"]);
    // `f` came sixth, so that it is at home in slot 1, which `a` leaves free.
    assert_eq!(slots(&june), ["f1", "b2", "c3", "d4", "e5"]);
    assert_eq!(june.daily.other_models, Count(1));
    assert_eq!(june.by_model.iter().filter(|part| part.slot.is_none()).count(), 1);
}

fn file(first: &str, last: &str, made: &str) -> FileSpan {
    let made = Instant::parse(made).expect("an instant");
    FileSpan {
        name: SourceName { source: "acme-csv".into(), account: "default".into() },
        provider: "acme".into(),
        days: Some((day(first), day(last))),
        as_of: made,
        imported_at: made,
        quarantined: 0,
    }
}

#[test]
fn days_without_a_word_of_a_source_are_partial() {
    let today = day("2026-06-19");
    let mut book = Book::of_working_days(today);
    book.files = vec![
        file("2026-06-01", "2026-06-05", "2026-06-06T08:00:00Z"),
        file("2026-06-08", "2026-06-12", "2026-06-12T15:00:00Z"),
    ];
    let (page, _) = book.page("2026-06", today);
    let partial = |page: &Overview| -> Vec<String> {
        let days = page.daily.days.iter().filter(|day| day.partial);
        days.map(|day| day.day.to_string()[8..].to_owned()).collect()
    };
    assert_eq!(partial(&page), ["06", "07", "12"], "a gap, and a file made in the middle of its last day");
    assert!(!page.month_to_date.waiting_for_sources, "a file a week: 7 days are not long");
    // The same a fortnight and a day later.
    let later = day("2026-06-27");
    let (page, _) = book.page("2026-06", later);
    assert!(page.month_to_date.waiting_for_sources);
    assert_eq!(partial(&page).len(), 3 + 15, "every day since is waited for");
    assert!(page.attention.iter().any(|it| matches!(it, Attention::StaleSource { age_days: Count(15), .. })));
}

fn any_book() -> impl Strategy<Value = Book> {
    let models = proptest::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "h"]);
    let row =
        (0..75_i32, models, -2_000_000_000..9_000_000_000_i64, proptest::sample::select(CostBasis::ALL));
    proptest::collection::vec(row, 0..120).prop_map(|rows| {
        let mut book = Book::default();
        for (offset, model, nanos, basis) in rows {
            book.spend(day("2026-04-20").plus(offset), model, Money::from_nanos(nanos), basis);
        }
        book
    })
}

proptest! {
    #[test]
    fn a_page_adds_up(book in any_book(), today in 0..35_i32, month in proptest::sample::select(vec!["2026-05", "2026-06"])) {
        let today = day("2026-06-01").plus(today);
        let (page, report) = book.page(month, today);
        let spend = report.body.spend;
        prop_assert_eq!(page.month_to_date.spend, spend);
        for (day, point) in page.daily.days.iter().zip(&report.body.daily) {
            prop_assert_eq!(day.parts.iter().copied().sum::<Money>(), day.spend);
            prop_assert_eq!((day.day, day.spend), (point.day, point.spend));
        }
        let last = page.against_cap.days.iter().filter_map(|day| day.spent).next_back();
        if today >= day(&format!("{month}-01")) {
            prop_assert_eq!(last, Some(spend));
        }
        let groups: Vec<_> = page.by_model.iter().map(|part| part.group.clone()).collect();
        prop_assert_eq!(groups, report.body.by_model);
        let gone = &page.month_to_date.compared;
        let all_before: Money = page.by_type.iter().map(|part| part.standing.before).sum();
        prop_assert!(all_before == gone.spend || page.by_type.is_empty());
        let mut slots: Vec<_> = page.daily.series.iter().map(|series| series.slot).collect();
        prop_assert!(slots.is_sorted() && slots.len() <= 5);
        slots.dedup();
        prop_assert_eq!(slots.len(), page.daily.series.len());
        prop_assert!(page.attention.len() <= 5);
        if let Some(likely) = page.projection.as_ref().and_then(|projection| projection.likely) {
            prop_assert_eq!(page.against_cap.days.last().and_then(|day| day.likely), Some(likely));
        }
    }
}
