//! What a newer price book says otherwise.

use std::collections::BTreeMap;

use outlay_app::Money;
use outlay_app::prices::{ChangedName, ChangedPrice, PriceChanges};

use super::amount::{counted, money};
use super::days::utc;
use super::table::{Side, table};

/// A line for each price that changed, and what it means for the month.
pub(crate) fn changes(changes: &PriceChanges, width: Option<u16>) -> String {
    let PriceChanges { since, version, .. } = changes;
    if changes.names.is_empty() {
        return format!("No price of the models that you use changed since the price book of {since}");
    }
    let header =
        [("Name", Side::Whole), ("From (UTC)", Side::Whole), ("Before", Side::Left), ("Now", Side::Left)];
    let rows = changes.names.iter().flat_map(|name| name.changes.iter().map(move |change| row(name, change)));
    let table = table(&header, rows.collect(), width);
    let rows = counted(changes.names.iter().map(|name| name.rows.0).sum(), "row", "rows");
    let effect = money(changes.effect);
    format!(
        "Price book {version} instead of {since}\n{table}\nThis month's {rows} priced anew: {effect} more"
    )
}

fn row(name: &ChangedName, change: &ChangedPrice) -> Vec<String> {
    let variant = change.variant.as_ref().map(|variant| format!(" ({variant})")).unwrap_or_default();
    vec![
        format!("{}/{}{variant}", name.provider, name.model),
        change.from.map_or("always".to_owned(), utc),
        rates(change.old.as_ref()),
        rates(change.new.as_ref()),
    ]
}

fn rates(rates: Option<&BTreeMap<String, Money>>) -> String {
    let Some(rates) = rates else { return "not sold".to_owned() };
    let told: Vec<_> = rates.iter().map(|(unit, rate)| format!("{unit} ${rate}")).collect();
    if told.is_empty() { "–".to_owned() } else { told.join(", ") }
}
