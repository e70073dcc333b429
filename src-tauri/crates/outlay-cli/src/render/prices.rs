//! Prices of one's own, names without one, and what pricing the past anew changes.

use outlay_app::Instant;
use outlay_app::prices::{
    OwnPriceShown, OwnPrices, PriceMonth, PricePlan, PriceRule, RepricingShown, Repricings, UnpricedGroup,
    UnpricedQueue,
};

use super::amount::{count, counted, money, total};
use super::days::utc;
use super::imports::{days, short};
use super::table::{Side, fitting, table};

/// The prices that hold.
pub(crate) fn own(own: &OwnPrices, width: Option<u16>) -> String {
    if own.prices.is_empty() {
        return "No prices of your own: the price book decides".to_owned();
    }
    let header = [("Name", Side::Whole), ("From (UTC)", Side::Whole), ("Says", Side::Left)];
    let row = |price: &OwnPriceShown| vec![name(price), from(price.price.from), rule(&price.price.rule)];
    table(&header, own.prices.iter().map(row).collect(), width)
}

/// Names without a price.
pub(crate) fn queue(queue: &UnpricedQueue, width: Option<u16>) -> String {
    if queue.names.is_empty() {
        return "Every row has a price".to_owned();
    }
    let header = [
        ("Name", Side::Whole),
        ("Rows", Side::Right),
        ("Tokens", Side::Right),
        ("Days", Side::Whole),
        ("Why", Side::Left),
        ("May be", Side::Left),
    ];
    let row = |group: &UnpricedGroup| {
        let likely = group.suggestions.iter().map(|one| format!("{}/{}", one.provider, one.model));
        let why = if group.ignored { "ignored".to_owned() } else { group.why.clone() };
        vec![
            format!("{}/{}", group.provider, group.model),
            count(group.rows.0),
            count(group.tokens_input.0 + group.tokens_output.0),
            days(Some(group.first_day), Some(group.last_day)),
            why,
            likely.collect::<Vec<_>>().join(", "),
        ]
    };
    let rows: Vec<_> = queue.names.iter().map(row).collect();
    fitting(&header, &rows, width, &["Why", "Days"])
}

/// What a change of prices does, or did.
pub(crate) fn plan(plan: &PricePlan) -> String {
    let mut lines: Vec<String> = plan.prices.iter().map(said).collect();
    let rows = counted(plan.rows.0, "row", "rows");
    lines.push(match (plan.rows.0, plan.done) {
        (0, _) => "No row gets another price".to_owned(),
        (_, true) => format!("{rows} got another price: {}", difference(plan)),
        (_, false) => format!("{rows} would get another price: {}", difference(plan)),
    });
    if plan.unpriced_after.0 > 0 {
        lines.push(format!("{} without a price", counted(plan.unpriced_after.0, "row stays", "rows stay")));
    }
    lines.extend(plan.months.iter().map(month));
    lines.join("\n")
}

/// Re-pricings of the past.
pub(crate) fn history(history: &Repricings, width: Option<u16>) -> String {
    if history.repricings.is_empty() {
        return "Nothing was priced anew".to_owned();
    }
    let header = [
        ("Id", Side::Whole),
        ("When (UTC)", Side::Whole),
        ("What", Side::Left),
        ("Rows", Side::Right),
        ("Before", Side::Right),
        ("After", Side::Right),
        ("State", Side::Whole),
    ];
    let row = |one: &RepricingShown| {
        vec![
            short(&one.id).to_owned(),
            utc(one.at),
            one.label.clone(),
            count(one.rows.0),
            money(one.spend_before),
            money(one.spend_after),
            if one.undone { "undone".to_owned() } else { String::new() },
        ]
    };
    let rows: Vec<_> = history.repricings.iter().map(row).collect();
    fitting(&header, &rows, width, &["When (UTC)"])
}

/// A re-pricing that was taken back, or done again.
pub(crate) fn voided(one: &RepricingShown) -> String {
    let rows = counted(one.rows.0, "row costs", "rows cost");
    let (state, spend) =
        if one.undone { ("is undone", one.spend_before) } else { ("holds again", one.spend_after) };
    format!("{} {state}; {rows} {}", one.label, money(spend))
}

fn said(price: &OwnPriceShown) -> String {
    let since = price.price.from.map(|from| format!(" from {}", utc(from))).unwrap_or_default();
    format!("{}{since}: {}", name(price), rule(&price.price.rule))
}

fn name(price: &OwnPriceShown) -> String {
    match (&*price.price.provider, &*price.price.model) {
        (provider, "") => format!("{provider} (all models)"),
        (provider, model) => format!("{provider}/{model}"),
    }
}

fn from(from: Option<Instant>) -> String {
    from.map_or("always".to_owned(), utc)
}

fn rule(rule: &PriceRule) -> String {
    match rule {
        PriceRule::Rates { variant, per_million } => {
            let rates: Vec<_> = per_million.iter().map(|(unit, rate)| format!("{unit} ${rate}")).collect();
            let whose = variant.as_ref().map(|variant| format!("{variant}: ")).unwrap_or_default();
            format!("{whose}{} per million", rates.join(", "))
        }
        PriceRule::SameAs { as_provider, as_model } => format!("the same as {as_provider}/{as_model}"),
        PriceRule::Free => "free".to_owned(),
        PriceRule::Ignored => "left without a price".to_owned(),
        PriceRule::Factor { times } => format!("{times} of the list price"),
        PriceRule::Withdrawn { .. } => "withdrawn".to_owned(),
    }
}

fn difference(plan: &PricePlan) -> String {
    let sign = if plan.difference.is_negative() { "" } else { "+" };
    format!("{} to {} ({sign}{})", money(plan.spend_before), money(plan.spend_after), money(plan.difference))
}

fn month(month: &PriceMonth) -> String {
    let before = total(month.spend_before, month.at_least_before, false);
    let after = total(month.spend_after, month.at_least_after, false);
    format!("  {}: {before} to {after}", month.month)
}
