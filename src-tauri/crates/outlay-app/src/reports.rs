//! The reports of a month and of a range of days.
//!
//! Cells come from the ledger's rollup, or from its rows when one call asks for another time zone;
//! what they add up to and how it is shaped is `outlay_core::report`.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::forecast::{DayShare, Outlook, Projection, project};
use outlay_core::money::Money;
use outlay_core::period::{Day, Month, Zone};
use outlay_core::report::{MonthReport, RangeReport, month_report, range_report};
use outlay_ledger::{Cells, Reader, Whose};
use serde::Deserialize;

use crate::app::{self, App};
use crate::error::{ApiError, AppError};

/// Which month, and whose.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct MonthRequest {
    /// The month; the current one when absent.
    pub month: Option<Month>,
    /// A user's name, or `all`; the owner when absent.
    pub user: Option<String>,
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
        let whose = app::whose(reader, request.user.as_deref())?;
        let (first, last) = (month.first_day(), month.last_day());
        let cells = cells(reader, first, last, zone, &whose)?;
        let covered = covered(reader, first, last, zone)?;
        let projection = projection(app, reader, month, zone, &whose)?;
        let cells: Vec<_> = cells.iter().collect();
        Ok(month_report(month, zone, &cells, &covered, projection))
    })
}

/// What a range of days cost.
///
/// # Errors
/// A range that ends before it begins or is longer than ten years; those of the ledger.
pub fn range(app: &App, request: RangeRequest) -> Result<RangeReport, ApiError> {
    let RangeRequest { from, to, user } = request;
    check_range(from, to)?;
    app.read(|reader| {
        let zone = app.zone(reader)?;
        let whose = app::whose(reader, user.as_deref())?;
        let cells = cells(reader, from, to, zone, &whose)?;
        let covered = covered(reader, from, to, zone)?;
        let cells: Vec<_> = cells.iter().collect();
        Ok(range_report(from, to, zone, &cells, &covered))
    })
}

fn check_range(from: Day, to: Day) -> Result<(), AppError> {
    let problem = match to.days_since(from) {
        ..0 => format!("is {to}, which is before {from}"),
        0..MOST_DAYS => return Ok(()),
        _ => format!("is {to}: a report holds at most {MOST_DAYS} days"),
    };
    Err(AppError::Field { field: "to", problem })
}

/// The cells of a range of days of `zone`, both days included.
pub(crate) fn cells(
    reader: &Reader<'_>,
    first: Day,
    last: Day,
    zone: Zone,
    whose: &Whose,
) -> Result<Cells, AppError> {
    let of_the_ledger = reader.identity()?.zone == zone;
    Ok(match of_the_ledger {
        true => reader.cells(first, last, whose)?,
        false => reader.cells_in_zone(first, last, zone, whose)?,
    })
}

/// Days of a range that some source speaks about.
fn covered(reader: &Reader<'_>, first: Day, last: Day, zone: Zone) -> Result<BTreeSet<Day>, AppError> {
    if reader.identity()?.zone == zone {
        return Ok(reader.covered_days(first, last)?);
    }
    let mut days = reader.imported_days(first, last)?;
    days.extend(reader.cells_in_zone(first, last, zone, &Whose::All)?.iter().map(|cell| cell.day));
    Ok(days)
}

/// Where the month is heading, if it is the current one.
fn projection(
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
    let (months, days) = HISTORY;
    let earliest = (0..months).fold(month, |month, _| month.previous()).first_day().plus(-days);
    let spend = spend_by_day(reader, earliest, today, zone, whose)?;
    let of_day = |day: &Day| spend.get(day).copied().unwrap_or_default();
    let known = covered(reader, earliest, today.previous(), zone)?;
    let observed: BTreeMap<Day, Money> = known.into_iter().map(|day| (day, of_day(&day))).collect();
    let passed = DayShare::at(app.now(), zone);
    Ok(project(&Outlook { month, today, observed: &observed, spent_today: of_day(&today), passed }))
}

fn spend_by_day(
    reader: &Reader<'_>,
    first: Day,
    last: Day,
    zone: Zone,
    whose: &Whose,
) -> Result<BTreeMap<Day, Money>, AppError> {
    if reader.identity()?.zone == zone {
        return Ok(reader.spend_by_day(first, last, whose)?);
    }
    let mut days: BTreeMap<Day, Money> = BTreeMap::new();
    for cell in reader.cells_in_zone(first, last, zone, whose)?.iter() {
        if cell.dimensions.basis.is_spend() {
            let day = days.entry(cell.day).or_default();
            *day = day.saturating_add(cell.totals.cost);
        }
    }
    Ok(days)
}
