//! What a newer price book says otherwise about the models that are used. Rows keep their prices; pricing them anew is
//! asked for like any other change.

use std::collections::BTreeMap;

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Month;
use outlay_core::price::{Book, RateChange, changes_since};
use outlay_core::report::Count;
use outlay_ledger::{LedgerError, Repriceable, Writer};
use serde::Serialize;

use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};
use crate::pricing::{self, Repricer};

/// What the price book says otherwise than the one that was known before.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PriceChanges {
    /// `outlay.price-changes/1`.
    pub schema: &'static str,
    /// The version that was known before.
    pub since: String,
    /// The version of this program.
    pub version: String,
    /// Changes of the models that are used, by name.
    pub names: Vec<ChangedName>,
    /// What they come to for this month's rows, if they were priced anew.
    pub effect: Money,
}

/// A used name whose prices changed.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ChangedName {
    /// Who bills it.
    pub provider: String,
    /// The model, as sources write it.
    pub model: String,
    /// What changed.
    pub changes: Vec<ChangedPrice>,
    /// Rows of this month that would cost otherwise.
    pub rows: Count,
    /// By how much more, or less.
    pub effect: Money,
}

/// A price that changed.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ChangedPrice {
    /// For calls of this variant; absent: for those without any.
    pub variant: Option<String>,
    /// From when on; absent: for all time before.
    pub from: Option<Instant>,
    /// Dollars per million of the units that changed, before; absent: it was not sold so.
    pub old: Option<BTreeMap<String, Money>>,
    /// And after.
    pub new: Option<BTreeMap<String, Money>>,
}

/// The setting that holds the version that was known.
const SEEN: &str = "price_book_seen";

/// What a newer price book says otherwise about the models that are used.
///
/// # Errors
/// Those of the ledger.
pub fn list_changes(app: &App, _request: Nothing) -> Result<PriceChanges, ApiError> {
    app.plan(|writer| told(app, &writer))
}

/// Notes that what the price book says now is known, and tells it once more.
///
/// # Errors
/// Those of the ledger.
pub fn see_changes(app: &App, _request: Nothing) -> Result<PriceChanges, ApiError> {
    app.shows_own()?;
    let told = app.plan(|writer| told(app, &writer))?;
    app.write(|writer| {
        writer.set_setting(SEEN, &told.version)?;
        Ok(writer.commit()?)
    })?;
    Ok(told)
}

/// In a transaction that the caller drops: rows are priced anew in it.
fn told(app: &App, writer: &Writer<'_>) -> Result<PriceChanges, AppError> {
    let since = seen(writer)?;
    let changes = changes_since(&since);
    let mut names = Vec::new();
    for (provider, model) in writer.reader().computed_names()? {
        names.extend(changed(app, writer, (provider, model), &changes)?);
    }
    let effect = names.iter().map(|name| name.effect).sum();
    let version = Book::embedded().version().to_owned();
    Ok(PriceChanges { schema: "outlay.price-changes/1", since, version, names, effect })
}

/// Keeps which version of the book the first prices came from: later ones are measured by it.
pub(crate) fn note_book(writer: &Writer<'_>) -> Result<(), LedgerError> {
    if writer.reader().setting(SEEN)?.is_some() {
        return Ok(());
    }
    writer.set_setting(SEEN, &seen(writer)?)
}

fn seen(writer: &Writer<'_>) -> Result<String, LedgerError> {
    let reader = writer.reader();
    let known = match reader.setting(SEEN)? {
        Some(version) => Some(version),
        None => reader.newest_book_used()?,
    };
    Ok(known.unwrap_or_else(|| Book::embedded().version().to_owned()))
}

fn changed(
    app: &App,
    writer: &Writer<'_>,
    (provider, model): (String, String),
    changes: &[RateChange],
) -> Result<Option<ChangedName>, AppError> {
    let Ok(resolved) = Book::embedded().resolve(&provider, &model) else { return Ok(None) };
    let is_its = |change: &&RateChange| {
        (change.provider.as_str(), change.model.as_str()) == (resolved.provider(), resolved.model())
    };
    let changes: Vec<ChangedPrice> = changes.iter().filter(is_its).map(ChangedPrice::from).collect();
    if changes.is_empty() {
        return Ok(None);
    }
    let month = Month::containing(app.today(app.zone(&writer.reader())?));
    let days = (i64::from(month.first_day().number()), i64::from(month.last_day().number()));
    let names = vec![(provider.clone(), model.clone())];
    let which = Repriceable { names, priced_too: true, days: Some(days) };
    let prices = pricing::prices(&writer.reader())?;
    let now = writer.instant_of_pricing(app.now())?;
    let told = |_| Ok::<(), AppError>(());
    let repriced = writer.reprice(&which, "", now, &mut Repricer::new(&prices), told)?;
    let effect = repriced.spend_after.checked_sub(repriced.spend_before).unwrap_or_default();
    let rows = Count(i64::try_from(repriced.rows).unwrap_or(i64::MAX));
    Ok(Some(ChangedName { provider, model, changes, rows, effect }))
}

impl From<&RateChange> for ChangedPrice {
    fn from(change: &RateChange) -> Self {
        Self {
            variant: (!change.variant.is_empty()).then(|| change.variant.clone()),
            from: change.from,
            old: change.old.clone(),
            new: change.new.clone(),
        }
    }
}
