//! What sources say of days, and when one is missed.

use super::*;
use crate::instant::Instant;
use crate::period::Zone;
use rustc_hash::FxHashMap;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn name() -> SourceName {
    SourceName { source: "acme-csv".into(), account: "default".into() }
}

/// Files that end on these days of June, each of one week and made the day after its last.
fn weeks(ends: &[i32]) -> Vec<FileSpan> {
    let file = |end: &i32| {
        let last = day("2026-05-31").plus(*end);
        let made = Instant::parse(&format!("{}T09:00:00Z", last.next())).expect("an instant");
        FileSpan {
            name: name(),
            provider: "acme".into(),
            days: Some((last.plus(-6), last)),
            as_of: made,
            imported_at: made,
            quarantined: 0,
        }
    };
    ends.iter().map(file).collect()
}

#[track_caller]
fn check_state(ends: &[i32], today: &str, expected: &str) {
    let sources = Sources::known(day(today), &[], &weeks(ends));
    let [source] = &sources.freshness()[..] else { panic!("one source") };
    let gap = source.usual_gap_days.map_or("-".to_owned(), |gap| gap.0.to_string());
    let found = format!("{}, {} days, usually {gap}", source.state, source.age_days.0);
    assert_eq!(found, expected);
}

#[test]
fn a_source_is_stale_by_its_own_habit() {
    check_state(&[7], "2026-06-09", "fresh, 2 days, usually -");
    check_state(&[7], "2026-06-10", "stale, 3 days, usually -");
    check_state(&[7, 14, 21], "2026-07-05", "fresh, 14 days, usually 7");
    check_state(&[7, 14, 21], "2026-07-06", "stale, 15 days, usually 7");
    check_state(&[7, 14, 21], "2026-09-20", "ended, 91 days, usually 7");
    check_state(&[7, 14, 21], "2026-06-10", "fresh, 0 days, usually 7");
}

#[test]
fn gaps_are_runs_of_days_between_files() {
    let sources = Sources::known(day("2026-06-30"), &[], &weeks(&[7, 17, 28]));
    let (from, to) = (day("2026-05-30"), day("2026-06-30"));
    let coverage = sources.coverage(from, to, Zone::UTC, &[], &FxHashMap::default());
    let [source] = &coverage.sources[..] else { panic!("one source") };
    let gaps: Vec<_> =
        source.gaps.iter().map(|gap| format!("{} to {}", gap.first_day, gap.last_day)).collect();
    assert_eq!(gaps, ["2026-06-08 to 2026-06-10", "2026-06-18 to 2026-06-21"]);
    assert_eq!(source.usual_delay_days, Some(Count(1)));
    let said: String = source
        .days
        .iter()
        .map(|day| match day.cover {
            Cover::Data => 'd',
            Cover::Partial => 'p',
            Cover::None => '.',
        })
        .collect();
    assert_eq!(said, "..ddddddd...ddddddd....ddddddd..");
}

#[test]
fn what_is_recorded_by_hand_is_never_missed() {
    let rows =
        RowSpan { name: name(), provider: None, first_day: day("2026-05-01"), last_day: day("2026-05-20") };
    let sources = Sources::known(day("2026-06-19"), &[rows], &[]);
    assert_eq!(sources.freshness()[0].state, SourceState::Fresh);
    assert!(!sources.any_stale() && !sources.is_partial(day("2026-05-10")));
}
