//! Reports: sums of the rollup shaped into what a person or a script asks for.
//!
//! Every total that anyone sees comes from here. What arrives is a tally of the ledger's rollup, already
//! narrowed to the period and the owner that are asked about; nothing is read and no clock is asked. What a script
//! may rely on is the JSON of [`MonthReport`] and [`RangeReport`]; drawing is for the hosts.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::forecast::Projection;
use crate::money::Money;
use crate::period::{Day, Month, Zone};

mod breakdown;
mod cell;
mod daily;
pub mod overview;
mod people;
mod ratio;
mod sources;
mod tally;

pub use breakdown::{ByApplication, ByModel, ByProvider, ByType, Figures};
pub use cell::{ApplicationName, Cell, Count, Dimensions, Totals};
pub use daily::DailyPoint;
pub use people::{ByDevice, ByMember, DeviceGroup, Devices, People, Person};
pub use ratio::Ratio;
pub use sources::{
    Cover, Coverage, CoveredDay, DayCost, DayRange, FileSpan, OverdueSource, Patience, RowSpan,
    SourceCoverage, SourceFreshness, SourceName, SourceState, Sources,
};
pub use tally::{DayTotals, Group, Headline, Tally};

/// A calendar month: what it cost, by what, day by day, and where it is heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct MonthReport {
    /// `outlay.report-month/1`.
    pub schema: &'static str,
    /// The month.
    pub month: Month,
    /// The zone whose days these are.
    pub time_zone: Zone,
    /// The figures.
    #[serde(flatten)]
    pub body: Body,
    /// Where the month is heading; null for a month that is not the current one.
    pub projection: Option<Projection>,
}

/// A range of days: the same figures without a projection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RangeReport {
    /// `outlay.report-range/1`.
    pub schema: &'static str,
    /// The first day.
    pub from: Day,
    /// The last day, which is included.
    pub to: Day,
    /// The zone whose days these are.
    pub time_zone: Zone,
    /// The figures.
    #[serde(flatten)]
    pub body: Body,
}

/// What every report of a period holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Body {
    /// Everybody whose rows are in the ledger, the owner first: whose figures can be asked for.
    pub users: Vec<Person>,
    /// Money out: billed, computed and estimated.
    pub spend: Money,
    /// The true spend is at least this: rows without a known price are in the period.
    pub at_least: bool,
    /// The spend is about this: rows whose cost was read from a binary float are in the period.
    pub about: bool,
    /// How many rows have no known price.
    pub unpriced_rows: Count,
    /// The value at list price of what a plan covered; not spend.
    pub included_value: Money,
    /// Known requests.
    pub calls: Count,
    /// Rows of aggregates whose source gives no number of requests.
    pub calls_unknown_rows: Count,
    /// All input tokens, those read from or written to a cache included.
    pub tokens_input: Count,
    /// All output tokens, reasoning included.
    pub tokens_output: Count,
    /// Input tokens read from a cache.
    pub cached_tokens: Count,
    /// By generation type, the costliest first.
    pub by_type: Vec<ByType>,
    /// By model, the costliest first.
    pub by_model: Vec<ByModel>,
    /// By provider, the costliest first.
    pub by_provider: Vec<ByProvider>,
    /// By application, the costliest first.
    pub by_application: Vec<ByApplication>,
    /// By member, the costliest first. It comes to the whole: a row belongs to one of them.
    pub by_member: Vec<ByMember>,
    /// By machine, the costliest first, which comes to the whole, too; null where nobody asked.
    pub by_device: Option<Vec<ByDevice>>,
    /// Every day of the period.
    pub daily: Vec<DailyPoint>,
}

/// The report of a month. `covered` are the days that some source speaks about, so that a day of
/// zero can be told from a day without data.
pub fn month_report(
    month: Month,
    time_zone: Zone,
    tally: &Tally,
    covered: &BTreeSet<Day>,
    people: People,
    projection: Option<Projection>,
) -> MonthReport {
    let body = body(month.first_day(), month.last_day(), tally, covered, people);
    let projection = projection.map(|projection| projection.without_price(body.unpriced_rows.0));
    MonthReport { schema: "outlay.report-month/1", month, time_zone, body, projection }
}

/// The report of the days `from` to `to`, both included.
pub fn range_report(
    from: Day,
    to: Day,
    time_zone: Zone,
    tally: &Tally,
    covered: &BTreeSet<Day>,
    people: People,
) -> RangeReport {
    let body = body(from, to, tally, covered, people);
    RangeReport { schema: "outlay.report-range/1", from, to, time_zone, body }
}

fn body(from: Day, to: Day, tally: &Tally, covered: &BTreeSet<Day>, people: People) -> Body {
    let sums = cell::Sums::of(&tally.days);
    let Headline { spend, at_least, about } = sums.headline();
    let groups = &tally.groups;
    Body {
        users: people.users,
        spend,
        at_least,
        about,
        unpriced_rows: Count(sums.unpriced_rows),
        included_value: sums.included_value,
        calls: Count(sums.calls),
        calls_unknown_rows: Count(sums.rows_without_count),
        tokens_input: Count(sums.tokens_input),
        tokens_output: Count(sums.tokens_output),
        cached_tokens: Count(sums.cached_tokens),
        by_type: breakdown::by_type(groups),
        by_model: breakdown::by_model(groups),
        by_provider: breakdown::by_provider(groups),
        by_application: breakdown::by_application(groups),
        by_member: people::by_member(groups),
        by_device: people.devices.map(|devices| people::by_device(&devices, spend)),
        daily: daily::daily(from, to, &tally.days, covered),
    }
}

#[cfg(test)]
mod tests;
