//! Where the password of the team's server comes from: what was handed in, the keychain or the environment, the file
//! of PostgreSQL's own programs. A server on this machine may ask for none.

use outlay_sync::server::{Address, Password, read_passfile};

use crate::app::App;
use crate::error::AppError;
use crate::secrets::{PasswordState, Secret, SecretName};

/// A password and where it was found.
pub(super) struct Found {
    /// `None`: it was found nowhere, which a server on this machine may not mind.
    pub(super) password: Option<Password>,
    /// Where.
    pub(super) state: PasswordState,
    /// Why the keychain or the file did not help.
    pub(super) problem: Option<AppError>,
}

/// The password's name: of one login at one server.
pub(super) fn name_of(address: &Address) -> SecretName {
    let Address { host, port, database, user, .. } = address;
    SecretName::Team(format!("{user} at {host}:{port}/{database}"))
}

/// Looks for the password of an address: the one that was handed in goes first.
pub(super) fn find(app: &App, address: &Address, given: Option<&Secret>) -> Found {
    let found = |password, state| Found { password: Some(password), state, problem: None };
    if let Some(secret) = given.filter(|secret| !secret.expose().is_empty()) {
        return found(Password::new(secret.expose().to_owned()), PasswordState::NotNeeded);
    }
    let mut problem = None;
    match app.secrets().read(&name_of(address)) {
        Ok(Some(kept)) => {
            return found(Password::new(kept.secret.expose().to_owned()), kept.origin.into());
        }
        Ok(None) => {}
        Err(error) => problem = Some(AppError::TeamSecret(error)),
    }
    if let Some(path) = app.passfile() {
        match read_passfile(path, address) {
            Ok(Some(password)) => return found(password, PasswordState::PasswordFile),
            Ok(None) => {}
            Err(error) => problem = Some(AppError::PasswordFile(error)),
        }
    }
    let state = match (&problem, address.host.is_this_machine()) {
        (_, true) => PasswordState::NotNeeded,
        (Some(_), false) => PasswordState::Unavailable,
        (None, false) => PasswordState::Missing,
    };
    Found { password: None, state, problem }
}

/// Keeps a password in the keychain.
///
/// # Errors
/// The keychain does not take it.
pub(super) fn keep(app: &App, address: &Address, secret: &Secret) -> Result<(), AppError> {
    app.secrets().keep(&name_of(address), secret).map_err(AppError::TeamSecret)
}

/// Forgets the password of an address. A keychain that is not there keeps nothing.
pub(super) fn forget(app: &App, address: &Address) {
    let _ = app.secrets().forget(&name_of(address));
}
