//! Setting prices and pricing the past anew by them: a plan, and the same run kept.

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_core::price::{Book, OwnPrice, OwnRule, Prices, Unresolved};
use outlay_core::report::Count;
use outlay_ledger::{LedgerError, Repriceable, Repriced, Writer};
use serde::{Deserialize, Serialize};

use super::own::{PriceRule, PriceToSet};
use super::{OwnPriceShown, file};
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::event::Unit;
use crate::pricing::{self, Repricer};

/// Which rows of the past a new price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// None: only to what comes.
    #[default]
    Nothing,
    /// Those that have no price.
    Unpriced,
    /// Those that have one of the price book or of the user's own, too.
    Everything,
}

/// Prices to set, and what to do with rows that are there.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct PriceRequest {
    /// The prices.
    pub prices: Vec<PriceToSet>,
    /// A file of prices, as `export_prices` writes it, to set besides.
    pub file: Option<String>,
    /// Which rows get them. Without new prices it is about every name, by the prices that hold.
    pub apply: Applies,
    /// The plan that was shown. Without it, whatever the plan would be is done.
    pub plan_id: Option<String>,
}

/// What setting prices did, or would do.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PricePlan {
    /// `outlay.prices-plan/1`.
    pub schema: &'static str,
    /// Names the plan: the request and the state of the ledger.
    pub plan_id: String,
    /// Whether it was done.
    pub done: bool,
    /// The prices that are set.
    pub prices: Vec<OwnPriceShown>,
    /// What to say so that what held before them holds again, where no row got another price.
    pub back: Vec<PriceToSet>,
    /// The re-pricing that was done: undoing it takes back the rows' prices and those that were set with it.
    pub repricing: Option<String>,
    /// Rows that were looked at.
    pub rows_asked: Count,
    /// Rows that get another price.
    pub rows: Count,
    /// Their calls, as far as they are counted.
    pub calls: Count,
    /// What those rows cost before.
    pub spend_before: Money,
    /// And after.
    pub spend_after: Money,
    /// After less before.
    pub difference: Money,
    /// Of the rows that were looked at, those without a price before.
    pub unpriced_before: Count,
    /// And after.
    pub unpriced_after: Count,
    /// Spend of everything by UTC month, where it changes or ceases to be "at least".
    pub months: Vec<PriceMonth>,
}

/// Spend of a UTC month before and after.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PriceMonth {
    /// The month.
    pub month: Month,
    /// Before.
    pub spend_before: Money,
    /// The true sum was at least this.
    pub at_least_before: bool,
    /// After.
    pub spend_after: Money,
    /// The true sum is at least this.
    pub at_least_after: bool,
}

/// What setting prices would change.
///
/// # Errors
/// A price that is none; those of the ledger.
pub fn plan(app: &App, request: PriceRequest) -> Result<PricePlan, ApiError> {
    app.plan(|writer| run(app, &writer, &request))
}

/// Sets prices, and prices rows anew as the plan says.
///
/// # Errors
/// A price that is none; the ledger changed since the plan; those of the ledger.
pub fn set(app: &App, request: PriceRequest) -> Result<PricePlan, ApiError> {
    app.shows_own()?;
    app.write_much(|writer| {
        let mut plan = run(app, &writer, &request)?;
        if request.plan_id.as_ref().is_some_and(|shown| *shown != plan.plan_id) {
            return Err(AppError::PlanChanged { what: "the ledger" });
        }
        if plan.rows.0 > 0 {
            plan.repricing = writer.reader().repricings()?.first().map(|newest| newest.id.to_string());
        }
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        writer.commit()?;
        plan.done = true;
        Ok(plan)
    })
}

/// Does it in a transaction that the caller keeps or drops.
fn run(app: &App, writer: &Writer<'_>, request: &PriceRequest) -> Result<PricePlan, AppError> {
    let from_file = request.file.as_deref().map(file::read).transpose()?.unwrap_or_default();
    let wanted: Vec<PriceToSet> = request.prices.iter().cloned().chain(from_file).collect();
    let now = writer.instant_of_pricing(app.now())?;
    let set = wanted.iter().map(|price| price.keep(app.new_id(now), now)).collect::<Result<Vec<_>, _>>()?;
    let plan_id = name(writer, &wanted, request.apply);
    let held = pricing::prices(&writer.reader())?;
    let back = wanted.iter().zip(&set).map(|(price, kept)| price.taken_back(&held, kept)).collect();
    for price in &set {
        is_in_book(price)?;
        writer.set_own_price(price)?;
    }
    let before = months_without_price(writer)?;
    let repriced = reprice(app, writer, &wanted, request.apply, now)?;
    let after = months_without_price(writer)?;
    let shown = |price: &OwnPrice| OwnPriceShown::from(price);
    let prices = set.iter().map(shown).collect();
    Ok(PricePlan { back, prices, ..PricePlan::of(repriced, plan_id, (&before, &after)) })
}

fn reprice(
    app: &App,
    writer: &Writer<'_>,
    wanted: &[PriceToSet],
    apply: Applies,
    now: Instant,
) -> Result<Repriced, AppError> {
    if apply == Applies::Nothing {
        return Ok(Repriced::default());
    }
    let prices: Prices = pricing::prices(&writer.reader())?;
    let names = wanted.iter().map(|price| (price.provider.clone(), price.model.clone())).collect();
    let which = Repriceable { names, priced_too: apply == Applies::Everything, days: None };
    let label = label(wanted);
    let mut repricer = Repricer::new(&prices);
    writer.reprice(&which, &label, now, &mut repricer, |rows| {
        app.progress(&label, rows, 0, Unit::Rows);
        if app.is_cancelled() { Err(LedgerError::Cancelled.into()) } else { Ok(()) }
    })
}

/// What a re-pricing is called in its history.
fn label(wanted: &[PriceToSet]) -> String {
    match wanted {
        [] => "all names by the prices that hold".to_owned(),
        [one] => format!("{}: {}", one.name(), words(&one.rule)),
        [first, rest @ ..] => format!("{} and {} more", first.name(), rest.len()),
    }
}

fn words(rule: &PriceRule) -> String {
    match rule {
        PriceRule::Rates { variant: None, .. } => "your price".to_owned(),
        PriceRule::Rates { variant: Some(variant), .. } => format!("your price for {variant}"),
        PriceRule::SameAs { as_provider, as_model } => format!("the same as {as_provider}/{as_model}"),
        PriceRule::Free => "free".to_owned(),
        PriceRule::Ignored => "left without a price".to_owned(),
        PriceRule::Factor { times } => format!("{times} of the list price"),
        PriceRule::Withdrawn { .. } => "your price withdrawn".to_owned(),
    }
}

/// A name that is the same as one that nobody knows would stay without a price.
fn is_in_book(price: &OwnPrice) -> Result<(), AppError> {
    let OwnRule::SameAs { provider, model } = &price.rule else { return Ok(()) };
    let unknown =
        |why: Unresolved| AppError::Field { field: "same_as", problem: format!("is unknown: {why}") };
    Book::embedded().resolve(provider, model).map(|_| ()).map_err(unknown)
}

fn months_without_price(writer: &Writer<'_>) -> Result<BTreeSet<Month>, AppError> {
    Ok(writer.reader().months_without_price((0, i64::from(i32::MAX)))?)
}

fn name(writer: &Writer<'_>, wanted: &[PriceToSet], apply: Applies) -> String {
    let said = serde_json::to_vec(&(wanted, apply)).unwrap_or_default();
    format!("{}-{}", writer.identity().revision, &blake3::hash(&said).to_hex()[..16])
}

impl PriceMonth {
    fn is_another(&self) -> bool {
        (self.spend_before, self.at_least_before) != (self.spend_after, self.at_least_after)
    }
}

impl PricePlan {
    fn of(
        repriced: Repriced,
        plan_id: String,
        (before, after): (&BTreeSet<Month>, &BTreeSet<Month>),
    ) -> Self {
        let count = |rows: u64| Count(i64::try_from(rows).unwrap_or(i64::MAX));
        let mut months: BTreeMap<Month, (Money, Money)> = BTreeMap::new();
        months
            .extend(repriced.months.into_iter().map(|change| (change.month, (change.before, change.after))));
        // A month without any spend may cease to be "at least", too.
        for &month in before.symmetric_difference(after) {
            months.entry(month).or_default();
        }
        let month = |(month, (spend_before, spend_after))| PriceMonth {
            month,
            spend_before,
            at_least_before: before.contains(&month),
            spend_after,
            at_least_after: after.contains(&month),
        };
        Self {
            schema: "outlay.prices-plan/1",
            plan_id,
            done: false,
            prices: Vec::new(),
            back: Vec::new(),
            repricing: None,
            rows_asked: count(repriced.rows_asked),
            rows: count(repriced.rows),
            calls: Count(repriced.requests),
            spend_before: repriced.spend_before,
            spend_after: repriced.spend_after,
            // Both are sums of one ledger, which holds their difference.
            difference: repriced.spend_after.checked_sub(repriced.spend_before).unwrap_or_default(),
            unpriced_before: count(repriced.unpriced.0),
            unpriced_after: count(repriced.unpriced.1),
            months: months.into_iter().map(month).filter(PriceMonth::is_another).collect(),
        }
    }
}
