//! What a host does for mail: hands one mail to a server. Nothing here opens the network.

use outlay_core::alert::Letter;
use outlay_core::instant::Instant;

use super::{MailFailure, MailServer};
use crate::app::App;
use crate::error::AppError;
use crate::secrets::{Kept, Secret, SecretName};

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

/// The post of a host that is never online.
pub fn offline() -> Post {
    Box::new(|outgoing| Err(MailFailure::NameNotFound(outgoing.server.into(), "offline".to_owned())))
}

/// The name of a server's password in the keychain: of one server, so that no other is ever told it. `None` for a
/// server that asks for none.
pub(crate) fn name_of(server: &MailServer) -> Option<SecretName> {
    server.user_name.as_ref().map(|user_name| SecretName::Mail(format!("{user_name} at {}", server.host)))
}

/// The password of a server, if it asks for one.
pub(crate) fn password(app: &App, server: &MailServer) -> Result<Option<Kept>, AppError> {
    let Some(name) = name_of(server) else { return Ok(None) };
    let kept = app.secrets().read(&name)?;
    kept.map(Some).ok_or_else(|| AppError::NoPassword { host: server.host.clone() })
}
