//! Hands one mail to its server by SMTP, and tells apart every way in which that fails.
//!
//! The certificate is always verified, against what the system trusts: so a company's own authority works as in every
//! other program, and what its owner distrusts is distrusted here. `SSL_CERT_FILE` names other roots, as for OpenSSL.
//! What is sent, and when, is the application's matter.

use std::error::Error as _;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use outlay_app::MailSecurity;
use outlay_app::mail::{MailFailure, MailServer, Outgoing, ServerPort};
use rustls::CertificateError;

/// How long each step may take. All of them together stay below the time for which a mail is claimed.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Sends a mail, and gives the server's words.
///
/// # Errors
/// Every way in which it does not go out.
pub fn post(outgoing: &Outgoing<'_>) -> Result<String, MailFailure> {
    let Outgoing { server, password, .. } = outgoing;
    let message = written(outgoing)?;
    let envelope = message.envelope();
    let failed = |step| move |error: Error| failure(&error, server, step);
    let mut connection = connect(server)?;
    if let Some((name, password)) = server.user_name.as_ref().zip(*password) {
        let credentials = Credentials::new(name.clone(), password.expose().to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).map_err(failed(Step::LogIn))?;
    }
    let sender = Mail::new(envelope.from().cloned(), Vec::new());
    connection.command(sender).map_err(failed(Step::Sender))?;
    for recipient in envelope.to() {
        connection.command(Rcpt::new(recipient.clone(), Vec::new())).map_err(failed(Step::Recipient))?;
    }
    connection.command(Data).map_err(failed(Step::Data))?;
    let response = connection.message(&message.formatted()).map_err(failed(Step::Message))?;
    // It has the mail, whatever it says to the goodbye.
    let _ = connection.quit();
    Ok(words(&response))
}

/// A step on the way of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Connect,
    LogIn,
    Sender,
    Recipient,
    Data,
    Message,
}

fn written(outgoing: &Outgoing<'_>) -> Result<Message, MailFailure> {
    let Outgoing { server, message_id, at, letter, .. } = outgoing;
    let since = Duration::from_micros(u64::try_from(at.micros()).unwrap_or(0));
    let unwritable = |error: lettre::address::AddressError| MailFailure::Unwritable(error.to_string());
    let address = |text: &str| text.parse().map_err(unwritable);
    // So that nobody's holiday answers it.
    let by_itself =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    Message::builder()
        .from(address(&server.from)?)
        .to(address(&server.to)?)
        .subject(letter.subject.clone())
        .date(SystemTime::UNIX_EPOCH + since)
        .message_id(Some(format!("<{message_id}>")))
        .raw_header(by_itself)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.replace('\n', "\r\n"))
        .map_err(|error| MailFailure::Unwritable(error.to_string()))
}

fn connect(server: &MailServer) -> Result<SmtpConnection, MailFailure> {
    let failed = |error: Error| failure(&error, server, Step::Connect);
    let addresses = addresses(server)?;
    let hello = ClientId::default();
    let tls = || TlsParameters::new(server.host.clone()).map_err(failed);
    let open = |tls: Option<&TlsParameters>| {
        SmtpConnection::connect(&addresses[..], Some(TIMEOUT), &hello, tls, None).map_err(failed)
    };
    match server.security {
        MailSecurity::Tls => open(Some(&tls()?)),
        MailSecurity::Starttls => {
            let mut connection = open(None)?;
            if !connection.can_starttls() {
                connection.abort();
                return Err(MailFailure::NoStartTls(server.into()));
            }
            connection.starttls(&tls()?, &hello).map_err(failed)?;
            Ok(connection)
        }
        MailSecurity::None if addresses.iter().all(|address| address.ip().is_loopback()) => open(None),
        MailSecurity::None => Err(MailFailure::NotThisMachine(server.into())),
    }
}

fn addresses(server: &MailServer) -> Result<Vec<SocketAddr>, MailFailure> {
    let not_found = |detail: String| MailFailure::NameNotFound(server.into(), detail);
    let found = (server.host.as_str(), server.port).to_socket_addrs();
    let found: Vec<SocketAddr> = found.map_err(|error| not_found(error.to_string()))?.collect();
    if found.is_empty() { Err(not_found("it has no address".to_owned())) } else { Ok(found) }
}

fn words(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    plain(&format!("{} {}", response.code(), lines.join(" ")))
}

/// The words of somebody else, fit to be printed: in one line, of bounded length, nothing that steers a terminal.
fn plain(text: &str) -> String {
    const LONGEST: usize = 400;
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(visible).take(LONGEST).collect()
}

/// What an error means at the step at which it came.
fn failure(error: &Error, server: &MailServer, step: Step) -> MailFailure {
    let at = ServerPort::from(server);
    let detail = || plain(&error.source().map_or_else(|| error.to_string(), ToString::to_string));
    if let Some(code) = error.status() {
        let reply = format!("{code} {}", detail());
        return match step {
            _ if error.is_transient() => MailFailure::Later(at, reply),
            Step::Connect => MailFailure::Later(at, reply),
            Step::LogIn => MailFailure::WrongPassword(at, reply),
            Step::Sender => MailFailure::SenderRefused(at, reply),
            Step::Recipient => MailFailure::RecipientRefused(at, reply),
            Step::Data | Step::Message => MailFailure::MailRefused(at, reply),
        };
    }
    if let Some(error) = found::<rustls::Error>(error) {
        return of_tls(error, at, server.security);
    }
    match found::<io::Error>(error).map(io::Error::kind) {
        // Before that, nothing has gone out.
        Some(_) if step == Step::Message => MailFailure::BrokenOff(at, detail()),
        Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
            MailFailure::TimedOut(at, TIMEOUT.as_secs())
        }
        Some(io::ErrorKind::ConnectionRefused) => MailFailure::Refused(at),
        Some(_) => MailFailure::Unreachable(at, detail()),
        None if step == Step::LogIn && error.is_client() => MailFailure::NoLogin(at),
        None if step == Step::Message => MailFailure::BrokenOff(at, detail()),
        None => MailFailure::NoMailServer(at, detail()),
    }
}

fn of_tls(error: &rustls::Error, at: ServerPort, security: MailSecurity) -> MailFailure {
    use CertificateError as Bad;
    match error {
        rustls::Error::InvalidMessage(_) if security == MailSecurity::Tls => MailFailure::PortIsPlain(at),
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => MailFailure::UnknownCertificate(at),
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                MailFailure::OtherName(at, plain(&bad.to_string()))
            }
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                MailFailure::OutdatedCertificate(at)
            }
            // A certificate that signs itself, and is meant as an authority.
            other => MailFailure::Tls(at, other.to_string()),
        },
        other => MailFailure::Tls(at, other.to_string()),
    }
}

/// The first error of a kind among the causes of another; an error of the system may hold one of its own.
fn found<Wanted: std::error::Error + 'static>(error: &Error) -> Option<&Wanted> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(wanted) = error.downcast_ref::<Wanted>() {
            return Some(wanted);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(wanted) = inner.and_then(|inner| inner.downcast_ref::<Wanted>()) {
            return Some(wanted);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_server_steer_no_terminal() {
        assert_eq!(plain("550 no\r\n\u{1b}[2Jsuch \u{9b}1m"), "550 no   [2Jsuch  1m");
        assert_eq!(plain(&"x".repeat(5000)).len(), 400);
    }
}
