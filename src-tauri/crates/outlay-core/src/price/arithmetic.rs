//! How a cost came about, written out: every unit times its rate, and what was chosen on the way.
//!
//! It is made by the same code that prices rows, so what it shows is what was done. Words are the hosts'.

use bigdecimal::BigDecimal;

use super::cost::{Guess, Item, UnpricedReason, Usage};
use super::factor::Factor;
use super::prices::{Found, PriceRef};
use super::terms::{BILLION, Part, asked, region};
use crate::money::{Money, NANOS_PER_DOLLAR};

/// How the cost of one row comes about.
#[derive(Debug, Clone)]
pub struct Arithmetic<'b> {
    /// The units, in the order of the sum.
    pub lines: Vec<Line>,
    /// What they add up to in dollars, before any factor.
    pub listed: BigDecimal,
    /// Their exact sum in dollars, factors included, before it is rounded.
    pub exact: BigDecimal,
    /// The sum, rounded once to nano-dollars, half to even.
    pub cost: Money,
    /// Whether the price says that nothing costs anything.
    pub is_free: bool,
    /// Which price.
    pub price: PriceRef<'b>,
    /// Which of its rates.
    pub part: Part,
    /// The variant that was asked for; empty: what is usual.
    pub variant: String,
    /// The region, and its factor on tokens.
    pub region: Option<(String, BigDecimal)>,
    /// What the user pays of the list price.
    pub factor: Option<Factor>,
    /// What had to be supposed.
    pub guess: Option<Guess>,
}

/// A unit times its rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `uncached input`, `cache reads`, `cache writes`, `long cache writes`, `output`, `reasoning`, `requests`, or the
    /// name of another unit.
    pub unit: String,
    /// How many.
    pub count: i64,
    /// The rate per million.
    pub per_million: Money,
    /// Count times rate, in dollars, exactly.
    pub amount: BigDecimal,
}

impl Line {
    fn of((unit, count, rate): Item<'_>) -> Self {
        // Millionths of nano-dollars.
        let amount =
            BigDecimal::from(i128::from(count) * i128::from(rate)) / per(1_000_000) / per(NANOS_PER_DOLLAR);
        let per_million = Money::from_nanos(rate);
        Self { unit: unit.to_owned(), count, per_million, amount: amount.normalized() }
    }

    /// Whether it is counted in tokens, on which a region's factor works.
    fn is_of_tokens(&self) -> bool {
        self.unit.contains(' ')
            || matches!(&*self.unit, "output" | "reasoning")
            || self.unit.ends_with("_tokens")
    }
}

impl<'b> Found<'b> {
    /// Writes out how one row's cost comes about.
    ///
    /// # Errors
    /// Why it has none.
    pub fn explain(&self, usage: &Usage<'_>) -> Result<Arithmetic<'b>, UnpricedReason> {
        let mut lines = Vec::new();
        let charged = self.charge(usage, |item| lines.push(Line::of(item)))?;
        let factor_of_region = BigDecimal::from(charged.region) / per(BILLION);
        let times = |line: &Line| {
            if line.is_of_tokens() { &line.amount * &factor_of_region } else { line.amount.clone() }
        };
        let listed: BigDecimal = lines.iter().map(|line| &line.amount).sum();
        let in_region: BigDecimal = lines.iter().map(times).sum();
        let own = charged.factor.map_or_else(|| BigDecimal::from(1), Factor::as_decimal);
        let pinned = region(usage.variant).filter(|_| charged.region != BILLION);
        Ok(Arithmetic {
            listed: listed.normalized(),
            exact: (in_region * own).normalized(),
            cost: charged.cost,
            is_free: charged.is_free,
            price: charged.price,
            part: charged.part,
            variant: asked(usage.variant).unwrap_or_default().to_lowercase(),
            region: pinned.map(|name| (name.to_lowercase(), factor_of_region.normalized())),
            factor: charged.factor,
            guess: charged.guess,
            lines,
        })
    }
}

fn per(count: i64) -> BigDecimal {
    BigDecimal::from(count)
}
