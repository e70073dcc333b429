//! A ledger and the world outside of it: a mail server, a keychain and a desktop, all of which do as they are told.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use outlay_app::mail::{MailFailure, Outgoing};
use outlay_app::notifications::NotShown;
use outlay_app::secrets::{Kept, Secret, SecretError, SecretName, SecretOrigin, Secrets};
use outlay_app::{App, Host, delivery};
use outlay_core::instant::Instant;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage};

const MINUTE: i64 = 60_000_000;

/// What the mail server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Takes,
    IsDown,
    BreaksOff,
    WantsAnotherPassword,
    RefusesTheRecipient,
}

/// What the world outside saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) mails: Vec<(String, String)>,
    pub(crate) notifications: Vec<String>,
}

pub(crate) struct Scene {
    pub(crate) stage: Stage,
    clock: Arc<AtomicI64>,
    server: Arc<Mutex<Server>>,
    pub(crate) seen: Arc<Mutex<Seen>>,
}

/// A keychain that forgets everything at the end.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<(SecretName, Secret)>>);

impl Secrets for Memory {
    fn read(&self, name: &SecretName) -> Result<Option<Kept>, SecretError> {
        let kept =
            lock(&self.0).iter().rev().find(|(known, _)| known == name).map(|(_, secret)| secret.clone());
        Ok(kept.map(|secret| Kept { secret, origin: SecretOrigin::Keychain }))
    }

    fn keep(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError> {
        lock(&self.0).push((name.clone(), secret.clone()));
        Ok(())
    }

    fn forget(&self, name: &SecretName) -> Result<(), SecretError> {
        lock(&self.0).retain(|(known, _)| known != name);
        Ok(())
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scene {
    /// A confirmed cap of 10 dollars; mail is set up, notifications are not.
    pub(crate) fn new() -> Self {
        let scene = Self::with_desktop(true);
        scene.answer("set_cost_config", json!({"field": "monthly_ai_cap_usd", "value": "10"}));
        scene.set_mail();
        scene
    }

    pub(crate) fn with_desktop(allowed: bool) -> Self {
        let clock = Arc::new(AtomicI64::new(instant(NOW).micros()));
        let (server, seen) = (Arc::new(Mutex::new(Server::Takes)), Arc::new(Mutex::new(Seen::default())));
        let (now, asked) = (Arc::clone(&clock), Arc::clone(&server));
        let (posted, shown) = (Arc::clone(&seen), Arc::clone(&seen));
        let stage = Stage::changed(|host| Host {
            clock: Box::new(move || Instant::from_micros(now.load(Ordering::Relaxed))),
            secrets: Box::new(Memory::default()),
            mail: Box::new(move |mail| {
                let subject = mail.letter.subject.clone();
                lock(&posted).mails.push((mail.message_id.to_owned(), subject));
                answer(*lock(&asked), mail)
            }),
            notifier: Some(Box::new(move |notification| {
                lock(&shown).notifications.push(notification.letter.subject.clone());
                if allowed { Ok(()) } else { Err(NotShown::NotAllowed) }
            })),
            ..host
        });
        Self { stage, clock, server, seen }
    }

    pub(crate) fn set(&self, name: &str, value: &str) -> &Self {
        self.answer("set_setting", json!({"name": name, "value": value}));
        self
    }

    pub(crate) fn app(&self) -> &App {
        &self.stage.app
    }

    pub(crate) fn revision(&self) -> i64 {
        self.stage.app.revision()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.stage.folder.path()
    }

    /// As another program does on the same ledger.
    pub(crate) fn call_by(&self, other: &App, command: &str, request: Value) -> Value {
        self.stage.api.call(other, command, request).expect("an answer")
    }

    pub(crate) fn set_mail(&self) {
        let server = json!({"host": "smtp.example.com", "user_name": "ada", "from": "ada@example.com", "password": "s3cret"});
        self.answer("set_mail_settings", server);
    }

    pub(crate) fn answer(&self, command: &str, request: Value) -> Value {
        self.stage.answer(command, request)
    }

    pub(crate) fn log(&self, cost: &str, at: &str) -> &Self {
        let call =
            json!({"generation_type": "chat", "model": "m-1", "provider": "acme", "cost": cost, "at": at});
        self.answer("log_generation", call);
        self
    }

    /// A thousand calls in one file, each above the limit for a single call.
    pub(crate) fn import_costly(&self) {
        let row = |number: i64| format!("g-{number},2026-06-19T11:{:02}:00Z,m-1,0.6", number % 60);
        let rows: Vec<String> = (0..1000).map(row).collect();
        let file = self.stage.path("costly.csv");
        fs_err::write(&file, format!("id,when,model,cost\n{}\n", rows.join("\n"))).expect("a file");
        let map = ["id=id", "created_at=when", "model=model", "cost=cost", "provider:=acme"];
        self.answer("commit_import", json!({"files": [file], "map": map}));
    }

    pub(crate) fn server(&self, server: Server) -> &Self {
        *lock(&self.server) = server;
        self
    }

    pub(crate) fn later(&self, minutes: i64) -> &Self {
        self.clock.fetch_add(minutes * MINUTE, Ordering::Relaxed);
        self
    }

    /// Lets the courier come, and tells in how many minutes it comes again.
    pub(crate) fn deliver(&self) -> Option<i64> {
        let next = delivery::deliver(&self.stage.app).expect("a delivery");
        next.map(|next| (next.micros() - self.clock.load(Ordering::Relaxed)) / MINUTE)
    }

    pub(crate) fn mails(&self) -> usize {
        lock(&self.seen).mails.len()
    }

    /// The notifications that came since it was asked last.
    pub(crate) fn notified(&self) -> Vec<String> {
        self.deliver();
        std::mem::take(&mut lock(&self.seen).notifications)
    }

    /// State and words of each delivery.
    pub(crate) fn log_of(&self, channel: &str) -> Vec<String> {
        let answer = self.answer("list_deliveries", json!({}));
        let deliveries = answer["deliveries"].as_array().expect("deliveries").iter();
        let of_channel = deliveries.filter(|delivery| delivery["channel"] == channel);
        let line = |one: &Value| {
            let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
            format!("{} {}", text("state"), text("reply"))
        };
        of_channel.map(line).collect()
    }
}

fn answer(server: Server, mail: &Outgoing<'_>) -> Result<String, MailFailure> {
    let at = mail.server.into();
    match server {
        Server::Takes => Ok("250 queued".to_owned()),
        Server::IsDown => Err(MailFailure::Refused(at)),
        Server::BreaksOff => Err(MailFailure::BrokenOff(at, "reset".to_owned())),
        Server::WantsAnotherPassword => Err(MailFailure::WrongPassword(at, "535 no".to_owned())),
        Server::RefusesTheRecipient => Err(MailFailure::RecipientRefused(at, "550 nobody".to_owned())),
    }
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

pub(crate) const NOON: &str = "2026-06-19T11:00:00Z";
