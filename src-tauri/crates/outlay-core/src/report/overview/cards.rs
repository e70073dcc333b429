//! The four figures at the top of the page.

use serde::Serialize;

use super::View;
use crate::budget::{Pace, pace};
use crate::forecast::usual_today;
use crate::money::Money;
use crate::period::{Day, Weekday};
use crate::report::{Count, DayTotals, Headline, Ratio};

/// What the month cost so far, or in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct MonthToDate {
    /// Money out: billed, computed and estimated.
    pub spend: Money,
    /// The true spend is at least this: rows without a known price are in the month.
    pub at_least: bool,
    /// The spend is about this: rows whose cost was read from a binary float are in the month.
    pub about: bool,
    /// More is likely to come for the days so far: a source is stale. A screen says "at least" then, too.
    pub waiting_for_sources: bool,
    /// The value at list price of what a plan covered; not spend.
    pub included_value: Money,
    /// Known requests.
    pub calls: Count,
    /// Input and output tokens.
    pub tokens: Count,
    /// The same days of the previous month; all of its days when the month is over.
    pub compared: Compared,
}

/// What the same days of the previous month cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Compared {
    /// The first of these days.
    pub first_day: Day,
    /// The last of these days.
    pub last_day: Day,
    /// Whether any source speaks about these days; without, the spend of zero means nothing.
    pub has_data: bool,
    /// Money out.
    pub spend: Money,
    /// The true spend is at least this.
    pub at_least: bool,
    /// How far this month is above it, as a share of it: `0.2100` is 21 % more; null where it is zero.
    pub change: Option<Ratio>,
}

/// The monthly cap and how much of it is left. Everybody together has no cap: then it is the default, not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CapCard {
    /// The cap.
    pub cap: Money,
    /// Whether the person set the cap; until then it is a default that never blocks.
    pub confirmed: bool,
    /// Whether the gate refuses calls once the cap is reached.
    pub blocks: bool,
    /// The cap without the month's spend; below zero when the month cost more.
    pub left: Money,
    /// The month's spend as a share of the cap.
    pub used: Ratio,
    /// The days of the month that have begun, as a share of all; `1.0000` for a month that is over.
    pub month_gone: Ratio,
    /// How the one compares with the other; null on the first day, and for a month that is not the current one.
    pub pace: Option<Pace>,
    /// Amounts to choose from; null once a cap is confirmed.
    pub suggestions: Option<Suggestions>,
}

/// Caps to choose from, in whole cents; each null where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Suggestions {
    /// What the previous month cost.
    pub last_month: Option<Money>,
    /// The likely month-end.
    pub projection: Option<Money>,
    /// The likely month-end and a fifth of it.
    pub projection_and_a_fifth: Option<Money>,
}

/// Today's spend beside a usual day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TodayCard {
    /// Money out so far.
    pub spend: Money,
    /// The true spend is at least this.
    pub at_least: bool,
    /// What a day of its class, weekday or weekend, costs on average in the last 28 days; null under seven
    /// days of history.
    pub usual: Option<Money>,
    /// `monday` to `sunday`.
    pub weekday: &'static str,
    /// Whether it is a Saturday or a Sunday.
    pub weekend: bool,
}

pub(super) fn month_to_date(view: &View<'_>) -> MonthToDate {
    let body = &view.material.report.body;
    MonthToDate {
        spend: body.spend,
        at_least: body.at_least,
        about: body.about,
        waiting_for_sources: view.is_current && view.material.sources.any_stale(),
        included_value: body.included_value,
        calls: body.calls,
        tokens: Count(body.tokens_input.0.saturating_add(body.tokens_output.0)),
        compared: compared(view, body.spend),
    }
}

fn compared(view: &View<'_>, spend_now: Money) -> Compared {
    let (first_day, last_day) = view.compared;
    let Headline { spend, at_least, .. } = headline(view, first_day, last_day);
    Compared {
        first_day,
        last_day,
        has_data: view.spends.range(first_day..=last_day).next().is_some(),
        spend,
        at_least,
        change: Ratio::change(spend_now, spend),
    }
}

fn headline(view: &View<'_>, first: Day, last: Day) -> Headline {
    let within = view.material.days.iter().filter(|entry| (first..=last).contains(&entry.day));
    Headline::of(&within.copied().collect::<Vec<DayTotals>>())
}

pub(super) fn cap(view: &View<'_>, spend: Money) -> CapCard {
    let config = &view.material.config;
    let cap = config.monthly_ai_cap_usd;
    let used = Ratio::of(spend, cap).unwrap_or_default();
    let gone = view.material.outlook.today.min(view.month.last_day()).days_since(view.month.first_day()) + 1;
    let month_gone =
        Ratio::of_counts(i64::from(gone.max(0)), i64::from(view.month.days())).unwrap_or_default();
    let is_told = view.is_current && gone > 1;
    CapCard {
        cap,
        confirmed: config.confirmed_at.is_some(),
        blocks: config.block_on_cap,
        left: cap.saturating_add(-spend),
        used,
        month_gone,
        pace: is_told.then(|| pace(used, month_gone, spend > cap)),
        suggestions: config.confirmed_at.is_none().then(|| suggestions(view)),
    }
}

fn suggestions(view: &View<'_>) -> Suggestions {
    let previous = view.month.previous();
    let likely = view.material.report.projection.as_ref().and_then(|projection| projection.likely);
    Suggestions {
        last_month: in_cents(headline(view, previous.first_day(), previous.last_day()).spend),
        projection: likely.and_then(in_cents),
        projection_and_a_fifth: likely.and_then(|likely| in_cents(likely.scaled(6, 5)?)),
    }
}

/// The amount in whole cents, as a screen shows it; `None` where that is no cap.
fn in_cents(amount: Money) -> Option<Money> {
    const NANOS_PER_CENT: i64 = 10_000_000;
    let cents = amount.scaled(1, NANOS_PER_CENT)?;
    cents.scaled(NANOS_PER_CENT, 1).filter(|amount| *amount > Money::ZERO)
}

pub(super) fn today(view: &View<'_>) -> Option<TodayCard> {
    let today = view.material.outlook.today;
    let Headline { spend, at_least, .. } = headline(view, today, today);
    view.is_current.then(|| TodayCard {
        spend,
        at_least,
        usual: usual_today(&view.material.outlook),
        weekday: name_of(today.weekday()),
        weekend: today.is_weekend(),
    })
}

const fn name_of(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}
