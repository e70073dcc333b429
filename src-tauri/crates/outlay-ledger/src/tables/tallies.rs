//! The rollups as tallies for reports: the one place that every total is read through.

use std::collections::BTreeSet;

use outlay_core::basis::CostBasis;
use outlay_core::period::{Day, Month};
use outlay_core::report::{ApplicationName, DayTotals, Dimensions, Group, Tally, Totals};
use rusqlite::{OptionalExtension, Row};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::applications::Application;
use super::calls::lowest_id;
use crate::error::LedgerError;
use crate::handle::Reader;
use crate::rollup::{SUMS, totals_from_row};

/// Milliseconds in a quarter hour of the rollup.
const MILLIS_PER_QUARTER: i64 = 15 * 60 * 1000;

/// Whose rows a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// One user's.
    User(String),
    /// Everybody's.
    All,
}

impl Whose {
    /// The one user, or `None` for everybody.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Self::User(user) => Some(user),
            Self::All => None,
        }
    }
}

impl Reader<'_> {
    /// What the rows of a range of days of the ledger's time zone come to, both days included.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn tally(&self, first: Day, last: Day, whose: &Whose) -> Result<Tally, LedgerError> {
        Ok(Tally { groups: self.groups(first, last, whose)?, days: self.days(first, last, whose)? })
    }

    /// The same by day alone.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn days(&self, first: Day, last: Day, whose: &Whose) -> Result<Vec<DayTotals>, LedgerError> {
        let sql = format!(
            "SELECT day, cost_basis, {} FROM rollup_totals
            WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR user_id = ?3) ORDER BY day, cost_basis",
            SUMS.join(", ")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query((first.number(), last.number(), whose.user()))?;
        let mut days = Vec::new();
        while let Some(row) = rows.next()? {
            let (day, basis) = (Day::from_number(row.get(0)?), basis(row, 1)?);
            days.push(DayTotals { day, basis, totals: totals_from_row(row, 2)? });
        }
        Ok(days)
    }

    /// The same by dimension alone: whole months from their own sums, the days around them from theirs.
    fn groups(&self, first: Day, last: Day, whose: &Whose) -> Result<Vec<Group>, LedgerError> {
        let mut sums = self.sums_by_dimension(first, last)?;
        let group = |(number, dimensions)| sums.remove(&number).map(|totals| Group { dimensions, totals });
        Ok(self.dimensions(whose)?.into_iter().filter_map(group).collect())
    }

    /// What the rows of these days come to by the number of their dimension, for everybody.
    pub(crate) fn sums_by_dimension(
        &self,
        first: Day,
        last: Day,
    ) -> Result<FxHashMap<i64, Totals>, LedgerError> {
        let months = WholeMonths::within(first, last);
        let columns = SUMS.join(", ");
        // Grouped here: SQLite would sort the cells for it, which takes longer than reading them.
        let sql = format!(
            "SELECT dimension_id, {columns} FROM rollup_months WHERE month BETWEEN ?3 AND ?4
            UNION ALL
            SELECT dimension_id, {columns} FROM rollup_days WHERE day BETWEEN ?1 AND ?3 - 1
            UNION ALL
            SELECT dimension_id, {columns} FROM rollup_days WHERE day BETWEEN ?4 + 1 AND ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let bounds = (first.number(), last.number(), months.first.number(), months.last.number());
        let mut rows = statement.query(bounds)?;
        let mut sums: FxHashMap<i64, Totals> = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let sum = sums.entry(row.get(0)?).or_default();
            *sum = sum.checked_add(totals_from_row(row, 1)?).ok_or(LedgerError::Overflow)?;
        }
        Ok(sums)
    }

    /// All dimensions of the rows asked about, with the application that speaks for each.
    pub(crate) fn dimensions(&self, whose: &Whose) -> Result<FxHashMap<i64, Dimensions>, LedgerError> {
        let applications = speaking(self.applications()?);
        let sql = "SELECT id, generation_type, model_used, provider, application_id, account, source, user_id, cost_basis
            FROM dimensions WHERE ?1 IS NULL OR user_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([whose.user()])?;
        let mut dimensions = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let application = row.get_ref(4)?.as_blob().ok().and_then(|id| <[u8; 16]>::try_from(id).ok());
            let found = Dimensions {
                generation_type: row.get(1)?,
                model: row.get(2)?,
                provider: row.get(3)?,
                application: application.and_then(|id| applications.get(&Uuid::from_bytes(id)).cloned()),
                account: row.get(5)?,
                source: row.get(6)?,
                user: row.get(7)?,
                basis: basis(row, 8)?,
            };
            dimensions.insert(row.get(0)?, found);
        }
        Ok(dimensions)
    }

    /// Days of a range on which something is known: days with rows, and days that a live import covers.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn covered_days(&self, first: Day, last: Day) -> Result<BTreeSet<Day>, LedgerError> {
        let sql = "SELECT DISTINCT day FROM rollup_totals WHERE day BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let with_rows = statement.query_map((first.number(), last.number()), |row| row.get(0))?;
        let mut days = self.imported_days(first, last)?;
        for number in with_rows {
            days.insert(Day::from_number(number?));
        }
        Ok(days)
    }

    /// Days of a range that a live import covers; such days are UTC dates.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn imported_days(&self, first: Day, last: Day) -> Result<BTreeSet<Day>, LedgerError> {
        let sql = "SELECT first_day, last_day FROM imports i WHERE first_day <= ?2 AND last_day >= ?1
                AND coalesce((SELECT action = 'restore' FROM generation_voids v WHERE v.target = i.id
                    ORDER BY revision DESC, action DESC LIMIT 1), 1)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((first.number(), last.number()))?;
        let mut days = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let (from, to): (i32, i32) = (row.get(0)?, row.get(1)?);
            days.extend((from.max(first.number())..=to.min(last.number())).map(Day::from_number));
        }
        Ok(days)
    }

    /// The instant of the newest row that counts, or `None` on an empty ledger; of a bucket that is not
    /// over yet its end, which is to come.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn newest(&self) -> Result<Option<outlay_core::instant::Instant>, LedgerError> {
        let sql = "SELECT max(quarter) FROM rollup_quarters";
        let Some(quarter) =
            self.connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0))?
        else {
            return Ok(None);
        };
        // Only the quarter hour that the rollup names is read: newer rows, which do not count, may be many.
        let sql = "SELECT coalesce(g.period_end, g.created_at) FROM generations g LEFT JOIN left_out o ON o.id = g.id
            WHERE g.id >= ?1 AND g.id < ?2 AND (o.id IS NULL OR o.money = 0 OR o.usage = 0)
            ORDER BY g.id DESC LIMIT 1";
        let ids = (lowest_id(quarter * MILLIS_PER_QUARTER), lowest_id((quarter + 1) * MILLIS_PER_QUARTER));
        let newest = self.connection.prepare_cached(sql)?.query_row(ids, |row| row.get(0)).optional()?;
        Ok(newest.map(outlay_core::instant::Instant::from_micros))
    }
}

/// The first day of the first month and the last day of the last month that lie in a range as a whole;
/// without one, a first day after the range and a last day before that.
struct WholeMonths {
    first: Day,
    last: Day,
}

impl WholeMonths {
    fn within(first: Day, last: Day) -> Self {
        let (month, end) = (Month::containing(first), Month::containing(last));
        let from = if month.first_day() == first { first } else { month.next().first_day() };
        let to = if end.last_day() == last { last } else { end.first_day().previous() };
        if from <= to { Self { first: from, last: to } } else { Self { first: last.next(), last } }
    }
}

/// The basis in a column.
fn basis(row: &Row<'_>, column: usize) -> Result<CostBasis, LedgerError> {
    let word: String = row.get(column)?;
    word.parse().map_err(|_| LedgerError::Unreadable { what: "cost basis", value: word })
}

/// Each application with the name that speaks for it: its own, or that of what it was merged into.
fn speaking(applications: Vec<Application>) -> FxHashMap<Uuid, ApplicationName> {
    let by_id: FxHashMap<Uuid, Application> =
        applications.into_iter().map(|known| (known.id, known)).collect();
    by_id
        .values()
        .map(|application| {
            let mut speaker = application;
            // Merging refuses circles, so this ends.
            while let Some(next) = speaker.merged_into.and_then(|id| by_id.get(&id)) {
                speaker = next;
            }
            (application.id, ApplicationName { id: speaker.id, name: speaker.name.clone() })
        })
        .collect()
}
