//! Where a team's server is and how it is spoken to, as a person writes it: `postgres://ada@db.example.org/spend`
//! or `host=db.example.org user=ada dbname=spend`.
//!
//! An address never holds a password: one that was written into it is taken out and given back beside it. And it
//! never allows a connection that can be listened to: what has no TLS stays on this machine. Not here: the
//! environment, files, and the connection itself.

mod keywords;
mod parameters;
#[cfg(test)]
mod tests;
mod url;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use crate::server::password::Password;

/// Where a server is, as whom, and how it must prove who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The machine, or the folder of a local socket.
    pub host: Host,
    /// The port; of a socket, the number in its name.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The login.
    pub user: String,
    /// Whether and how TLS is spoken.
    pub encryption: Encryption,
    /// What the server calls this connection in its lists, where it should not be `outlay`.
    pub application_name: Option<String>,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name or an IP address.
    Network(String),
    /// The folder of a Unix socket.
    Socket(PathBuf),
}

/// What is between this machine and the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// Nothing: the server is this very machine. No address of another machine has it.
    None,
    /// TLS with a server that proves its name.
    Verified {
        /// Whose word is taken for it.
        trust: Trust,
        /// Whether the login is bound to this very TLS connection.
        channel_binding: ChannelBinding,
    },
}

/// Who vouches for a server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Whom the system trusts.
    System,
    /// Only those in this PEM file.
    File(PathBuf),
}

/// Whether somebody between who holds a valid certificate would be noticed at the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelBinding {
    /// Without it there is no login.
    Require,
    /// Where the server offers it.
    Prefer,
    /// Not: for a pooler that ends TLS itself.
    Disable,
}

/// Why a text is no address. No variant holds a part of the text that can be one of a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Neither a URL nor a list of `name=value`.
    #[error("this is no address of a PostgreSQL server")]
    NotAnAddress,
    /// Something that it needs is not there.
    #[error("the address names no {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
    /// A parameter that means nothing here.
    #[error("the address has a parameter `{name}` that Outlay does not know")]
    UnknownParameter {
        /// Its name.
        name: String,
    },
    /// The same, where its name may be a part of a password.
    #[error("the address has a part that Outlay does not know (not shown, because a password stands in it)")]
    UnknownPart,
    /// A parameter that stands there twice.
    #[error("the address says `{name}` twice")]
    Twice {
        /// Its name.
        name: &'static str,
    },
    /// A parameter has a value that it cannot have.
    #[error("`{name}` must be {expected}")]
    UnknownValue {
        /// Its name.
        name: &'static str,
        /// What it can be.
        expected: &'static str,
    },
    /// `/`, `?`, `@` or `%` stand where they mean something else.
    #[error("the address cannot be taken apart")]
    NotEncoded,
    /// A quote that is not closed, or a backslash before nothing.
    #[error("a quoted value of the address does not end")]
    OpenQuote,
    /// A control character, which no name has.
    #[error("the {what} has a character that cannot be in it")]
    ControlCharacter {
        /// Where it stands.
        what: &'static str,
    },
    /// More than one server.
    #[error("the address names several servers")]
    SeveralHosts,
    /// Another machine without TLS, or with TLS that may be left out or not checked.
    #[error("`sslmode={mode}` would let others read along on the way to {host}")]
    Unencrypted {
        /// The mode that was asked for.
        mode: String,
        /// The server.
        host: String,
    },
    /// Channel binding is a part of TLS.
    #[error("`channel_binding=require` needs TLS, and this address has none")]
    BindingWithoutTls,
}

impl AddressError {
    /// What a person can do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotAnAddress => {
                "Write it as postgres://USER@HOST/DATABASE, or as host=HOST user=USER dbname=DATABASE."
            }
            Self::Missing { .. } => "An address is postgres://USER@HOST/DATABASE.",
            Self::UnknownParameter { .. } | Self::UnknownPart => {
                "Known are host, port, dbname, user, password, sslmode, sslrootcert, channel_binding and application_name. Leave the others out."
            }
            Self::Twice { .. } => "Keep one of the two.",
            Self::UnknownValue { .. } => "Correct it, or leave it out.",
            Self::NotEncoded => {
                "In a user name or password write / as %2F, ? as %3F, @ as %40 and % as %25. Better leave the password out: it is asked for."
            }
            Self::OpenQuote => "Close the quote; a quote within it is written \\'.",
            Self::ControlCharacter { .. } => "Type it again.",
            Self::SeveralHosts => "Name the one server that is written to.",
            Self::Unencrypted { .. } => {
                "Use sslmode=verify-full, or leave sslmode out. Without TLS Outlay speaks to this machine only."
            }
            Self::BindingWithoutTls => "Leave channel_binding out, or add sslmode=verify-full.",
        }
    }
}

impl Address {
    /// Reads an address. A password in it comes back beside it.
    ///
    /// # Errors
    /// [`AddressError`], which never holds a part of a password.
    pub fn parse(text: &str) -> Result<(Self, Option<Password>), AddressError> {
        let text = text.trim();
        let scheme =
            ["postgres://", "postgresql://"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
        let parameters = match scheme {
            Some(rest) => url::parameters(rest)?,
            None if text.contains('=') && !text.contains("://") => keywords::parameters(text)?,
            None => return Err(AddressError::NotAnAddress),
        };
        parameters.into_address()
    }
}

impl Host {
    /// Whether it is this machine: only then nothing needs to be hidden on the way.
    pub fn is_this_machine(&self) -> bool {
        match self {
            Self::Socket(_) => true,
            Self::Network(name) => {
                name.eq_ignore_ascii_case("localhost")
                    || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
            }
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    /// Reads an address and drops a password that stands in it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).map(|(address, _)| address)
    }
}

impl fmt::Display for Address {
    /// As a URL, which [`Address::parse`] reads back to the same value. It holds no password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&url::write(self))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(name) => formatter.write_str(name),
            Self::Socket(folder) => write!(formatter, "the socket in {}", folder.display()),
        }
    }
}
