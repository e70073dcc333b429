//! The sentence under a budget: what it will do, where it stands, and what nobody can stop.

use super::{Account, Budget, BudgetMode, Scope};
use crate::figures::{apart, day_words, dollars, hedged};
use crate::money::Money;
use crate::period::Day;
use crate::report::Headline;

pub(super) fn of(
    account: &Account,
    first: Day,
    spend: Headline,
    reached_on: Option<Day>,
    today: Day,
) -> String {
    let budget = &account.budget;
    let (amount, _) = apart(spend.spend, budget.amount);
    let spent = hedged(&amount, spend.at_least, spend.about);
    format!(
        "{}{} So far {spent} is spent{}.",
        rule(budget, first),
        raised(budget, first),
        ahead(account, reached_on, today)
    )
}

/// What happens, and when.
fn rule(budget: &Budget, first: Day) -> String {
    let (limit, warned) = (dollars(budget.amount), dollars(budget.warned_from()));
    let month = month(first);
    let whose = match &budget.scope {
        Scope::All => "spend".to_owned(),
        scope => format!("spend for {}", scope.words()),
    };
    let warning = match budget.warn_at_pct {
        100 => String::new(),
        percent => format!(" It warns at {warned} ({percent} %)."),
    };
    match (budget.confirmed, budget.mode) {
        (false, _) => {
            format!("A default of {limit} that nobody confirmed: it warns in the app and never blocks.")
        }
        (true, BudgetMode::Block) => format!(
            "Makes `outlay budget check` fail and refuses reservations and `outlay run` once {month} {whose} reaches \
             {limit}.{warning} Calls made straight to a provider cannot be stopped."
        ),
        (true, BudgetMode::Notify) => {
            format!("Tells you when {month} {whose} reaches {limit}, and blocks nothing.{warning}")
        }
    }
}

/// That it holds for this month alone, if it does.
fn raised(budget: &Budget, first: Day) -> String {
    budget.raised_from.map_or_else(String::new, |usual| {
        format!(" Raised from {} to {} for {} alone.", dollars(usual), dollars(budget.amount), month(first))
    })
}

/// `June`, or `the month from 15 June`.
fn month(first: Day) -> String {
    use chrono::Datelike;
    match first.date().day() {
        1 => first.date().format("%B").to_string(),
        _ => format!("the month from {}", first.date().format("%-d %B")),
    }
}

fn ahead(account: &Account, reached_on: Option<Day>, today: Day) -> String {
    let Account { budget, spent, reserved } = account;
    let is_reached = *spent >= budget.amount;
    match reached_on {
        Some(day) if is_reached => format!("; the limit was reached on {}", day_words(day)),
        _ if is_reached => "; the limit is reached".to_owned(),
        _ if account.remaining() <= Money::ZERO => {
            format!("; with {} reserved nothing is left of it", dollars(*reserved))
        }
        Some(day) if day <= today => "; the limit is likely to be reached today".to_owned(),
        Some(day) => format!("; at this pace the limit is reached about {}", day_words(day)),
        None => String::new(),
    }
}
