//! Why a server could not be reached or does not do what it is asked: every way in its own words, with the step of
//! the way at which it happened and what a person can do.
//!
//! No variant can hold a password: none is ever given to what makes them. What follows from a failure (try again,
//! halve, put a row aside) is the plan's business; `Retry` says what kind it is.

mod reading;

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// How far a connection came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The name has an address.
    Name,
    /// Somebody answers there.
    Network,
    /// TLS stands, with the right server.
    Tls,
    /// The login is let in.
    Login,
    /// The database is there, and is one that Outlay can use.
    Database,
    /// The login may do what sync does.
    Rights,
}

/// What can be done about a failure without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The same again, after a while.
    Later,
    /// The same again at once, in smaller parts if it took too long.
    Now,
    /// Nothing: somebody must change something first.
    Never,
    /// Nothing, and it concerns single rows: the others are well.
    RowAlone,
}

/// What the server said: SQLSTATE and message, as it wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerWords {
    /// The five characters of the SQLSTATE.
    pub code: String,
    /// The message.
    pub message: String,
}

/// Why something on a server did not work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// No such name, or no network.
    #[error("the server {host} is not found ({reason})")]
    NameNotFound {
        /// The name.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// A name of this machine leads to another one, and the way there would be open.
    #[error("{host} leads to another machine, and without TLS Outlay speaks to this one only")]
    NotThisMachine {
        /// The name.
        host: String,
    },
    /// Nobody listens there.
    #[error("nobody listens at {host}, port {port}")]
    Refused {
        /// The machine.
        host: String,
        /// The port.
        port: u16,
    },
    /// No way there.
    #[error("{host} cannot be reached ({reason})")]
    Unreachable {
        /// The machine.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// No answer in time.
    #[error("the server did not answer within {} seconds", .after.as_secs())]
    TimedOut {
        /// How long was waited.
        after: Duration,
        /// While what was done.
        stage: Stage,
    },
    /// The connection broke.
    #[error("the connection to the server broke ({reason})")]
    BrokenOff {
        /// What the system says.
        reason: String,
    },
    /// The server has no TLS.
    #[error("the server offers no TLS; nothing was sent")]
    NoTls,
    /// Nobody who is trusted vouches for the certificate.
    #[error("the server's certificate is signed by nobody whom this machine trusts; nothing was sent")]
    UnknownIssuer,
    /// The certificate is another's.
    #[error("the server's certificate is made out to another name ({names}); nothing was sent")]
    OtherName {
        /// Whom it is for.
        names: String,
    },
    /// The certificate is too old or too new.
    #[error("the server's certificate is not valid now; nothing was sent")]
    Outdated,
    /// TLS fails otherwise.
    #[error("TLS with the server failed ({reason}); nothing was sent")]
    Tls {
        /// What the library says.
        reason: String,
    },
    /// The file with trusted certificates cannot be used.
    #[error("{path} holds no certificate that can be trusted ({reason})")]
    BadRoots {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The system trusts nobody at all.
    #[error("this system has no certificates that it trusts")]
    NoRoots,
    /// The server, or a pooler before it, cannot bind the login to the TLS connection.
    #[error("the server does not bind the login to the TLS connection; no password was sent")]
    NoChannelBinding,
    /// The server asks for a password, and there is none.
    #[error("the server asks for a password")]
    PasswordNeeded,
    /// The server wants a way to log in that this program does not know.
    #[error("the server asks for a way to log in that Outlay does not know ({reason})")]
    UnknownLogin {
        /// What the library says.
        reason: String,
    },
    /// 28P01.
    #[error("the server does not take this password")]
    WrongPassword,
    /// 28000: no such login, or it may not come from here.
    #[error("the server does not let this login in: {}", .0.message)]
    LoginRefused(ServerWords),
    /// 3D000.
    #[error("the server has no such database: {}", .0.message)]
    NoDatabase(ServerWords),
    /// 42501.
    #[error("the login may not do this: {}", .0.message)]
    NotAllowed(ServerWords),
    /// 25006, or a standby.
    #[error("the server is read-only at present: {}", .0.message)]
    ReadOnly(ServerWords),
    /// 57P01 to 57P05: it goes down, comes up, or threw the connection out.
    #[error("the server is going down or coming up: {}", .0.message)]
    Restarting(ServerWords),
    /// 53xxx: no room, no memory, no connection left.
    #[error("the server has no room left: {}", .0.message)]
    NoRoom(ServerWords),
    /// 40001, 40P01, 55P03: others were in the way.
    #[error("others were in the way on the server: {}", .0.message)]
    InTheWay(ServerWords),
    /// 57014: it took longer than the server allows.
    #[error("the server stopped the work: {}", .0.message)]
    TookTooLong(ServerWords),
    /// 42P01, 42703, 42P10, 42883, 3F000: tables, columns, functions are not as they were.
    #[error("the database is not set up as Outlay expects: {}", .0.message)]
    OtherSchema(ServerWords),
    /// 22xxx, 23xxx, 54000: a row that cannot be stored.
    #[error("the server does not take a row: {}", .0.message)]
    RowRefused(ServerWords),
    /// Anything else that the server said.
    #[error("the server refuses ({}): {}", .0.code, .0.message)]
    Server(ServerWords),
    /// What listens does not speak as PostgreSQL does, or not as was expected.
    #[error("what listens there does not answer as PostgreSQL does ({reason})")]
    Unintelligible {
        /// What the library says.
        reason: String,
    },
}

impl Failure {
    /// The SQLSTATE, where the server said one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::WrongPassword => Some("28P01"),
            Self::LoginRefused(words)
            | Self::NoDatabase(words)
            | Self::NotAllowed(words)
            | Self::ReadOnly(words)
            | Self::Restarting(words)
            | Self::NoRoom(words)
            | Self::InTheWay(words)
            | Self::TookTooLong(words)
            | Self::OtherSchema(words)
            | Self::RowRefused(words)
            | Self::Server(words) => Some(&words.code),
            _ => None,
        }
    }

    /// The step at which it happened.
    pub const fn stage(&self) -> Stage {
        match self {
            Self::NameNotFound { .. } | Self::NotThisMachine { .. } => Stage::Name,
            Self::Refused { .. } | Self::Unreachable { .. } => Stage::Network,
            Self::TimedOut { stage, .. } => *stage,
            Self::NoTls
            | Self::UnknownIssuer
            | Self::OtherName { .. }
            | Self::Outdated
            | Self::Tls { .. }
            | Self::BadRoots { .. }
            | Self::NoRoots => Stage::Tls,
            Self::NoChannelBinding
            | Self::PasswordNeeded
            | Self::UnknownLogin { .. }
            | Self::WrongPassword
            | Self::LoginRefused(_)
            | Self::BrokenOff { .. }
            | Self::Unintelligible { .. } => Stage::Login,
            Self::NotAllowed(_) => Stage::Rights,
            _ => Stage::Database,
        }
    }

    /// Whether trying again can help.
    pub const fn retry(&self) -> Retry {
        match self {
            Self::NameNotFound { .. }
            | Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::BrokenOff { .. }
            | Self::Restarting(_)
            | Self::NoRoom(_)
            | Self::ReadOnly(_) => Retry::Later,
            Self::InTheWay(_) | Self::TookTooLong(_) => Retry::Now,
            Self::RowRefused(_) | Self::NotAllowed(_) => Retry::RowAlone,
            _ => Retry::Never,
        }
    }

    /// What a person can do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NameNotFound { .. } => "Check the server's name, and that this machine is online.",
            Self::NotThisMachine { .. } => "Use sslmode=verify-full, or the address 127.0.0.1.",
            Self::Refused { .. } => "Check the port, and that the server is running.",
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "Check that this machine is online, and that no firewall closes the port. It is tried again by itself."
            }
            Self::BrokenOff { .. } => "It is tried again by itself; nothing is lost or stored twice.",
            Self::NoTls => {
                "Have TLS turned on at the server (ssl = on). Without it everybody on the way could read along."
            }
            Self::UnknownIssuer => {
                "If the server's certificate is made by your own people, name their file with sslrootcert=FILE. If it is not, somebody may stand between."
            }
            Self::OtherName { .. } => "Use the name that the certificate is made out to.",
            Self::Outdated => {
                "Check this machine's clock; if it is right, whoever runs the server must renew the certificate."
            }
            Self::Tls { .. } => "The server may only speak an old version of TLS.",
            Self::BadRoots { .. } => "Name a PEM file that begins with -----BEGIN CERTIFICATE-----.",
            Self::NoRoots => "Install your system's ca-certificates, or name a file with sslrootcert=FILE.",
            Self::NoChannelBinding => {
                "A pooler that ends TLS cannot do it, nor a server whose passwords are stored as md5. If that is how yours is, add channel_binding=disable to the address."
            }
            Self::PasswordNeeded => "Give the password: it is asked for, or read from PGPASSFILE.",
            Self::UnknownLogin { .. } => "Have the login set to scram-sha-256 on the server (pg_hba.conf).",
            Self::WrongPassword => {
                "Give it again. It is not tried again by itself, so that nobody is locked out."
            }
            Self::LoginRefused(_) => {
                "Check the login's name; whoever runs the server must let it in from here (pg_hba.conf)."
            }
            Self::NoDatabase(_) => "Check the database's name, or have it created.",
            Self::NotAllowed(_) => {
                "Whoever runs the server lets the login in: on the screen Sync, or with `outlay sync members add`."
            }
            Self::ReadOnly(_) => {
                "Pulling works. Pushing is tried again by itself; name the primary server if this is a copy."
            }
            Self::Restarting(_) | Self::NoRoom(_) | Self::InTheWay(_) => "It is tried again by itself.",
            Self::TookTooLong(_) => "It is tried again, in smaller parts.",
            Self::OtherSchema(_) => {
                "Whoever set it up brings it up to date, on the screen Sync or with `outlay sync init`; or connect to the right database."
            }
            Self::RowRefused(_) => "The row stays in your ledger and is put aside; the others are sent.",
            Self::Server(_) => "The server's words say why.",
            Self::Unintelligible { .. } => "Check host and port: something else may listen there.",
        }
    }
}
