//! Which rates of the book a row falls under: its list, the entry in force, the tier of its prompt, the hour, the
//! region. What they come to is `cost`.

use super::book::{BookPrice, Entry, PriceList, Rates, Source, Window};
use super::cost::{Guess, UnpricedReason, Usage};
use super::resolve::Resolved;
use crate::fact::Variant;
use crate::instant::{Instant, MICROS_PER_DAY};

/// What was chosen for a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'b> {
    pub(super) price: BookPrice<'b>,
    pub(super) rates: &'b Rates<'static>,
    pub(super) part: Part,
    /// A region's factor on tokens, in billionths.
    pub(super) region: i64,
    /// What had to be supposed, the weightiest.
    pub(super) guess: Option<Guess>,
}

/// Which rates of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Those of small prompts, or of every prompt.
    Base,
    /// Those of a call whose whole prompt is larger than so many tokens.
    Above(i64),
    /// Those between two times of day, in microseconds since midnight UTC.
    Hours {
        /// The first.
        start: i64,
        /// The first that is not.
        end: i64,
    },
}

/// Factors of regions are billionths.
pub(super) const BILLION: i64 = 1_000_000_000;

impl<'b> Resolved<'b> {
    /// Chooses for one row.
    pub(super) fn terms(&self, usage: &Usage<'_>) -> Result<Terms<'b>, UnpricedReason> {
        let list = self.list(usage.variant)?;
        let region = self.region_factor(usage.variant)?;
        let entry = in_force(list, usage.at).ok_or(UnpricedReason::NoPriceAt)?;
        let (rates, part, supposed) = self.rates(entry, usage)?;
        let price = BookPrice { book: self.book, model: self.model, list, entry };
        let assumed = entry.assumed.then_some(Guess::AssumedVariant);
        let current = (entry.source == Source::Litellm).then_some(Guess::CurrentListPrice);
        Ok(Terms { price, rates, part, region, guess: supposed.max(assumed).max(current) })
    }

    /// The price list of the one variant that is asked for.
    fn list(&self, variant: &Variant) -> Result<&'b PriceList, UnpricedReason> {
        let name = asked(variant)?;
        let found = self.model.lists.iter().find(|list| list.variant.eq_ignore_ascii_case(name));
        let known = found.filter(|_| name.is_empty() || !self.resold);
        known.ok_or_else(|| UnpricedReason::NoRateForVariant(name.to_owned()))
    }

    fn region_factor(&self, variant: &Variant) -> Result<i64, UnpricedReason> {
        let Some(region) = region(variant) else { return Ok(BILLION) };
        let found = self.model.regions.iter().find(|(name, _)| name.eq_ignore_ascii_case(region));
        let factor = found.filter(|_| !self.resold).map(|&(_, factor)| factor);
        factor.ok_or_else(|| UnpricedReason::NoRateForVariant(format!("region {region}")))
    }

    /// The rates of an entry for the hour and the size of the prompt.
    fn rates(
        &self,
        entry: &'b Entry,
        usage: &Usage<'_>,
    ) -> Result<(&'b Rates<'static>, Part, Option<Guess>), UnpricedReason> {
        let base = entry.rates.as_ref().ok_or(UnpricedReason::NoPriceAt)?;
        let one_call = !usage.aggregate || usage.request_count == Some(1);
        if !entry.windows.is_empty() {
            let window = entry.windows.iter().find(|window| self.is_open(window, usage.at));
            let guess = usage.aggregate.then_some(Guess::HourOfAggregate);
            return Ok(match window {
                Some(window) => (&window.rates, Part::Hours { start: window.start, end: window.end }, guess),
                None => (base, Part::Base, guess),
            });
        }
        let reached = |prompt: i64| entry.tiers.iter().rfind(|(above, _)| prompt > *above);
        let prompt = usage.tokens.input();
        let (tier, guess) = match usage.variant.context_from {
            _ if one_call => (reached(prompt), None),
            // A tier that is named "from 200,000" is the one beyond 200,000.
            Some(from) if from > 0 => (reached(i64::from(from) + 1), None),
            Some(_) => (None, None),
            None => (None, reached(prompt).map(|_| Guess::BaseTierOfAggregate)),
        };
        let (rates, part) = tier.map_or((base, Part::Base), |(above, rates)| (rates, Part::Above(*above)));
        Ok((rates, part, guess))
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

/// The one variant that a row asks for; empty: what is usual.
pub(super) fn asked(variant: &Variant) -> Result<&str, UnpricedReason> {
    let tier = named(variant.service_tier.as_deref(), &["default", "standard", "auto", "on_demand"]);
    let speed = named(variant.speed.as_deref(), &["standard", "default"]);
    let batch = (variant.batch && tier != Some("batch")).then_some("batch");
    let mut asked = [tier, batch, speed].into_iter().flatten();
    let name = asked.next().unwrap_or_default();
    match asked.next() {
        None => Ok(name),
        Some(second) => Err(UnpricedReason::NoRateForVariant(format!("{name} with {second}"))),
    }
}

/// The region that a row was pinned to.
pub(super) fn region(variant: &Variant) -> Option<&str> {
    named(variant.region.as_deref(), &["global", "not_available"])
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
