//! A month on one page: cards, days, the way to the cap, who spent it, and what needs a look.
//!
//! What a screen says stands here as values, added up, rounded and dated; the page words, formats and
//! draws it. What is read for it, and from where, is the application's.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::cost_config::CostConfig;
use crate::forecast::{Outlook, Projection};
use crate::instant::Instant;
use crate::money::Money;
use crate::period::{Day, Month, Zone};
use crate::spike::Sensitivity;

mod attention;
mod cap;
mod cards;
mod colours;
mod daily;
mod parts;

pub use crate::budget::Pace;
pub use attention::Attention;
pub use cap::{AgainstCap, CapDay, CapMark};
pub use cards::{CapCard, Compared, MonthToDate, Suggestions, TodayCard};
pub use daily::{Daily, DailySentence, Highest, Mostly, OverviewDay, PreviousDay, Series, Spike};
pub use parts::{ApplicationPart, MemberPart, ModelPart, ProviderPart, Standing, TypePart};

use super::{Count, DayCost, DayTotals, Dimensions, MonthReport, Person, SourceFreshness, Sources};
use colours::Colours;

/// A month on one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Overview {
    /// `outlay.overview/1`.
    pub schema: &'static str,
    /// The month.
    pub month: Month,
    /// The zone whose days these are.
    pub time_zone: Zone,
    /// The day that it is now.
    pub today: Day,
    /// Whether the month is the current one. Of another there is no projection, no pace and no today.
    pub is_current: bool,
    /// The month before.
    pub previous_month: Month,
    /// The month after; null beyond the current one.
    pub next_month: Option<Month>,
    /// Everybody whose rows are in the ledger, the owner first: whose month can be asked for.
    pub users: Vec<Person>,
    /// Whether the ledger holds anything at all, of anybody.
    pub has_rows: bool,
    /// The day with rows that is nearest to this month, when the month has none; null when it has some, and
    /// when there are none anywhere.
    pub nearest: Option<Nearest>,
    /// How fresh the data is, and what is not in the figures.
    pub freshness: Freshness,
    /// The month's figures.
    pub month_to_date: MonthToDate,
    /// Where the month is heading; null for a month that is not the current one.
    pub projection: Option<Projection>,
    /// The monthly cap and how much of it is left.
    pub cap: CapCard,
    /// Today's spend; null for a month that is not the current one.
    pub today_so_far: Option<TodayCard>,
    /// Every day of the month, by model.
    pub daily: Daily,
    /// The spend as it adds up over the month, beside the cap.
    pub against_cap: AgainstCap,
    /// By model, the costliest first.
    pub by_model: Vec<ModelPart>,
    /// By generation type, the costliest first.
    pub by_type: Vec<TypePart>,
    /// By provider, the costliest first.
    pub by_provider: Vec<ProviderPart>,
    /// By application, the costliest first.
    pub by_application: Vec<ApplicationPart>,
    /// By member, the costliest first.
    pub by_member: Vec<MemberPart>,
    /// At most five things to look at, those about the most money first.
    pub attention: Vec<Attention>,
}

/// Where data is, seen from a month without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Nearest {
    /// The month to go to.
    pub month: Month,
    /// Its day with rows that is nearest to the month asked about.
    pub day: Day,
}

/// How fresh the data is, and what is not in the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Freshness {
    /// The newest instant that counts; null on an empty ledger.
    pub newest: Option<Instant>,
    /// Every source, the freshest first.
    pub sources: Vec<SourceFreshness>,
    /// Rows of this month without a known price.
    pub unpriced_rows: Count,
    /// Rows of files that could not be read, of all imports that are not undone.
    pub quarantined_rows: Count,
}

/// What an overview is made of: the month's report, and what stands around it.
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// The month's report. The overview's figures are its figures.
    pub report: MonthReport,
    /// What is known today.
    pub outlook: Outlook<'a>,
    /// Sums of the days of the previous month and of this one.
    pub days: &'a [DayTotals],
    /// Days of these months that some source speaks about.
    pub covered: &'a BTreeSet<Day>,
    /// Days whose spike was foreseen: they are none, and leave what is usual.
    pub expected: &'a BTreeSet<Day>,
    /// Days of whose spike an alert tells or told, however it stands.
    pub told: &'a BTreeSet<Day>,
    /// How large a day must be to be a spike; `None` where nobody wants to know of any.
    pub spikes: Option<Sensitivity>,
    /// What the days of this month cost by dimension, of anybody.
    pub costs: &'a [DayCost],
    /// What the [`compared_days`] of the previous month cost by dimension, of anybody.
    pub costs_before: &'a [(i64, Money)],
    /// The dimensions of those asked about.
    pub dimensions: &'a FxHashMap<i64, Dimensions>,
    /// The sources.
    pub sources: &'a Sources,
    /// The newest instant that counts.
    pub newest: Option<Instant>,
    /// Whether the ledger holds anything.
    pub has_rows: bool,
    /// The nearest day with rows, where the month has none.
    pub nearest: Option<Day>,
    /// Rows that could not be read, and the number of their files.
    pub quarantined: (i64, i64),
    /// The caps.
    pub config: CostConfig,
    /// Alerts that nobody resolved, and overlaps that were settled.
    pub attention: Vec<Attention>,
}

/// The days that a month is compared with: of the previous month up to the same day, or all of them when the month
/// is not the current one.
pub fn compared_days(month: Month, today: Day) -> (Month, Day) {
    let previous = month.previous();
    let same_day = previous.first_day().plus(today.days_since(month.first_day()));
    let is_current = month == Month::containing(today);
    (previous, if is_current { same_day.min(previous.last_day()) } else { previous.last_day() })
}

/// The overview of a month.
pub fn overview(material: &Material<'_>) -> Overview {
    let view = View::of(material);
    let colours = Colours::of(&material.report.body.by_model, material.dimensions);
    let daily = daily::daily(&view, &colours);
    let parts = parts::Parts::of(&view);
    let month_to_date = cards::month_to_date(&view);
    let cap = cards::cap(&view, month_to_date.spend);
    let against_cap = cap::against_cap(&view);
    let today_so_far = cards::today(&view);
    let attention = attention::most_money_first(&view, &daily.days);
    let by_model = parts.by_model(&colours);
    let (by_type, by_provider, by_application) =
        (parts.by_type(), parts.by_provider(), parts.by_application());
    let by_member = parts.by_member();
    let month = view.month;
    let nearest = material.nearest.map(|day| Nearest { month: Month::containing(day), day });
    let Material { report, outlook, .. } = material;
    Overview {
        schema: "outlay.overview/1",
        month,
        time_zone: report.time_zone,
        today: outlook.today,
        is_current: view.is_current,
        previous_month: month.previous(),
        next_month: (month < Month::containing(outlook.today)).then(|| month.next()),
        users: report.body.users.clone(),
        has_rows: material.has_rows,
        nearest,
        freshness: freshness(material),
        month_to_date,
        projection: report.projection.clone(),
        cap,
        today_so_far,
        daily,
        against_cap,
        by_model,
        by_type,
        by_provider,
        by_application,
        by_member,
        attention,
    }
}

fn freshness(material: &Material<'_>) -> Freshness {
    Freshness {
        newest: material.newest,
        sources: material.sources.freshness(),
        unpriced_rows: material.report.body.unpriced_rows,
        quarantined_rows: Count(material.quarantined.0),
    }
}

/// The material, with what several parts of the page ask for.
struct View<'a> {
    material: &'a Material<'a>,
    month: Month,
    is_current: bool,
    /// Today, or the last day with rows if a bucket of a later UTC date is there; the last day of a month that
    /// is over; before the first day, in a month that has not begun.
    until: Day,
    /// The days of the previous month that the month is compared with.
    compared: (Day, Day),
    /// Money out of each day of this month and the previous one that some source speaks about.
    spends: BTreeMap<Day, Money>,
    /// The same without the days whose spike was foreseen.
    usual: BTreeMap<Day, Money>,
}

impl<'a> View<'a> {
    fn of(material: &'a Material<'a>) -> Self {
        let (month, today) = (material.report.month, material.outlook.today);
        let is_current = month == Month::containing(today);
        let (first, last) = (month.first_day(), month.last_day());
        let mut spends: BTreeMap<Day, Money> =
            material.covered.iter().map(|&day| (day, Money::ZERO)).collect();
        for entry in material.days {
            let spend = spends.entry(entry.day).or_default();
            if entry.basis.is_spend() {
                *spend = spend.saturating_add(entry.totals.cost);
            }
        }
        let with_rows =
            material.days.iter().map(|entry| entry.day).filter(|day| (first..=last).contains(day));
        let until = with_rows.max().map_or(today, |newest| newest.max(today)).min(last);
        let (previous, compared_until) = compared_days(month, today);
        let compared = (previous.first_day(), compared_until);
        let mut usual = spends.clone();
        usual.retain(|day, _| !material.expected.contains(day));
        Self { material, month, is_current, until, compared, spends, usual }
    }
}

#[cfg(test)]
mod tests;
