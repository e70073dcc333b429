//! What the sources share while one file is read.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::fact::{FacetTable, Fact};
use crate::instant::Instant;
use crate::redact::{LABEL_LENGTH, cut};

use super::dates::DateReader;
use super::reject::Reject;

/// What the sources share while one file is read.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) facets: FacetTable,
    pub(crate) dates: DateReader,
}

/// What a row gave.
#[expect(clippy::large_enum_variant, reason = "a fact is the usual case, moved once and never stored")]
pub(crate) enum Reading {
    /// A fact of its own.
    Fact(Fact),
    /// A part of an aggregate, given at the end.
    Part {
        /// The start of its bucket.
        start: Instant,
        /// The end of its bucket, where the source gives one.
        end: Option<Instant>,
    },
    /// A bucket without usage.
    Empty {
        /// The start of the bucket.
        start: Instant,
        /// Its end.
        end: Instant,
    },
}

/// What a source gives after the last row.
#[derive(Default)]
pub(crate) struct Finished {
    /// The aggregates, in the order of time and key.
    pub(crate) facts: Vec<Fact>,
    /// Aggregates whose sum no ledger holds.
    pub(crate) rejects: Vec<Reject>,
    /// The organisation, if the file names exactly one.
    pub(crate) account: Option<String>,
}

impl Finished {
    /// The end of an aggregated export.
    pub(crate) fn of((facts, rejects): (Vec<Fact>, Vec<Reject>), account: Option<String>) -> Self {
        Self { facts, rejects, account }
    }
}

/// Sums of the amounts that were refused for their currency, per currency and month.
#[derive(Debug, Default)]
pub(crate) struct ForeignSums(BTreeMap<(String, String), (u64, BigDecimal)>);

/// What was refused in one currency and month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Foreign {
    /// ISO code, upper case.
    pub currency: String,
    /// The UTC month, `2026-08`; empty where the row's date could not be read.
    pub month: String,
    /// How many rows.
    pub rows: u64,
    /// Their exact sum in that currency.
    pub sum: String,
}

impl ForeignSums {
    pub(crate) fn add(&mut self, currency: &str, at: Option<Instant>, amount: &BigDecimal) {
        let month = at.map(|at| at.to_utc().format("%Y-%m").to_string()).unwrap_or_default();
        let (rows, sum) = self.0.entry((currency.to_uppercase(), month)).or_default();
        *rows += 1;
        *sum += amount;
    }

    pub(crate) fn into_sums(self) -> Vec<Foreign> {
        let sums = self.0.into_iter().map(|((currency, month), (rows, sum))| Foreign {
            currency,
            month,
            rows,
            sum: sum.normalized().to_plain_string(),
        });
        sums.collect()
    }
}

/// The UTC days that a file covers.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Coverage {
    /// Takes in a call (no `end`) or a bucket, whose end is not part of it.
    pub(crate) fn add(&mut self, start: Instant, end: Option<Instant>) {
        let last = end.map_or(start, |end| Instant::from_micros(end.micros() - 1)).max(start);
        self.first = Some(self.first.map_or(start, |first| first.min(start)));
        self.last = Some(self.last.map_or(last, |known| known.max(last)));
    }

    pub(crate) fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let day = |instant: Instant| instant.to_utc().date_naive();
        (self.first.map(day), self.last.map(day))
    }
}

/// An instant as keys have it: RFC 3339 in UTC with as many decimals as it needs.
pub(crate) fn key_time(instant: Instant) -> String {
    let time: DateTime<Utc> = instant.to_utc();
    time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// Dimensions as one text, injectively: `|` between them, `\` before a `|` or `\` within one.
pub(crate) fn join_key<'a>(dimensions: impl IntoIterator<Item = &'a str>) -> String {
    let mut key = String::new();
    for (at, dimension) in dimensions.into_iter().enumerate() {
        if at > 0 {
            key.push('|');
        }
        for character in dimension.chars() {
            if character == '|' || character == '\\' {
                key.push('\\');
            }
            key.push(character);
        }
    }
    key
}

/// The labels that are not blank, each cut to a stated length.
pub(crate) fn labels<const N: usize>(named: [(&str, &str); N]) -> BTreeMap<String, String> {
    let filled = named.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(name, value)| (name.to_owned(), cut(value, LABEL_LENGTH).into_owned())).collect()
}
