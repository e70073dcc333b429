//! The way to a server: an address as a person wrote it, its password, and an open connection.

use outlay_ledger::Reader;
use outlay_ledger::sync::SyncRemote;
use outlay_sync::server::{Address, Failure, Limits, Password, Server, connect, wait_for};

use super::password;
use crate::app::App;
use crate::error::AppError;
use crate::secrets::Secret;

/// An address, and a password that stood in it or was given beside it.
pub(super) fn read_address(text: &str, given: Option<Secret>) -> Result<(Address, Option<Secret>), AppError> {
    let (address, inside) = Address::parse(text)?;
    let inside = inside.map(|password| Secret::new(password.expose().to_owned()));
    Ok((address, given.filter(|secret| !secret.expose().is_empty()).or(inside)))
}

/// The shared ledger that this one belongs to, if any.
pub(super) fn remote(reader: &Reader<'_>) -> Result<Option<SyncRemote>, AppError> {
    Ok(reader.remotes()?.into_iter().next())
}

/// The same, where there must be one.
pub(super) fn connected(app: &App) -> Result<(SyncRemote, Address), crate::ApiError> {
    app.shows_own()?;
    let remote = app.read(|reader| remote(reader)?.ok_or(AppError::NotConnected))?;
    let address = remote.address.parse::<Address>().map_err(AppError::from)?;
    Ok((remote, address))
}

/// Connects, does `work` with the connection, and closes it.
pub(super) fn at_server<T, E: From<Failure>>(
    address: &Address,
    password: Option<&Password>,
    work: impl AsyncFnOnce(&Server) -> Result<T, E>,
) -> Result<T, E> {
    wait_for(async {
        let server = connect(address, password, Limits::default()).await?;
        work(&server).await
    })
}

/// The password for an address, or none where there is none.
pub(super) fn password_for(app: &App, address: &Address, given: Option<&Secret>) -> Option<Password> {
    password::find(app, address, given).password
}
