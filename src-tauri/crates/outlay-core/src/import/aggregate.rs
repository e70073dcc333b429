//! Sums the parts of an aggregated export: rows with one key are added up, exactly, and rounded once.
//!
//! Providers split a bucket into rows with equal dimensions, so a row is never "known already". The
//! memory this takes is bounded by the number of keys.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use rustc_hash::FxHashMap;

use crate::fact::{Charge, FacetId, Fact};
use crate::identity::FingerprintBuilder;
use crate::instant::Instant;
use crate::money::{Money, MoneyError};
use crate::tokens::Tokens;

use super::reject::{Reject, RejectKind};

/// One row of an aggregated export, or the sum of several.
pub(crate) struct Part {
    pub(crate) facets: FacetId,
    pub(crate) start: Instant,
    /// `None` where the source gives none.
    pub(crate) end: Option<Instant>,
    pub(crate) requests: Option<i64>,
    pub(crate) tokens: Tokens,
    pub(crate) other_units: BTreeMap<String, i64>,
    pub(crate) money: PartMoney,
    pub(crate) line: u64,
}

/// What the parts of one key say about money, before rounding.
pub(crate) enum PartMoney {
    Billed { cost: BigDecimal, list: Option<BigDecimal> },
    Estimated(BigDecimal),
    Free,
    ByPriceBook,
}

/// The parts of a file, summed by key.
pub(crate) struct Aggregate {
    /// Names the source and its list of fingerprinted fields.
    version: &'static str,
    sums: FxHashMap<String, Part>,
}

impl Aggregate {
    pub(crate) fn new(version: &'static str) -> Self {
        Self { version, sums: FxHashMap::default() }
    }

    /// Adds a part to its key.
    pub(crate) fn add(&mut self, key: String, part: Part) {
        match self.sums.entry(key) {
            std::collections::hash_map::Entry::Occupied(mut known) => known.get_mut().add(part),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(part);
            }
        }
    }

    /// The facts in the order of time and key, and the sums that no ledger holds.
    pub(crate) fn finish(&mut self) -> (Vec<Fact>, Vec<Reject>) {
        let mut sums: Vec<(String, Part)> = self.sums.drain().collect();
        sums.sort_unstable_by(|a, b| (a.1.start, &a.0).cmp(&(b.1.start, &b.0)));
        let (mut facts, mut rejects) = (Vec::with_capacity(sums.len()), Vec::new());
        for (key, sum) in sums {
            match self.fact(key, sum) {
                Ok(fact) => facts.push(fact),
                Err(reject) => rejects.push(*reject),
            }
        }
        (facts, rejects)
    }

    fn fact(&self, source_key: String, sum: Part) -> Result<Fact, Box<Reject>> {
        if let Some(bucket) = sum.tokens.fault() {
            let found = format!("the sum of `{bucket}` over rows with equal dimensions");
            return Err(Box::new(beyond_limit(RejectKind::Count, sum.line, found)));
        }
        let too_much = |error: MoneyError| beyond_limit(RejectKind::Amount, sum.line, error.to_string());
        let charge = sum.money.round().map_err(|error| Box::new(too_much(error)))?;
        let mut fingerprint = FingerprintBuilder::new(self.version);
        fingerprint.integer(sum.start.micros()).integer(sum.end.map(Instant::micros).unwrap_or_default());
        fingerprint.integer(sum.requests.unwrap_or_default());
        for count in [
            sum.tokens.uncached_input,
            sum.tokens.cache_read,
            sum.tokens.cache_write,
            sum.tokens.cache_write_long,
            sum.tokens.output,
            sum.tokens.reasoning,
        ] {
            fingerprint.integer(count);
        }
        for (unit, &count) in &sum.other_units {
            fingerprint.text(unit).integer(count);
        }
        // A value at list price is not part of the content: providers add its column later.
        if let Charge::Billed { cost, .. } | Charge::Estimated(cost) = charge {
            fingerprint.integer(cost.nanos());
        }
        Ok(Fact {
            facets: sum.facets,
            created_at: sum.start,
            period_end: sum.end,
            request_count: sum.requests,
            tokens: sum.tokens,
            other_units: sum.other_units,
            charge,
            source_key,
            fingerprint: fingerprint.finish(),
            duration_ms: None,
            error: None,
            line: sum.line,
        })
    }
}

impl Part {
    fn add(&mut self, other: Self) {
        self.requests = self.requests.zip(other.requests).map(|(a, b)| a.saturating_add(b));
        let (sum, part) = (&mut self.tokens, other.tokens);
        for (sum, part) in [
            (&mut sum.uncached_input, part.uncached_input),
            (&mut sum.cache_read, part.cache_read),
            (&mut sum.cache_write, part.cache_write),
            (&mut sum.cache_write_long, part.cache_write_long),
            (&mut sum.output, part.output),
            (&mut sum.reasoning, part.reasoning),
        ] {
            // Beyond the limit of a ledger it is refused at the end, so it must only not wrap.
            *sum = sum.saturating_add(part);
        }
        for (unit, count) in other.other_units {
            let sum = self.other_units.entry(unit).or_default();
            *sum = sum.saturating_add(count);
        }
        self.money.add(other.money);
        self.line = self.line.min(other.line);
    }
}

impl PartMoney {
    fn add(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Billed { cost, list }, Self::Billed { cost: more, list: more_list }) => {
                *cost += more;
                if let Some(more) = more_list {
                    *list = Some(list.take().unwrap_or_default() + more);
                }
            }
            (Self::Estimated(cost), Self::Estimated(more)) => *cost += more,
            // A part that cost nothing takes nothing away from one that did.
            (Self::Free | Self::ByPriceBook, other) => *self = other,
            (Self::Billed { .. } | Self::Estimated(_), _) => {}
        }
    }

    fn round(&self) -> Result<Charge, MoneyError> {
        Ok(match self {
            Self::Billed { cost, list } => Charge::Billed {
                cost: Money::round(cost)?,
                exact: true,
                list: list.as_ref().map(Money::round).transpose()?,
            },
            Self::Estimated(cost) => Charge::Estimated(Money::round(cost)?),
            Self::Free => Charge::Free,
            Self::ByPriceBook => Charge::ByPriceBook,
        })
    }
}

/// The reject of a sum that no ledger holds.
fn beyond_limit(kind: RejectKind, line: u64, found: String) -> Reject {
    Reject {
        kind,
        line,
        column: String::new(),
        expected: "sums that a ledger can hold".into(),
        found,
        remedy: "Export the file again: sums this large are damage".into(),
        record: String::new(),
    }
}
