//! The sources as they are known from their files and rows, and the answers taken from that.
//!
//! A file speaks about every day that it covers, usage or not. Rows without a file were recorded as they
//! happened: such a source has no gaps and is never stale.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    Cover, Coverage, CoveredDay, DayRange, OverdueSource, Patience, SourceCoverage, SourceFreshness,
    SourceName, SourceState,
};
use crate::instant::{Instant, MICROS_PER_DAY};
use crate::money::Money;
use crate::period::{Day, Zone};
use crate::report::{Count, Dimensions};

/// What the rows of a day and a dimension cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCost {
    /// The day.
    pub day: Day,
    /// The number of the dimension.
    pub dimension: i64,
    /// Their cost; money out where the dimension's basis is spend.
    pub cost: Money,
}

/// The days of a file that is not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpan {
    /// Its source.
    pub name: SourceName,
    /// Who bills it.
    pub provider: String,
    /// The first and last UTC day that it covers.
    pub days: Option<(Day, Day)>,
    /// When the provider made it, as well as known.
    pub as_of: Instant,
    /// When it was imported.
    pub imported_at: Instant,
    /// Its rows that could not be read.
    pub quarantined: i64,
}

/// The days with rows of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSpan {
    /// The source.
    pub name: SourceName,
    /// Who bills them; `None` for several.
    pub provider: Option<String>,
    /// The first day.
    pub first_day: Day,
    /// The last day.
    pub last_day: Day,
}

/// The sources as they are known on a day.
#[derive(Debug, Clone)]
pub struct Sources {
    today: Day,
    known: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    name: SourceName,
    provider: Option<String>,
    first_day: Day,
    last_day: Day,
    files: Vec<FileSpan>,
}

/// Days of silence after which nobody waits for a source.
const ENDED_AFTER: i32 = 90;
/// Days of silence that are usual for everybody.
const ALWAYS_USUAL: i32 = 2;
/// Files that the usual is taken from.
const RECENT_FILES: usize = 10;

impl Sources {
    /// The sources of these rows and files, by name.
    pub fn known(today: Day, rows: &[RowSpan], files: &[FileSpan]) -> Self {
        let mut known: BTreeMap<SourceName, Source> = BTreeMap::new();
        for span in rows {
            known.insert(span.name.clone(), Source::of_rows(span));
        }
        for file in files {
            let Some((first_day, last_day)) = file.days else { continue };
            let source = known.entry(file.name.clone()).or_insert_with(|| Source {
                name: file.name.clone(),
                provider: None,
                first_day,
                last_day,
                files: Vec::new(),
            });
            source.provider = Some(file.provider.clone());
            source.first_day = source.first_day.min(first_day);
            source.last_day = source.last_day.max(last_day);
            source.files.push(file.clone());
        }
        let mut known: Vec<Source> = known.into_values().filter(|source| source.first_day <= today).collect();
        known.iter_mut().for_each(|source| source.last_day = source.last_day.min(today));
        Self { today, known }
    }

    /// How fresh each is, the freshest first.
    pub fn freshness(&self) -> Vec<SourceFreshness> {
        let mut sources: Vec<_> = self.known.iter().map(|source| source.freshness(self.today)).collect();
        sources.sort_by_key(|source| source.age_days);
        sources
    }

    /// Whether more is likely to come for days that are over.
    pub fn any_stale(&self) -> bool {
        self.known.iter().any(|source| source.state(self.today) == SourceState::Stale)
    }

    /// Those that are silent for longer than `patience` goes: stale, and beyond so many times the days that usually
    /// pass before they speak again or their files are brought; or beyond so many days. A file of long ago is late by
    /// its own habit. For a source that has ended nobody waits.
    pub fn overdue(&self, patience: Patience) -> Vec<OverdueSource> {
        self.known.iter().filter_map(|source| source.overdue(self.today, patience)).collect()
    }

    /// Whether a source that spoke before, and speaks later or should, says nothing about the day, or not all.
    pub fn is_partial(&self, day: Day) -> bool {
        self.known.iter().any(|source| source.lacks(day, self.today))
    }

    /// What each says about the days `from` to `to`. `rows` are what all their rows cost by day, and how many there are.
    pub fn coverage(
        &self,
        from: Day,
        to: Day,
        time_zone: Zone,
        rows: &[(DayCost, i64)],
        dimensions: &FxHashMap<i64, Dimensions>,
    ) -> Coverage {
        let sums = sums_by_source(rows, dimensions);
        let of_source = |source: &Source| source.coverage(from, to, self.today, sums.get(&source.name));
        let sources = self.known.iter().map(of_source).collect();
        Coverage { schema: "outlay.coverage/1", from, to, time_zone, sources }
    }
}

/// Rows and money of a source, by day.
type Sums = BTreeMap<Day, (i64, Money)>;

fn sums_by_source(
    rows: &[(DayCost, i64)],
    dimensions: &FxHashMap<i64, Dimensions>,
) -> FxHashMap<SourceName, Sums> {
    let mut sums: FxHashMap<SourceName, Sums> = FxHashMap::default();
    for (cost, count) in rows {
        let Some(known) = dimensions.get(&cost.dimension) else { continue };
        let of_source = sums.entry(SourceName::of(known)).or_default();
        let (rows, spend) = of_source.entry(cost.day).or_default();
        *rows = rows.saturating_add(*count);
        if known.basis.is_spend() {
            *spend = spend.saturating_add(cost.cost);
        }
    }
    sums
}

impl Source {
    fn of_rows(span: &RowSpan) -> Self {
        Self {
            name: span.name.clone(),
            provider: span.provider.clone(),
            first_day: span.first_day,
            last_day: span.last_day,
            files: Vec::new(),
        }
    }

    fn freshness(&self, today: Day) -> SourceFreshness {
        SourceFreshness {
            name: self.name.clone(),
            provider: self.provider.clone(),
            newest_day: self.last_day,
            age_days: Count(i64::from(today.days_since(self.last_day))),
            state: self.state(today),
            usual_gap_days: self.usual_gap().map(|days| Count(i64::from(days))),
        }
    }

    fn state(&self, today: Day) -> SourceState {
        let silent = today.days_since(self.last_day);
        let usual = self.usual_gap().map_or(ALWAYS_USUAL, |gap| gap.saturating_mul(2).max(ALWAYS_USUAL));
        match silent {
            _ if silent > ENDED_AFTER.max(usual) => SourceState::Ended,
            _ if silent > usual && !self.files.is_empty() => SourceState::Stale,
            _ => SourceState::Fresh,
        }
    }

    fn overdue(&self, today: Day, patience: Patience) -> Option<OverdueSource> {
        let usual_days = self.usual_gap().max(self.usual_delay())?;
        let age_days = today.days_since(self.last_day);
        let state = self.state(today);
        let is_overdue = match patience {
            Patience::Times(times) => {
                state == SourceState::Stale && age_days > usual_days.saturating_mul(i32::from(times))
            }
            Patience::Days(days) => state != SourceState::Ended && age_days > i32::from(days),
        };
        is_overdue.then(|| OverdueSource {
            name: self.name.clone(),
            last_day: self.last_day,
            age_days,
            usual_days,
        })
    }

    /// Days from the end of one of the last files to the end of the next: the median.
    fn usual_gap(&self) -> Option<i32> {
        let mut ends: Vec<Day> = self.files.iter().filter_map(|file| Some(file.days?.1)).collect();
        ends.sort_unstable();
        ends.dedup();
        let recent = ends.get(ends.len().saturating_sub(RECENT_FILES + 1)..).unwrap_or_default();
        median(recent.windows(2).map(|pair| pair[1].days_since(pair[0])).collect())
    }

    /// Days from the end of a file to its import: the median of the last files.
    fn usual_delay(&self) -> Option<i32> {
        let recent = self.files.get(self.files.len().saturating_sub(RECENT_FILES)..).unwrap_or_default();
        let delay = |file: &FileSpan| {
            let imported = Day::from_number((file.imported_at.micros() / MICROS_PER_DAY) as i32);
            Some(imported.days_since(file.days?.1).max(0))
        };
        median(recent.iter().filter_map(delay).collect())
    }

    /// What its files say about a day; a file that was made before the day was over says a part of it.
    fn in_files(&self, day: Day) -> Cover {
        let end = Zone::UTC.bounds(day, day).1;
        let covers = |file: &&FileSpan| file.days.is_some_and(|(first, last)| (first..=last).contains(&day));
        let said = self.files.iter().filter(covers).map(|file| match file.as_of >= end {
            true => Cover::Data,
            false => Cover::Partial,
        });
        said.min().unwrap_or(Cover::None)
    }

    fn lacks(&self, day: Day, today: Day) -> bool {
        if self.files.is_empty() || day < self.first_day || day > today {
            return false;
        }
        let is_waited_for = self.state(today) == SourceState::Stale;
        let is_within = day <= self.last_day && day < today;
        match self.in_files(day) {
            Cover::Data => false,
            Cover::Partial => day < today,
            Cover::None => is_within || is_waited_for,
        }
    }

    fn coverage(&self, from: Day, to: Day, today: Day, sums: Option<&Sums>) -> SourceCoverage {
        let none = Sums::new();
        let sums = sums.unwrap_or(&none);
        let days: Vec<CoveredDay> = from.through(to).map(|day| self.covered(day, sums)).collect();
        SourceCoverage {
            freshness: self.freshness(today),
            first_day: self.first_day,
            rows: Count(sums.range(from..=to).map(|(_, sum)| sum.0).sum()),
            spend: sums.range(from..=to).map(|(_, sum)| sum.1).sum(),
            usual_delay_days: self.usual_delay().map(|days| Count(i64::from(days))),
            gaps: self.gaps(&days),
            days,
        }
    }

    fn covered(&self, day: Day, sums: &Sums) -> CoveredDay {
        let cover = match self.in_files(day) {
            Cover::None if sums.contains_key(&day) => Cover::Data,
            cover => cover,
        };
        CoveredDay { day, cover }
    }

    /// Runs of days without a word between the first and the last day with one.
    fn gaps(&self, days: &[CoveredDay]) -> Vec<DayRange> {
        let mut gaps: Vec<DayRange> = Vec::new();
        let is_gap = |day: &&CoveredDay| {
            !self.files.is_empty()
                && day.cover == Cover::None
                && (self.first_day..=self.last_day).contains(&day.day)
        };
        for &CoveredDay { day, .. } in days.iter().filter(is_gap) {
            match gaps.last_mut().filter(|gap| gap.last_day.next() == day) {
                Some(gap) => gap.last_day = day,
                None => gaps.push(DayRange { first_day: day, last_day: day }),
            }
        }
        gaps
    }
}

impl SourceName {
    /// The source of rows with these dimensions.
    pub fn of(dimensions: &Dimensions) -> Self {
        Self { source: dimensions.source.clone(), account: dimensions.account.clone() }
    }
}

/// The middle one; of two the greater.
fn median(mut numbers: Vec<i32>) -> Option<i32> {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied()
}
