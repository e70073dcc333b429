//! What each source speaks about: how fresh it is, which days it covers, where its gaps are.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

mod spans;

pub use spans::{DayCost, FileSpan, RowSpan, Sources};

use super::Count;
use crate::money::Money;
use crate::period::{Day, Zone};
use crate::text::{UnknownWord, serde_as_text, words};

words! {
    /// Whether a source says as much as it usually does.
    pub enum SourceState("state of a source") {
        /// It spoke as lately as it usually does.
        Fresh = "fresh",
        /// It is silent for longer than it usually is.
        Stale = "stale",
        /// It is silent for more than 90 days: nobody waits for it.
        Ended = "ended",
    }
}

/// A kind of source with one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, specta::Type)]
pub struct SourceName {
    /// The kind of source.
    pub source: String,
    /// The account at the provider.
    pub account: String,
}

/// How fresh a source is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct SourceFreshness {
    /// The source.
    #[serde(flatten)]
    pub name: SourceName,
    /// Who bills it; null for rows of several providers.
    pub provider: Option<String>,
    /// The last day that it speaks about.
    pub newest_day: Day,
    /// How many days ago that is; 0 is today.
    pub age_days: Count,
    /// Whether that is as lately as usual.
    pub state: SourceState,
    /// How many days usually lie from one of its files to the next; null for fewer than two files.
    pub usual_gap_days: Option<Count>,
}

/// How long a source may be silent before somebody is told: `2x` or `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// So many times as long as it usually is: 2 to 10.
    Times(u8),
    /// So many days, whatever is usual: 1 to 90.
    Days(u8),
}

serde_as_text!(Patience);

impl Default for Patience {
    fn default() -> Self {
        Self::Times(2)
    }
}

impl fmt::Display for Patience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(formatter, "{times}x"),
            Self::Days(days) => write!(formatter, "{days}d"),
        }
    }
}

impl FromStr for Patience {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |unit| text.strip_suffix(unit).and_then(|number| number.parse::<u8>().ok());
        let times = number('x').filter(|times| (2..=10).contains(times)).map(Self::Times);
        let days = || number('d').filter(|days| (1..=90).contains(days)).map(Self::Days);
        times.or_else(days).ok_or_else(|| UnknownWord {
            what: "patience with a source",
            text: text.to_owned(),
            expected: "2x to 10x its usual gap, 1d to 90d".to_owned(),
        })
    }
}

/// A source that is silent for longer than it ever lets wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueSource {
    /// The source.
    pub name: SourceName,
    /// The last day that it speaks about.
    pub last_day: Day,
    /// How many days ago that is.
    pub age_days: i32,
    /// How many days usually pass before it speaks again.
    pub usual_days: i32,
}

/// What the sources speak about, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Coverage {
    /// `outlay.coverage/1`.
    pub schema: &'static str,
    /// The first day.
    pub from: Day,
    /// The last day, which is included.
    pub to: Day,
    /// The zone whose days these are.
    pub time_zone: Zone,
    /// Every source, by name.
    pub sources: Vec<SourceCoverage>,
}

/// What one source speaks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct SourceCoverage {
    /// The source and how fresh it is.
    #[serde(flatten)]
    pub freshness: SourceFreshness,
    /// The first day that it speaks about, in or before the range.
    pub first_day: Day,
    /// Its rows that count, of days of the range.
    pub rows: Count,
    /// Its money out on these days.
    pub spend: Money,
    /// How many days usually lie from the last day of a file to its import; null without a file.
    pub usual_delay_days: Option<Count>,
    /// Days of the range, between its first and its last day, about which it says nothing.
    pub gaps: Vec<DayRange>,
    /// Every day of the range.
    pub days: Vec<CoveredDay>,
}

/// Some days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct DayRange {
    /// The first day.
    pub first_day: Day,
    /// The last day, which is included.
    pub last_day: Day,
}

/// What a source says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct CoveredDay {
    /// The day.
    pub day: Day,
    /// What is there.
    pub cover: Cover,
}

words! {
    /// What a source says about a day.
    pub enum Cover("cover") {
        /// It speaks about the whole day, if only to say that nothing was used.
        Data = "data",
        /// It speaks about a part of the day: the file was made before the day was over, or the day is today.
        Partial = "partial",
        /// It says nothing; of what is recorded by hand: nothing was recorded.
        None = "none",
    }
}

#[cfg(test)]
mod tests;
