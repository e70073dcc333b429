//! Passwords: what they are called, who keeps them, and where one was found. The host keeps them, in the system's
//! keychain; no ledger, log or answer ever holds one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// Whose password it is: of one login at one server, so that no other server is ever told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretName {
    /// The mail server's.
    Mail(String),
    /// The team's PostgreSQL's.
    Team(String),
}

impl fmt::Display for SecretName {
    /// As it stands in the keychain.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail(name) => formatter.write_str(name),
            Self::Team(name) => write!(formatter, "sync {name}"),
        }
    }
}

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
    /// In the file of passwords that PostgreSQL's programs use.
    PasswordFile,
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
    fn read(&self, name: &SecretName) -> Result<Option<Kept>, SecretError>;

    /// Keeps a secret in the keychain, in place of another.
    ///
    /// # Errors
    /// The keychain does not take it.
    fn keep(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError>;

    /// Forgets a secret, if there is one.
    ///
    /// # Errors
    /// The keychain cannot be asked.
    fn forget(&self, name: &SecretName) -> Result<(), SecretError>;
}

/// A machine without a keychain, for hosts that have no use for one.
#[derive(Debug, Clone, Copy)]
pub struct NoKeychain;

impl Secrets for NoKeychain {
    fn read(&self, _name: &SecretName) -> Result<Option<Kept>, SecretError> {
        Ok(None)
    }

    fn keep(&self, _name: &SecretName, _secret: &Secret) -> Result<(), SecretError> {
        Err(SecretError::NoStore("none is used here".to_owned()))
    }

    fn forget(&self, _name: &SecretName) -> Result<(), SecretError> {
        Ok(())
    }
}

/// Where the password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum PasswordState {
    /// The server asks for none, or none is set up.
    NotNeeded,
    /// In the system's keychain.
    Keychain,
    /// In the environment of this program.
    Environment,
    /// In the file of passwords that PostgreSQL's programs use.
    PasswordFile,
    /// Nowhere.
    Missing,
    /// The keychain cannot be asked.
    Unavailable,
}

impl From<SecretOrigin> for PasswordState {
    fn from(origin: SecretOrigin) -> Self {
        match origin {
            SecretOrigin::Keychain => Self::Keychain,
            SecretOrigin::Environment => Self::Environment,
            SecretOrigin::PasswordFile => Self::PasswordFile,
        }
    }
}
