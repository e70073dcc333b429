//! Where a budget stands: spent, reserved, left, and where its month is heading.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sentence;
use super::{Account, Budget, BudgetMode, BudgetPace, BudgetScope};
use crate::forecast::{Outlook, Projection, path};
use crate::money::Money;
use crate::period::{Day, Zone};
use crate::report::{Headline, Ratio};
use crate::text::words;

words! {
    /// How far a budget is used.
    pub enum BudgetState("state of a budget") {
        /// It is a default that nobody confirmed: it limits nothing.
        None = "none",
        /// Below the warning.
        Ok = "ok",
        /// At the warning or beyond.
        Warn = "warn",
        /// Reached, or passed, with what is reserved: nothing is left.
        Over = "over",
    }
}

/// A budget and where it stands in the current month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BudgetStanding {
    /// Its id; null of the monthly cap, and of one that is not kept yet.
    pub id: Option<String>,
    /// Its name; `All` of the monthly cap.
    pub name: String,
    /// Which calls fall under it: of a provider, of a model, or all.
    pub scope: BudgetScope,
    /// What happens when it is reached.
    pub mode: BudgetMode,
    /// The current month.
    pub period: BudgetPeriod,
    /// `USD`.
    pub currency: &'static str,
    /// What the month may cost.
    pub amount: Money,
    /// What other months may cost, where this one alone was raised; null where it is the same.
    pub raised_from: Option<Money>,
    /// What it cost so far.
    pub spent: Money,
    /// What is held for calls that are not settled.
    pub reserved: Money,
    /// The amount without both; below zero when it is over.
    pub remaining: Money,
    /// Spend as a share of the amount: `0.5483` is 54.83 %.
    pub used: Ratio,
    /// The part at which a warning comes, in percent.
    pub warn_at_pct: u8,
    /// How far it is used: the warning by spend alone, as its alert comes; the limit with what is reserved, as the gate
    /// counts.
    pub state: BudgetState,
    /// The true spend is at least this: calls without a known price fall under it.
    pub at_least: bool,
    /// Part of the spend is estimated.
    pub about: bool,
    /// Where the month is heading; null under seven days of history.
    pub forecast: Option<BudgetForecast>,
    /// The day on which the spend reached the amount, or on which it is likely to; null when it is not.
    pub reached_on: Option<Day>,
    /// How fast it is used; null on the first day of the month.
    pub pace: Option<BudgetPace>,
    /// What will happen, in words.
    pub sentence: String,
    /// Whether the user set or confirmed it.
    pub confirmed: bool,
}

/// The month of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct BudgetPeriod {
    /// Its first day.
    pub start: Day,
    /// The first day after it.
    pub end: Day,
    /// The zone whose days these are.
    pub time_zone: Zone,
}

/// Where a budget's month is heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BudgetForecast {
    /// The likely end.
    pub likely: Money,
    /// The lower end of the likely range.
    pub low: Money,
    /// The upper end of the likely range.
    pub high: Money,
    /// How the figures came about, in words.
    pub method: String,
}

/// What is known of a budget's month.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    /// The ledger's time zone.
    pub zone: Zone,
    /// The first and the last day of the month.
    pub days: (Day, Day),
    /// What the month cost so far.
    pub spend: Headline,
    /// What is held.
    pub reserved: Money,
    /// The spend of each day so far.
    pub daily: &'a BTreeMap<Day, Money>,
    /// What the forecast is made of.
    pub outlook: Outlook<'a>,
    /// The forecast itself.
    pub projection: Option<&'a Projection>,
}

/// Where `budget` stands.
pub fn standing(id: Option<String>, budget: &Budget, figures: &Figures<'_>) -> BudgetStanding {
    let Figures { zone, days, spend, reserved, .. } = *figures;
    let account = Account { budget: budget.clone(), spent: spend.spend, reserved };
    let used = Ratio::of(spend.spend, budget.amount).unwrap_or_default();
    let remaining = account.remaining();
    let state = state(budget, spend.spend, remaining);
    let forecast = figures.projection.and_then(forecast);
    let reached_on = reached_on(budget.amount, figures);
    BudgetStanding {
        sentence: sentence::of(&account, days.0, spend, reached_on, figures.outlook.today),
        id,
        name: budget.name.clone(),
        scope: budget.scope.named(),
        mode: budget.mode,
        period: BudgetPeriod { start: days.0, end: days.1.next(), time_zone: zone },
        currency: "USD",
        amount: budget.amount,
        raised_from: budget.raised_from,
        spent: spend.spend,
        reserved,
        remaining,
        used,
        warn_at_pct: budget.warn_at_pct,
        state,
        at_least: spend.at_least,
        about: spend.about,
        forecast,
        reached_on,
        pace: BudgetPace::of(used, spend.spend > budget.amount, days, figures.outlook.today),
        confirmed: budget.confirmed,
    }
}

fn state(budget: &Budget, spent: Money, remaining: Money) -> BudgetState {
    match spent {
        _ if !budget.confirmed => BudgetState::None,
        _ if remaining <= Money::ZERO => BudgetState::Over,
        _ if spent >= budget.warned_from() => BudgetState::Warn,
        _ => BudgetState::Ok,
    }
}

fn forecast(projection: &Projection) -> Option<BudgetForecast> {
    let Projection { likely, low, high, method, .. } = projection;
    Some(BudgetForecast { likely: (*likely)?, low: (*low)?, high: (*high)?, method: method.clone() })
}

/// The first day at whose end the spend is the amount or more; the likely one where that is to come.
fn reached_on(amount: Money, figures: &Figures<'_>) -> Option<Day> {
    let mut sum = Money::ZERO;
    let reached = figures.daily.iter().find(|(_, spend)| {
        sum = sum.saturating_add(**spend);
        sum >= amount
    });
    let likely = || {
        let expected = path(&figures.outlook, figures.projection?);
        expected.into_iter().find(|expected| expected.likely >= amount).map(|expected| expected.day)
    };
    let is_over = figures.spend.spend >= amount;
    // What a credit brought below the amount again is not reached.
    if is_over { reached.map(|(&day, _)| day) } else { likely() }
}
