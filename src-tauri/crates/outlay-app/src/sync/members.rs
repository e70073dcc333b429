//! Who belongs to the team: the list, and people let in and out by somebody who may.

use outlay_sync::server::{self, Member};
use serde::{Deserialize, Serialize};

use super::server::{at_server, connected, password_for, read_address};
use super::setup::missing_of;
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::secrets::Secret;

/// Which team.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct MembersRequest {
    /// Its server's address; the connected one when absent.
    pub address: Option<String>,
    /// The password, which is kept nowhere.
    pub password: Option<Secret>,
}

/// Somebody to let in, or who may something else from now on.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct AddMemberRequest {
    /// The login on the server; one that is not there is created, without a password.
    pub login: String,
    /// The person's name in the team; that of the login when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether they may read everybody's rows.
    #[serde(default)]
    pub reads_all: bool,
    /// Whether they may only read.
    #[serde(default)]
    pub read_only: bool,
    /// As in [`MembersRequest`].
    #[serde(default)]
    pub address: Option<String>,
    /// As in [`MembersRequest`].
    #[serde(default)]
    pub password: Option<Secret>,
}

/// Somebody to take out.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RemoveMemberRequest {
    /// The login on the server.
    pub login: String,
    /// As in [`MembersRequest`].
    #[serde(default)]
    pub address: Option<String>,
    /// As in [`MembersRequest`].
    #[serde(default)]
    pub password: Option<Secret>,
}

/// The team.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Members {
    /// `outlay.sync-members/1`.
    pub schema: &'static str,
    /// Everybody that the login may see: oneself, or all.
    pub members: Vec<TeamMember>,
}

/// A login of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TeamMember {
    /// The login on the server.
    pub login: String,
    /// The person's name in the team.
    pub name: String,
    /// Whether they may read everybody's rows.
    pub reads_all: bool,
    /// Whether they may write their own.
    pub can_write: bool,
}

/// What became of letting somebody in or out.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct MemberChanged {
    /// `outlay.sync-member/1`.
    pub schema: &'static str,
    /// The login.
    pub login: String,
    /// Whether it was done; if not, nothing was changed.
    pub done: bool,
    /// What the login that asked lacks.
    pub missing: Vec<String>,
    /// What an administrator may run instead; null where it was done.
    pub sql: Option<String>,
}

/// Who belongs to the team.
///
/// # Errors
/// The server cannot be reached; the login may not see the list.
pub fn list(app: &App, request: MembersRequest) -> Result<Members, ApiError> {
    let members = at(app, request.address, request.password, async |connection| {
        Ok(server::list_members(connection).await?)
    })?;
    let members = members.into_iter().map(|member| TeamMember {
        login: member.login,
        name: member.user_id,
        reads_all: member.read_all,
        can_write: member.can_write,
    });
    Ok(Members { schema: "outlay.sync-members/1", members: members.collect() })
}

/// Lets a login in, or changes what it may. Where the connected login may not, it says the SQL for somebody who may.
///
/// # Errors
/// The server cannot be reached; a name that no login can have.
pub fn add(app: &App, request: AddMemberRequest) -> Result<MemberChanged, ApiError> {
    let member = Member {
        user_id: request.name.unwrap_or_else(|| request.login.clone()),
        login: request.login,
        read_all: request.reads_all,
        can_write: !request.read_only,
    };
    let outcome = at(app, request.address, request.password, async |connection| {
        Ok(server::add_member(connection, &member).await?)
    })?;
    Ok(changed(member.login, outcome))
}

/// Takes a login out of the team; its rows stay there.
///
/// # Errors
/// As [`add`].
pub fn remove(app: &App, request: RemoveMemberRequest) -> Result<MemberChanged, ApiError> {
    let outcome = at(app, request.address, request.password, async |connection| {
        Ok(server::remove_member(connection, &request.login).await?)
    })?;
    Ok(changed(request.login, outcome))
}

fn changed(login: String, outcome: server::Outcome) -> MemberChanged {
    let (missing, sql) = missing_of(outcome);
    MemberChanged { schema: "outlay.sync-member/1", login, done: sql.is_none(), missing, sql }
}

fn at<T>(
    app: &App,
    address: Option<String>,
    password: Option<Secret>,
    work: impl AsyncFnOnce(&server::Server) -> Result<T, AppError>,
) -> Result<T, ApiError> {
    let (address, given) = match address {
        Some(text) => read_address(&text, password)?,
        None => match connected(app)? {
            (remote, _) if remote.mapping != "{}" => return Err(AppError::NoMembersThere.into()),
            (_, address) => (address, password),
        },
    };
    let password = password_for(app, &address, given.as_ref());
    Ok(at_server(&address, password.as_ref(), work)?)
}
