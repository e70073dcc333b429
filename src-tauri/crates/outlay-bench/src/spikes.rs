//! The back-test of the spike rule on synthetic years: how often it cries without cause, and how many days of
//! five times the spend it catches; beside it the rule that is found in most tools.
//!
//! Synthetic years rank rules; they promise no rate to anybody.

use std::collections::BTreeMap;

use outlay_bench::random::Random;
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::spike::{Sensitivity, usual_if_spike};

use crate::table::Line;

/// How a year goes.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Every day alike.
    Flat,
    /// Weekends are quiet.
    Weekly,
    /// Weekends are quiet, and every some months the level is another.
    Steps,
    /// Weekends are quiet, and every day is a little dearer than the one before.
    Growth,
}

const SHAPES: [(Shape, &str); 4] =
    [(Shape::Flat, "flat"), (Shape::Weekly, "weekly"), (Shape::Steps, "steps"), (Shape::Growth, "growth")];

/// Years of each shape.
const YEARS: u64 = 120;
const DAYS: i32 = 365;
/// Days that a rule learns from before it is asked.
const LEARNING: i32 = 28;
/// What a loud day costs, in quiet days of its own.
const LOUD: i64 = 5;

const NANOS_PER_CENT: i64 = 10_000_000;

/// What a rule said of the days it was asked about.
#[derive(Debug, Clone, Copy, Default)]
struct Record {
    days: u64,
    false_alarms: u64,
    caught: u64,
}

/// A line for each shape, and one for all.
pub(crate) fn measure() -> Vec<Line> {
    let mut all = (Record::default(), Record::default());
    let mut lines = Vec::new();
    for (shape, name) in SHAPES {
        let mut of_shape = (Record::default(), Record::default());
        for seed in 0..YEARS {
            let year = year(shape, seed);
            of_shape.0.add(asked(&year, |day, spend| {
                usual_if_spike(day, spend, &year, Sensitivity::Usual).is_some()
            }));
            of_shape.1.add(asked(&year, |day, spend| twice_the_week(day, spend, &year)));
        }
        all.0.add(of_shape.0);
        all.1.add(of_shape.1);
        lines.push(line(name, of_shape));
    }
    lines.push(line("all", all));
    lines
}

fn line(name: &str, (rule, beside): (Record, Record)) -> Line {
    Line {
        name: format!("spike rule, {name} years"),
        asked: String::new(),
        measured: rule.to_string(),
        beside: format!("twice the last week's mean: {beside}"),
    }
}

/// A year of days, in whole cents.
fn year(shape: Shape, seed: u64) -> BTreeMap<Day, Money> {
    let mut random = Random::of_row(seed, shape as u64);
    let first = Day::from_number(20_454);
    // From 3 to 300 dollars a day, small ones more often.
    let mut level = 300 + random.mostly_small(29_700) as i64;
    let mut next_step = 60 + random.below(60) as i32;
    let mut days = BTreeMap::new();
    for passed in 0..DAYS {
        let day = first.plus(passed);
        if matches!(shape, Shape::Steps) && passed == next_step {
            level = level * (50 + random.below(200) as i64) / 100;
            next_step += 60 + random.below(60) as i32;
        }
        let grown = if matches!(shape, Shape::Growth) { 1_000 + 3 * i64::from(passed) } else { 1_000 };
        let class = if day.is_weekend() && !matches!(shape, Shape::Flat) { 20 } else { 100 };
        // Half to one and a half times, in the middle more often than at the ends.
        let noise = 500 + random.below(500) as i64 + random.below(500) as i64;
        let cents = level * grown / 1_000 * class / 100 * noise / 1_000;
        days.insert(day, Money::from_nanos(cents * NANOS_PER_CENT));
    }
    days
}

/// Asks a rule about every day as it is, and as if it had cost five times as much.
fn asked(year: &BTreeMap<Day, Money>, is_spike: impl Fn(Day, Money) -> bool) -> Record {
    let mut record = Record::default();
    for (&day, &spend) in year.iter().skip(LEARNING as usize) {
        let loud = spend.scaled(LOUD, 1).unwrap_or(spend);
        record.days += 1;
        record.false_alarms += u64::from(is_spike(day, spend));
        record.caught += u64::from(is_spike(day, loud));
    }
    record
}

/// More than twice the mean of the seven days before.
fn twice_the_week(day: Day, spend: Money, year: &BTreeMap<Day, Money>) -> bool {
    let week: Money = year.range(day.plus(-7)..day).map(|(_, spend)| *spend).sum();
    week.scaled(2, 7).is_some_and(|twice| spend > twice)
}

impl Record {
    fn add(&mut self, other: Self) {
        self.days += other.days;
        self.false_alarms += other.false_alarms;
        self.caught += other.caught;
    }
}

impl std::fmt::Display for Record {
    /// `0.46 false alarms in 30 days, 99 % caught`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.false_alarms * 3_000).checked_div(self.days).unwrap_or_default();
        let caught = (self.caught * 100).checked_div(self.days).unwrap_or_default();
        write!(
            formatter,
            "{}.{:02} false alarms in 30 days, {caught} % of {LOUD}x days caught",
            hundredths / 100,
            hundredths % 100
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_repeat_and_the_rule_beats_the_usual_one() {
        assert_eq!(year(Shape::Steps, 7), year(Shape::Steps, 7));
        assert_ne!(year(Shape::Steps, 7), year(Shape::Steps, 8));
        let weekly = year(Shape::Weekly, 1);
        let rule =
            asked(&weekly, |day, spend| usual_if_spike(day, spend, &weekly, Sensitivity::Usual).is_some());
        let beside = asked(&weekly, |day, spend| twice_the_week(day, spend, &weekly));
        assert_eq!(rule.days, 337);
        assert!(rule.false_alarms <= beside.false_alarms, "{rule} and {beside}");
    }
}
