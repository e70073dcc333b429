//! Where the rows of a filter can be: which dimensions, which ids.
//!
//! What a filter says of dimensions is asked of the few hundred dimensions and not of the rows; on which days
//! these have rows is asked of the rollups, so that a page of a rare model reads that model's days only.

use outlay_core::instant::Instant;
use outlay_core::period::{Day, Zone};
use outlay_core::report::Dimensions;
use rusqlite::OptionalExtension;

use super::calls::{Filter, OfApplication, lowest_id};
use super::tallies::Whose;
use crate::error::LedgerError;
use crate::handle::Reader;

/// Ids from the first up to the second, which is not included.
pub(super) type IdRange = ([u8; 16], [u8; 16]);

/// What a filter comes to.
pub(super) struct Sought {
    /// The numbers of the dimensions as a JSON array; `None` for all.
    pub(super) dimensions: Option<String>,
    /// The number of the import.
    pub(super) import: Option<i64>,
    /// The ids between which all rows lie.
    pub(super) ids: IdRange,
    /// The instants of the days in their zone.
    pub(super) local: (Instant, Instant),
    /// The instants of the same UTC dates.
    pub(super) utc: (Instant, Instant),
}

impl Reader<'_> {
    pub(super) fn sought(&self, filter: &Filter) -> Result<Sought, LedgerError> {
        let always = (Instant::EARLIEST, Instant::LATEST);
        let in_zone = |zone: fn(&super::calls::Days) -> Zone| {
            filter.days.map_or(always, |days| zone(&days).bounds(days.first, days.last))
        };
        let (local, utc) = (in_zone(|days| days.zone), in_zone(|_| Zone::UTC));
        let mut ids = ids_between(local, utc);
        let import = match filter.import {
            Some(import) => {
                let sql = "SELECT number, first_id, last_id FROM imports WHERE id = ?1";
                let mut statement = self.connection.prepare_cached(sql)?;
                let found = statement.query_row([import.as_bytes()], |row| {
                    Ok((
                        row.get::<_, i64>(0)?,
                        row.get::<_, Option<[u8; 16]>>(1)?,
                        row.get::<_, Option<[u8; 16]>>(2)?,
                    ))
                });
                let missing = || LedgerError::NotFound { kind: "import", id: import.to_string() };
                let (number, first, last) = found.optional()?.ok_or_else(missing)?;
                let (first, last) = (first.unwrap_or([0xFF; 16]), last.unwrap_or([0; 16]));
                ids = (ids.0.max(first), ids.1.min(after(last)));
                Some(number)
            }
            None => None,
        };
        Ok(Sought { dimensions: self.sought_dimensions(filter)?, import, ids, local, utc })
    }

    fn sought_dimensions(&self, filter: &Filter) -> Result<Option<String>, LedgerError> {
        let known = self.dimensions(&Whose::All)?;
        let takes = |known: &Dimensions| {
            filter.whose.user().is_none_or(|user| user == known.user) && filter.takes(known)
        };
        let mut numbers: Vec<i64> =
            known.iter().filter(|(_, known)| takes(known)).map(|(&number, _)| number).collect();
        if numbers.len() == known.len() {
            return Ok(None);
        }
        numbers.sort_unstable();
        Ok(Some(serde_json::json!(numbers).to_string()))
    }

    /// Gives ranges of ids to `take`, the newest first, until it says that it has enough. Together they hold
    /// every row of the filter; without dimensions to look for it is one range.
    pub(super) fn each_range(
        &self,
        filter: &Filter,
        sought: &Sought,
        (first, mut end): IdRange,
        mut take: impl FnMut(IdRange) -> Result<bool, LedgerError>,
    ) -> Result<(), LedgerError> {
        let Some(dimensions) = sought.dimensions.as_ref().filter(|_| !filter.left_out_too) else {
            return take((first, end)).map(drop);
        };
        let zone = self.identity()?.zone;
        let (earliest, latest) = filter
            .days
            .map_or((i32::MIN, i32::MAX), |days| (days.first.previous().number(), days.last.next().number()));
        let months = "SELECT DISTINCT month FROM rollup_months WHERE month BETWEEN ?1 - 31 AND ?2
            AND dimension_id IN (SELECT value FROM json_each(?3)) ORDER BY month DESC";
        let days = "SELECT DISTINCT day FROM rollup_days WHERE day BETWEEN max(?1, ?4) AND min(?2, ?4 + 31)
            AND dimension_id IN (SELECT value FROM json_each(?3)) ORDER BY day DESC";
        let mut months = self.connection.prepare_cached(months)?;
        let mut days = self.connection.prepare_cached(days)?;
        let mut months = months.query((i64::from(earliest), i64::from(latest), dimensions))?;
        while let Some(month) = months.next()? {
            let month: i64 = month.get(0)?;
            let mut days = days.query((i64::from(earliest), i64::from(latest), dimensions, month))?;
            while let Some(day) = days.next()? {
                let day = Day::from_number(day.get(0)?);
                let of_day = ids_between(zone.bounds(day, day), Zone::UTC.bounds(day, day));
                let range = (of_day.0.max(first), of_day.1.min(end));
                if range.0 < range.1 && take(range)? {
                    return Ok(());
                }
                end = end.min(of_day.0);
            }
        }
        Ok(())
    }
}

impl Filter {
    fn takes(&self, known: &Dimensions) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        let application = known.application.as_ref();
        let is_of = |wanted: &OfApplication| match wanted {
            OfApplication::None => application.is_none(),
            OfApplication::Named(name) => {
                application.is_some_and(|known| known.name == *name || known.id.to_string() == *name)
            }
        };
        is(&self.model, &known.model)
            && self.scope.as_ref().is_none_or(|scope| scope.covers(&known.provider, &known.model))
            && is(&self.provider, &known.provider)
            && is(&self.generation_type, &known.generation_type)
            && is(&self.source, &known.source)
            && self.application.as_ref().is_none_or(is_of)
            && self.basis.is_none_or(|basis| basis == known.basis)
    }
}

/// The ids of rows between either of two pairs of instants.
fn ids_between(local: (Instant, Instant), utc: (Instant, Instant)) -> IdRange {
    let (from, until) = (local.0.min(utc.0), local.1.max(utc.1));
    (lowest_id(from.micros() / 1000), lowest_id(until.micros() / 1000 + 1))
}

/// The id after this one.
fn after(id: [u8; 16]) -> [u8; 16] {
    u128::from_be_bytes(id).saturating_add(1).to_be_bytes()
}
