//! Budgets, the gate's lines, and what is held.

use outlay_app::budget::{BudgetMode, BudgetStanding, BudgetState};
use outlay_app::budgets::{ChosenBy, ReservationRow, Settlement, Unknown, WhenUnknown};

use super::amount::{money, share, total};
use super::days::utc;
use super::table::{Side, fitting};
use super::text::wrapped;

/// All budgets as a table.
pub(crate) fn list(budgets: &[BudgetStanding], width: Option<u16>) -> String {
    let header = [
        ("Budget", Side::Left),
        ("Of", Side::Left),
        ("Spent", Side::Right),
        ("Reserved", Side::Right),
        ("Limit", Side::Right),
        ("Used", Side::Right),
        ("State", Side::Whole),
        ("When reached", Side::Whole),
        ("Likely", Side::Right),
    ];
    let rows: Vec<Vec<String>> = budgets.iter().map(row).collect();
    fitting(&header, &rows, width, &["Likely", "When reached", "Of"])
}

fn row(standing: &BudgetStanding) -> Vec<String> {
    let held = standing.reserved;
    vec![
        standing.name.clone(),
        scope(standing),
        total(standing.spent, standing.at_least, false),
        if held.nanos() == 0 { String::new() } else { money(held) },
        money(standing.amount),
        share(standing.spent.nanos(), standing.amount.nanos()),
        standing.state.to_string(),
        when_reached(standing).to_owned(),
        standing.forecast.as_ref().map(|forecast| money(forecast.likely)).unwrap_or_default(),
    ]
}

fn scope(standing: &BudgetStanding) -> String {
    let named = standing.scope.provider.as_ref().or(standing.scope.model.as_ref());
    named.cloned().unwrap_or_else(|| "all calls".to_owned())
}

const fn when_reached(standing: &BudgetStanding) -> &'static str {
    match (standing.confirmed, standing.mode) {
        (false, _) => "warns (default)",
        (true, BudgetMode::Block) => "blocks",
        (true, BudgetMode::Notify) => "notifies",
    }
}

/// A budget that was kept: its line, and what it will do.
pub(crate) fn kept(standing: &BudgetStanding, width: Option<u16>) -> String {
    format!("{}\n{}", lines(std::slice::from_ref(standing)).join("\n"), wrapped(&standing.sentence, width, 0))
}

/// A line for each budget: `All June  $109.66 of $200.00 (55 %)  ok  likely $171.26 ($156.96–193.26)`.
pub(crate) fn lines(budgets: &[BudgetStanding]) -> Vec<String> {
    let named = |standing: &BudgetStanding| {
        format!("{} {}", standing.name, standing.period.start.date().format("%B"))
    };
    let figures: Vec<(String, String)> =
        budgets.iter().map(|standing| (named(standing), used(standing))).collect();
    let widest = |of: fn(&(String, String)) -> &String| {
        figures.iter().map(|pair| of(pair).chars().count()).max().unwrap_or_default()
    };
    let (first, second) = (widest(|pair| &pair.0), widest(|pair| &pair.1));
    let line = |(standing, (name, used)): (&BudgetStanding, &(String, String))| {
        let line =
            format!("{name:first$}  {used:second$}  {:4}  {}", standing.state.as_str(), likely(standing));
        line.trim_end().to_owned()
    };
    budgets.iter().zip(&figures).map(line).collect()
}

fn used(standing: &BudgetStanding) -> String {
    let spent = total(standing.spent, standing.at_least, false);
    let held = match standing.reserved.nanos() {
        0 => String::new(),
        _ => format!(", {} reserved", money(standing.reserved)),
    };
    let raised =
        standing.raised_from.map(|usual| format!(", raised from {}", money(usual))).unwrap_or_default();
    match standing.state {
        BudgetState::None => format!("{spent}{held}, default cap {}", money(standing.amount)),
        _ => {
            let share = share(standing.spent.nanos(), standing.amount.nanos());
            format!("{spent} of {} ({share}){raised}{held}", money(standing.amount))
        }
    }
}

fn likely(standing: &BudgetStanding) -> String {
    standing.forecast.as_ref().map_or_else(String::new, |forecast| {
        let (likely, low, high) = (money(forecast.likely), money(forecast.low), money(forecast.high));
        format!("likely {likely} ({low}–{})", high.trim_start_matches('$'))
    })
}

/// What applied where the gate could not tell.
pub(crate) const fn applied(unknown: Unknown) -> &'static str {
    match (unknown.applied, unknown.chosen_by) {
        (WhenUnknown::Open, ChosenBy::Flag) => "the gate is open then: --fail-open",
        (WhenUnknown::Open, _) => "the gate is open then: gate_when_unknown is open",
        (WhenUnknown::Closed, ChosenBy::Flag) => "the gate is closed then: --fail-closed",
        (WhenUnknown::Closed, ChosenBy::Setting) => "the gate is closed then: gate_when_unknown is closed",
        (WhenUnknown::Closed, ChosenBy::Default) => "the gate is closed then; --fail-open goes on",
    }
}

/// What is held, in a line.
pub(crate) fn held(held: &ReservationRow) -> String {
    format!("{} held until {} at most", money(held.amount), utc(held.expires_at))
}

/// How a reservation ended.
pub(crate) fn settlement(ended: &Settlement) -> String {
    let ReservationRow { amount, state, cost, ended_at, .. } = &ended.reservation;
    let cost = cost.map(|cost| format!(" with {}", money(cost))).unwrap_or_default();
    let when = ended_at.map(|at| format!(" on {}", utc(at))).unwrap_or_default();
    let said = match (ended.already, ended.late) {
        (true, _) => format!(", already{when}"),
        (false, true) => ", after its time was over".to_owned(),
        (false, false) => String::new(),
    };
    format!("Reservation of {}: {}{cost}{said}", money(*amount), state.as_str())
}

/// What is held, and was.
pub(crate) fn reservations(reservations: &[ReservationRow], width: Option<u16>) -> String {
    if reservations.is_empty() {
        return "Nothing is reserved".to_owned();
    }
    let header = [
        ("Reserved", Side::Whole),
        ("Amount", Side::Right),
        ("Of", Side::Left),
        ("State", Side::Whole),
        ("Cost", Side::Right),
        ("Until", Side::Whole),
        ("Id", Side::Whole),
    ];
    let row = |held: &ReservationRow| {
        let of = [&held.scope.provider, &held.scope.model].into_iter().flatten();
        let of = of.cloned().collect::<Vec<_>>().join(", ");
        vec![
            utc(held.created_at),
            money(held.amount),
            if of.is_empty() { "all calls".to_owned() } else { of },
            held.state.as_str().to_owned(),
            held.cost.map(money).unwrap_or_default(),
            utc(held.expires_at),
            held.id.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = reservations.iter().map(row).collect();
    fitting(&header, &rows, width, &["Of", "Reserved"])
}
