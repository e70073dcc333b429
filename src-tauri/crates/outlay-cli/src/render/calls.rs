//! Rows of the ledger: a table of them, and one in words.

use outlay_app::Zone;
use outlay_app::generations::{Generation, GenerationShown, Generations};
use owo_colors::OwoColorize as _;

use super::amount::{count, money};
use super::days::{minute, utc};
use super::imports::short;
use super::table::{Side, fitting, pairs};

/// Rows as a table; where a row does not count, with the reason.
pub(crate) fn calls(calls: &Generations, zone: Zone, width: Option<u16>) -> String {
    if calls.calls.is_empty() {
        return "No rows".to_owned();
    }
    let header = [
        ("Id", Side::Whole),
        ("When", Side::Whole),
        ("Provider", Side::Whole),
        ("Model", Side::Left),
        ("Type", Side::Whole),
        ("Application", Side::Left),
        ("Calls", Side::Right),
        ("In", Side::Right),
        ("Out", Side::Right),
        ("Cost", Side::Right),
        ("Basis", Side::Whole),
        ("Source", Side::Whole),
        ("Left out", Side::Left),
    ];
    let rows: Vec<_> = calls.calls.iter().map(|call| row(call, zone)).collect();
    fitting(&header, &rows, width, &["Application", "Type", "Source", "Provider", "Calls", "Id"])
}

fn row(call: &Generation, zone: Zone) -> Vec<String> {
    vec![
        short(&call.id).to_owned(),
        when(call, zone),
        call.provider.clone(),
        call.model_used.clone(),
        call.generation_type.clone(),
        call.application.as_ref().map(|application| application.name.clone()).unwrap_or_default(),
        call.request_count.map_or_else(|| "–".to_owned(), |calls| count(calls.0)),
        count(call.tokens_input.0),
        count(call.tokens_output.0),
        cost(call),
        call.basis.as_str().to_owned(),
        call.source.clone(),
        why_left_out(call),
    ]
}

/// A call by its minute; an aggregate of whole UTC days by its date.
fn when(call: &Generation, zone: Zone) -> String {
    let is_day = call.period_end.is_some_and(|end| end.micros() - call.created_at.micros() >= 86_400_000_000);
    match is_day {
        true => format!("{} UTC", call.created_at.to_utc().format("%Y-%m-%d")),
        false => minute(call.created_at, zone),
    }
}

/// Nothing is never shown for what is not known.
fn cost(call: &Generation) -> String {
    let is_unpriced = call.basis.as_str() == "unpriced";
    if is_unpriced { "–".to_owned() } else { money(call.cost) }
}

fn why_left_out(call: &Generation) -> String {
    let what = match (call.money_left_out, call.usage_left_out) {
        (true, true) => "",
        (true, false) => "money: ",
        (false, true) => "usage: ",
        (false, false) => return String::new(),
    };
    let reason = call.left_out_reason.as_deref().unwrap_or_default().replace('_', " ");
    format!("{what}{reason}")
}

/// A call that was recorded just now.
pub(crate) fn logged(shown: &GenerationShown) -> String {
    let call = &shown.call;
    let cost = match call.basis.as_str() {
        "unpriced" => "no price is known for this model, so it counts as $0.00".to_owned(),
        basis => format!("${}, {basis}", call.cost),
    };
    let price = call.price_id.as_ref().map(|id| format!(" by price {id}")).unwrap_or_default();
    let mut fields = vec![
        ("Id", call.id.clone()),
        ("When", utc(call.created_at)),
        ("Model", format!("{}, billed by {}", call.model_used, call.provider)),
        ("Tokens", format!("{} in, {} out", count(call.tokens_input.0), count(call.tokens_output.0))),
        ("Cost", format!("{cost}{price}")),
    ];
    fields.extend(call.price_note.iter().map(|note| ("Price", note.clone())));
    fields.extend(call.application.iter().map(|application| ("For", application.name.clone())));
    format!("{}\n{}", "Recorded".bold(), pairs(&fields, None))
}
