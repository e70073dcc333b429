//! The book's arithmetic against prices that the Python package `genai-prices` has calculated.
//!
//! Both tables are written by `xtask/prices/make_book.py`. Every case agrees to the nano-dollar, or
//! is listed with a reason; a listed case that agrees is an error, too.

use std::collections::{BTreeMap, HashMap, HashSet};

use outlay_core::fact::Variant;
use outlay_core::instant::Instant;
use outlay_core::money::{Money, decimal};
use outlay_core::price::{Priced, Prices, Usage};
use outlay_core::tokens::Tokens;
use serde::Deserialize;

const CASES: &str = include_str!("../../../../tests/fixtures/prices/oracle.csv");
const EXPLAINED: &str = include_str!("../../../../tests/fixtures/prices/explained.csv");

#[derive(Debug, Deserialize)]
struct Case {
    case: String,
    provider: String,
    model: String,
    at: Instant,
    uncached_input: i64,
    cache_read: i64,
    cache_write: i64,
    cache_write_long: i64,
    output: i64,
    reasoning: i64,
    units: String,
    service_tier: Option<String>,
    batch: bool,
    speed: Option<String>,
    nanos: String,
}

#[derive(Debug, Deserialize)]
struct Explained {
    case: String,
    reason: String,
}

fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().expect("a table of this repository")
}

impl Case {
    fn tokens(&self) -> Tokens {
        Tokens {
            uncached_input: self.uncached_input,
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            cache_write_long: self.cache_write_long,
            output: self.output,
            reasoning: self.reasoning,
        }
    }

    fn units(&self) -> BTreeMap<String, i64> {
        let units = self.units.split(';').filter_map(|unit| unit.split_once('='));
        units.map(|(name, count)| (name.to_owned(), count.parse().expect("a count"))).collect()
    }

    fn variant(&self) -> Variant {
        let (service_tier, speed) = (self.service_tier.clone(), self.speed.clone());
        Variant { service_tier, speed, batch: self.batch, ..Variant::default() }
    }

    /// What `genai-prices` says, rounded as the ledger rounds.
    fn expected(&self) -> Money {
        let nanos = decimal(&self.nanos).expect("a decimal");
        let dollars = nanos / decimal("1000000000").expect("a decimal");
        Money::round(&dollars).expect("a small amount")
    }

    /// What the book says; zero where it says free.
    fn found(&self, prices: &Prices) -> Result<Money, String> {
        let usage = Usage {
            at: self.at,
            tokens: &self.tokens(),
            other_units: &self.units(),
            variant: &self.variant(),
            aggregate: false,
            request_count: Some(1),
        };
        match prices.find(&self.provider, &self.model).price(&usage) {
            Priced::Cost { cost, .. } => Ok(cost),
            Priced::Free { .. } => Ok(Money::ZERO),
            Priced::Unpriced(reason) => Err(reason.to_string()),
        }
    }
}

#[test]
fn every_price_agrees_with_genai_prices_or_is_explained() {
    let cases: Vec<Case> = rows(CASES);
    let reasons: Vec<Explained> = rows(EXPLAINED);
    let reasons: HashMap<&str, &str> = reasons.iter().map(|row| (&*row.case, &*row.reason)).collect();
    let prices = Prices::of_book();
    let mut wrong = Vec::new();
    for case in &cases {
        let (expected, found) = (case.expected(), case.found(&prices));
        let agrees = found.as_ref() == Ok(&expected);
        match reasons.get(case.case.as_str()) {
            None if !agrees => wrong.push(format!("{expected} expected, {found:?}: {case:?}")),
            Some(reason) if agrees => {
                wrong.push(format!("agrees, so nothing to explain ({reason}): {case:?}"))
            }
            _ => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
    let models: HashSet<_> = cases.iter().map(|case| (&case.provider, &case.model)).collect();
    let months: HashSet<_> = cases.iter().map(|case| case.at.to_string()[..7].to_owned()).collect();
    let said = format!(
        "{} cases of {} models in {} months agree with genai-prices, {} of them explained",
        cases.len(),
        models.len(),
        months.len(),
        reasons.len()
    );
    #[expect(clippy::print_stdout, reason = "the count is what a reader of the test run checks")]
    {
        println!("{said}");
    }
    assert!(cases.len() >= 10_000 && models.len() >= 60 && months.len() >= 24, "{said}");
    assert!(reasons.len() * 20 <= cases.len(), "at most one in twenty is explained: {said}");
}
