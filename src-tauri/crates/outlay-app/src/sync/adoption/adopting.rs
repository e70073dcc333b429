//! Doing what a plan of an adoption says: the ledger is connected to the table, and its rows are read for the first time.

use outlay_core::cost_config::CostField;
use outlay_sync::adoption::{Choices, OnlyRead};
use outlay_sync::server::adoption::{Survey, rehearse};
use serde::Serialize;

use super::plan::{AdoptionPlan, AdoptionRequest, Asked, described, flags};
use super::sides::choices_of;
use crate::app::App;
use crate::cost_config::{self, SetCostConfigRequest};
use crate::error::{ApiError, AppError};
use crate::sync::running::{RunRequest, SyncDirection, Synced, run};
use crate::sync::server::{at_server, password_for, remote};
use crate::sync::{password, schedule};

/// What an adoption did.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AdoptedNow {
    /// `outlay.sync-adopted/1`.
    pub schema: &'static str,
    /// What was planned, and is so now.
    pub plan: AdoptionPlan,
    /// The first sync.
    pub sync: Synced,
    /// Whether the cap that stood there is this ledger's now.
    pub took_cap: bool,
    /// Why the password was not kept; null where it was, or none was given.
    pub password_problem: Option<ApiError>,
}

/// Adopts a database: its rows are read, and what is written there is nothing, or own rows if that is asked for. Done
/// again with another word about writing, it changes that.
///
/// # Errors
/// The server cannot be reached; there is nothing to adopt; something must be said first; own rows cannot be added
/// though that is asked for. Nothing is changed then.
pub fn adopt(app: &App, request: AdoptionRequest) -> Result<AdoptedNow, ApiError> {
    app.shows_own()?;
    let asked = Asked::read(&request)?;
    let known = app.read(remote)?;
    if let Some(known) = &known
        && (known.address != asked.address.to_string() || known.mapping == "{}")
    {
        return Err(AppError::ConnectedElsewhere(known.address.clone()).into());
    }
    let survey = asked.survey(app)?;
    let plan = described(&asked.address, &request, &survey);
    let choices = agreed(app, &asked, &survey, &plan)?;
    let mapping = serde_json::to_string(&choices)
        .map_err(|error| AppError::Response { command: "adopt", detail: error.to_string() })?;
    let password_problem =
        asked.given.as_ref().and_then(|secret| password::keep(app, &asked.address, secret).err());
    match &known {
        None => app.write_much(|writer| {
            writer.connect_adopted(&asked.address.to_string(), &mapping, app.now())?;
            Ok(writer.commit()?)
        })?,
        Some(known) => {
            let before = choices_of(known)?.unwrap_or_default();
            if (Choices { writes: choices.writes, ..before }) != choices {
                return Err(AppError::AdoptedOtherwise.into());
            }
            app.write(|writer| {
                writer.keep_mapping(known.number, &mapping)?;
                Ok(writer.commit_aside()?)
            })?;
        }
    }
    schedule::begin_anew(app)?;
    let password = request.password.clone();
    let sync = run(app, RunRequest { direction: SyncDirection::Both, password })?;
    let took_cap = request.takes_cap && take_cap(app, &plan)?;
    let password_problem = password_problem.map(ApiError::from);
    Ok(AdoptedNow { schema: "outlay.sync-adopted/1", plan, sync, took_cap, password_problem })
}

/// What is kept of a plan to which nothing is open.
fn agreed(app: &App, asked: &Asked, survey: &Survey, plan: &AdoptionPlan) -> Result<Choices, AppError> {
    if !plan.obstacles.is_empty() {
        return Err(AppError::CannotAdopt(plan.obstacles.join("; ")));
    }
    if !survey.questions.is_empty() {
        return Err(AppError::AdoptionAsks(flags(&survey.questions)));
    }
    if asked.choices.writes {
        let refused = match survey.reading.only_read.first() {
            Some(reason) => Some(reason.clone()),
            None => rehearsed(app, asked, survey)?,
        };
        if let Some(reason) = refused {
            return Err(AppError::CannotWriteThere(reason));
        }
    }
    Ok(survey.choices.clone())
}

/// Tries a row and takes it back.
fn rehearsed(app: &App, asked: &Asked, survey: &Survey) -> Result<Option<OnlyRead>, AppError> {
    let (Some(layout), Some(me)) = (&survey.reading.layout, &survey.choices.me) else { return Ok(None) };
    let password = password_for(app, &asked.address, asked.given.as_ref());
    let row = (app.new_id(app.now()), app.now());
    at_server(&asked.address, password.as_ref(), async |connection| {
        Ok(rehearse(connection, layout, me, row).await?)
    })
}

/// Takes over the cap that stands there, unless one was confirmed here.
fn take_cap(app: &App, plan: &AdoptionPlan) -> Result<bool, ApiError> {
    let Some(cap) = plan.cap else { return Ok(false) };
    let is_confirmed = app.read(|reader| {
        let config = reader.cost_config(&reader.identity()?.owner)?;
        Ok(config.confirmed_at.is_some())
    })?;
    if is_confirmed {
        return Ok(false);
    }
    let (field, value) = (CostField::MonthlyAiCapUsd, cap.to_string());
    let request = SetCostConfigRequest { field, value, confirm_below_spend: None, user: None };
    cost_config::set(app, request)?;
    Ok(true)
}
