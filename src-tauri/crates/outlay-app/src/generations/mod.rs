//! Rows of the ledger: every call, or every bucket that a provider aggregated.

mod log;
mod row;

use outlay_core::basis::CostBasis;
use outlay_core::budget::Scope;
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_ledger::{Days, Filter, GenerationRow, LedgerError, OfApplication, Order, Page, Reader};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use log::{LogRequest, log};
pub(crate) use log::{maker_of, record};
pub use row::{ApplicationName, Generation};

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::imports;
use crate::users;

/// Which rows; each field narrows.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// From this day on, as reports place rows in days.
    pub from: Option<Day>,
    /// Up to this day, which is included.
    pub to: Option<Day>,
    /// A user's name, or `all`; the owner when absent.
    pub user: Option<String>,
    /// Only of this model, as the source writes it.
    pub model: Option<String>,
    /// Only of this model under every name of it that the price book knows: what a budget of the model covers.
    pub any_name_of: Option<String>,
    /// Only of this provider.
    pub provider: Option<String>,
    /// Only of this generation type.
    pub generation_type: Option<String>,
    /// Only of this application, by id or name; `none` for rows that name none.
    pub application: Option<String>,
    /// Only of this kind of source.
    pub source: Option<String>,
    /// Only rows that this import brought, by its id or the end of it.
    pub import: Option<String>,
    /// Only rows whose cost rests on this.
    pub basis: Option<CostBasis>,
    /// Only rows that cost at least this.
    pub at_least: Option<Money>,
    /// Only rows without a known price, whatever `basis` says.
    pub unpriced: bool,
    /// Rows that do not count too.
    pub left_out_too: bool,
}

/// A page of rows.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct ListRequest {
    /// Which rows.
    pub select: Selection,
    /// In which order.
    pub order: Sorting,
    /// After this row: the `next` of the page before.
    pub after: Option<String>,
    /// How many rows, up to 10,000; 50 when absent.
    pub limit: Option<u32>,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Sorting {
    /// The newest first.
    #[default]
    Newest,
    /// The costliest first.
    Costliest,
}

/// One row.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct GenerationRequest {
    /// Its id, or at least four characters of its end.
    pub id: String,
}

/// A page of rows.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Generations {
    /// `outlay.calls/1`.
    pub schema: &'static str,
    /// The rows.
    pub calls: Vec<Generation>,
    /// Where the next page begins; null on the last one.
    pub next: Option<String>,
}

/// One row.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct GenerationShown {
    /// `outlay.call/1`.
    pub schema: &'static str,
    /// The row.
    #[serde(flatten)]
    pub call: Generation,
}

const USUAL_PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 10_000;

/// Rows of the ledger, page by page.
///
/// # Errors
/// A page that begins nowhere; those of the ledger.
pub fn list(app: &App, request: ListRequest) -> Result<Generations, ApiError> {
    app.read(|reader| {
        let filter = filter(app, reader, request.select)?;
        let limit = request.limit.unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE);
        let after = request.after.map(|id| cursor(reader, &id)).transpose()?;
        let order = match request.order {
            Sorting::Newest => Order::Newest,
            Sorting::Costliest => Order::Costliest,
        };
        // One more than asked for tells whether there is a next page.
        let mut rows = reader.generations(&filter, order, Page { after, limit: limit + 1 })?;
        let is_last = rows.len() <= limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| !is_last).map(|row| row.id.to_string());
        Ok(Generations {
            schema: "outlay.calls/1",
            calls: rows.into_iter().map(Generation::from).collect(),
            next,
        })
    })
}

/// One row.
///
/// # Errors
/// No such row.
pub fn get(app: &App, request: GenerationRequest) -> Result<GenerationShown, ApiError> {
    app.read(|reader| {
        let call = find(reader, &request.id)?.into();
        Ok(GenerationShown { schema: "outlay.call/1", call })
    })
}

/// What a selection means to the ledger.
pub(crate) fn filter(app: &App, reader: &Reader<'_>, select: Selection) -> Result<Filter, AppError> {
    let zone = app.zone(reader)?;
    let is_open = select.from.is_none() && select.to.is_none();
    let earliest = Day::from_number(0);
    // The last day that a ledger takes: ids and texts end with the year 9999.
    let latest = Day::from_number(2_932_895);
    let days = Days { first: select.from.unwrap_or(earliest), last: select.to.unwrap_or(latest), zone };
    Ok(Filter {
        whose: users::whose(reader, select.user.as_deref())?,
        days: (!is_open).then_some(days),
        model: select.model,
        scope: select.any_name_of.map(Scope::Model),
        provider: select.provider,
        generation_type: select.generation_type,
        application: select.application.map(|named| match named.as_str() {
            "none" => OfApplication::None,
            _ => OfApplication::Named(named),
        }),
        source: select.source,
        basis: if select.unpriced { Some(CostBasis::Unpriced) } else { select.basis },
        import: select.import.map(|id| imports::find(reader, &id)).transpose()?,
        at_least: select.at_least,
        left_out_too: select.left_out_too,
    })
}

/// Where the page after a row begins.
fn cursor(reader: &Reader<'_>, after: &str) -> Result<(Money, Uuid), AppError> {
    let row = reader.generation(id(after)?)?;
    Ok((row.cost, row.id))
}

/// The row that an id, or the end of one, names.
pub(crate) fn find(reader: &Reader<'_>, id: &str) -> Result<GenerationRow, AppError> {
    if let Ok(id) = Uuid::try_parse(id) {
        return Ok(reader.generation(id)?);
    }
    imports::check_end(id)?;
    Ok(reader.generation_ending(id)?)
}

fn id(text: &str) -> Result<Uuid, AppError> {
    Uuid::try_parse(text)
        .map_err(|_| LedgerError::NotFound { kind: "generation", id: text.to_owned() }.into())
}
