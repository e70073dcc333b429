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
        let is_current = month == Month::containing(app.today(zone));
        let earliest = if is_current { earliest_of_history(month) } else { first };
        let source = Source::of(reader, earliest, last, zone)?;
        let cells = source.cells(first, last, &whose)?;
        let covered = source.covered(first, last)?;
        let projection = if is_current { projection(app, &source, month, zone, &whose)? } else { None };
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
        let source = Source::of(reader, from, to, zone)?;
        let cells = source.cells(from, to, &whose)?;
        let covered = source.covered(from, to)?;
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

/// Where the figures of days come from.
pub(crate) enum Source<'r> {
    /// The rollup, whose days are those that are asked about.
    Rollup(&'r Reader<'r>),
    /// The rows, placed once in another zone's days: everybody's.
    Rows(&'r Reader<'r>, Cells),
}

impl<'r> Source<'r> {
    /// The figures of a range of days of `zone`, both days included.
    pub(crate) fn of(reader: &'r Reader<'r>, first: Day, last: Day, zone: Zone) -> Result<Self, AppError> {
        Ok(match reader.identity()?.zone == zone {
            true => Self::Rollup(reader),
            false => Self::Rows(reader, reader.cells_in_zone(first, last, zone, &Whose::All)?),
        })
    }

    /// The cells of a part of the range.
    pub(crate) fn cells(&self, first: Day, last: Day, whose: &Whose) -> Result<Cells, AppError> {
        match self {
            Self::Rollup(reader) => Ok(reader.cells(first, last, whose)?),
            Self::Rows(_, all) => Ok(of_part(all, first, last, whose)),
        }
    }

    /// Days of a part of the range that some source speaks about.
    fn covered(&self, first: Day, last: Day) -> Result<BTreeSet<Day>, AppError> {
        match self {
            Self::Rollup(reader) => Ok(reader.covered_days(first, last)?),
            Self::Rows(reader, all) => {
                let mut days = reader.imported_days(first, last)?;
                days.extend(all.iter().map(|cell| cell.day).filter(|day| (first..=last).contains(day)));
                Ok(days)
            }
        }
    }

    fn spend_by_day(&self, first: Day, last: Day, whose: &Whose) -> Result<BTreeMap<Day, Money>, AppError> {
        let all = match self {
            Self::Rollup(reader) => return Ok(reader.spend_by_day(first, last, whose)?),
            Self::Rows(_, all) => all,
        };
        let mut days: BTreeMap<Day, Money> = BTreeMap::new();
        for cell in of_part(all, first, last, whose).iter() {
            if cell.dimensions.basis.is_spend() {
                let day = days.entry(cell.day).or_default();
                *day = day.saturating_add(cell.totals.cost);
            }
        }
        Ok(days)
    }
}

/// The cells of some days and of whoever is asked about.
fn of_part(all: &Cells, first: Day, last: Day, whose: &Whose) -> Cells {
    let asked = |position: usize| match whose {
        Whose::User(user) => all.dimensions[position].user == *user,
        Whose::All => true,
    };
    let within = all.cells.iter().filter(|&&(day, ..)| (first..=last).contains(&day));
    let cells = within.filter(|&&(_, position, _)| asked(position)).copied().collect();
    Cells { cells, dimensions: all.dimensions.clone() }
}

/// The first day that a projection of `month` learns from.
fn earliest_of_history(month: Month) -> Day {
    let (months, days) = HISTORY;
    (0..months).fold(month, |month, _| month.previous()).first_day().plus(-days)
}

/// Where the current month is heading.
fn projection(
    app: &App,
    source: &Source<'_>,
    month: Month,
    zone: Zone,
    whose: &Whose,
) -> Result<Option<Projection>, AppError> {
    let today = app.today(zone);
    let earliest = earliest_of_history(month);
    let spend = source.spend_by_day(earliest, today, whose)?;
    let of_day = |day: &Day| spend.get(day).copied().unwrap_or_default();
    let known = source.covered(earliest, today.previous())?;
    let observed: BTreeMap<Day, Money> = known.into_iter().map(|day| (day, of_day(&day))).collect();
    let passed = DayShare::at(app.now(), zone);
    Ok(project(&Outlook { month, today, observed: &observed, spent_today: of_day(&today), passed }))
}
