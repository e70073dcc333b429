//! Reads the library's errors: what the server said by its SQLSTATE, what TLS said by its certificate error, the
//! rest by the library's own words.

use std::error::Error as _;

use rustls::CertificateError;
use tokio_postgres::error::SqlState;

use super::{Failure, ServerWords};

impl Failure {
    /// Reads an error of the library.
    pub(crate) fn of(error: &tokio_postgres::Error) -> Self {
        if let Some(said) = error.as_db_error() {
            return Self::of_server(said.code(), said.message());
        }
        let source = error.source();
        let reason = source.map_or_else(|| error.to_string(), ToString::to_string);
        // The library keeps the kind of its errors to itself; these are its words for them.
        let said = error.to_string();
        if said.starts_with("error performing TLS handshake") {
            return Self::of_tls(source, reason);
        }
        if said.starts_with("authentication error") || said.starts_with("invalid configuration") {
            return match reason.as_str() {
                "password missing" => Self::PasswordNeeded,
                words if words.contains("channel binding") => Self::NoChannelBinding,
                _ => Self::UnknownLogin { reason },
            };
        }
        if error.is_closed() || source.is_some_and(|source| source.is::<std::io::Error>()) {
            return Self::BrokenOff { reason };
        }
        Self::Unintelligible {
            reason: if said.contains(&reason) { said } else { format!("{said}: {reason}") },
        }
    }

    fn of_tls(source: Option<&(dyn std::error::Error + 'static)>, reason: String) -> Self {
        if reason == "server does not support TLS" {
            return Self::NoTls;
        }
        let inner = source.and_then(|source| source.downcast_ref::<std::io::Error>());
        let inner = inner.and_then(std::io::Error::get_ref).and_then(|inner| inner.downcast_ref());
        match inner {
            Some(rustls::Error::InvalidCertificate(why)) => of_certificate(why, reason),
            _ => Self::Tls { reason },
        }
    }

    fn of_server(code: &SqlState, message: &str) -> Self {
        // A server that means harm must not write a book onto the screen, nor control the terminal.
        let message = message.chars().filter(|letter| !letter.is_control()).take(500).collect();
        let words = ServerWords { code: code.code().to_owned(), message };
        match code.code() {
            "28P01" => Self::WrongPassword,
            "28000" => Self::LoginRefused(words),
            "3D000" => Self::NoDatabase(words),
            "42501" => Self::NotAllowed(words),
            "25006" => Self::ReadOnly(words),
            "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => Self::Restarting(words),
            "40001" | "40P01" | "55P03" => Self::InTheWay(words),
            "57014" => Self::TookTooLong(words),
            "42P01" | "42703" | "42P10" | "42883" | "3F000" => Self::OtherSchema(words),
            code if code.starts_with("53") => Self::NoRoom(words),
            code if code.starts_with("08") => Self::BrokenOff { reason: words.message },
            code if code.starts_with("22") || code.starts_with("23") || code == "54000" => {
                Self::RowRefused(words)
            }
            _ => Self::Server(words),
        }
    }
}

fn of_certificate(why: &CertificateError, reason: String) -> Failure {
    match why {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Failure::UnknownIssuer,
        CertificateError::NotValidForName => Failure::OtherName { names: "it does not say which".into() },
        CertificateError::NotValidForNameContext { presented, .. } => {
            Failure::OtherName { names: presented.join(", ") }
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Failure::Outdated,
        _ => Failure::Tls { reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::failure::Retry;

    #[track_caller]
    fn check(code: &str, expected: &str, retry: Retry) {
        let failure = Failure::of_server(&SqlState::from_code(code), "words");
        let name = format!("{failure:?}");
        let name = name.split(['(', ' ']).next().unwrap_or_default();
        assert_eq!((name, failure.retry()), (expected, retry), "{code}");
        assert!(!failure.hint().is_empty());
    }

    #[test]
    fn every_code_has_its_words() {
        check("28P01", "WrongPassword", Retry::Never);
        check("28000", "LoginRefused", Retry::Never);
        check("3D000", "NoDatabase", Retry::Never);
        check("42501", "NotAllowed", Retry::RowAlone);
        check("25006", "ReadOnly", Retry::Later);
        check("57P01", "Restarting", Retry::Later);
        check("57P02", "Restarting", Retry::Later);
        check("57P03", "Restarting", Retry::Later);
        check("53100", "NoRoom", Retry::Later);
        check("53200", "NoRoom", Retry::Later);
        check("53300", "NoRoom", Retry::Later);
        check("40001", "InTheWay", Retry::Now);
        check("40P01", "InTheWay", Retry::Now);
        check("55P03", "InTheWay", Retry::Now);
        check("57014", "TookTooLong", Retry::Now);
        check("42P01", "OtherSchema", Retry::Never);
        check("42703", "OtherSchema", Retry::Never);
        check("42P10", "OtherSchema", Retry::Never);
        check("22021", "RowRefused", Retry::RowAlone);
        check("23502", "RowRefused", Retry::RowAlone);
        check("54000", "RowRefused", Retry::RowAlone);
        check("08006", "BrokenOff", Retry::Later);
        check("XX000", "Server", Retry::Never);
    }
}
