//! Deliveries: which alerts are told outside of the ledger, what became of it, and the work that hosts leave to a
//! thread of their own.
//!
//! Mail goes out by `mail`, what the desktop shows by `notifications`. An alert is queued in the transaction that
//! raises it, so none is lost, and once per channel, so none is told twice.

use outlay_core::alert::{AlertType, Notice, Severity};
use outlay_core::cost_config::CostConfig;
use outlay_core::delivery::{Channel, DeliveryState, NotifyFrom, is_mailed, is_notified, wakes_at};
use outlay_core::instant::Instant;
use outlay_core::report::Count;
use outlay_ledger::{Reader, Writer};
use serde::{Deserialize, Serialize};

use crate::alerts::snooze;
use crate::app::App;
use crate::budgets::SimulatedWay;
use crate::error::{ApiError, AppError};
use crate::{mail, notifications, settings};

/// How many deliveries.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveriesRequest {
    /// No more than so many; 100 when absent.
    pub limit: Option<u32>,
}

/// Deliveries.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Deliveries {
    /// `outlay.deliveries/1`.
    pub schema: &'static str,
    /// The newest first.
    pub deliveries: Vec<Delivery>,
}

/// An alert on its way out by one channel.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Delivery {
    /// The alert's id.
    pub alert_id: String,
    /// What the alert is about.
    pub alert_type: AlertType,
    /// How urgent it is.
    pub severity: Severity,
    /// The alert's sentence.
    pub alert: String,
    /// By which way.
    pub channel: Channel,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: Count,
    /// Since when it waits, or waited.
    pub queued_at: Instant,
    /// When it is tried next; null when it is not.
    pub next_try: Option<Instant>,
    /// When it went out, was given up or was over; null while it waits.
    pub ended_at: Option<Instant>,
    /// What the server said last, or why it was not reached; null before the first try.
    pub reply: Option<String>,
}

/// What was sent, waits or failed, the newest first.
///
/// # Errors
/// Those of the ledger.
pub fn list(app: &App, request: DeliveriesRequest) -> Result<Deliveries, ApiError> {
    let deliveries = app.read(|reader| Ok(reader.deliveries(request.limit.unwrap_or(100))?))?;
    let deliveries = deliveries.into_iter().map(Delivery::from).collect();
    Ok(Deliveries { schema: "outlay.deliveries/1", deliveries })
}

/// Sends and shows what is due, and lets alerts come back that were left alone until now. Tells when to come again;
/// `None` while nothing waits. It is about the person's own ledger, whichever is shown.
///
/// # Errors
/// Those of the ledger and of the keychain; come again in an hour then.
pub fn deliver(app: &App) -> Result<Option<Instant>, ApiError> {
    app.on_own(deliver_own)
}

fn deliver_own(app: &App) -> Result<Option<Instant>, ApiError> {
    if !app.ledger_path().exists() {
        return Ok(None);
    }
    let woken = snooze::wake_due(app);
    let shown = notifications::show_due(app);
    let sent = mail::send_due(app);
    let (wakes, later, ()) = (woken?, shown?, sent?);
    let waiting = app.read(|reader| Ok(reader.waiting(Channel::Mail)?))?;
    Ok([wakes_at(&waiting, app.now()), later, wakes].into_iter().flatten().min())
}

/// For how long what went out is the same piece of news when it comes again, in microseconds: a day.
const SAME_NEWS: i64 = 24 * 3_600_000_000;

/// The ways that are open: what is queued for none is told nowhere.
pub(crate) struct Ways {
    /// To whom mail goes; `None` where it is not set up.
    mail: Option<String>,
    notify_from: NotifyFrom,
}

impl Ways {
    pub(crate) fn of(reader: &Reader<'_>) -> Result<Self, AppError> {
        let notify_from = settings::notify_from(reader)?.unwrap_or(NotifyFrom::Off);
        Ok(Self { mail: mail::server(reader)?.map(|server| server.to), notify_from })
    }

    /// Queues an alert that was raised for the ways that it takes. What went out within a day and came again is not
    /// sent again: an import that is undone and redone is one piece of news, and a limit that is passed three weeks
    /// after a false alarm is another.
    pub(crate) fn queue(
        &self,
        app: &App,
        writer: &Writer<'_>,
        notice: &Notice,
        config: &CostConfig,
        alert: &outlay_ledger::Alert,
    ) -> Result<(), AppError> {
        let is_news = |channel| {
            let since = Instant::from_micros(app.now().micros() - SAME_NEWS);
            Ok::<_, AppError>(!writer.reader().is_told(alert, notice, channel, since)?)
        };
        for channel in self.taking(notice, config) {
            if is_news(channel)? {
                writer.queue(&alert.id, channel, app.now())?;
                Self::note(app, channel);
            }
        }
        Ok(())
    }

    /// Queues an alert that became more urgent for the ways that take it now, also where it went out before.
    pub(crate) fn queue_again(
        &self,
        app: &App,
        writer: &Writer<'_>,
        notice: &Notice,
        config: &CostConfig,
        alert: &outlay_ledger::Alert,
    ) -> Result<(), AppError> {
        for channel in self.taking(notice, config) {
            writer.queue_again(&alert.id, channel, app.now())?;
            Self::note(app, channel);
        }
        Ok(())
    }

    /// The ways that take it.
    fn taking(&self, notice: &Notice, config: &CostConfig) -> impl Iterator<Item = Channel> + use<> {
        let mail = (self.mail.is_some() && is_mailed(notice, config)).then_some(Channel::Mail);
        let desktop = is_notified(notice, self.notify_from).then_some(Channel::Desktop);
        mail.into_iter().chain(desktop)
    }

    /// By which ways it would be told, and why by others not. Nothing is queued.
    pub(crate) fn said(&self, app: &App, notice: &Notice, config: &CostConfig) -> Vec<SimulatedWay> {
        let taking: Vec<Channel> = self.taking(notice, config).collect();
        let said = |channel: Channel| {
            let goes = taking.contains(&channel);
            let words = match channel {
                Channel::Mail => self.mail_words(goes, config),
                Channel::Desktop => self.desktop_words(goes, app),
            };
            SimulatedWay { channel, goes, words }
        };
        Channel::ALL.iter().copied().map(said).collect()
    }

    fn mail_words(&self, goes: bool, config: &CostConfig) -> String {
        match &self.mail {
            None => "No mail: it is not set up".to_owned(),
            Some(to) if goes => format!("Mail to {to}"),
            Some(_) if !config.email_on_high => "No mail: email_on_high is off".to_owned(),
            Some(_) => "No mail: only what is high or critical and of a confirmed limit is mailed".to_owned(),
        }
    }

    fn desktop_words(&self, goes: bool, app: &App) -> String {
        match self.notify_from {
            NotifyFrom::Off => "No notification: they are off".to_owned(),
            from if !goes => format!("No notification: only from {from} on"),
            _ if app.notifier().is_none() => "A notification, by Outlay's own window".to_owned(),
            _ => "A notification on the desktop".to_owned(),
        }
    }

    fn note(app: &App, channel: Channel) {
        if channel == Channel::Mail {
            app.note_mail();
        }
    }
}

/// What is resolved needs no telling any more.
pub(crate) fn end_resolved(app: &App, writer: &Writer<'_>) -> Result<(), AppError> {
    for &channel in Channel::ALL {
        writer.end_resolved(channel, app.now())?;
    }
    Ok(())
}

impl From<outlay_ledger::Delivery> for Delivery {
    fn from(delivery: outlay_ledger::Delivery) -> Self {
        Self {
            alert_id: delivery.alert_id,
            alert_type: delivery.alert_type,
            severity: delivery.severity,
            alert: delivery.alert,
            channel: delivery.channel,
            state: delivery.state,
            attempts: Count(i64::from(delivery.attempts)),
            queued_at: delivery.queued_at,
            next_try: delivery.due_at,
            ended_at: delivery.ended_at,
            reply: delivery.reply,
        }
    }
}
