//! The reports of a month and of a range of days.
//!
//! Tallies come from the ledger's rollup, or from its rows when one call asks for another time zone;
//! what they add up to and how it is shaped is `outlay_core::report`.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::basis::CostBasis;
use outlay_core::forecast::{DayShare, Outlook, Projection, project};
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month, Zone};
use outlay_core::report::{
    DayCost, DayTotals, MonthReport, People, RangeReport, Tally, month_report, range_report,
};
use outlay_ledger::{Reader, Whose};
use serde::Deserialize;

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::users;

/// Which month, and whose.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct MonthRequest {
    /// The month; the current one when absent.
    pub month: Option<Month>,
    /// A user's name, or `all`; the owner when absent.
    pub user: Option<String>,
    /// Whether the spend is broken down by machine, too: where several machines imported the same kind of export, the
    /// rows of the month are read for it.
    pub by_device: bool,
}

/// Which days, and whose.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RangeRequest {
    /// The first day.
    pub from: Day,
    /// The last day, which is included.
    pub to: Day,
    /// A user's name, or `all`; the owner when absent.
    #[serde(default)]
    pub user: Option<String>,
    /// Whether the spend is broken down by machine, too: where several machines imported the same kind of export, the
    /// rows of these days are read for it.
    #[serde(default)]
    pub by_device: bool,
}

/// The most days that a report holds: a day is a point of its trend.
const MOST_DAYS: i32 = 3_660;

/// Days of history that a projection learns from: three months to compare with, and 28 days before them.
const HISTORY: (usize, i32) = (3, 28);

/// What a month cost, and where it is heading.
///
/// # Errors
/// Those of the ledger.
pub fn month(app: &App, request: MonthRequest) -> Result<MonthReport, ApiError> {
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let month = request.month.unwrap_or_else(|| Month::containing(app.today(zone)));
        let whose = users::whose(reader, request.user.as_deref())?;
        let days = (month.first_day(), month.last_day());
        let people = people(reader, days, zone, &whose, request.by_device)?;
        report_of(app, reader, month, zone, &whose, people)
    })
}

/// The report of a month in a state that others read, too.
pub(crate) fn report_of(
    app: &App,
    reader: &Reader<'_>,
    month: Month,
    zone: Zone,
    whose: &Whose,
    people: People,
) -> Result<MonthReport, AppError> {
    let (first, last) = (month.first_day(), month.last_day());
    let tally = tally(reader, first, last, zone, whose)?;
    let covered = covered(reader, first, last, zone)?;
    let projection = projection(app, reader, month, zone, whose)?;
    Ok(month_report(month, zone, &tally, &covered, people, projection))
}

/// What a range of days cost.
///
/// # Errors
/// A range that ends before it begins or is longer than ten years; those of the ledger.
pub fn range(app: &App, request: RangeRequest) -> Result<RangeReport, ApiError> {
    let RangeRequest { from, to, user, by_device } = request;
    check_range(from, to)?;
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let whose = users::whose(reader, user.as_deref())?;
        let tally = tally(reader, from, to, zone, &whose)?;
        let covered = covered(reader, from, to, zone)?;
        let people = people(reader, (from, to), zone, &whose, by_device)?;
        Ok(range_report(from, to, zone, &tally, &covered, people))
    })
}

/// Who there is, with what their machines come to on these days if that is asked for.
pub(crate) fn people(
    reader: &Reader<'_>,
    (first, last): (Day, Day),
    zone: Zone,
    whose: &Whose,
    by_device: bool,
) -> Result<People, AppError> {
    let devices = by_device.then(|| reader.devices(first, last, zone, whose)).transpose()?;
    Ok(People { users: reader.people()?, devices })
}

pub(crate) fn check_range(from: Day, to: Day) -> Result<(), AppError> {
    let problem = match to.days_since(from) {
        ..0 => format!("is {to}, which is before {from}"),
        0..MOST_DAYS => return Ok(()),
        _ => format!("is {to}: a report holds at most {MOST_DAYS} days"),
    };
    Err(AppError::Field { field: "to", problem })
}

/// What the rows of a range of days of `zone` come to, both days included.
fn tally(reader: &Reader<'_>, first: Day, last: Day, zone: Zone, whose: &Whose) -> Result<Tally, AppError> {
    let of_the_ledger = reader.identity()?.zone == zone;
    Ok(match of_the_ledger {
        true => reader.tally(first, last, whose)?,
        false => reader.tally_in_zone(first, last, zone, whose)?,
    })
}

/// The same by day alone.
pub(crate) fn days(
    reader: &Reader<'_>,
    first: Day,
    last: Day,
    zone: Zone,
    whose: &Whose,
) -> Result<Vec<DayTotals>, AppError> {
    let of_the_ledger = reader.identity()?.zone == zone;
    Ok(match of_the_ledger {
        true => reader.days(first, last, whose)?,
        false => reader.tally_in_zone(first, last, zone, whose)?.days,
    })
}

/// What these days cost by dimension, for everybody.
pub(crate) fn day_costs(
    reader: &Reader<'_>,
    first: Day,
    last: Day,
    zone: Zone,
) -> Result<Vec<DayCost>, AppError> {
    if reader.identity()?.zone == zone {
        return Ok(reader.day_costs(first, last)?);
    }
    Ok(reader.day_rows_in_zone(first, last, zone)?.into_iter().map(|(cost, _)| cost).collect())
}

/// The same with the number of rows.
pub(crate) fn day_rows(
    reader: &Reader<'_>,
    first: Day,
    last: Day,
    zone: Zone,
) -> Result<Vec<(DayCost, i64)>, AppError> {
    let of_the_ledger = reader.identity()?.zone == zone;
    Ok(match of_the_ledger {
        true => reader.day_rows(first, last)?,
        false => reader.day_rows_in_zone(first, last, zone)?,
    })
}

/// What the days of a month up to `last` cost by dimension, for everybody; a dimension may stand there twice.
pub(crate) fn costs_until(
    reader: &Reader<'_>,
    month: Month,
    last: Day,
    zone: Zone,
) -> Result<Vec<(i64, Money)>, AppError> {
    if reader.identity()?.zone == zone {
        return Ok(reader.costs_until(month, last)?);
    }
    let costs = day_costs(reader, month.first_day(), last, zone)?;
    Ok(costs.into_iter().map(|cost| (cost.dimension, cost.cost)).collect())
}

/// Days of a range that some source speaks about.
pub(crate) fn covered(
    reader: &Reader<'_>,
    first: Day,
    last: Day,
    zone: Zone,
) -> Result<BTreeSet<Day>, AppError> {
    if reader.identity()?.zone == zone {
        return Ok(reader.covered_days(first, last)?);
    }
    let mut days = reader.imported_days(first, last)?;
    let with_rows = reader.tally_in_zone(first, last, zone, &Whose::All)?.days;
    days.extend(with_rows.iter().map(|entry| entry.day));
    Ok(days)
}

/// Where the month is heading, if it is the current one.
pub(crate) fn projection(
    app: &App,
    reader: &Reader<'_>,
    month: Month,
    zone: Zone,
    whose: &Whose,
) -> Result<Option<Projection>, AppError> {
    let today = app.today(zone);
    if month != Month::containing(today) {
        return Ok(None);
    }
    let earliest = first_day_of_history(month);
    let days = days(reader, earliest, today, zone, whose)?;
    let covered = covered(reader, earliest, today, zone)?;
    Ok(project(&Past::of(today, &days, &covered).outlook(month, app.now(), zone)))
}

/// The money out of each day; days without rows are absent.
pub(crate) fn spend_by_day(days: &[DayTotals]) -> BTreeMap<Day, Money> {
    let mut spend: BTreeMap<Day, Money> = BTreeMap::new();
    for entry in days.iter().filter(|entry| entry.basis.is_spend()) {
        let sum = spend.entry(entry.day).or_default();
        *sum = sum.saturating_add(entry.totals.cost);
    }
    spend
}

/// The rows of these days that have no price.
pub(crate) fn unpriced_rows(days: &[DayTotals]) -> i64 {
    let unpriced = days.iter().filter(|entry| entry.basis == CostBasis::Unpriced);
    unpriced.map(|entry| entry.totals.rows - entry.totals.paid_elsewhere).sum()
}

/// The first day that a projection of a month learns from.
pub(crate) fn first_day_of_history(month: Month) -> Day {
    let (months, margin) = HISTORY;
    (0..months).fold(month, |month, _| month.previous()).first_day().plus(-margin)
}

/// The money out of days that are over, and of today.
pub(crate) struct Past {
    today: Day,
    observed: BTreeMap<Day, Money>,
    spent_today: Money,
}

impl Past {
    /// The past of these days; `covered` are those that some source speaks about.
    pub(crate) fn of(today: Day, days: &[DayTotals], covered: &BTreeSet<Day>) -> Self {
        let mut observed: BTreeMap<Day, Money> =
            covered.range(..today).map(|&day| (day, Money::ZERO)).collect();
        let mut spent_today = Money::ZERO;
        for entry in days.iter().filter(|entry| entry.basis.is_spend()) {
            let of_day =
                if entry.day == today { Some(&mut spent_today) } else { observed.get_mut(&entry.day) };
            if let Some(sum) = of_day {
                *sum = sum.saturating_add(entry.totals.cost);
            }
        }
        Self { today, observed, spent_today }
    }

    /// The same of what each day cost.
    pub(crate) fn of_spend(today: Day, spend: &BTreeMap<Day, Money>, covered: &BTreeSet<Day>) -> Self {
        let of_day = |day: &Day| spend.get(day).copied().unwrap_or_default();
        let observed = covered.range(..today).map(|day| (*day, of_day(day))).collect();
        Self { today, observed, spent_today: of_day(&today) }
    }

    /// What is known at `now`.
    pub(crate) fn outlook(&self, month: Month, now: Instant, zone: Zone) -> Outlook<'_> {
        let Self { today, observed, spent_today } = self;
        let passed = DayShare::at(now, zone);
        Outlook { month, today: *today, observed, spent_today: *spent_today, passed }
    }
}
