//! Re-pricings that were made, and taking one back: its rows cost again what they did, and the prices that were set
//! with it hold no longer.

use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::price::{Book, OwnPrice, Prices};
use outlay_core::report::Count;
use outlay_ledger::{Action, LedgerError, Repricing, Writer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alerts::{self, Happened};
use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};

/// The history of re-pricings on this machine.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Repricings {
    /// `outlay.repricings/1`.
    pub schema: &'static str,
    /// The newest first.
    pub repricings: Vec<RepricingShown>,
}

/// A re-pricing.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RepricingShown {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub at: Instant,
    /// What it was about.
    pub label: String,
    /// How many rows got another price.
    pub rows: Count,
    /// What they cost before.
    pub spend_before: Money,
    /// And after.
    pub spend_after: Money,
    /// Whether it is undone.
    pub undone: bool,
}

/// Which re-pricing to take back, or to do again.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct VoidRepricing {
    /// Its id; the newest that can be, when absent.
    #[serde(default)]
    pub id: Option<String>,
}

/// Re-pricings, the newest first.
///
/// # Errors
/// Those of the ledger.
pub fn list_repricings(app: &App, _request: Nothing) -> Result<Repricings, ApiError> {
    app.read(|reader| {
        let repricings = reader.repricings()?.iter().map(RepricingShown::from).collect();
        Ok(Repricings { schema: "outlay.repricings/1", repricings })
    })
}

/// Takes a re-pricing back.
///
/// # Errors
/// No such re-pricing, or it is already undone.
pub fn undo(app: &App, request: VoidRepricing) -> Result<RepricingShown, ApiError> {
    void(app, &request, Action::Void)
}

/// Does a re-pricing again that was taken back.
///
/// # Errors
/// No such re-pricing, or it is not undone.
pub fn redo(app: &App, request: VoidRepricing) -> Result<RepricingShown, ApiError> {
    void(app, &request, Action::Restore)
}

fn void(app: &App, request: &VoidRepricing, action: Action) -> Result<RepricingShown, ApiError> {
    app.shows_own()?;
    app.write_much(|writer| {
        let repricing = find(&writer, request.id.as_deref(), action)?;
        let now = writer.instant_of_pricing(app.now())?;
        let outcome = writer.void_repricing(repricing.id, action, now)?;
        for price in set_with(&writer, &repricing, action)? {
            writer.set_own_price(&OwnPrice { id: app.new_id(now), set_at: now, ..price })?;
        }
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        writer.commit()?;
        Ok(RepricingShown::from(&outcome.repricing))
    })
}

/// The prices that were set with a re-pricing: what held before them, or as they were.
fn set_with(writer: &Writer<'_>, repricing: &Repricing, action: Action) -> Result<Vec<OwnPrice>, AppError> {
    let (before, since): (Vec<_>, Vec<_>) =
        writer.reader().own_prices()?.into_iter().partition(|price| price.set_at < repricing.at);
    let with_it = since.into_iter().filter(|price| price.set_at == repricing.at);
    if action == Action::Restore {
        return Ok(with_it.collect());
    }
    let before = Prices::new(Book::embedded(), before);
    Ok(with_it.map(|price| OwnPrice { rule: before.in_place_of(&price), ..price }).collect())
}

fn find(writer: &Writer<'_>, id: Option<&str>, action: Action) -> Result<Repricing, AppError> {
    let all = writer.reader().repricings()?;
    let kind = "re-pricing";
    let found = match id {
        None => all.into_iter().find(|one| one.undone == (action == Action::Restore)),
        Some(id) => match Uuid::try_parse(id) {
            Ok(id) => all.into_iter().find(|one| one.id == id),
            Err(_) => {
                let end = id.to_lowercase();
                let mut matching = all.into_iter().filter(|one| one.id.to_string().ends_with(&end));
                let (found, another) = (matching.next(), matching.next());
                if another.is_some() {
                    return Err(LedgerError::Ambiguous { kind, id: id.to_owned() }.into());
                }
                found
            }
        },
    };
    let name = || id.unwrap_or("that could be taken back").to_owned();
    found.ok_or_else(|| LedgerError::NotFound { kind, id: name() }.into())
}

impl From<&Repricing> for RepricingShown {
    fn from(repricing: &Repricing) -> Self {
        Self {
            id: repricing.id.to_string(),
            at: repricing.at,
            label: repricing.label.clone(),
            rows: Count(repricing.rows),
            spend_before: repricing.spend_before,
            spend_after: repricing.spend_after,
            undone: repricing.undone,
        }
    }
}
