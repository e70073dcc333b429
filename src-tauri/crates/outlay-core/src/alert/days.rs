//! A day that costs far more than its like. Once per local day, while the day is news.

use super::{AlertType, Measure, Notice, OpenAlert, Severity, Situation};
use crate::figures::{apart, day_words, dollars};
use crate::money::Money;
use crate::period::Day;
use crate::spike::{Decided, Spike, spike};

pub(super) fn notices(situation: &Situation<'_>) -> Vec<Notice> {
    let recent = situation.observed.range(situation.recent..=situation.today);
    let of = |(&day, &spend)| {
        let spike = spike(day, spend, situation.usual, situation.rules.spike)?;
        Some(notice(situation, day, spend, spike))
    };
    recent.filter_map(of).collect()
}

fn notice(situation: &Situation<'_>, day: Day, spend: Money, spike: Spike) -> Notice {
    let (cost, limit) = apart(spend, spike.limit);
    let so_far = if day == situation.today { " so far" } else { "" };
    let class = if day.is_weekend() { "weekend days" } else { "weekdays" };
    let decided = match spike.decided {
        Decided::Deviation => {
            format!(
                "a spike is more than {limit}: the median and 4 × {}, their median deviation",
                dollars(spike.deviation)
            )
        }
        Decided::Times => {
            format!("a spike is {limit} or more: {} the median", situation.rules.spike.times())
        }
        Decided::Least => format!("a spike is {limit} or more, however little is usual"),
    };
    let message = format!(
        "{} cost {cost}{so_far}, {} above the usual {} (median of {} {class} of the 28 days before); {decided}",
        day_words(day),
        dollars(spend.saturating_add(-spike.usual)),
        dollars(spike.usual),
        spike.days,
    );
    Notice {
        alert_type: AlertType::DailySpike,
        severity: Severity::High,
        dedupe_key: day.to_string(),
        message,
        measure: Measure::Money { threshold: spike.limit, actual: spend },
        recurs: false,
    }
}

/// The day no longer costs what made it a spike. That others cost more by now changes nothing about it.
pub(super) fn is_over(situation: &Situation<'_>, open: &OpenAlert<'_>) -> bool {
    let Some((day, limit)) = open.dedupe_key.parse::<Day>().ok().zip(open.threshold) else { return false };
    let spend = situation.observed.get(&day).copied().unwrap_or_default();
    (situation.earliest..=situation.today).contains(&day) && spend < limit
}
