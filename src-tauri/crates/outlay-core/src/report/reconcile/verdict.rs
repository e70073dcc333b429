//! Whether two sides agree, and if not, what most likely parts them.
//!
//! The rules are asked in this order, and the first that holds is the answer:
//! 1. The sides differ by at most 1 % of what is billed, or by at most 0.05 USD: they agree.
//! 2. A day is not over, or one of its exports was made before its end.
//! 3. A side has no rows.
//! 4. What alone makes up the difference: credits, fees that are no tokens, both, batch at half the price (lines
//!    that say so, or computed is 1.9 to 2.1 times billed), half a cent per line where lines have only cents.
//! 5. What may: rows without a price where too little is computed, prices that were a guess, a price that changed
//!    within three days.
//! 6. Where none holds for a day or a range, but each of its models or days that differs has an answer: several causes.

use serde::Serialize;

use super::evidence::{Evidence, Part};
use super::rows::BillSide;
use crate::instant::Instant;
use crate::money::Money;
use crate::period::Day;
use crate::report::Count;

/// What two sides may always differ by.
pub(super) const TOLERANCE: Money = Money::from_nanos(50_000_000);

/// Half a cent, which is what rounding a line to cents changes at most.
const HALF_A_CENT: i128 = 5_000_000;

/// How many days from a change of a price it may still explain something.
const NEAR: i32 = 3;

/// Whether billed and computed agree, and if not, what most likely parts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Verdict {
    /// They differ by at most 1 % or 0.05 USD.
    Agrees,
    /// Days that are not over, or whose export was made before their end.
    OpenDay {
        /// The first of them.
        from: Day,
        /// The last of them.
        to: Day,
        /// When the export was made; null where the day is not over yet.
        exported: Option<Instant>,
    },
    /// Successive days for which one side has no rows.
    MissingSource {
        /// The side that lacks them.
        side: BillSide,
        /// The first of them.
        from: Day,
        /// The last of them.
        to: Day,
        /// Whether an export of that side covers these days, and has no rows.
        covered: bool,
    },
    /// Only one side has rows of this name.
    NotNamed {
        /// The side that lacks them.
        side: BillSide,
    },
    /// Lines below zero make up the difference.
    Credits {
        /// How many.
        lines: Count,
        /// What they take off.
        cost: Money,
    },
    /// Lines that charge for no tokens make up the difference.
    Fees {
        /// How many.
        lines: Count,
        /// What they cost.
        cost: Money,
        /// What they are for.
        names: Vec<String>,
    },
    /// Both together make it up.
    FeesAndCredits {
        /// What the fees cost.
        fees: Money,
        /// What the credits take off.
        credits: Money,
    },
    /// Batches cost half, and usage does not tell all of them, or a discount like it.
    Batch {
        /// What is billed as batch; zero where lines do not tell.
        cost: Money,
    },
    /// The export has only cents.
    Rounding {
        /// Lines that were rounded.
        lines: Count,
    },
    /// Rows without a known price.
    Unpriced {
        /// How many.
        rows: Count,
        /// Their tokens.
        tokens: Count,
    },
    /// Rows whose price was a guess, such as cache writes whose lifetime nobody told.
    Guessed {
        /// How many.
        rows: Count,
        /// What they were computed to.
        cost: Money,
        /// What was supposed.
        guess: String,
    },
    /// A price changed within three days.
    PriceChange {
        /// The first day of the newer one.
        since: Day,
    },
    /// Each of its days, or of a day's models, that differs does so for a reason of its own.
    Several {
        /// How many of them differ.
        parts: Count,
    },
    /// None of these.
    Unknown,
}

/// What is known beside the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Circumstances {
    /// The first and the last day.
    pub(super) days: Option<(Day, Day)>,
    /// [`Verdict::OpenDay`], if there is one.
    pub(super) open: Option<Verdict>,
    /// [`Verdict::MissingSource`], if there is one.
    pub(super) missing: Option<Verdict>,
}

/// The first rule that holds.
pub(super) fn judge(evidence: &Evidence, circumstances: &Circumstances) -> Verdict {
    // Little on one side alone is no agreement, unless the other says that there was nothing.
    let is_known = evidence.lacking().is_none() || circumstances.missing.is_none();
    if is_known && evidence.agrees_with(Money::ZERO) {
        return Verdict::Agrees;
    }
    let Circumstances { days, open, missing } = circumstances;
    let rest = || match evidence.lacking() {
        Some(side) => fees(evidence).unwrap_or(Verdict::NotNamed { side }),
        None => made_up(evidence).or_else(|| possible(evidence, *days)).unwrap_or(Verdict::Unknown),
    };
    open.clone().or_else(|| missing.clone()).unwrap_or_else(rest)
}

/// What alone makes up the difference.
fn made_up(evidence: &Evidence) -> Option<Verdict> {
    credits(evidence)
        .or_else(|| fees(evidence))
        .or_else(|| fees_and_credits(evidence))
        .or_else(|| batch(evidence))
        .or_else(|| rounding(evidence))
}

fn credits(evidence: &Evidence) -> Option<Verdict> {
    let credits = evidence.credits;
    let explains = credits.rows > 0 && evidence.agrees_with(credits.cost);
    explains.then_some(Verdict::Credits { lines: Count(credits.rows), cost: credits.cost })
}

fn fees(evidence: &Evidence) -> Option<Verdict> {
    let fees = evidence.fees;
    let explains = fees.rows > 0 && evidence.agrees_with(fees.cost);
    let names = || evidence.fee_names.iter().cloned().collect();
    explains.then(|| Verdict::Fees { lines: Count(fees.rows), cost: fees.cost, names: names() })
}

fn fees_and_credits(evidence: &Evidence) -> Option<Verdict> {
    let (fees, credits) = (evidence.fees, evidence.credits);
    let explains = fees.rows > 0 && credits.rows > 0;
    let explains = explains && evidence.agrees_with(fees.cost.saturating_add(credits.cost));
    explains.then_some(Verdict::FeesAndCredits { fees: fees.cost, credits: credits.cost })
}

fn batch(evidence: &Evidence) -> Option<Verdict> {
    let lines = evidence.billed_batch;
    let told = lines.rows > 0 && evidence.usage_batch.rows == 0;
    let halved = told && evidence.agrees_with(Money::from_nanos(lines.cost.nanos().saturating_neg()));
    let (billed, usage) = (evidence.billed.cost.nanos(), evidence.usage.cost.nanos());
    let (billed, usage) = (i128::from(billed), i128::from(usage));
    let twice = billed > 0 && (billed * 19..=billed * 21).contains(&(usage * 10));
    let untold = evidence.usage.cost != evidence.usage_batch.cost;
    (halved || twice && untold).then_some(Verdict::Batch { cost: lines.cost })
}

fn rounding(evidence: &Evidence) -> Option<Verdict> {
    let most = HALF_A_CENT * i128::from(evidence.billed.rows);
    let explains = evidence.split_cents == 0 && i128::from(evidence.difference().nanos()).abs() <= most;
    explains.then_some(Verdict::Rounding { lines: Count(evidence.billed.rows) })
}

/// What may part the sides without saying by how much.
fn possible(evidence: &Evidence, days: Option<(Day, Day)>) -> Option<Verdict> {
    let unpriced = evidence.unpriced.rows > 0 && evidence.difference().is_negative();
    if unpriced {
        let (rows, tokens) = (Count(evidence.unpriced.rows), Count(evidence.unpriced_tokens));
        return Some(Verdict::Unpriced { rows, tokens });
    }
    let Part { rows, cost } = evidence.estimated;
    if rows > 0 && evidence.difference().abs() <= cost {
        return Some(Verdict::Guessed { rows: Count(rows), cost, guess: evidence.guess.clone() });
    }
    let (first, last) = days?;
    let near = evidence.price_days.range(first.plus(-NEAR)..=last.plus(NEAR)).next_back();
    near.map(|&since| Verdict::PriceChange { since })
}
