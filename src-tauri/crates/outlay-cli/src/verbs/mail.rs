//! `outlay mail`: mail about alerts, set up, tried, sent, and what became of it.
//!
//! A password comes on standard input or is typed unseen, never as an argument: arguments stand in the list of
//! processes and in the shell's history.

use clap::{Args, Subcommand};
use outlay_app::delivery::{self, DeliveriesRequest};
use outlay_app::mail::{self, SetMailRequest};
use outlay_app::{DeliveryState, Nothing};

use crate::failure::{Exit, Failure};
use crate::render;
use crate::session::{Session, parsed};
use crate::typed_password;

const EXAMPLES: &str = "\
Nothing is sent unless you set mail up. The window and `outlay serve` send in the background; without them
`outlay mail send` does, from a timer too. On a machine without a keychain the password may stand in the
environment variable OUTLAY_SMTP_PASSWORD. SSL_CERT_FILE names a file of certificates to trust instead of the
system's.

Examples:
  $ outlay mail show
  $ outlay mail set --host smtp.example.com --user-name ada@example.com --from ada@example.com
  $ outlay mail log";

/// Mail about alerts of severity high and critical.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mail {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// How mail is set up
    #[command(after_help = "Examples:\n  $ outlay mail show --json")]
    Show,
    /// Set mail up; what waits is then sent anew
    #[command(after_help = SET_EXAMPLES)]
    Set(Set),
    /// End mail: forget the server and its password
    #[command(after_help = "Examples:\n  $ outlay mail off")]
    Off,
    /// Send a test mail
    Test,
    /// Send what waits, now
    Send,
    /// What was sent, waits or failed, with the server's words
    #[command(after_help = "Examples:\n  $ outlay mail log --limit 10")]
    Log {
        /// No more than so many, of these the newest
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
}

const SET_EXAMPLES: &str = "\
The password is asked for, or read from standard input with --password-stdin; it goes to the keychain.

Examples:
  $ outlay mail set --host smtp.example.com --user-name ada@example.com --from ada@example.com
  $ outlay mail set --host localhost --security none --from ada@localhost";

/// A server to send mail by.
#[derive(Debug, Args)]
struct Set {
    /// The server
    #[arg(long, value_name = "NAME")]
    host: String,
    /// Its port; 465 for tls, 587 for starttls, 25 for none
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// tls, starttls, or none, which only this machine's own server may have
    #[arg(long, value_name = "KIND", default_value = "tls")]
    security: String,
    /// The name to log in by; without it nobody logs in
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,
    /// The sender's address
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// The recipient's address; the sender's without
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Read the password from standard input
    #[arg(long, requires = "user_name")]
    password_stdin: bool,
}

impl Mail {
    /// Shows or changes how mail is set up, sends, or tells what became of it.
    ///
    /// # Errors
    /// What the app refuses; a mail that did not go out.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (app, printer) = (&session.app, &session.printer);
        match self.action.unwrap_or(Action::Show) {
            Action::Show => printer.show(&mail::get(app, Nothing {})?, render::mail::settings),
            Action::Set(set) => {
                let settings = mail::set(app, set.request(session)?)?;
                printer.say("mail is set up; `outlay mail test` tries it");
                printer.show(&settings, render::mail::settings)
            }
            Action::Off => printer.show(&mail::remove(app, Nothing {})?, render::mail::settings),
            Action::Test => {
                let sent = mail::test(app, Nothing {})?;
                printer.show(&sent, |sent| format!("sent to {}: {}", sent.to, sent.reply))
            }
            Action::Send => send(session),
            Action::Log { limit } => {
                let deliveries = delivery::list(app, DeliveriesRequest { limit })?;
                printer.show(&deliveries, |list| render::mail::deliveries(list, printer.terminal.width))
            }
        }
    }
}

/// Says what waits after work that was worth a mail: this program sends none by itself.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn remind(session: &Session) -> Result<(), Failure> {
    if !session.app.has_queued_mail() {
        return Ok(());
    }
    let waiting = mail::get_waiting(&session.app)?.0;
    if waiting > 0 {
        let alerts = if waiting == 1 { "1 alert waits".to_owned() } else { format!("{waiting} alerts wait") };
        session.printer.hint(&format!(
            "{alerts} to be mailed: the window and `outlay serve` send while they run, `outlay mail send` sends now"
        ));
    }
    Ok(())
}

fn send(session: &Session) -> Result<(), Failure> {
    let sent = mail::send(&session.app, Nothing {})?;
    session.printer.show(&sent, render::mail::sent)?;
    let hint = sent.mails.iter().map(|mail| &mail.hint).find(|hint| !hint.is_empty());
    hint.iter().for_each(|hint| session.printer.hint(hint));
    if sent.mails.iter().all(|mail| mail.state == DeliveryState::Sent) {
        return Ok(());
    }
    Err(Failure::Shown(Exit::Unavailable))
}

impl Set {
    fn request(self, session: &Session) -> Result<SetMailRequest, Failure> {
        let security = Some(parsed(&self.security)?);
        let password = match &self.user_name {
            Some(_) if self.password_stdin => Some(typed_password::from_standard_input()?),
            Some(name) if session.printer.terminal.can_ask => {
                typed_password::asked(session, &format!("Password of {name} (empty: as it is):"))?
            }
            _ => None,
        };
        let Self { host, port, user_name, from, to, .. } = self;
        Ok(SetMailRequest { host, port, security, user_name, from, to, password })
    }
}
