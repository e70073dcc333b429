//! The monthly cap as the first of the budgets: looked at and kept by the same requests, in the cost configuration.

use outlay_core::budget::{self, Budget, BudgetMode};
use outlay_core::cost_config::CostConfig;
use outlay_ledger::Reader;

use super::SetBudgetRequest;
use super::moment::Moment;
use super::preview::{self, BudgetPreview, changed};
use crate::alerts::{self, Happened};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::users;

/// Whether a request is about the cap: by its name, and without what only others have.
pub(super) fn is_meant(request: &SetBudgetRequest) -> bool {
    let is_other = request.id.is_some() || request.provider.is_some() || request.model.is_some();
    !is_other && budget::folded(&request.name) == budget::folded(budget::CAP)
}

/// The cap as it would stand. Nothing is written.
pub(super) fn preview(
    moment: &Moment,
    reader: &Reader<'_>,
    user: &str,
    request: &SetBudgetRequest,
) -> Result<BudgetPreview, AppError> {
    let kept = Budget::cap(&reader.cost_config(user)?);
    let wanted = changed(Budget { confirmed: true, ..kept.clone() }, request)?;
    let before = Some(&kept).filter(|kept| kept.confirmed);
    preview::of(moment, reader, user, before, (None, wanted))
}

/// Keeps the cap, which confirms it. All that the request says of it holds from one moment on.
///
/// # Errors
/// As [`super::set`].
pub(super) fn set(app: &App, request: &SetBudgetRequest) -> Result<BudgetPreview, ApiError> {
    // Refused before a ledger is created for it.
    changed(Budget::cap(&CostConfig::default()), request)?;
    app.write(|writer| {
        let reader = writer.reader();
        let user = users::one_user(&reader, request.user.as_deref())?;
        let moment = Moment::of(app, &reader)?;
        let kept = reader.cost_config(&user)?;
        let wanted = changed(Budget::cap(&kept), request)?;
        let preview = preview(&moment, &reader, &user, request)?;
        if preview.needs_confirmation && !request.confirm_below_spend {
            return Err(AppError::BelowSpend(preview.said()));
        }
        let config = CostConfig {
            monthly_ai_cap_usd: wanted.amount,
            alert_threshold_pct: wanted.warn_at_pct,
            block_on_cap: wanted.mode == BudgetMode::Block,
            confirmed_at: Some(moment.now),
            ..kept
        };
        writer.set_cost_config(&user, &config, moment.now)?;
        alerts::evaluate(app, &writer, Happened::NoRows)?;
        writer.commit()?;
        Ok(preview)
    })
}
