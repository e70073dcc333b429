//! Setting a server up for a team: done, or written down as SQL for whoever may do it.

use outlay_sync::server::{self, MissingRight, Outcome};
use serde::{Deserialize, Serialize};

use super::server::{at_server, password_for, read_address};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::secrets::Secret;

/// A server to set up.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct InitRequest {
    /// Its address, as a login that may create tables and roles.
    pub address: String,
    /// The password, which is kept nowhere.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The name of that login's person in the team; the owner of this ledger when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether that person may read everybody's rows; they may when absent.
    #[serde(default)]
    pub reads_all: Option<bool>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Initialized {
    /// `outlay.sync-init/1`.
    pub schema: &'static str,
    /// The address, without a password.
    pub address: String,
    /// Whether it was done; if not, nothing was changed.
    pub done: bool,
    /// The name of the login's person in the team.
    pub name: String,
    /// What the login lacks.
    pub missing: Vec<String>,
    /// What an administrator may run instead; null where it was done.
    pub sql: Option<String>,
}

/// Creates the team's ledger on a server, or brings it to this version, and makes the login a member. Where the login
/// may not, it says the SQL that somebody else can run.
///
/// # Errors
/// An address that is none; a server that cannot be reached or is none that Outlay works with.
pub fn init(app: &App, request: InitRequest) -> Result<Initialized, ApiError> {
    let (address, given) = read_address(&request.address, request.password)?;
    let owner = app.read(|reader| Ok(reader.identity()?.owner))?;
    let name = request.name.unwrap_or(owner);
    let reads_all = request.reads_all.unwrap_or(true);
    let password = password_for(app, &address, given.as_ref());
    let outcome = at_server(&address, password.as_ref(), async |connection| {
        let probe = server::probe(connection).await?;
        if let Some(objection) = probe.engine.objection() {
            return Err(AppError::OtherEngine(objection));
        }
        if let server::Found::Foreign(_) = probe.found {
            return Err(AppError::ForeignTables);
        }
        Ok(server::init(connection, &name, reads_all).await?)
    })?;
    let (missing, sql) = missing_of(outcome);
    Ok(Initialized {
        schema: "outlay.sync-init/1",
        address: address.to_string(),
        done: sql.is_none(),
        name,
        missing,
        sql,
    })
}

/// What an outcome lacks, and the SQL that somebody else may run.
pub(super) fn missing_of(outcome: Outcome) -> (Vec<String>, Option<String>) {
    match outcome {
        Outcome::Done => (Vec::new(), None),
        Outcome::NeedsAdministrator { missing, sql } => {
            (missing.iter().map(MissingRight::to_string).collect(), Some(sql))
        }
    }
}
