//! The outbox at work: claims what goes out, hands it over, and notes what became of it.
//!
//! Two programs never send the same at once: a claim is made in a transaction, and ends by itself if its program
//! dies. Then the mail is sent again with the same `Message-ID`. What goes out when is `outlay_core::delivery`'s.

use outlay_core::alert::{Letter, Told, digest, is_of_named_budget, letter, trial};
use outlay_core::delivery::{Channel, DeliveryState, Waiting, When, next_try, parcel};
use outlay_core::instant::Instant;
use outlay_core::period::Zone;
use outlay_core::report::Count;
use outlay_ledger::{Claim, DeliveryOutcome, Reader};
use serde::Serialize;
use uuid::Uuid;

use super::failure::Fate;
use super::post::password;
use super::{MailServer, Outgoing, Secret, get_waiting, server};
use crate::app::{App, Nothing};
use crate::error::{ApiError, AppError};

/// The namespace of messages about several alerts.
const DIGESTS: Uuid = Uuid::from_u128(0x6f75_746c_6179_6469_6765_7374_7300_0001);

/// What was sent and what was not.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct MailSent {
    /// `outlay.mail-sent/1`.
    pub schema: &'static str,
    /// The mails that were tried.
    pub mails: Vec<MailTried>,
    /// Alerts whose mail waits still.
    pub waiting: Count,
}

/// A mail that was tried.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct MailTried {
    /// Its subject.
    pub subject: String,
    /// How many alerts it tells of.
    pub alerts: Count,
    /// What became of it.
    pub state: DeliveryState,
    /// What the server said, or why it was not reached.
    pub reply: String,
    /// What to do; empty where it went out.
    pub hint: String,
}

/// A test mail that went out.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TestMail {
    /// `outlay.mail-test/1`.
    pub schema: &'static str,
    /// To whom.
    pub to: String,
    /// What the server said.
    pub reply: String,
}

/// Sends a mail that says it is a test, by what is set up.
///
/// # Errors
/// Mail is not set up; every way in which a server can fail, in words.
pub fn test(app: &App, _request: Nothing) -> Result<TestMail, ApiError> {
    let Server { server, password, .. } = Server::of(app)?;
    let message_id = message_id(&app.new_id(app.now()).to_string(), &server);
    let outgoing = Outgoing {
        server: &server,
        password: password.as_ref(),
        message_id: &message_id,
        at: app.now(),
        letter: &trial(),
    };
    let reply = app.post(&outgoing).map_err(AppError::from)?;
    Ok(TestMail { schema: "outlay.mail-test/1", to: server.to, reply })
}

/// Sends all that waits, also what waits for other settings or is not due.
///
/// # Errors
/// Mail is not set up; the password cannot be read; those of the ledger.
pub fn send(app: &App, _request: Nothing) -> Result<MailSent, ApiError> {
    let server = Server::of(app)?;
    let mails = round(app, &server, When::Now)?;
    Ok(MailSent { schema: "outlay.mail-sent/1", mails, waiting: get_waiting(app)? })
}

/// Sends what is due. Nothing is read from the keychain, and nothing written, while nothing is.
///
/// # Errors
/// As [`send`].
pub(crate) fn send_due(app: &App) -> Result<(), ApiError> {
    let is_due =
        app.read(|reader| Ok(parcel(&reader.waiting(Channel::Mail)?, app.now(), When::Due, &[]).is_some()))?;
    if is_due {
        round(app, &Server::of(app)?, When::Due)?;
    }
    Ok(())
}

/// A server and what is needed to use it.
struct Server {
    server: MailServer,
    password: Option<Secret>,
    zone: Zone,
}

impl Server {
    fn of(app: &App) -> Result<Self, ApiError> {
        let (server, zone) = app.read(|reader| {
            let server = server(reader)?.ok_or(AppError::NoMail)?;
            Ok((server, reader.identity()?.zone))
        })?;
        let password = password(app, &server)?.map(|kept| kept.secret);
        Ok(Self { server, password, zone })
    }
}

/// Tries each mail that may go out once; after one that waits for other settings none, whoever asks.
fn round(app: &App, server: &Server, when: When) -> Result<Vec<MailTried>, ApiError> {
    let mut tried: Vec<String> = Vec::new();
    let mut mails = Vec::new();
    while let Some(mail) = Mail::claim(app, server.zone, when, &tried)? {
        tried.extend(mail.alerts.iter().map(|one| one.alert_id.clone()));
        let sent = mail.send(app, server)?;
        let is_held = sent.state == DeliveryState::Held;
        mails.push(sent);
        if is_held {
            break;
        }
    }
    Ok(mails)
}

/// A mail that is this program's to send.
struct Mail {
    alerts: Vec<Waiting>,
    message: String,
    letter: Letter,
    claim: Claim,
}

impl Mail {
    fn claim(app: &App, zone: Zone, when: When, tried: &[String]) -> Result<Option<Self>, ApiError> {
        let now = app.now();
        let any =
            app.read(|reader| Ok(parcel(&reader.waiting(Channel::Mail)?, now, when, tried).is_some()))?;
        if !any {
            return Ok(None);
        }
        app.write(|writer| {
            let over = writer.end_resolved(Channel::Mail, now)?;
            let waiting = writer.reader().waiting(Channel::Mail)?;
            let Some(next) = parcel(&waiting, now, when, tried) else {
                if over > 0 {
                    writer.commit()?;
                }
                return Ok(None);
            };
            let message = next.message.unwrap_or_else(|| name(&next.alerts));
            let claim = app.random();
            writer.claim(&next.alerts, Channel::Mail, &message, claim, now)?;
            let letter = letter_about(&writer.reader(), &next.alerts, zone)?;
            writer.commit()?;
            let alerts = waiting.into_iter().filter(|one| next.alerts.contains(&one.alert_id)).collect();
            Ok(Some(Self { alerts, message, letter, claim }))
        })
    }

    fn send(self, app: &App, server: &Server) -> Result<MailTried, ApiError> {
        let outcome = app.post(&Outgoing {
            server: &server.server,
            password: server.password.as_ref(),
            message_id: &message_id(&self.message, &server.server),
            at: app.now(),
            letter: &self.letter,
        });
        let (reply, hint) = match &outcome {
            Ok(reply) => (reply.clone(), ""),
            Err(failure) => (failure.to_string(), failure.hint()),
        };
        let fate = outcome.err().map(|failure| failure.fate());
        let state = self.settle(app, fate, &reply)?;
        Ok(MailTried {
            subject: self.letter.subject,
            alerts: Count(i64::try_from(self.alerts.len()).unwrap_or(i64::MAX)),
            state,
            reply,
            hint: hint.to_owned(),
        })
    }

    /// Notes what became of it. A long import of another program must not make it be sent twice: it is waited for.
    fn settle(&self, app: &App, fate: Option<Fate>, reply: &str) -> Result<DeliveryState, ApiError> {
        const PATIENCE: usize = 20;
        let now = app.now();
        let note = || {
            app.write(|writer| {
                for one in &self.alerts {
                    writer.settle(&one.alert_id, self.claim, &outcome(one, fate, now), reply, now)?;
                }
                Ok(writer.commit()?)
            })
        };
        let mut noted = note();
        for _ in 0..PATIENCE {
            if noted.is_ok() {
                break;
            }
            noted = note();
        }
        noted?;
        let states = self.alerts.iter().map(|one| match outcome(one, fate, now) {
            DeliveryOutcome::Ended(state) => state,
            DeliveryOutcome::Again { .. } => DeliveryState::Waiting,
            DeliveryOutcome::Held => DeliveryState::Held,
        });
        Ok(states.min().unwrap_or(DeliveryState::Over))
    }
}

/// What becomes of a delivery that was tried once more.
fn outcome(one: &Waiting, fate: Option<Fate>, now: Instant) -> DeliveryOutcome {
    let again = |uncertain| {
        let next = next_try(one.attempts + 1, one.queued_at, now);
        next.map_or(DeliveryOutcome::Ended(DeliveryState::Failed), |at| DeliveryOutcome::Again {
            at,
            uncertain,
        })
    };
    match fate {
        None => DeliveryOutcome::Ended(DeliveryState::Sent),
        Some(Fate::Again) => again(false),
        Some(Fate::Uncertain) => again(true),
        Some(Fate::Held) => DeliveryOutcome::Held,
        Some(Fate::GivenUp) => DeliveryOutcome::Ended(DeliveryState::Failed),
    }
}

fn letter_about(reader: &Reader<'_>, alerts: &[String], zone: Zone) -> Result<Letter, AppError> {
    let mut told = Vec::new();
    for id in alerts {
        told.push(told_of(reader.alert(id)?));
    }
    Ok(match told.as_slice() {
        [one] => letter(one, zone),
        several => digest(several, zone),
    })
}

/// What of an alert is told.
pub(crate) fn told_of(alert: outlay_ledger::Alert) -> Told {
    Told {
        is_of_budget: is_of_named_budget(alert.alert_type, &alert.dedupe_key),
        alert_type: alert.alert_type,
        severity: alert.severity,
        message: alert.message,
        threshold: alert.threshold_money,
        actual: alert.actual_money,
        created_at: alert.created_at,
    }
}

/// What a message about alerts is called: of one alert its id, so that it is the same whenever and wherever it is sent.
pub(crate) fn name(alerts: &[String]) -> String {
    match alerts {
        [one] => one.clone(),
        several => Uuid::new_v5(&DIGESTS, several.join(" ").as_bytes()).to_string(),
    }
}

fn message_id(name: &str, server: &MailServer) -> String {
    let domain = server.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("{name}@{domain}")
}
