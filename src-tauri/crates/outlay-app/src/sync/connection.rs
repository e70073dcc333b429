//! Connecting this ledger to a team's, and leaving it.

use outlay_ledger::sync as kept;
use outlay_sync::server::{self, Access, Found, Membership};
use serde::Deserialize;

use super::schedule::Schedule;
use super::server::{at_server, connected, read_address, remote};
use super::status::{SyncStatus, whole};
use super::{password, schedule};
use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::secrets::Secret;

/// A server to connect to.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ConnectRequest {
    /// Its address.
    pub address: String,
    /// The password, which goes to the keychain; when absent, it is looked for there and in the password file.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// Something about the connection that can be set.
#[derive(Debug, Clone, Copy, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct SyncSetting {
    /// Whether the window and the server sync by themselves; as it is when absent.
    pub background: Option<bool>,
    /// Whether summaries are sent; as it is when absent.
    pub sends_summaries: Option<bool>,
}

/// What becomes of the rows of other members.
#[derive(Debug, Clone, Copy, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum OthersRows {
    /// They stay here.
    Keep,
    /// They go; what an own import contains stays.
    Remove,
}

/// Leaves the team.
#[derive(Debug, Clone, Copy, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct LeaveRequest {
    /// What becomes of the rows of other members.
    pub others: OthersRows,
}

/// Connects this ledger to a team's: the server is asked who the login is, and every own row waits from now on. Nothing
/// is sent yet. A machine that is known there under another login becomes another one. Connecting again to the same server only keeps another password.
///
/// # Errors
/// The server cannot be reached; there is no ledger, or the login is no member of its team; another one is connected.
pub fn connect(app: &App, request: ConnectRequest) -> Result<SyncStatus, ApiError> {
    app.shows_own()?;
    let (address, given) = read_address(&request.address, request.password)?;
    let known = app.read(remote)?;
    if let Some(known) = &known
        && known.address != address.to_string()
    {
        return Err(AppError::ConnectedElsewhere(known.address.clone()).into());
    }
    let found = password::find(app, &address, given.as_ref());
    let device = app.read(|reader| Ok(reader.identity()?.device_id))?;
    let known_as = at_server(&address, found.password.as_ref(), async |connection| {
        let probe = server::probe(connection).await?;
        if let Some(objection) = probe.engine.objection() {
            return Err(AppError::OtherEngine(objection));
        }
        membership(probe.found)?;
        Ok(server::login_of_device(connection, device).await?)
    })?;
    let not_kept = given.as_ref().and_then(|secret| password::keep(app, &address, secret).err());
    if known.is_none() {
        let is_of_another_login = known_as.is_some_and(|login| login != address.user);
        app.write(|mut writer| {
            if is_of_another_login {
                // There a machine belongs to the login that announced it, and to no other one of the same person.
                writer.become_device(app.new_id(app.now()))?;
            }
            writer.connect_remote(&address.to_string(), "{}", app.now())?;
            Ok(writer.commit()?)
        })?;
    }
    schedule::begin_anew(app)?;
    let mut status = whole(app)?;
    if let (Some(team), Some(error)) = (&mut status.team, not_kept) {
        team.password_problem = Some(error.into());
    }
    Ok(status)
}

/// Who the login is in what was found.
fn membership(found: Found) -> Result<Membership, AppError> {
    match found {
        Found::Nothing => Err(AppError::NoTeamLedger),
        Found::Foreign(_) => Err(AppError::ForeignTables),
        Found::Closed => Err(AppError::NoMember),
        Found::Ledger(ledger) => match ledger.access() {
            Access::None => Err(AppError::ProgramTooOld),
            Access::NeedsUpgrade => Err(AppError::TeamLedgerTooOld),
            Access::Full | Access::ReadOnly => ledger.membership.ok_or(AppError::NoMember),
        },
    }
}

/// Sets what sync does by itself and what it sends.
///
/// # Errors
/// Nothing is connected; those of the ledger.
pub fn set(app: &App, request: SyncSetting) -> Result<SyncStatus, ApiError> {
    let (remote, _) = connected(app)?;
    if let Some(sends) = request.sends_summaries {
        app.write(|writer| {
            writer.send_summaries(remote.number, sends)?;
            Ok(writer.commit()?)
        })?;
    }
    if let Some(background) = request.background {
        schedule::change(app, |_| Schedule { background, ..Schedule::default() })?;
    }
    whole(app)
}

/// Leaves the team: what is known of the server and the password go, and rows of others if that is wished. Own rows
/// stay here, and what was sent stays there.
///
/// # Errors
/// Nothing is connected; those of the ledger.
pub fn leave(app: &App, request: LeaveRequest) -> Result<SyncStatus, ApiError> {
    let (remote, address) = connected(app)?;
    let others = match request.others {
        OthersRows::Keep => kept::OthersRows::Keep,
        OthersRows::Remove => kept::OthersRows::Remove,
    };
    app.write_much(|writer| {
        match (remote.mapping == "{}", others) {
            (true, others) => writer.leave_remote(remote.number, others)?,
            (false, others) => {
                writer.leave_adopted(remote.number, others == kept::OthersRows::Keep, app.now())?;
            }
        }
        schedule::forget(&writer)?;
        Ok(writer.commit()?)
    })?;
    password::forget(app, &address);
    whole(app)
}
