//! Mail about alerts: where it goes and by which server, which the user sets up; without that none is sent.
//!
//! The password lies in the system's keychain and is never answered. What goes out when stands in `sending`, what the
//! host does for it in `post`, the words of a mail in `outlay_core::alert`.

mod address;
mod failure;
pub(crate) mod post;
mod sending;

pub use failure::{MailFailure, ServerPort};
pub use post::{Outgoing, Post, offline};
pub use sending::{MailSent, MailTried, TestMail, send, test};
pub(crate) use sending::{name, send_due, told_of};

use outlay_core::delivery::{Channel, MailSecurity};
use outlay_core::report::Count;
use outlay_ledger::Reader;
use serde::{Deserialize, Serialize};

use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};
use crate::secrets::{PasswordState, Secret};

/// The name under which the ledger remembers the server.
const SETTING: &str = "mail";

/// By which server mail goes, and between whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept from others.
    pub security: MailSecurity,
    /// By which name to log in; null for a server that asks for none.
    pub user_name: Option<String>,
    /// The sender's address.
    pub from: String,
    /// The recipient's address.
    pub to: String,
}

/// A server to send mail by.
#[derive(Debug, Clone, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SetMailRequest {
    /// Its name or address.
    pub host: String,
    /// Its port; the usual one for the security when absent: 465, 587 or 25.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the way to it is kept from others; `tls` when absent.
    #[serde(default)]
    pub security: Option<MailSecurity>,
    /// By which name to log in; absent for a server that asks for none.
    #[serde(default)]
    pub user_name: Option<String>,
    /// The sender's address.
    pub from: String,
    /// The recipient's address; the sender's when absent.
    #[serde(default)]
    pub to: Option<String>,
    /// The password, which goes to the keychain; when absent, the one that is there stays.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// How mail is set up.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct MailSettings {
    /// `outlay.mail/1`.
    pub schema: &'static str,
    /// The server; null while mail is not set up, and then none is sent.
    pub server: Option<MailServer>,
    /// Where its password is.
    pub password: PasswordState,
    /// Why the keychain cannot be asked; null where it can.
    pub password_problem: Option<ApiError>,
    /// Alerts whose mail waits.
    pub waiting: Count,
    /// Alerts whose mail waits for other settings, because the server did not take these.
    pub held: Count,
}

/// How mail is set up.
///
/// # Errors
/// Those of the ledger.
pub fn get(app: &App, _request: Nothing) -> Result<MailSettings, ApiError> {
    let (server, waiting) = app.read(|reader| Ok((server(reader)?, reader.waiting(Channel::Mail)?)))?;
    let (password, password_problem) = match server.as_ref().map(|server| post::password(app, server)) {
        None | Some(Ok(None)) => (PasswordState::NotNeeded, None),
        Some(Ok(Some(kept))) => (kept.origin.into(), None),
        Some(Err(AppError::NoPassword { .. })) => (PasswordState::Missing, None),
        Some(Err(error)) => (PasswordState::Unavailable, Some(error.into())),
    };
    let held = waiting.iter().filter(|one| one.held).count();
    let count = |number: usize| Count(i64::try_from(number).unwrap_or(i64::MAX));
    let (waiting, held) = (count(waiting.len() - held), count(held));
    Ok(MailSettings { schema: "outlay.mail/1", server, password, password_problem, waiting, held })
}

/// Why this program cannot send the mail that is set up: its password is nowhere, or cannot be read.
///
/// # Errors
/// Those of the ledger.
pub fn problem(app: &App) -> Result<Option<ApiError>, ApiError> {
    let server = app.read(server)?;
    Ok(server.and_then(|server| post::password(app, &server).err()).map(ApiError::from))
}

/// Alerts whose mail waits.
///
/// # Errors
/// Those of the ledger.
pub fn get_waiting(app: &App) -> Result<Count, ApiError> {
    let waiting = app.read(|reader| Ok(reader.waiting(Channel::Mail)?.len()))?;
    Ok(Count(i64::try_from(waiting).unwrap_or(i64::MAX)))
}

/// Sets up mail. What waits, or was given up and is still open, is tried again.
///
/// # Errors
/// A value that cannot be, by its field; a keychain that does not take the password, and then nothing is changed.
pub fn set(app: &App, request: SetMailRequest) -> Result<MailSettings, ApiError> {
    // Nobody is mailed about calls that are made up.
    app.shows_own()?;
    let (server, password) = request.checked()?;
    let name = post::name_of(&server);
    if let Some((name, password)) = name.as_ref().zip(password) {
        app.secrets().keep(name, &password).map_err(AppError::from)?;
    }
    let earlier = app.read(self::server)?.as_ref().and_then(post::name_of);
    app.write(|writer| {
        let text = serde_json::to_string(&server).map_err(|error| AppError::Response {
            command: "set_mail_settings",
            detail: error.to_string(),
        })?;
        writer.set_setting(SETTING, &text)?;
        writer.requeue_mail(app.now())?;
        Ok(writer.commit()?)
    })?;
    if let Some(earlier) = earlier.filter(|earlier| name.as_ref() != Some(earlier)) {
        // Nobody asks for it any more; a keychain that is not there keeps nothing.
        let _ = app.secrets().forget(&earlier);
    }
    get(app, Nothing {})
}

/// Ends mail: forgets the server and its password, and what waits is over.
///
/// # Errors
/// Those of the ledger. A keychain that cannot be asked keeps the password.
pub fn remove(app: &App, _request: Nothing) -> Result<MailSettings, ApiError> {
    app.shows_own()?;
    let known = app.read(server)?;
    if let Some(known) = known {
        // Without a keychain there is nothing in it; the settings go in any case.
        let _ = post::name_of(&known).map(|name| app.secrets().forget(&name));
        app.write(|writer| {
            writer.remove_setting(SETTING)?;
            writer.end_channel(Channel::Mail, "mail was ended", app.now())?;
            Ok(writer.commit()?)
        })?;
    }
    get(app, Nothing {})
}

/// The server that is set up, if any.
pub(crate) fn server(reader: &Reader<'_>) -> Result<Option<MailServer>, AppError> {
    let Some(text) = reader.setting(SETTING)? else { return Ok(None) };
    let server = serde_json::from_str(&text);
    Ok(Some(server.map_err(|_| AppError::UnreadableSetting { name: SETTING })?))
}

impl SetMailRequest {
    /// The server as it is remembered, and the password apart from it.
    fn checked(self) -> Result<(MailServer, Option<Secret>), AppError> {
        let security = self.security.unwrap_or(MailSecurity::Tls);
        let user_name = self.user_name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let from = address::checked("from", &self.from)?;
        let to = self.to.as_deref().map(|to| address::checked("to", to)).transpose()?;
        let password = self.password.filter(|password| !password.expose().is_empty());
        let server = MailServer {
            host: address::host(&self.host, security)?,
            port: self.port.unwrap_or(security.usual_port()),
            security,
            user_name: user_name.map(address::user_name).transpose()?,
            to: to.unwrap_or_else(|| from.clone()),
            from,
        };
        let refused = |field, problem: &str| AppError::Field { field, problem: problem.to_owned() };
        if server.port == 0 {
            return Err(refused("port", "takes a number from 1 to 65535"));
        }
        if password.is_some() && server.user_name.is_none() {
            return Err(refused("password", "needs a `user_name`"));
        }
        Ok((server, password))
    }
}
