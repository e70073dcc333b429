//! Passwords in the keychain of the system: Keychain, Credential Manager, Secret Service.
//!
//! A machine without a desktop has none; there the environment of the program may hold a password.

use keyring::{Entry, Error};
use outlay_app::secrets::{Kept, Secret, SecretError, SecretName, SecretOrigin, Secrets};

use crate::variable;

/// What the passwords of Outlay stand under.
const SERVICE: &str = "dev.outlay.desktop";

/// The variable that holds a password where there is no keychain, and goes before it.
const fn variable_of(name: &SecretName) -> &'static str {
    match name {
        SecretName::Mail(_) => "OUTLAY_SMTP_PASSWORD",
        SecretName::Team(_) => "OUTLAY_SYNC_PASSWORD",
    }
}

/// The keychain of the account that runs this.
#[derive(Debug, Clone, Copy)]
pub struct Keychain;

impl Secrets for Keychain {
    fn read(&self, name: &SecretName) -> Result<Option<Kept>, SecretError> {
        if let Some(password) = variable(variable_of(name)).filter(|password| !password.is_empty()) {
            return Ok(Some(Kept { secret: Secret::new(password), origin: SecretOrigin::Environment }));
        }
        match entry(name)?.get_password() {
            Ok(password) => Ok(Some(Kept { secret: Secret::new(password), origin: SecretOrigin::Keychain })),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn keep(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError> {
        entry(name)?.set_password(secret.expose()).map_err(|error| failed(&error))
    }

    fn forget(&self, name: &SecretName) -> Result<(), SecretError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn entry(name: &SecretName) -> Result<Entry, SecretError> {
    Entry::new(SERVICE, &name.to_string()).map_err(|error| match (error, Entry::store_status()) {
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
