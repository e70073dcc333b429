//! The user's applications: projects, workspaces and apps that sources name.
//!
//! Renaming and merging change what reports call them; rows keep what they say.

use outlay_ledger::Writer;
use serde::{Deserialize, Serialize};

use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};

/// Another name for an application.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RenameRequest {
    /// Its id or its name.
    pub application: String,
    /// The new name.
    pub name: String,
}

/// Which application speaks for which.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// The application that disappears from reports, by id or name.
    pub application: String,
    /// The one that speaks for it; absent to take a merge back.
    #[serde(default)]
    pub into: Option<String>,
}

/// An application.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Application {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// The project as the source names it.
    pub project: String,
    /// The id of the application that speaks for it.
    pub merged_into: Option<String>,
}

/// All applications.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Applications {
    /// `outlay.applications/1`.
    pub schema: &'static str,
    /// By name.
    pub applications: Vec<Application>,
}

/// All applications.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, _request: Nothing) -> Result<Applications, ApiError> {
    app.read(|reader| {
        let applications = reader.applications()?.into_iter().map(Application::from).collect();
        Ok(Applications { schema: "outlay.applications/1", applications })
    })
}

/// Gives an application another name.
///
/// # Errors
/// No such application; an empty name.
pub fn rename(app: &App, request: RenameRequest) -> Result<Applications, ApiError> {
    let name = request.name.trim();
    if name.is_empty() {
        return Err(AppError::Field { field: "name", problem: "is empty".to_owned() }.into());
    }
    change(app, |writer| {
        let application = writer.reader().application(&request.application)?;
        Ok(writer.rename_application(application.id, name)?)
    })
}

/// Lets one application speak for another, or takes that back.
///
/// # Errors
/// No such application; a merge in a circle.
pub fn merge(app: &App, request: MergeRequest) -> Result<Applications, ApiError> {
    change(app, |writer| {
        let reader = writer.reader();
        let application = reader.application(&request.application)?;
        let into = request.into.map(|into| reader.application(&into)).transpose()?;
        Ok(writer.merge_application(application.id, into.map(|into| into.id))?)
    })
}

/// Makes a change and answers with all applications as they are afterwards.
fn change(
    app: &App,
    change: impl FnOnce(&Writer<'_>) -> Result<(), AppError>,
) -> Result<Applications, ApiError> {
    app.write(|writer| {
        change(&writer)?;
        Ok(writer.commit()?)
    })?;
    list(app, Nothing {})
}

impl From<outlay_ledger::Application> for Application {
    fn from(application: outlay_ledger::Application) -> Self {
        Self {
            id: application.id.to_string(),
            name: application.name,
            provider: application.provider,
            account: application.account,
            project: application.project,
            merged_into: application.merged_into.map(|id| id.to_string()),
        }
    }
}
