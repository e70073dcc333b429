//! Where a month is heading, on days whose answer is known.

use proptest::prelude::*;

use super::draw::SplitMix64;
use super::*;

const DOLLAR: i64 = 1_000_000_000;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The days from `first` up to the day before `today`, each costing what `spend` says, in nano-dollars.
fn series(first: &str, today: Day, mut spend: impl FnMut(Day) -> i64) -> BTreeMap<Day, Money> {
    let days = day(first).through(today.previous());
    days.map(|day| (day, Money::from_nanos(spend(day)))).collect()
}

fn outlook(today: Day, observed: &BTreeMap<Day, Money>) -> Outlook<'_> {
    let month = Month::containing(today);
    Outlook { month, today, observed, spent_today: Money::ZERO, passed: DayShare::NONE }
}

/// run rate | likely (low to high), method
fn shown(outlook: &Outlook<'_>) -> String {
    let projection = project(outlook).expect("the current month");
    let amount = |amount: Option<Money>| amount.map_or("-".to_owned(), dollars);
    format!(
        "{} | {} ({} to {}), {}",
        dollars(projection.run_rate),
        amount(projection.likely),
        amount(projection.low),
        amount(projection.high),
        projection.method
    )
}

fn working_week(day: Day) -> i64 {
    if day.is_weekend() { DOLLAR } else { 10 * DOLLAR }
}

#[test]
fn a_flat_series_ends_where_it_must() {
    let today = day("2026-06-19");
    let observed = series("2026-05-01", today, |_| 2 * DOLLAR);
    insta::assert_snapshot!(shown(&outlook(today, &observed)), @"$56.84 | $60.00 ($60.00 to $60.00), usual weekdays and weekend days of the last 28 days (28 with data), range from 1,000 drawn months; last month, asked on the same day: off by 0 %");
}

#[test]
fn weekends_are_not_taken_for_working_days() {
    // 22 weekdays and 8 weekend days: 228. The run rate, on a Monday, has seen two weekends of four.
    let today = day("2026-06-15");
    let observed = series("2026-03-01", today, working_week);
    insta::assert_snapshot!(shown(&outlook(today, &observed)), @"$208.00 | $228.00 ($228.00 to $228.00), usual weekdays and weekend days of the last 28 days (28 with data), range from 1,000 drawn months; last 3 months, asked on the same day: off by 0 %");
}

#[test]
fn a_new_level_is_named() {
    let today = day("2026-06-19");
    let step = |day: Day, from: Day| if day < from { working_week(day) } else { 3 * working_week(day) };
    let observed = series("2026-05-01", today, |day| step(day, today.plus(-5)));
    insta::assert_snapshot!(shown(&outlook(today, &observed)), @"$356.84 | $343.00 ($312.00 to $372.00), usual weekdays and weekend days of the last 28 days (28 with data), range from 1,000 drawn months; last month, asked on the same day: off by 0 %; recent days run 3.0× the usual, if that stays: $478.00");
    let four_days = series("2026-05-01", today, |day| step(day, today.plus(-4)));
    assert!(!shown(&outlook(today, &four_days)).contains("recent days"));
}

#[test]
fn a_past_miss_widens_the_range() {
    let today = day("2026-06-15");
    let observed =
        series("2026-03-01", today, |day| if day < self::day("2026-05-20") { DOLLAR } else { 2 * DOLLAR });
    insta::assert_snapshot!(shown(&outlook(today, &observed)), @"$56.00 | $58.80 ($37.06 to $80.54), usual weekdays and weekend days of the last 28 days (28 with data), range from 1,000 drawn months, widened by what one past month missed; last 3 months, asked on the same day: off by 12 %");
}

#[test]
fn unobserved_days_are_not_zero() {
    let today = day("2026-06-15");
    let mut observed = series("2026-05-01", today, |_| 2 * DOLLAR);
    observed.retain(|&observed, _| observed < day("2026-06-10"));
    insta::assert_snapshot!(shown(&outlook(today, &observed)), @"$36.00 | $60.00 ($60.00 to $60.00), usual weekdays and weekend days of the last 28 days (23 with data), range from 1,000 drawn months; last month, asked on the same day: off by 0 %; days of this month without data, counted as usual: 5");
}

#[test]
fn little_history_gives_the_run_rate_only() {
    let today = day("2026-06-07");
    let observed = series("2026-06-01", today, |_| DOLLAR);
    insta::assert_snapshot!(shown(&outlook(today, &observed)), @"$25.71 | - (- to -), not enough history: 6 of 7 complete days");
    let tomorrow = series("2026-06-01", today.next(), |_| DOLLAR);
    assert!(project(&outlook(today.next(), &tomorrow)).expect("a projection").likely.is_some());
}

#[test]
fn today_counts_its_spend_or_its_usual_share() {
    let today = day("2026-06-30");
    let observed = series("2026-05-01", today, |_| 4 * DOLLAR);
    let passed = DayShare { passed: 18, whole: 24 };
    let likely = |spent: i64| {
        let spent_today = Money::from_nanos(spent * DOLLAR);
        let outlook = Outlook { spent_today, passed, ..outlook(today, &observed) };
        dollars(project(&outlook).expect("a projection").likely.expect("enough history"))
    };
    assert_eq!(likely(0), "$120.00", "a source that lags does not make the day cheap");
    assert_eq!(likely(3), "$120.00", "as usual");
    assert_eq!(likely(9), "$126.00", "what is spent, and a quarter of a usual day");
}

#[test]
fn only_the_current_month_is_projected() {
    let today = day("2026-06-15");
    let observed = series("2026-03-01", today, |_| DOLLAR);
    let this_month = outlook(today, &observed);
    assert_eq!(project(&Outlook { month: this_month.month.previous(), ..this_month }), None);
    assert_eq!(project(&Outlook { month: this_month.month.next(), ..this_month }), None);
}

#[test]
fn a_day_of_twenty_three_hours_is_a_whole_day() {
    let zone: Zone = "America/Los_Angeles".parse().expect("a zone");
    let noon = Instant::parse("2026-03-08T12:00:00-07:00").expect("an instant");
    let hour = 3_600_000_000;
    assert_eq!(DayShare::at(noon, zone), DayShare { passed: 11 * hour, whole: 23 * hour });
}

/// Back-test on working weeks with noise and a level of its own each month: the weekday-aware figure
/// must be off by less than the run rate, and the range must hold about as many truths as it says.
#[test]
fn the_range_holds_most_truths() {
    let (mut likely_off, mut run_rate_off, mut held) = (0, 0, 0);
    for seed in 0..90 {
        let today = day(["2026-06-03", "2026-06-10", "2026-06-20"][seed as usize % 3]);
        let mut observed = noisy_half_year(SplitMix64(seed));
        let truth: Money = observed.range(day("2026-06-01")..).map(|(_, &spend)| spend).sum();
        observed.retain(|&day, _| day < today);
        let projection = project(&outlook(today, &observed)).expect("a projection");
        let (low, high) = (projection.low.expect("a range"), projection.high.expect("a range"));
        held += i32::from(low <= truth && truth <= high);
        let off = |figure: Money| (figure.nanos() - truth.nanos()).abs();
        likely_off += off(projection.likely.expect("a figure"));
        run_rate_off += off(projection.run_rate);
    }
    assert!(
        likely_off * 4 < run_rate_off * 3,
        "likely was off by {likely_off}, the run rate by {run_rate_off}"
    );
    assert!((66..=84).contains(&held), "the range held {held} of 90 truths");
}

fn noisy_half_year(mut chance: SplitMix64) -> BTreeMap<Day, Money> {
    let levels: Vec<i64> = (0..7).map(|_| 85 + chance.below(30) as i64).collect();
    series("2026-01-01", day("2026-07-01"), |day| {
        let level = levels[Month::containing(day).month() as usize];
        working_week(day) / 10_000 * level * (40 + chance.below(120) as i64)
    })
}

proptest! {
    #[test]
    fn the_range_surrounds_the_likely_end(
        spends in proptest::collection::btree_map(0..120_i32, -DOLLAR..100 * DOLLAR, 0..120),
        into_month in 0..30_i32,
        spent_today in 0..50 * DOLLAR,
        passed in 0..=24_i64,
    ) {
        let today = day("2026-06-01").plus(into_month);
        let observed: BTreeMap<Day, Money> =
            spends.into_iter().map(|(ago, spend)| (today.plus(-1 - ago), Money::from_nanos(spend))).collect();
        let outlook = Outlook {
            spent_today: Money::from_nanos(spent_today),
            passed: DayShare { passed, whole: 24 },
            ..outlook(today, &observed)
        };
        let projection = project(&outlook).expect("the current month");
        prop_assert_eq!(Some(projection.clone()), project(&outlook));
        if let (Some(likely), Some(low), Some(high)) = (projection.likely, projection.low, projection.high) {
            let spent = OpenMonth::of(&outlook).spent();
            prop_assert!(low <= likely && likely <= high);
            prop_assert!(spent <= low);
        }
    }
}
