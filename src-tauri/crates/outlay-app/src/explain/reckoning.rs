//! An arithmetic of the core as it crosses to a host: exact decimals as texts, and everything beside them in words.

use outlay_core::instant::Instant;
use outlay_core::price::{Arithmetic, Found, Guess, Line, OwnRule, Part, PriceRef, Resolved};
use outlay_core::report::Count;
use outlay_ledger::{GenerationRow, Measured};

use super::answer::{AppliedFactor, AppliedPrice, ReckonedLine, Reckoning};
use super::words;
use crate::pricing::UNSPLIT;

/// Writes an arithmetic of a row out.
pub(super) fn of(
    found: &Found<'_>,
    measured: &Measured,
    row: &GenerationRow,
    arithmetic: &Arithmetic<'_>,
) -> Reckoning {
    let factors = factors(arithmetic);
    Reckoning {
        lines: arithmetic.lines.iter().map(line).collect(),
        listed: (!factors.is_empty()).then(|| arithmetic.listed.to_plain_string()),
        factors,
        exact: arithmetic.exact.to_plain_string(),
        cost: arithmetic.cost,
        price: price(found, measured, row, arithmetic),
    }
}

fn line(line: &Line) -> ReckonedLine {
    ReckonedLine {
        unit: line.unit.clone(),
        name: words::unit(&line.unit),
        count: Count(line.count),
        per_million: line.per_million,
        amount: line.amount.to_plain_string(),
    }
}

fn factors(arithmetic: &Arithmetic<'_>) -> Vec<AppliedFactor> {
    let region = arithmetic.region.as_ref().map(|(name, times)| AppliedFactor {
        name: format!("Tokens, inference in {name}"),
        times: times.to_plain_string(),
    });
    let own = arithmetic.factor.map(|times| AppliedFactor {
        name: "What you pay of it, as you said".to_owned(),
        times: times.to_string(),
    });
    region.into_iter().chain(own).collect()
}

fn price(
    found: &Found<'_>,
    measured: &Measured,
    row: &GenerationRow,
    arithmetic: &Arithmetic<'_>,
) -> AppliedPrice {
    let price = arithmetic.price;
    // What the name stands for in the book decides only where the user has not said what it costs.
    let resolved = found.in_book().ok().filter(|_| is_of_book(price));
    let unsplit = row.price_note.as_deref().is_some_and(|note| note.contains(UNSPLIT));
    let guess = arithmetic.guess.map(words::supposed);
    AppliedPrice {
        id: price.to_string(),
        model: resolved.map(Resolved::canonical).or_else(|| same_as(price)),
        valid_from: since(price),
        source: words::source(price),
        part: part(measured, arithmetic),
        variant: (!arithmetic.variant.is_empty()).then(|| arithmetic.variant.clone()),
        name_steps: match resolved {
            Some(resolved) => resolved.normalisations().iter().map(words::name_step).collect(),
            None => words::own_step(price).into_iter().collect(),
        },
        supposed: guess.into_iter().chain(unsplit.then(words::unsplit)).collect(),
        disagreement: resolved.and_then(Resolved::disagreement).map(words::disagreement),
    }
}

/// From when a price holds; `None` where it has no first day.
pub(super) fn since(price: PriceRef<'_>) -> Option<Instant> {
    price.valid_from().filter(|from| *from != Instant::EARLIEST)
}

/// Whether the book's price of the name itself was applied, with or without a factor of the user's.
fn is_of_book(price: PriceRef<'_>) -> bool {
    matches!(price.own().map(|own| &own.rule), None | Some(OwnRule::Factor { .. }))
}

fn same_as(price: PriceRef<'_>) -> Option<String> {
    match &price.own()?.rule {
        OwnRule::SameAs { provider, model } => Some(format!("{provider}/{model}")),
        _ => None,
    }
}

fn part(measured: &Measured, arithmetic: &Arithmetic<'_>) -> Option<String> {
    // Of a sum of calls only the source knows how large each was.
    let one_call = !measured.aggregate || measured.request_count == Some(1);
    let supposed_base = arithmetic.guess == Some(Guess::BaseTierOfAggregate);
    match arithmetic.part {
        Part::Base if supposed_base => Some(words::base_of_sum()),
        Part::Base => None,
        Part::Above(limit) => Some(words::above(limit, one_call.then(|| measured.tokens.input()))),
        Part::Hours { start, end } => Some(words::hours(start, end)),
    }
}
