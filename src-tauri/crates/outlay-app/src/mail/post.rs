//! What a host does for mail: keeps the password, and hands one mail to a server. Nothing here opens the network.

use std::fmt;

use outlay_core::alert::Letter;
use outlay_core::instant::Instant;
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use super::{MailFailure, MailServer};
use crate::app::App;
use crate::error::AppError;

/// A text that is shown nowhere.
#[derive(Clone, PartialEq, Eq, specta::Type)]
#[specta(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What is no text is not repeated in the refusal.
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(text)),
            _ => Err(serde::de::Error::custom("a password is a text")),
        }
    }
}

/// Where a secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretOrigin {
    /// In the system's keychain.
    Keychain,
    /// In the environment of this program.
    Environment,
}

/// A secret and where it was found.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The secret.
    pub secret: Secret,
    /// Where it was.
    pub origin: SecretOrigin,
}

/// Why a keychain does not help.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretError {
    /// There is none, as on a machine without a desktop.
    #[error("this machine has no keychain that can be reached ({0})")]
    NoStore(String),
    /// It does not let this program in, because it is locked or its user said no.
    #[error("the keychain does not let Outlay in ({0})")]
    Locked(String),
    /// It failed.
    #[error("the keychain failed ({0})")]
    Failed(String),
}

/// Keeps passwords, by name.
pub trait Secrets: Send + Sync {
    /// The secret of a name, if there is one.
    ///
    /// # Errors
    /// The keychain cannot be asked.
    fn read(&self, name: &str) -> Result<Option<Kept>, SecretError>;

    /// Keeps a secret in the keychain, in place of another.
    ///
    /// # Errors
    /// The keychain does not take it.
    fn keep(&self, name: &str, secret: &Secret) -> Result<(), SecretError>;

    /// Forgets a secret, if there is one.
    ///
    /// # Errors
    /// The keychain cannot be asked.
    fn forget(&self, name: &str) -> Result<(), SecretError>;
}

/// A mail on its way.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// By which server, and between whom.
    pub server: &'a MailServer,
    /// The password, for a server that asks for one.
    pub password: Option<&'a Secret>,
    /// Its `Message-ID`, without the brackets: the same whenever it is sent again.
    pub message_id: &'a str,
    /// When it was written.
    pub at: Instant,
    /// What it says.
    pub letter: &'a Letter,
}

/// Hands a mail to its server, and tells what the server said.
pub type Post = Box<dyn Fn(&Outgoing<'_>) -> Result<String, MailFailure> + Send + Sync>;

/// A machine without a keychain, for hosts that have no use for one.
#[derive(Debug, Clone, Copy)]
pub struct NoKeychain;

impl Secrets for NoKeychain {
    fn read(&self, _name: &str) -> Result<Option<Kept>, SecretError> {
        Ok(None)
    }

    fn keep(&self, _name: &str, _secret: &Secret) -> Result<(), SecretError> {
        Err(SecretError::NoStore("none is used here".to_owned()))
    }

    fn forget(&self, _name: &str) -> Result<(), SecretError> {
        Ok(())
    }
}

/// The post of a host that is never online.
pub fn offline() -> Post {
    Box::new(|outgoing| Err(MailFailure::NameNotFound(outgoing.server.into(), "offline".to_owned())))
}

/// The name of a server's password in the keychain: of one server, so that no other is ever told it. `None` for a
/// server that asks for none.
pub(crate) fn name_of(server: &MailServer) -> Option<String> {
    server.user_name.as_ref().map(|user_name| format!("{user_name} at {}", server.host))
}

/// The password of a server, if it asks for one.
pub(crate) fn password(app: &App, server: &MailServer) -> Result<Option<Kept>, AppError> {
    let Some(name) = name_of(server) else { return Ok(None) };
    let kept = app.secrets().read(&name)?;
    kept.map(Some).ok_or_else(|| AppError::NoPassword { host: server.host.clone() })
}
