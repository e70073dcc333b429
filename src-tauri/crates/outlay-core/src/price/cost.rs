//! The cost of one row: tokens times the dated rate of their bucket, summed exactly, rounded once.
//!
//! Runs once per imported row: no allocation and no hashing unless the row cannot be priced.

use std::collections::BTreeMap;

use thiserror::Error;

use super::book::{Entry, PriceList, PriceRef, Rates, Source, Window};
use super::resolve::Resolved;
use crate::fact::Variant;
use crate::instant::{Instant, MICROS_PER_DAY};
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
    /// The book says that it costs nothing.
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

/// Why a row has no price although its model is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
pub enum UnpricedReason {
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

/// Rates are per million units, and factors of regions are billionths.
const MILLION: i128 = 1_000_000;
const BILLION: i128 = 1_000_000_000;

impl<'b> Resolved<'b> {
    /// Prices one row.
    pub fn price(&self, usage: &Usage<'_>) -> Priced<'b> {
        self.try_price(usage).unwrap_or_else(Priced::Unpriced)
    }

    fn try_price(&self, usage: &Usage<'_>) -> Result<Priced<'b>, UnpricedReason> {
        let list = self.list(usage.variant)?;
        let factor = self.region_factor(usage.variant)?;
        let entry = in_force(list, usage.at).ok_or(UnpricedReason::NoPriceAt)?;
        let (rates, supposed) = self.rates(entry, usage)?;
        let price = PriceRef { book: self.book, model: self.model, list, entry };
        let (tokens, other) = millionths(rates, usage)?;
        if rates.free {
            return Ok(Priced::Free { price });
        }
        let assumed = entry.assumed.then_some(Guess::AssumedVariant);
        let current = (entry.source == Source::Litellm).then_some(Guess::CurrentListPrice);
        let nanos = half_even(tokens * factor + other * BILLION, MILLION * BILLION);
        let cost = i64::try_from(nanos).map_err(|_| UnpricedReason::TooLarge)?;
        let guess = supposed.max(assumed).max(current);
        Ok(Priced::Cost { cost: Money::from_nanos(cost), guess, price })
    }

    /// The price list of the one variant that is asked for.
    fn list(&self, variant: &Variant) -> Result<&'b PriceList, UnpricedReason> {
        let tier = named(variant.service_tier.as_deref(), &["default", "standard", "auto", "on_demand"]);
        let speed = named(variant.speed.as_deref(), &["standard", "default"]);
        let batch = (variant.batch && tier != Some("batch")).then_some("batch");
        let mut asked = [tier, batch, speed].into_iter().flatten();
        let name = asked.next().unwrap_or_default();
        let found = self.model.lists.iter().find(|list| list.variant.eq_ignore_ascii_case(name));
        let known = found.filter(|_| name.is_empty() || !self.resold);
        match (known, asked.next()) {
            (Some(list), None) => Ok(list),
            (_, Some(second)) => Err(UnpricedReason::NoRateForVariant(format!("{name} with {second}"))),
            (None, None) => Err(UnpricedReason::NoRateForVariant(name.to_owned())),
        }
    }

    fn region_factor(&self, variant: &Variant) -> Result<i128, UnpricedReason> {
        let Some(region) = named(variant.region.as_deref(), &["global", "not_available"]) else {
            return Ok(BILLION);
        };
        let found = self.model.regions.iter().find(|(name, _)| name.eq_ignore_ascii_case(region));
        let factor = found.filter(|_| !self.resold).map(|&(_, factor)| i128::from(factor));
        factor.ok_or_else(|| UnpricedReason::NoRateForVariant(format!("region {region}")))
    }

    /// The rates of an entry for the hour and the size of the prompt.
    fn rates(
        &self,
        entry: &'b Entry,
        usage: &Usage<'_>,
    ) -> Result<(&'b Rates, Option<Guess>), UnpricedReason> {
        let base = entry.rates.as_ref().ok_or(UnpricedReason::NoPriceAt)?;
        let one_call = !usage.aggregate || usage.request_count == Some(1);
        if !entry.windows.is_empty() {
            let window = entry.windows.iter().find(|window| self.is_open(window, usage.at));
            let guess = usage.aggregate.then_some(Guess::HourOfAggregate);
            return Ok((window.map_or(base, |window| &window.rates), guess));
        }
        let reached =
            |prompt: i64| entry.tiers.iter().rfind(|(above, _)| prompt > *above).map(|(_, rates)| rates);
        let prompt = usage.tokens.input();
        if one_call {
            return Ok((reached(prompt).unwrap_or(base), None));
        }
        match usage.variant.context_from {
            // A tier that is named "from 200,000" is the one beyond 200,000.
            Some(from) if from > 0 => Ok((reached(i64::from(from) + 1).unwrap_or(base), None)),
            Some(_) => Ok((base, None)),
            None => Ok((base, reached(prompt).map(|_| Guess::BaseTierOfAggregate))),
        }
    }

    fn is_open(&self, window: &Window, at: Instant) -> bool {
        let (day, time) = (at.micros().div_euclid(MICROS_PER_DAY), at.micros().rem_euclid(MICROS_PER_DAY));
        let inside = if window.start <= window.end {
            (window.start..window.end).contains(&time)
        } else {
            time >= window.start || time < window.end
        };
        // The first day of 1970 was a Thursday.
        let weekday = (day + 3).rem_euclid(7) < 5;
        inside && (!window.workdays || weekday && self.book.closed.binary_search(&day).is_err())
    }
}

/// A text that asks for something other than what is usual.
fn named<'a>(text: Option<&'a str>, usual: &[&str]) -> Option<&'a str> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    (!usual.iter().any(|name| name.eq_ignore_ascii_case(text))).then_some(text)
}

fn in_force(list: &PriceList, at: Instant) -> Option<&Entry> {
    let after = list.entries.partition_point(|entry| entry.from <= at.micros());
    list.entries[..after].last()
}

/// Millionths of nano-dollars, for tokens and for units outside of them.
fn millionths(rates: &Rates, usage: &Usage<'_>) -> Result<(i128, i128), UnpricedReason> {
    let mut text = *usage.tokens;
    let (mut tokens, mut other) = (0_i128, 0_i128);
    for (unit, &count) in usage.other_units.iter().filter(|&(_, &count)| count != 0) {
        let rate = unit_rate(rates, unit).ok_or_else(|| UnpricedReason::NoRateForUnit(unit.clone()))?;
        let amount = i128::from(rate) * i128::from(count);
        match bucket_of(&mut text, unit) {
            Some(bucket) => {
                *bucket -= count;
                tokens += amount;
            }
            None => other += amount,
        }
    }
    // Reasoning is a part of output; only where it has a rate of its own is it taken out.
    if rates.reasoning != rates.output {
        text.output -= text.reasoning;
    } else {
        text.reasoning = 0;
    }
    let buckets = [
        ("uncached input", text.uncached_input, rates.uncached_input),
        ("cache reads", text.cache_read, rates.cache_read),
        ("cache writes", text.cache_write, rates.cache_write),
        ("long cache writes", text.cache_write_long, rates.cache_write_long),
        ("output", text.output, rates.output),
        ("reasoning", text.reasoning, rates.reasoning),
    ];
    for (name, count, rate) in buckets.into_iter().filter(|&(_, count, _)| count != 0) {
        if count < 0 {
            return Err(UnpricedReason::UnitBeyondTokens(name.to_owned()));
        }
        let rate = rate.ok_or_else(|| UnpricedReason::NoRateForUnit(name.to_owned()))?;
        tokens += i128::from(rate) * i128::from(count);
    }
    Ok((tokens, other + request_fee(rates, usage)?))
}

fn request_fee(rates: &Rates, usage: &Usage<'_>) -> Result<i128, UnpricedReason> {
    let Some(rate) = unit_rate(rates, "requests") else { return Ok(0) };
    let alone = (!usage.aggregate).then_some(1);
    let count = usage.request_count.or(alone).ok_or(UnpricedReason::UnknownRequestCount)?;
    Ok(i128::from(rate) * i128::from(count))
}

fn unit_rate(rates: &Rates, unit: &str) -> Option<i64> {
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
