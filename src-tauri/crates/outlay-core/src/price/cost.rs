//! The cost of one row: tokens times the rate of their bucket, summed exactly, rounded once.
//!
//! Runs once per imported row: no allocation and no hashing unless the row cannot be priced.

use std::collections::BTreeMap;

use thiserror::Error;

use super::book::Rates;
use super::factor::{Factor, MILLIONTHS};
use super::prices::PriceRef;
use super::resolve::Unresolved;
use super::terms::BILLION;
use crate::fact::Variant;
use crate::instant::Instant;
use crate::money::Money;
use crate::tokens::Tokens;

/// What is to be priced.
#[derive(Debug, Clone, Copy)]
pub struct Usage<'a> {
    /// When the call was made, or the start of the aggregate's bucket.
    pub at: Instant,
    /// Disjoint token buckets.
    pub tokens: &'a Tokens,
    /// Other counted units. Those whose name ends in `_tokens` are *within* a bucket: `audio_input_tokens`
    /// and `image_input_tokens` within uncached input, `cached_..._input_tokens` within cache reads,
    /// `..._output_tokens` within output. Everything else (`web_searches`) is outside of tokens.
    pub other_units: &'a BTreeMap<String, i64>,
    /// What changes the price.
    pub variant: &'a Variant,
    /// Whether the row sums several calls.
    pub aggregate: bool,
    /// How many calls, where the source says so.
    pub request_count: Option<i64>,
}

impl Usage<'_> {
    /// Whether a row of this grain sums calls, of which none is known by itself: a bucket of time, or any number of
    /// requests but one. What sums calls says nothing about the size of one prompt.
    pub fn sums_calls(period_end: Option<Instant>, request_count: Option<i64>) -> bool {
        period_end.is_some() || request_count != Some(1)
    }
}

/// What a row costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Priced<'b> {
    /// Tokens times rates.
    Cost {
        /// Money out.
        cost: Money,
        /// What had to be supposed.
        guess: Option<Guess>,
        /// Which price.
        price: PriceRef<'b>,
    },
    /// The book, or the user, says that it costs nothing.
    Free {
        /// Which price.
        price: PriceRef<'b>,
    },
    /// No price: never a zero in silence.
    Unpriced(UnpricedReason),
}

/// What had to be supposed to apply a price, the weightiest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guess {
    /// A sum of calls whose sizes are unknown, at the rates of small prompts.
    BaseTierOfAggregate,
    /// A sum of calls whose hours are unknown, at the rates of its first hour.
    HourOfAggregate,
    /// A variant before the first day for which a source has its price.
    AssumedVariant,
    /// Only today's list price is known.
    CurrentListPrice,
}

impl Guess {
    /// Whether the row's basis is `estimated` rather than `computed`.
    pub fn is_estimate(self) -> bool {
        self != Self::BaseTierOfAggregate
    }
}

/// Why a row has no price.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
pub enum UnpricedReason {
    /// Its name stands for no model.
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
    /// The user wishes none for this name.
    #[error("left without a price, as you said")]
    Ignored,
    /// A unit or bucket was used that the model has no rate for.
    #[error("no rate for {0}")]
    NoRateForUnit(String),
    /// A tier, speed or region was used that the model has no price for.
    #[error("no price for {0}")]
    NoRateForVariant(String),
    /// The model has no price at that time.
    #[error("no price at that time")]
    NoPriceAt,
    /// More of a unit than of the tokens that it is a part of.
    #[error("more {0} than tokens that hold them")]
    UnitBeyondTokens(String),
    /// There is a fee per call, and the source does not count calls.
    #[error("a fee per call, and the number of calls is unknown")]
    UnknownRequestCount,
    /// More than 9.2 billion dollars.
    #[error("beyond 9.2 billion dollars")]
    TooLarge,
}

/// Rates are per million units.
const MILLION: i128 = 1_000_000;

/// What the parts of a row come to, in millionths of nano-dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bill {
    /// Tokens, on which a region's factor works.
    pub(super) tokens: i128,
    /// Units outside of them.
    pub(super) other: i128,
}

impl Bill {
    /// The cost, rounded once, with a region's factor in billionths and one of the user's own.
    pub(super) fn cost(self, region: i64, own: Option<Factor>) -> Result<Money, UnpricedReason> {
        let exact = self.tokens * i128::from(region) + self.other * i128::from(BILLION);
        let divisor = MILLION * i128::from(BILLION);
        let nanos = match own {
            None => half_even(exact, divisor),
            Some(own) => {
                let product =
                    exact.checked_mul(i128::from(own.millionths())).ok_or(UnpricedReason::TooLarge)?;
                half_even(product, divisor * i128::from(MILLIONTHS))
            }
        };
        let nanos = i64::try_from(nanos).map_err(|_| UnpricedReason::TooLarge)?;
        Ok(Money::from_nanos(nanos))
    }
}

/// One unit of a row: its name, how many, and its rate in nano-dollars per million.
pub(super) type Item<'a> = (&'a str, i64, i64);

/// Adds up what a row used at some rates, and shows `each` of its units.
pub(super) fn bill<'a>(
    rates: &Rates<'a>,
    usage: &Usage<'a>,
    mut each: impl FnMut(Item<'a>),
) -> Result<Bill, UnpricedReason> {
    let mut text = *usage.tokens;
    let mut bill = Bill::default();
    for (unit, &count) in usage.other_units.iter().filter(|&(_, &count)| count != 0) {
        let rate = unit_rate(rates, unit).ok_or_else(|| UnpricedReason::NoRateForUnit(unit.clone()))?;
        let amount = i128::from(rate) * i128::from(count);
        each((unit, count, rate));
        match bucket_of(&mut text, unit) {
            Some(bucket) => {
                *bucket -= count;
                bill.tokens += amount;
            }
            None => bill.other += amount,
        }
    }
    for (name, count, rate) in buckets(text, rates).into_iter().filter(|&(_, count, _)| count != 0) {
        if count < 0 {
            return Err(UnpricedReason::UnitBeyondTokens(name.to_owned()));
        }
        let rate = rate.ok_or_else(|| UnpricedReason::NoRateForUnit(name.to_owned()))?;
        each((name, count, rate));
        bill.tokens += i128::from(rate) * i128::from(count);
    }
    if let Some(rate) = unit_rate(rates, "requests") {
        let alone = (!usage.aggregate).then_some(1);
        let count = usage.request_count.or(alone).ok_or(UnpricedReason::UnknownRequestCount)?;
        each(("requests", count, rate));
        bill.other += i128::from(rate) * i128::from(count);
    }
    Ok(bill)
}

/// The buckets of tokens that are text, with their rates.
fn buckets(mut text: Tokens, rates: &Rates<'_>) -> [(&'static str, i64, Option<i64>); 6] {
    // Reasoning is a part of output; only where it has a rate of its own is it taken out.
    if rates.reasoning != rates.output {
        text.output -= text.reasoning;
    } else {
        text.reasoning = 0;
    }
    [
        ("uncached input", text.uncached_input, rates.uncached_input),
        ("cache reads", text.cache_read, rates.cache_read),
        ("cache writes", text.cache_write, rates.cache_write),
        ("long cache writes", text.cache_write_long, rates.cache_write_long),
        ("output", text.output, rates.output),
        ("reasoning", text.reasoning, rates.reasoning),
    ]
}

fn unit_rate(rates: &Rates<'_>, unit: &str) -> Option<i64> {
    rates.units.iter().find(|(name, _)| *name == unit).map(|&(_, rate)| rate)
}

/// The bucket that a unit is counted in as well; `None` for what is no token.
fn bucket_of<'a>(tokens: &'a mut Tokens, unit: &str) -> Option<&'a mut i64> {
    let kind = unit.strip_suffix("_tokens")?;
    if kind.ends_with("_output") {
        Some(&mut tokens.output)
    } else if kind.starts_with("cached_") {
        Some(&mut tokens.cache_read)
    } else {
        Some(&mut tokens.uncached_input)
    }
}

/// A quotient rounded to an integer, half to even; `divisor` is even and positive.
fn half_even(dividend: i128, divisor: i128) -> i128 {
    let (whole, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    let up = rest > divisor / 2 || rest == divisor / 2 && whole % 2 != 0;
    whole + i128::from(up)
}
