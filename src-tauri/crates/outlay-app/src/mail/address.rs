//! What a server, a name and an address of mail may be, so that none of it can be read as something else later.

use std::net::IpAddr;

use outlay_core::delivery::MailSecurity;

use crate::error::AppError;

/// The longest that an address or a name of a server may be.
const LONGEST: usize = 254;

/// A bare address: `ada@example.com`.
pub(super) fn checked(field: &'static str, text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').unwrap_or_default();
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.chars().any(|letter| {
                letter.is_whitespace() || letter.is_control() || "<>,;:\"()[]@\\".contains(letter)
            })
    };
    if text.len() <= LONGEST && text.is_ascii() && is_plain(local) && is_plain(domain) {
        return Ok(text.to_owned());
    }
    Err(refused(field, "takes one address, such as ada@example.com"))
}

/// A server's name or IP address; without security only this machine's own.
pub(super) fn host(text: &str, security: MailSecurity) -> Result<String, AppError> {
    let host = text.trim().trim_start_matches('[').trim_end_matches(']');
    let is_address = host.parse::<IpAddr>().is_ok();
    let is_name = host.len() <= LONGEST
        && host.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && host.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._".contains(letter));
    if !is_address && !is_name {
        return Err(refused("host", "takes the name of a mail server, such as smtp.example.com"));
    }
    if security == MailSecurity::None && !is_this_machine(host) {
        return Err(refused(
            "security",
            "takes `none` only for localhost, 127.0.0.1 or ::1: everybody on the way could read the password; say `tls` or `starttls`",
        ));
    }
    Ok(host.to_owned())
}

/// A name to log in by.
pub(super) fn user_name(text: String) -> Result<String, AppError> {
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(refused("user_name", "takes a name of at most 254 letters, in one line"));
    }
    Ok(text)
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn refused(field: &'static str, problem: &str) -> AppError {
    AppError::Field { field, problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, is_taken: bool) {
        assert_eq!(checked("to", text).is_ok(), is_taken, "{text:?}");
    }

    #[test]
    fn an_address_is_one_and_holds_nothing_else() {
        check(" ada@example.com ", true);
        check("ada+bills@mail.example", true);
        check("Ada <ada@example.com>", false);
        check("ada@example.com, bob@example.com", false);
        check("ada@example.com\r\nBcc: bob@example.com", false);
        check("ada", false);
        check("@example.com", false);
        check("ada@", false);
    }

    #[track_caller]
    fn check_host(text: &str, security: MailSecurity, expected: Option<&str>) {
        assert_eq!(host(text, security).ok().as_deref(), expected, "{text:?}");
    }

    #[test]
    fn without_security_mail_stays_on_this_machine() {
        use MailSecurity::{None, Starttls, Tls};
        check_host("smtp.example.com", Tls, Some("smtp.example.com"));
        check_host("[::1]", Starttls, Some("::1"));
        check_host("smtp.example.com:465", Tls, Option::None);
        check_host("https://smtp.example.com", Tls, Option::None);
        check_host("", Tls, Option::None);
        for own in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            check_host(own, None, Some(own));
        }
        check_host("192.168.1.4", None, Option::None);
        check_host("localhost.example.com", None, Option::None);
    }
}
