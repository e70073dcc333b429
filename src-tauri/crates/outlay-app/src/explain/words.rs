//! What an explanation says in sentences. It states what was decided elsewhere.

use std::cmp::Ordering;

use outlay_core::basis::CostBasis;
use outlay_core::figures::{count, exact_dollars};
use outlay_core::import::SourceKind;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::price::{Arithmetic, Book, Guess, Normalisation, OwnRule, PriceRef, Source, UnpricedReason};
use outlay_ledger::{GenerationRow, Import};

/// Where a row's cost comes from.
pub(super) fn because(row: &GenerationRow) -> String {
    let about = if row.cost_exact { "" } else { " It was read from a binary float, so it is about this." };
    let priced = row.price_id.is_some();
    let said = match row.cost_basis {
        CostBasis::Billed if row.import.is_none() => {
            "The cost was given when the call was recorded.".to_owned()
        }
        CostBasis::Billed => format!("What was billed, according to {}.", title(&row.source)),
        CostBasis::Computed => "Counts times the rates that were in force at the time.".to_owned(),
        CostBasis::Estimated if priced => {
            "Counts times rates, of which something had to be supposed.".to_owned()
        }
        CostBasis::Estimated => {
            "A client's own figure at list price; no provider has billed it so.".to_owned()
        }
        CostBasis::Included => match row.list {
            Some(list) => format!(
                "Covered by a plan, so no money went out; at list price it is worth {}.",
                exact_dollars(list)
            ),
            None => "Covered by a plan, so no money went out.".to_owned(),
        },
        CostBasis::Free if priced => "The price says that nothing of it costs anything.".to_owned(),
        CostBasis::Free => "Not charged: a call that failed, or one of a free allowance.".to_owned(),
        CostBasis::Unpriced => {
            let why = row.price_note.as_deref().unwrap_or("no price is known");
            format!("No cost is known: {why}. Every total with this row says \"at least\".")
        }
    };
    said + about
}

/// What the prices that hold now say of a row; if its own arithmetic cannot be written out, why not.
pub(super) fn instead(
    row: &GenerationRow,
    told: &Result<Arithmetic<'_>, UnpricedReason>,
    is_written_out: bool,
) -> String {
    let is_unpriced = row.cost_basis == CostBasis::Unpriced;
    let has_no_cost = is_unpriced || row.cost_basis == CostBasis::Included;
    let says = match told {
        Ok(told) if has_no_cost => format!("{} it would be {}", by(told), amount(told)),
        Ok(told) => format!("{} {}", by(told), compared(told, row.cost)),
        Err(why) => {
            format!("today's price book ({}) and your own have no price: {why}", Book::embedded().version())
        }
    };
    match &row.price_id {
        Some(_) if is_written_out => format!("A row keeps its price; {says}."),
        Some(id) => format!("The cost was computed with {id}, {}; {says}.", unknown(id)),
        None if is_unpriced => format!("There is a price by now: {says}."),
        None => format!("For comparison: {says}."),
    }
}

/// Whose prices say so.
fn by(told: &Arithmetic<'_>) -> String {
    match told.price.own() {
        Some(_) => "by your own price".to_owned(),
        None => format!("by today's price book ({})", Book::embedded().version()),
    }
}

/// Why a price cannot be written out.
fn unknown(id: &str) -> String {
    match id.split('/').next().unwrap_or_default() {
        "own" => "a price of your own that this ledger does not have".to_owned(),
        book if book == Book::embedded().version() => "which comes to something else here".to_owned(),
        book => format!("of the price book {book}, which this program does not hold"),
    }
}

/// The same call at the price in force now.
pub(super) fn at_present(row: &GenerationRow, now: &Result<Arithmetic<'_>, UnpricedReason>) -> String {
    match now {
        Ok(now) => format!("At the price in force now {}.", compared(now, row.cost)),
        Err(why) => format!("There is no price for it now: {why}."),
    }
}

fn compared(other: &Arithmetic<'_>, cost: Money) -> String {
    let gap = other.cost.checked_sub(cost).unwrap_or_default();
    match gap.cmp(&Money::ZERO) {
        Ordering::Equal => format!("it would be the same, {}", amount(other)),
        Ordering::Greater => format!("it would be {}, {} more", amount(other), exact_dollars(gap)),
        Ordering::Less => format!("it would be {}, {} less", amount(other), exact_dollars(gap.abs())),
    }
}

fn amount(arithmetic: &Arithmetic<'_>) -> String {
    if arithmetic.is_free { "free".to_owned() } else { exact_dollars(arithmetic.cost) }
}

fn title(source: &str) -> &str {
    SourceKind::of_name(source).map_or(source, |kind| kind.title())
}

/// A unit as a person says it.
pub(super) fn unit(name: &str) -> String {
    let known = match name {
        "uncached input" => "Uncached input",
        "cache reads" => "Cache reads",
        "cache writes" => "Cache writes",
        "long cache writes" => "Cache writes, longer lifetime",
        "output" => "Output",
        "reasoning" => "Reasoning",
        "requests" => "Requests",
        other => return sentence_case(&other.replace('_', " ")),
    };
    known.to_owned()
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Who says what a price is.
pub(super) fn source(price: PriceRef<'_>) -> String {
    let book = Book::embedded();
    let of_book = price.source().map(|source| {
        let (name, kind) = match source {
            Source::GenaiPrices => ("genai-prices", ""),
            Source::ModelPrices => ("model-prices", ""),
            Source::Litellm => ("litellm", ", today's list price only"),
        };
        let package = book.sources().iter().find(|package| package.starts_with(name)).unwrap_or(&name);
        format!("{package}{kind}, in the price book {}", book.version())
    });
    match (price.own().map(|own| &own.rule), of_book) {
        (Some(OwnRule::Factor { times }), Some(of_book)) => format!("{of_book}, times {times} as you said"),
        (Some(OwnRule::SameAs { provider, model }), Some(of_book)) => {
            format!("that of {provider}/{model}, as you said: {of_book}")
        }
        (None, Some(of_book)) => of_book,
        _ => "your own price".to_owned(),
    }
}

/// What another source says today.
pub(super) fn disagreement(rates: &str) -> String {
    format!("Another source is more than 5 % away today, in dollars per million: {rates}.")
}

/// The rates of calls beyond a size.
pub(super) fn above(limit: i64, prompt: Option<i64>) -> String {
    let which = format!("The rates of calls whose whole prompt is above {} tokens", count(limit));
    match prompt {
        Some(prompt) => format!("{which}: this one's is {}.", count(prompt)),
        None => format!("{which}, as the source says of these calls."),
    }
}

/// The rates of small prompts, for calls whose sizes nobody tells.
pub(super) fn base_of_sum() -> String {
    "The rates of calls with small prompts.".to_owned()
}

/// The rates of some hours.
pub(super) fn hours(start: i64, end: i64) -> String {
    let time = |micros: i64| Instant::from_micros(micros).to_utc().format("%H:%M").to_string();
    format!("The rates from {} to {} UTC.", time(start), time(end))
}

/// How a name was read, one step of it.
pub(super) fn name_step(step: &Normalisation) -> String {
    match step {
        Normalisation::DisplayName => "The spaces of a display name are hyphens.".to_owned(),
        Normalisation::ProviderPrefix(text) => format!("`{text}` before the name is the provider."),
        Normalisation::RegionPrefix(text) => format!("`{text}` before the name is a region."),
        Normalisation::ContextMarker(text) => format!("`{text}` after it is a size of context."),
        Normalisation::Revision(text) => format!("`{text}` after it is a revision of the seller's."),
        Normalisation::DateForm => "Its date is written in the other usual form.".to_owned(),
        Normalisation::Date(text) => format!("`{text}` after it is the date of a snapshot."),
        Normalisation::Effort(text) => {
            format!("`{text}` after it is an effort, at the same price per token.")
        }
        Normalisation::Points => "Its points are hyphens.".to_owned(),
        Normalisation::Maker(provider) => format!("The price is that of {provider}."),
    }
}

/// What the user said that a name stands for.
pub(super) fn own_step(price: PriceRef<'_>) -> Option<String> {
    match &price.own()?.rule {
        OwnRule::SameAs { provider, model } => Some(format!("It is {provider}/{model}, as you said.")),
        _ => None,
    }
}

/// What had to be supposed.
pub(super) fn supposed(guess: Guess) -> String {
    let said = match guess {
        Guess::BaseTierOfAggregate => "A sum of calls whose sizes are unknown, as if each prompt were small.",
        Guess::HourOfAggregate => "A sum of calls whose hours are unknown, as if all were in its first hour.",
        Guess::AssumedVariant => "The first known price of this variant held before, too.",
        Guess::CurrentListPrice => "Only today's list price is known, and it held then, too.",
    };
    said.to_owned()
}

/// What is supposed of cache writes without a lifetime.
pub(super) fn unsplit() -> String {
    "The source does not tell how long cache writes lasted: all at the rate of the short lifetime.".to_owned()
}

/// Where a row comes from.
pub(super) fn origin(row: &GenerationRow, import: Option<&Import>) -> String {
    let Some(import) = import else {
        return if row.source == outlay_ledger::MANUAL {
            "Recorded by hand or by a script.".to_owned()
        } else {
            format!("From {}; its import is not here yet.", row.source)
        };
    };
    let line = row.source_line.map(|line| format!("Line {} of ", count(line))).unwrap_or_default();
    let day = import.imported_at.to_utc().format("%Y-%m-%d %H:%M UTC");
    format!("{line}{}, imported {day}.", import.file_name)
}

/// Why a row, or a part of it, is in no total.
pub(super) fn left_out(row: &GenerationRow) -> Option<String> {
    let (money, usage, reason) = row.left_out.as_ref()?;
    let what = match (money, usage) {
        (true, false) => "Its money does not count",
        (false, true) => "Its tokens and calls do not count",
        _ => "It does not count",
    };
    let why = match reason.as_str() {
        "voided" => "what brought it was undone",
        "restated" => "a newer export states other values for it",
        "repriced" => "it was priced anew",
        "also_reported" => "another source speaks for these days",
        "replaced" => "a newer export of these days lacks it",
        other => other,
    };
    Some(format!("{what}: {why}."))
}

/// What one of the rows of a fact is, and whether it counts.
pub(super) fn version(row: &GenerationRow) -> String {
    let day = |instant: Instant| instant.to_utc().format("%Y-%m-%d %H:%M UTC").to_string();
    let what = match (row.priced_at, &row.import) {
        (Some(at), _) => format!("Priced anew on {}.", day(at)),
        (None, Some((_, file))) => format!("As {file} states it."),
        (None, None) => "As it was recorded.".to_owned(),
    };
    format!("{what} {}", left_out(row).unwrap_or_else(|| "It counts.".to_owned()))
}
