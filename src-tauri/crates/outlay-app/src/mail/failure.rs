//! Why a mail does not go out: every way in its own words, what follows from it, and what a person can do.

use std::fmt;

use thiserror::Error;

use super::MailServer;

/// Where a server listens: `smtp.example.com, port 465`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPort {
    host: String,
    port: u16,
}

/// Why a mail did not go out: at which server, and what it said or what happened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailFailure {
    /// No such name, or no network.
    #[error("the mail server {0}, is not found ({1})")]
    NameNotFound(ServerPort, String),
    /// The way without security leads to another machine.
    #[error("{0}, is another machine, and without security mail is sent to this one only")]
    NotThisMachine(ServerPort),
    /// Nobody listens there.
    #[error("nobody listens at {0}")]
    Refused(ServerPort),
    /// No way there.
    #[error("{0}, cannot be reached ({1})")]
    Unreachable(ServerPort, String),
    /// No answer within so many seconds.
    #[error("{0}, did not answer within {1} seconds")]
    TimedOut(ServerPort, u64),
    /// The connection broke while the mail was handed over.
    #[error("the connection to {0}, broke while the mail was handed over ({1})")]
    BrokenOff(ServerPort, String),
    /// The port does not begin with TLS.
    #[error("{0}, does not speak TLS from the beginning")]
    PortIsPlain(ServerPort),
    /// The server offers no STARTTLS.
    #[error("{0}, offers no STARTTLS")]
    NoStartTls(ServerPort),
    /// What listens speaks something else than SMTP.
    #[error("what listens at {0}, is no mail server that Outlay understands ({1})")]
    NoMailServer(ServerPort, String),
    /// Nobody whom this machine trusts vouches for the certificate.
    #[error("the certificate of {0}, is signed by nobody whom this machine trusts")]
    UnknownCertificate(ServerPort),
    /// The certificate is another's.
    #[error("the certificate of {0}, is made out to another name ({1})")]
    OtherName(ServerPort, String),
    /// The certificate is too old or too new.
    #[error("the certificate of {0}, is not valid now")]
    OutdatedCertificate(ServerPort),
    /// TLS fails otherwise.
    #[error("TLS with {0}, failed ({1})")]
    Tls(ServerPort, String),
    /// The server offers no way to log in that this program knows.
    #[error("{0}, offers no way to log in by name and password")]
    NoLogin(ServerPort),
    /// The server does not take name and password.
    #[error("{0}, does not take the user name with this password: {1}")]
    WrongPassword(ServerPort, String),
    /// The server does not take the sender.
    #[error("{0}, does not take the sender: {1}")]
    SenderRefused(ServerPort, String),
    /// The server does not take the recipient.
    #[error("{0}, does not take the recipient: {1}")]
    RecipientRefused(ServerPort, String),
    /// The server does not take this mail.
    #[error("{0}, does not take this mail: {1}")]
    MailRefused(ServerPort, String),
    /// The server has no time, or does not take it for now.
    #[error("{0}, does not take the mail for now: {1}")]
    Later(ServerPort, String),
    /// An address that cannot be written into a mail.
    #[error("the mail cannot be written ({0})")]
    Unwritable(String),
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is tried again later.
    Again,
    /// It is tried again later, and may have gone out.
    Uncertain,
    /// It waits for other settings.
    Held,
    /// It is given up.
    GivenUp,
}

impl MailFailure {
    pub(super) const fn fate(&self) -> Fate {
        match self {
            Self::BrokenOff(..) => Fate::Uncertain,
            // Asking again and again with a wrong password locks accounts.
            Self::WrongPassword(..) | Self::NoLogin(_) | Self::NotThisMachine(_) => Fate::Held,
            Self::SenderRefused(..)
            | Self::RecipientRefused(..)
            | Self::MailRefused(..)
            | Self::Unwritable(_) => Fate::GivenUp,
            _ => Fate::Again,
        }
    }

    /// What a person can do.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::NameNotFound(..) => "Check the name of the server, and that this machine is online.",
            Self::NotThisMachine(_) => "Set the security to `tls` or `starttls`.",
            Self::Refused(_) => "Check the port: 465 for `tls`, 587 for `starttls`.",
            Self::Unreachable(..) => {
                "Check that this machine is online, and that no firewall closes the port."
            }
            Self::TimedOut(..) => {
                "Check port and security: a port for `tls` (465) stays silent to `starttls`. A firewall may be silent, too."
            }
            Self::BrokenOff(..) => "It is sent again; if it had arrived, mail programs show it once.",
            Self::PortIsPlain(_) => "Use `starttls` with port 587, or `tls` with port 465. Nothing was sent.",
            Self::NoStartTls(_) => {
                "Use `tls` with port 465. Nothing was sent: without TLS everybody on the way could read the password."
            }
            Self::NoMailServer(..) => "Check the server's name and port.",
            Self::UnknownCertificate(_) => {
                "Nothing was sent. Trust its issuer in the system, or name a file with the issuer's certificate in SSL_CERT_FILE."
            }
            Self::OtherName(..) => {
                "Nothing was sent. Use the name that its operator gives, not an alias or an address."
            }
            Self::OutdatedCertificate(_) => {
                "Nothing was sent. Check this machine's clock; if it is right, the server's operator must renew it."
            }
            Self::Tls(..) => "Nothing was sent. The server may only speak an old version of TLS.",
            Self::NoLogin(_) => {
                "Leave the user name out if the server asks for none, or use `tls` or `starttls`."
            }
            Self::WrongPassword(..) => {
                "Set the password again; many providers want one that is made for programs. What waits is sent then."
            }
            Self::SenderRefused(..) => "Use the address that belongs to the user name.",
            Self::RecipientRefused(..) => "Check the recipient's address.",
            Self::MailRefused(..) => "The server's words say why. The alert stays in the inbox.",
            Self::Later(..) => "It is tried again by itself.",
            Self::Unwritable(_) => "Check the addresses of sender and recipient.",
        }
    }
}

impl From<&MailServer> for ServerPort {
    fn from(server: &MailServer) -> Self {
        Self { host: server.host.clone(), port: server.port }
    }
}

impl fmt::Display for ServerPort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, port {}", self.host, self.port)
    }
}
