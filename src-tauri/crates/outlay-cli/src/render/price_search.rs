//! What the price book says about models.

use std::collections::BTreeMap;

use outlay_app::Money;
use outlay_app::prices::{DatedPrice, ModelPrices, PricesFound};

use super::amount::count;
use super::days::utc;
use super::table::{Side, fitting};

/// Each model with its dated prices.
pub(crate) fn found(found: &PricesFound, width: Option<u16>) -> String {
    if found.models.is_empty() {
        return format!("The price book of {} has no such model", found.version);
    }
    let mut parts: Vec<String> = Vec::new();
    if found.alike {
        parts.push("No name holds these words; like them are:".to_owned());
    }
    parts.extend(found.models.iter().map(|each| model(each, width)));
    let left = found.found.0 - i64::try_from(found.models.len()).unwrap_or(i64::MAX);
    if left > 0 {
        parts.push(format!("{} more: `--limit` shows more", count(left)));
    }
    parts.join("\n\n")
}

fn model(model: &ModelPrices, width: Option<u16>) -> String {
    let header = [
        ("From (UTC)", Side::Whole),
        ("For", Side::Whole),
        ("Dollars per million", Side::Left),
        ("Listed by", Side::Whole),
        ("", Side::Whole),
    ];
    let rows: Vec<_> = model.prices.iter().flat_map(lines).collect();
    let mut lines =
        vec![format!("{}/{}", model.provider, model.model), fitting(&header, &rows, width, &["Listed by"])];
    lines.extend(model.differs.as_ref().map(|differs| format!("  Sources differ: {differs}")));
    lines.extend(model.filled.as_ref().map(|filled| format!("  Filled in: {filled}")));
    lines.extend(model.regions.iter().map(|(region, times)| format!("  In {region}: {times} of it")));
    lines.join("\n")
}

/// The price, and what it is for larger prompts and at some hours.
fn lines(price: &DatedPrice) -> Vec<Vec<String>> {
    let from = || price.from.map_or("always".to_owned(), utc);
    let line = |rates: String| {
        let variant = price.variant.clone().unwrap_or_default();
        let now = if price.in_force { "now" } else { "" };
        let source = if price.assumed { "supposed".to_owned() } else { price.source.clone() };
        vec![from(), variant, rates, source, now.to_owned()]
    };
    let base = price.per_million.as_ref().map_or("not sold".to_owned(), rates);
    let tier = |above: i64, of: &_| line(format!("above {} tokens: {}", count(above), rates(of)));
    let tiers = price.tiers.iter().map(|each| tier(each.above.0, &each.per_million));
    let hours = price.hours.iter().map(|each| {
        let days = if each.workdays { " on workdays" } else { "" };
        line(format!("{} to {} UTC{days}: {}", each.start, each.end, rates(&each.per_million)))
    });
    std::iter::once(line(base)).chain(tiers).chain(hours).collect()
}

fn rates(rates: &BTreeMap<String, Money>) -> String {
    let told: Vec<_> = rates.iter().map(|(unit, rate)| format!("{unit} ${rate}")).collect();
    told.join(", ")
}
