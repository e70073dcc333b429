//! A connection tried step by step: name, network, TLS, login, database, rights.

use outlay_sync::server::{Found, Limits, Stage, StepState, try_connection, wait_for};
use serde::{Deserialize, Serialize};

use super::server::{connected, password_for, read_address};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::secrets::Secret;

/// A server to try.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct TrialRequest {
    /// Its address; the connected one when absent.
    pub address: Option<String>,
    /// The password, which is used for this trial and kept nowhere.
    pub password: Option<Secret>,
}

/// What a trial showed.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SyncTrial {
    /// `outlay.sync-trial/1`.
    pub schema: &'static str,
    /// The address that was tried, without a password.
    pub address: String,
    /// Every step in its order.
    pub steps: Vec<TrialStep>,
    /// Whether all of them passed.
    pub passed: bool,
    /// Whether a ledger is there.
    pub has_ledger: bool,
    /// Whether tables of the original design are there that Outlay did not make.
    pub has_foreign_tables: bool,
}

/// A step of the way.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TrialStep {
    /// `name`, `network`, `tls`, `login`, `database` or `rights`.
    pub stage: &'static str,
    /// `passed`, `failed` or `not_tried`.
    pub state: &'static str,
    /// What was found.
    pub words: String,
    /// What can be done; empty where there is nothing to do.
    pub hint: String,
}

/// Tries a server, and changes nothing there or here. A step that fails is a part of the answer.
///
/// # Errors
/// An address that is none; nothing is connected and none is named.
pub fn test(app: &App, request: TrialRequest) -> Result<SyncTrial, ApiError> {
    let (address, given) = match &request.address {
        Some(text) => read_address(text, request.password)?,
        None => (connected(app)?.1, request.password),
    };
    let password = password_for(app, &address, given.as_ref());
    let trial = wait_for(async {
        Ok::<_, AppError>(try_connection(&address, password.as_ref(), Limits::default()).await)
    })?;
    let found = trial.probe.as_ref().map(|probe| &probe.found);
    let steps: Vec<TrialStep> = trial
        .steps
        .iter()
        .map(|step| TrialStep {
            stage: stage_word(step.stage),
            state: match step.state {
                StepState::Passed => "passed",
                StepState::Failed => "failed",
                StepState::NotTried => "not_tried",
            },
            words: step.words.clone(),
            hint: step.hint.clone(),
        })
        .collect();
    Ok(SyncTrial {
        schema: "outlay.sync-trial/1",
        address: address.to_string(),
        passed: trial.steps.iter().all(|step| step.state == StepState::Passed),
        steps,
        has_ledger: matches!(found, Some(Found::Ledger(_) | Found::Closed)),
        has_foreign_tables: matches!(found, Some(Found::Foreign(_))),
    })
}

const fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Name => "name",
        Stage::Network => "network",
        Stage::Tls => "tls",
        Stage::Login => "login",
        Stage::Database => "database",
        Stage::Rights => "rights",
    }
}
