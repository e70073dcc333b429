//! Why a row costs what it costs: the arithmetic behind it, and where every part of that comes from.
//!
//! A row keeps its price. Its arithmetic is written out by pricing it again, at its own instant and by the price that it
//! names, and is only called the row's own if that finds the same price and the same cost. What holds now stands beside
//! it. Sentences are made in `words`, costs in `outlay_core::price`.

mod answer;
mod reckoning;
mod words;

use outlay_core::instant::{Instant, MICROS_PER_DAY};
use outlay_core::price::{Arithmetic, Book, Found, OwnPrice, Part, Prices, UnpricedReason};
use outlay_core::report::Count;
use outlay_ledger::{GenerationRow, LedgerError, Measured, Reader};

pub use answer::{
    AppliedFactor, AppliedPrice, AtPresent, ExplainedRow, Explanation, Instead, ReckonedLine, Reckoning,
    RowOrigin, RowVersion,
};

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::generations::{self, GenerationRequest};

/// Explains what a row costs.
///
/// # Errors
/// No such row, or several; those of the ledger.
pub fn show(app: &App, request: GenerationRequest) -> Result<Explanation, ApiError> {
    app.read(|reader| {
        let row = generations::find(reader, &request.id)?;
        let versions = reader.rows_of_fact(&row)?;
        let told = explained(reader.own_prices()?, &row, app.now())?;
        Ok(Explanation {
            schema: "outlay.explain/1",
            because: words::because(&row),
            arithmetic: told.arithmetic,
            instead: told.instead,
            now: told.now,
            origin: origin(reader, &row)?,
            versions: if versions.len() > 1 { listed(&versions, &row) } else { Vec::new() },
            row: ExplainedRow::from(row),
        })
    })
}

/// What prices say of a row.
struct Told {
    arithmetic: Option<Reckoning>,
    instead: Option<Instead>,
    now: Option<AtPresent>,
}

/// Prices a row again: by what it was priced with, by what holds now, and as if it were now.
fn explained(own: Vec<OwnPrice>, row: &GenerationRow, now: Instant) -> Result<Told, LedgerError> {
    let measured = row.measured()?;
    let kept = prices_of(row, &own);
    let found = kept.find(&row.provider, &row.model_used);
    let again = found.explain(&measured.at(row.created_at)).ok();
    let of_row = again.filter(|told| is_of_row(row, told));
    let held = Prices::new(Book::embedded(), own);
    let by_held = held.find(&row.provider, &row.model_used);
    Ok(Told {
        arithmetic: of_row.as_ref().map(|told| reckoning::of(&found, &measured, row, told)),
        instead: instead(&by_held, &measured, row, of_row.is_some()),
        now: row.price_id.is_some().then(|| at_present(&by_held, &measured, row, now)),
    })
}

/// The prices that a row was priced with, as far as they are known here: its price id names that of the user's.
fn prices_of(row: &GenerationRow, own: &[OwnPrice]) -> Prices {
    let id = row.price_id.as_deref().and_then(|id| id.strip_prefix("own/"));
    let named = own.iter().filter(|price| id.is_some_and(|id| id.starts_with(&price.id.to_string())));
    Prices::new(Book::embedded(), named.cloned().collect())
}

/// What the prices that hold now say of a row's own moment, unless that is what it costs.
fn instead(
    by_held: &Found<'_>,
    measured: &Measured,
    row: &GenerationRow,
    is_written_out: bool,
) -> Option<Instead> {
    let told = by_held.explain(&measured.at(row.created_at));
    let is_another = match &told {
        Ok(told) => !is_of_row(row, told) && (row.price_id.is_some() || !told.lines.is_empty()),
        Err(_) => row.price_id.is_some(),
    };
    is_another.then(|| Instead {
        says: words::instead(row, &told, is_written_out),
        arithmetic: told.ok().map(|told| reckoning::of(by_held, measured, row, &told)),
    })
}

/// Whether an arithmetic is the one that the row's cost came about by.
fn is_of_row(row: &GenerationRow, arithmetic: &Arithmetic<'_>) -> bool {
    arithmetic.cost == row.cost && row.price_id.as_deref() == Some(&*arithmetic.price.to_string())
}

/// What usage costs now. Where hours of the day have prices of their own, at the row's hour: a call at night is
/// compared with one at night.
fn at_hour_of<'b>(
    found: &Found<'b>,
    measured: &Measured,
    then: Instant,
    now: Instant,
) -> Result<Arithmetic<'b>, UnpricedReason> {
    let since = now.micros().saturating_sub(then.micros()).rem_euclid(MICROS_PER_DAY);
    let same_hour = found.explain(&measured.at(Instant::from_micros(now.micros() - since)));
    let present = found.explain(&measured.at(now));
    let by_hour =
        [&same_hour, &present].into_iter().flatten().any(|told| matches!(told.part, Part::Hours { .. }));
    if by_hour { same_hour } else { present }
}

fn at_present(found: &Found<'_>, measured: &Measured, row: &GenerationRow, now: Instant) -> AtPresent {
    let told = at_hour_of(found, measured, row.created_at, now);
    let priced = told.as_ref().ok();
    let cost = priced.map(|told| told.cost);
    AtPresent {
        says: words::at_present(row, &told),
        cost,
        difference: cost.and_then(|cost| cost.checked_sub(row.cost)),
        price_id: priced.map(|told| told.price.to_string()),
        valid_from: priced.and_then(|told| reckoning::since(told.price)),
    }
}

fn origin(reader: &Reader<'_>, row: &GenerationRow) -> Result<RowOrigin, AppError> {
    let import = row.import.as_ref().map(|(id, _)| reader.import(*id)).transpose()?;
    Ok(RowOrigin {
        says: words::origin(row, import.as_ref()),
        source: row.source.clone(),
        source_key: row.source_key.clone(),
        import_id: import.as_ref().map(|import| import.id.to_string()),
        file_name: import.map(|import| import.file_name),
        line: row.source_line.map(Count),
    })
}

fn listed(versions: &[GenerationRow], row: &GenerationRow) -> Vec<RowVersion> {
    let version = |one: &GenerationRow| {
        let (import_id, file_name) = one.import.clone().map(|(id, name)| (id.to_string(), name)).unzip();
        RowVersion {
            id: one.id.to_string(),
            is_this: one.id == row.id,
            counts: one.left_out.is_none(),
            says: words::version(one),
            cost: one.cost,
            basis: one.cost_basis,
            price_id: one.price_id.clone(),
            priced_at: one.priced_at,
            import_id,
            file_name,
        }
    };
    versions.iter().map(version).collect()
}

impl From<GenerationRow> for ExplainedRow {
    fn from(row: GenerationRow) -> Self {
        Self {
            left_out: words::left_out(&row),
            id: row.id.to_string(),
            created_at: row.created_at,
            period_end: row.period_end,
            provider: row.provider,
            model: row.model_used,
            cost: row.cost,
            basis: row.cost_basis,
            list_value: row.list,
            price_id: row.price_id,
            price_note: row.price_note,
        }
    }
}
