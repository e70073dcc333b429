//! Why a row costs what it costs, on a screen: the sum as one would write it by hand, and where its parts come from.

use outlay_app::explain::{AppliedPrice, Explanation, Reckoning, RowVersion};
use outlay_app::figures::exact_dollars;
use outlay_app::{Instant, Zone};
use owo_colors::OwoColorize as _;

use super::amount::count;
use super::days::{minute, utc};
use super::imports::short;
use super::table::{Side, pairs, table};
use super::text::wrapped;

/// The whole explanation.
pub(crate) fn explanation(told: &Explanation, zone: Zone, width: Option<u16>) -> String {
    let row = &told.row;
    let when = match row.period_end {
        Some(end) => format!("{} to {}", utc(row.created_at), utc(end)),
        None => minute(row.created_at, zone),
    };
    let cost = match row.basis.as_str() {
        "unpriced" => "unpriced".to_owned(),
        basis => format!("{}, {basis}", exact_dollars(row.cost)),
    };
    let mut parts =
        vec![format!("{}, {when}\n  {}", row.model.bold(), cost.bold()), wrapped(&told.because, width, 2)];
    parts.extend(row.left_out.iter().map(|why| wrapped(why, width, 2)));
    parts.extend(told.arithmetic.as_ref().map(|sum| reckoning(sum, width)));
    if let Some(instead) = &told.instead {
        parts.push(wrapped(&instead.says, width, 2));
        parts.extend(instead.arithmetic.as_ref().map(|sum| reckoning(sum, width)));
    }
    let mut facts: Vec<(&str, String)> = Vec::new();
    facts.extend(told.now.iter().map(|now| ("Today", now.says.clone())));
    facts.push(("From", told.origin.says.clone()));
    facts.push(("Billed by", row.provider.clone()));
    facts.push(("Id", row.id.clone()));
    parts.push(pairs(&facts, width));
    parts.extend((!told.versions.is_empty()).then(|| versions(&told.versions, width)));
    parts.join("\n\n")
}

/// A sum with its price below.
fn reckoning(sum: &Reckoning, width: Option<u16>) -> String {
    let mut amounts: Vec<&str> = sum.lines.iter().map(|line| line.amount.as_str()).collect();
    amounts.extend(sum.listed.as_deref());
    let cost = sum.cost.to_string();
    amounts.extend([sum.exact.as_str(), &cost]);
    let places = amounts.iter().map(|amount| decimals(amount)).max().unwrap_or_default();
    let dollars = |amount: &str| format!("${}", padded(amount, places));
    let line = |name: &str, amount: String| vec![name.to_owned(), String::new(), String::new(), amount];
    let mut rows: Vec<Vec<String>> = sum
        .lines
        .iter()
        .map(|line| {
            let rate = exact_dollars(line.per_million);
            vec![line.name.clone(), count(line.count.0), rate, dollars(&line.amount)]
        })
        .collect();
    rows.extend(sum.listed.iter().map(|listed| line("At list price", dollars(listed))));
    rows.extend(sum.factors.iter().map(|factor| line(&factor.name, format!("× {}", factor.times))));
    rows.push(line("Sum", dollars(&sum.exact)));
    if sum.exact != cost {
        rows.push(line("Rounded", dollars(&cost)));
    }
    let header = [
        ("Unit", Side::Whole),
        ("Count", Side::Right),
        ("Per million", Side::Right),
        ("Amount", Side::Right),
    ];
    format!("{}\n\n{}", table(&header, rows, width), price(&sum.price, width))
}

fn price(price: &AppliedPrice, width: Option<u16>) -> String {
    let since = price.valid_from.map_or_else(|| "as far back as is known".to_owned(), day);
    let joined = |sentences: &[String]| (!sentences.is_empty()).then(|| sentences.join(" "));
    let facts = [
        ("Price", Some(price.id.clone())),
        ("Model", price.model.clone()),
        ("Variant", price.variant.clone()),
        ("Rates", price.part.clone()),
        ("Since", Some(since)),
        ("Source", Some(price.source.clone())),
        ("Name", joined(&price.name_steps)),
        ("Supposed", joined(&price.supposed)),
        ("Disputed", price.disagreement.clone()),
    ];
    let known: Vec<_> = facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    pairs(&known, width)
}

fn versions(versions: &[RowVersion], width: Option<u16>) -> String {
    let header = [
        ("Id", Side::Whole),
        ("Cost", Side::Right),
        ("Basis", Side::Whole),
        ("Price", Side::Left),
        ("", Side::Left),
    ];
    let row = |one: &RowVersion| {
        let this = if one.is_this { " (this)" } else { "" };
        let price = one.price_id.clone().unwrap_or_default();
        let basis = one.basis.as_str().to_owned();
        vec![format!("{}{this}", short(&one.id)), exact_dollars(one.cost), basis, price, one.says.clone()]
    };
    let title = "Versions of the same fact".bold().to_string();
    format!("{title}\n{}", table(&header, versions.iter().map(row).collect(), width))
}

/// `2026-08-21` where it begins a day, in UTC as price lists count.
fn day(instant: Instant) -> String {
    let text = utc(instant);
    text.strip_suffix(" 00:00 UTC").map(str::to_owned).unwrap_or(text)
}

/// How many digits stand behind the point.
fn decimals(amount: &str) -> usize {
    amount.split_once('.').map_or(0, |(_, behind)| behind.len())
}

/// The same amount with zeros behind it, so that a column is read by its points.
fn padded(amount: &str, places: usize) -> String {
    let point = if places > 0 && !amount.contains('.') { "." } else { "" };
    format!("{amount}{point}{}", "0".repeat(places - decimals(amount)))
}
