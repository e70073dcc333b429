//! Passwords in the keychain of the system: Keychain, Credential Manager, Secret Service.
//!
//! A machine without a desktop has none; there the environment of the program may hold the one password.

use keyring::{Entry, Error};
use outlay_app::mail::{Kept, Secret, SecretError, SecretOrigin, Secrets};

use crate::variable;

/// What the passwords of Outlay stand under.
const SERVICE: &str = "dev.outlay.desktop";

/// Holds the mail server's password where there is no keychain, and goes before it.
const PASSWORD: &str = "OUTLAY_SMTP_PASSWORD";

/// The keychain of the account that runs this.
#[derive(Debug, Clone, Copy)]
pub struct Keychain;

impl Secrets for Keychain {
    fn read(&self, name: &str) -> Result<Option<Kept>, SecretError> {
        if let Some(password) = variable(PASSWORD).filter(|password| !password.is_empty()) {
            return Ok(Some(Kept { secret: Secret::new(password), origin: SecretOrigin::Environment }));
        }
        match entry(name)?.get_password() {
            Ok(password) => Ok(Some(Kept { secret: Secret::new(password), origin: SecretOrigin::Keychain })),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn keep(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        entry(name)?.set_password(secret.expose()).map_err(|error| failed(&error))
    }

    fn forget(&self, name: &str) -> Result<(), SecretError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn entry(name: &str) -> Result<Entry, SecretError> {
    Entry::new(SERVICE, name).map_err(|error| match (error, Entry::store_status()) {
        (Error::NoDefaultStore, Err(cause)) => SecretError::NoStore(reason(cause)),
        (error, _) => failed(&error),
    })
}

fn failed(error: &Error) -> SecretError {
    match error {
        Error::NoStorageAccess(_) => SecretError::Locked(reason(error)),
        Error::NoDefaultStore => SecretError::NoStore(reason(error)),
        _ => SecretError::Failed(reason(error)),
    }
}

/// The system's own words. Some errors hold what was stored, and are not repeated.
fn reason(error: &Error) -> String {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => cause.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "what is stored there is no password".to_owned(),
        other => other.to_string(),
    }
}
