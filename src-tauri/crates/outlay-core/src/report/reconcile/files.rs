//! What the imported files say about the days of an account: which export was made when, and which days none covers.

use super::evidence::Evidence;
use super::rows::BillSide;
use super::verdict::Verdict;
use crate::instant::{Instant, MICROS_PER_DAY};
use crate::money::Money;
use crate::period::Day;
use crate::report::FileSpan;

/// The files of an account, by side, and the present.
pub(super) struct Files<'a> {
    pub(super) now: Instant,
    pub(super) billed: Vec<&'a FileSpan>,
    pub(super) usage: Vec<&'a FileSpan>,
}

impl Files<'_> {
    /// [`Verdict::OpenDay`] for a day that is not over, or of which an export with rows was made before its end.
    pub(super) fn open(&self, day: Day, evidence: &Evidence) -> Option<Verdict> {
        let end = Instant::from_micros((i64::from(day.number()) + 1) * MICROS_PER_DAY);
        if self.now < end {
            return Some(Verdict::OpenDay { from: day, to: day, exported: None });
        }
        let has_rows = [(BillSide::Billed, evidence.billed.rows), (BillSide::Usage, evidence.usage.rows)];
        let exported = has_rows
            .into_iter()
            .filter(|(_, rows)| *rows > 0)
            .filter_map(|(side, _)| self.newest(side, day))
            .min()?;
        (exported < end).then_some(Verdict::OpenDay { from: day, to: day, exported: Some(exported) })
    }

    /// Successive days that a side has no rows of, with what is to be said of them. A side whose export covers a day
    /// says that it cost nothing, so nothing is missing where the other says little.
    pub(super) fn missing_runs<'e>(
        &self,
        days: impl Iterator<Item = (Day, &'e Evidence)>,
    ) -> Vec<(Day, Day, Verdict)> {
        let mut runs: Vec<(Day, Day, BillSide, bool)> = Vec::new();
        for (day, evidence) in days {
            let Some(lacks) = evidence.lacking() else { continue };
            let is_covered = self.newest(lacks, day).is_some();
            if is_covered && evidence.agrees_with(Money::ZERO) {
                continue;
            }
            match runs.last_mut() {
                Some((_, last, side, covered))
                    if last.next() == day && (*side, *covered) == (lacks, is_covered) =>
                {
                    *last = day;
                }
                _ => runs.push((day, day, lacks, is_covered)),
            }
        }
        let said = |(from, to, side, covered)| (from, to, Verdict::MissingSource { side, from, to, covered });
        runs.into_iter().map(said).collect()
    }

    /// When the newest export of a side that covers the day was made.
    fn newest(&self, side: BillSide, day: Day) -> Option<Instant> {
        let files = match side {
            BillSide::Billed => &self.billed,
            BillSide::Usage => &self.usage,
        };
        let covering =
            files.iter().filter(|file| file.days.is_some_and(|(first, last)| (first..=last).contains(&day)));
        covering.map(|file| file.as_of).max()
    }
}

impl Verdict {
    /// Open days as one: from the first to the last.
    pub(super) fn joined(open: Vec<Self>) -> Option<Self> {
        open.into_iter().reduce(|one, other| match (one, other) {
            (Self::OpenDay { from, exported, .. }, Self::OpenDay { to, exported: later, .. }) => {
                Self::OpenDay { from, to, exported: exported.max(later) }
            }
            (one, _) => one,
        })
    }
}
