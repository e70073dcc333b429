//! What values a budget takes. Whether a name or a scope is taken already, the ledger's reader asks.

use thiserror::Error;

use super::{BudgetScope, CAP, Scope};
use crate::money::{Money, NANOS_PER_DOLLAR};

/// How many characters a name has at most.
pub const LONGEST_NAME: usize = 80;

/// The most that a budget may be, in dollars: the same as the cap.
const LARGEST: i64 = 1_000_000_000;

/// A value that a budget does not take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{field}` {problem}")]
pub struct BudgetFault {
    /// The field.
    pub field: &'static str,
    /// What is wrong with its value.
    pub problem: String,
}

fn fault(field: &'static str, problem: impl Into<String>) -> BudgetFault {
    BudgetFault { field, problem: problem.into() }
}

/// A name without the space around it.
///
/// # Errors
/// It is empty, too long, the cap's own, or has characters that nobody sees.
pub fn name(text: &str) -> Result<String, BudgetFault> {
    let name = text.trim();
    let length = name.chars().count();
    match name {
        "" => Err(fault("name", "is empty")),
        _ if length > LONGEST_NAME => {
            Err(fault("name", format!("has {length} characters: {LONGEST_NAME} at most")))
        }
        _ if name.chars().any(is_unseen) => Err(fault("name", "has characters that nobody sees")),
        _ if folded(name) == folded(CAP) => Err(fault(
            "name",
            "is that of the monthly cap, which `outlay config set monthly_ai_cap_usd` sets",
        )),
        _ => Ok(name.to_owned()),
    }
}

/// What two names have in common that are the same but for capitals.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Controls, and marks that join, hide or turn the direction of text.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The scope of a named budget: a provider or a model.
///
/// # Errors
/// Both or none is named, or an empty one.
pub fn scope(named: &BudgetScope) -> Result<Scope, BudgetFault> {
    let text = |field, text: &Option<String>| match text.as_deref().map(str::trim) {
        Some("") => Err(fault(field, "is empty")),
        text => Ok(text.map(str::to_owned)),
    };
    match (text("provider", &named.provider)?, text("model", &named.model)?) {
        (Some(provider), None) => Ok(Scope::Provider(provider)),
        (None, Some(model)) => Ok(Scope::Model(model)),
        (None, None) => {
            Err(fault("provider", "or `model` says what the budget is of; `All` is of all calls"))
        }
        (Some(_), Some(_)) => Err(fault("model", "is named beside `provider`: a budget is of one of them")),
    }
}

/// An amount that a budget or a reservation may have.
///
/// # Errors
/// It is not above zero, or beyond a billion dollars.
pub fn amount(field: &'static str, amount: Money) -> Result<Money, BudgetFault> {
    let largest = Money::from_nanos(LARGEST * NANOS_PER_DOLLAR);
    match amount {
        amount if amount <= Money::ZERO => Err(fault(field, format!("is {amount}: it takes more than 0"))),
        amount if amount > largest => Err(fault(field, format!("is {amount}: it takes {LARGEST} at most"))),
        amount => Ok(amount),
    }
}

/// The part at which a warning comes, in percent.
///
/// # Errors
/// It is none from 1 to 100.
pub fn warn_at(percent: i64) -> Result<u8, BudgetFault> {
    part("warn_at_pct", percent)
}

/// A part of a budget, in percent.
///
/// # Errors
/// It is none from 1 to 100.
pub fn part(field: &'static str, percent: i64) -> Result<u8, BudgetFault> {
    let part = u8::try_from(percent).ok().filter(|percent| (1..=100).contains(percent));
    part.ok_or_else(|| fault(field, format!("is {percent}: it takes a whole percentage from 1 to 100")))
}
