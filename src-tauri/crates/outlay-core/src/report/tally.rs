//! The rows of a period, added up twice: by what they have in common, and by day.
//!
//! Reports need no more than that: a month of a large ledger is a few hundred sums, not its cells.

use rustc_hash::FxHashMap;

use super::cell::{Cell, Dimensions, Sums, Totals};
use crate::basis::CostBasis;
use crate::money::Money;
use crate::period::Day;

/// The rows of a period, added up twice. Both add up to the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// What rows of the same dimensions come to, over the whole period.
    pub groups: Vec<Group>,
    /// What the rows of a day come to, in the order of days.
    pub days: Vec<DayTotals>,
}

/// Rows of a period that have their dimensions in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they have in common.
    pub dimensions: Dimensions,
    /// What they add up to.
    pub totals: Totals,
}

/// Rows of a day whose cost rests on the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTotals {
    /// The local day, or the UTC date of a bucket of whole UTC days.
    pub day: Day,
    /// What the cost rests on.
    pub basis: CostBasis,
    /// What they add up to.
    pub totals: Totals,
}

/// What a period cost, and how surely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headline {
    /// Money out: billed, computed and estimated.
    pub spend: Money,
    /// The true spend is at least this: rows without a known price are in the period.
    pub at_least: bool,
    /// The spend is about this: rows whose cost was read from a binary float are in the period.
    pub about: bool,
}

impl Headline {
    /// The headline of some days.
    pub fn of(days: &[DayTotals]) -> Self {
        Sums::of(days).headline()
    }
}

impl Tally {
    /// Adds up single cells; `None` beyond what an integer holds.
    pub fn of<'a>(cells: impl IntoIterator<Item = Cell<'a>>) -> Option<Self> {
        let mut groups: FxHashMap<&Dimensions, Totals> = FxHashMap::default();
        let mut days: FxHashMap<(Day, CostBasis), Totals> = FxHashMap::default();
        for Cell { day, dimensions, totals } in cells {
            for sum in
                [groups.entry(dimensions).or_default(), days.entry((day, dimensions.basis)).or_default()]
            {
                *sum = sum.checked_add(totals)?;
            }
        }
        let group = |(dimensions, totals): (&Dimensions, _)| Group { dimensions: dimensions.clone(), totals };
        let mut days: Vec<_> =
            days.into_iter().map(|((day, basis), totals)| DayTotals { day, basis, totals }).collect();
        days.sort_by_key(|entry| (entry.day, entry.basis.as_str()));
        Some(Self { groups: groups.into_iter().map(group).collect(), days })
    }
}
