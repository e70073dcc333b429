//! What each source speaks about: the days of its files and the days of its rows. No row is read.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::{Day, Month};
use outlay_core::report::{DayCost, Dimensions, FileSpan, RowSpan, SourceName};
use rusqlite::Row;
use rustc_hash::{FxHashMap, FxHashSet};

use super::tallies::Whose;
use crate::error::LedgerError;
use crate::handle::Reader;

/// Who speaks for days that two sources describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Who bills it.
    pub provider: String,
    /// The account.
    pub account: String,
    /// The first UTC day.
    pub first_day: Day,
    /// The last UTC day.
    pub last_day: Day,
    /// Whether it is about money; else it is about tokens and calls.
    pub money: bool,
    /// The source that speaks.
    pub source: String,
}

impl Reader<'_> {
    /// What each day of a range costs by dimension, for everybody.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn day_costs(&self, first: Day, last: Day) -> Result<Vec<DayCost>, LedgerError> {
        // Day by day: of thousands of cells every column that need not be handed over counts.
        let sql = "SELECT dimension_id, cost_nanos FROM rollup_days WHERE day = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut costs = Vec::new();
        for day in first.through(last) {
            let mut rows = statement.query([day.number()])?;
            while let Some(row) = rows.next()? {
                let (dimension, cost) = (row.get(0)?, Money::from_nanos(row.get(1)?));
                costs.push(DayCost { day, dimension, cost });
            }
        }
        Ok(costs)
    }

    /// The same with the number of rows.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn day_rows(&self, first: Day, last: Day) -> Result<Vec<(DayCost, i64)>, LedgerError> {
        let sql =
            "SELECT day, dimension_id, cost_nanos, row_count FROM rollup_days WHERE day BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let costs = statement.query_map((first.number(), last.number()), |row| {
            let (day, cost) = (Day::from_number(row.get(0)?), Money::from_nanos(row.get(2)?));
            Ok((DayCost { day, dimension: row.get(1)?, cost }, row.get(3)?))
        })?;
        Ok(costs.collect::<Result<_, _>>()?)
    }

    /// What some days of a month, from its first on, cost by dimension, for everybody: added up from the days, or
    /// what is left of the month without the days after them, whichever are fewer.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn costs_until(&self, month: Month, last: Day) -> Result<Vec<(i64, Money)>, LedgerError> {
        let days = "SELECT dimension_id, cost_nanos FROM rollup_days WHERE day BETWEEN ?1 AND ?2";
        let without = "SELECT dimension_id, cost_nanos FROM rollup_months WHERE month = ?1
            UNION ALL SELECT dimension_id, -cost_nanos FROM rollup_days WHERE day BETWEEN ?2 + 1 AND ?3";
        let (first, end) = (month.first_day(), month.last_day());
        let cost = |row: &Row<'_>| Ok((row.get(0)?, Money::from_nanos(row.get(1)?)));
        if last.days_since(first) < end.days_since(last) {
            let mut statement = self.connection.prepare_cached(days)?;
            return Ok(statement
                .query_map((first.number(), last.number()), cost)?
                .collect::<Result<_, _>>()?);
        }
        let mut statement = self.connection.prepare_cached(without)?;
        let bounds = (first.number(), last.number(), end.number());
        Ok(statement.query_map(bounds, cost)?.collect::<Result<_, _>>()?)
    }

    /// All dimensions of the rows asked about, by number.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn dimensions_of(&self, whose: &Whose) -> Result<FxHashMap<i64, Dimensions>, LedgerError> {
        self.dimensions(whose)
    }

    /// The days of every file that is not undone, in the order of import.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn file_spans(&self) -> Result<Vec<FileSpan>, LedgerError> {
        let sql = "SELECT source, provider, account, first_day, last_day, as_of, imported_at, rows_quarantined
            FROM imports i WHERE coalesce((SELECT action = 'restore' FROM generation_voids v WHERE v.target = i.id
                ORDER BY revision DESC, action DESC LIMIT 1), 1) ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let day = |number: Option<i32>| number.map(Day::from_number);
        let spans = statement.query_map([], |row| {
            let name = SourceName { source: row.get(0)?, account: row.get(2)? };
            let first: Option<i32> = row.get(3)?;
            Ok(FileSpan {
                name,
                provider: row.get(1)?,
                days: day(first).zip(day(row.get(4)?)),
                as_of: Instant::from_micros(row.get(5)?),
                imported_at: Instant::from_micros(row.get(6)?),
                quarantined: row.get(7)?,
            })
        })?;
        Ok(spans.collect::<Result<_, _>>()?)
    }

    /// The first and the last day with rows of every source of these dimensions.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn row_spans(&self, dimensions: &FxHashMap<i64, Dimensions>) -> Result<Vec<RowSpan>, LedgerError> {
        let firsts = self.outermost_days(dimensions, End::First)?;
        let mut lasts = self.outermost_days(dimensions, End::Last)?;
        let span = |(name, first_day): (SourceName, Day)| {
            let last_day = lasts.remove(&name).unwrap_or(first_day);
            RowSpan { provider: only_provider(&name, dimensions), name, first_day, last_day }
        };
        Ok(firsts.into_iter().map(span).collect())
    }

    /// The first or the last day with rows of every source: months are walked from that end until every source
    /// is found, so that a large ledger is usually looked at in one month only.
    fn outermost_days(
        &self,
        dimensions: &FxHashMap<i64, Dimensions>,
        end: End,
    ) -> Result<FxHashMap<SourceName, Day>, LedgerError> {
        let mut wanted: FxHashSet<SourceName> = dimensions.values().map(SourceName::of).collect();
        let mut found = FxHashMap::default();
        let order = end.order();
        let months = format!("SELECT DISTINCT month FROM rollup_months ORDER BY month {order}");
        let days = format!(
            "SELECT day, dimension_id FROM rollup_days WHERE day BETWEEN ?1 AND ?2 ORDER BY day {order}"
        );
        let has = "SELECT dimension_id FROM rollup_months WHERE month = ?1";
        let mut months = self.connection.prepare_cached(&months)?;
        let mut has = self.connection.prepare_cached(has)?;
        let mut days = self.connection.prepare_cached(&days)?;
        let mut months = months.query([])?;
        while let Some(row) = months.next()?.filter(|_| !wanted.is_empty()) {
            let month = Month::containing(Day::from_number(row.get(0)?));
            let numbers = has.query_map([month.first_day().number()], |row| row.get::<_, i64>(0))?;
            let mut here = FxHashSet::default();
            for number in numbers {
                let name = dimensions.get(&number?).map(SourceName::of);
                here.extend(name.filter(|name| wanted.contains(name)));
            }
            let mut days = days.query((month.first_day().number(), month.last_day().number()))?;
            while let Some(row) = days.next()?.filter(|_| !here.is_empty()) {
                let Some(name) = dimensions.get(&row.get(1)?).map(SourceName::of) else { continue };
                if here.remove(&name) {
                    wanted.remove(&name);
                    found.insert(name, Day::from_number(row.get(0)?));
                }
            }
        }
        Ok(found)
    }

    /// Whether there is any row, whoever's, and whether or not it counts.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn has_rows(&self) -> Result<bool, LedgerError> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM generations")?.exists([])?)
    }

    /// The day with rows that is nearest to a range of days without any.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn nearest_day(&self, first: Day, last: Day, whose: &Whose) -> Result<Option<Day>, LedgerError> {
        let before = "SELECT max(day) FROM rollup_totals WHERE day < ?1 AND (?2 IS NULL OR user_id = ?2)";
        let after = "SELECT min(day) FROM rollup_totals WHERE day > ?1 AND (?2 IS NULL OR user_id = ?2)";
        let day = |sql, from: Day| -> Result<Option<Day>, LedgerError> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let number: Option<i32> = statement.query_row((from.number(), whose.user()), |row| row.get(0))?;
            Ok(number.map(Day::from_number))
        };
        let (before, after) = (day(before, first)?, day(after, last)?);
        Ok(match (before, after) {
            (Some(before), Some(after)) if after.days_since(last) < first.days_since(before) => Some(after),
            (Some(before), _) => Some(before),
            (None, after) => after,
        })
    }

    /// The answers between sources about days of a range, the latest last.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn settled_overlaps(&self, first: Day, last: Day) -> Result<Vec<Settled>, LedgerError> {
        let sql = "SELECT provider, account, first_day, last_day, covers = 'money', source FROM authorities
            WHERE covers <> 'rows' AND first_day <= ?2 AND last_day >= ?1 ORDER BY revision, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let settled = statement.query_map((first.number(), last.number()), |row| {
            Ok(Settled {
                provider: row.get(0)?,
                account: row.get(1)?,
                first_day: Day::from_number(row.get(2)?),
                last_day: Day::from_number(row.get(3)?),
                money: row.get(4)?,
                source: row.get(5)?,
            })
        })?;
        Ok(settled.collect::<Result<_, _>>()?)
    }
}

/// From which end of time a source is looked for.
#[derive(Debug, Clone, Copy)]
enum End {
    First,
    Last,
}

impl End {
    const fn order(self) -> &'static str {
        match self {
            Self::First => "ASC",
            Self::Last => "DESC",
        }
    }
}

/// The one provider of a source's rows.
fn only_provider(name: &SourceName, dimensions: &FxHashMap<i64, Dimensions>) -> Option<String> {
    let mut providers =
        dimensions.values().filter(|known| SourceName::of(known) == *name).map(|known| &known.provider);
    let first = providers.next()?;
    providers.all(|provider| provider == first).then(|| first.clone())
}
