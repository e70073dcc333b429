//! What is told outside of the ledger, once per alert and channel. What goes out when is decided in
//! `outlay_core::delivery`; here a delivery is queued, claimed by one who sends it, and settled.

use outlay_core::alert::{AlertType, Severity};
use outlay_core::delivery::{Channel, DeliveryState, LEASE, PERIOD, Shown, Waiting};
use outlay_core::instant::Instant;
use outlay_core::period::Month;
use rusqlite::{Row, params};

use super::alerts::word;
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// A delivery with the alert that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The alert's id.
    pub alert_id: String,
    /// What the alert is about.
    pub alert_type: AlertType,
    /// How urgent it is.
    pub severity: Severity,
    /// The alert's sentence.
    pub alert: String,
    /// The way.
    pub channel: Channel,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it waits, or waited.
    pub queued_at: Instant,
    /// When it is tried next, while it waits.
    pub due_at: Option<Instant>,
    /// When it went out or was given up.
    pub ended_at: Option<Instant>,
    /// What the far end said last, or why it was not reached.
    pub reply: Option<String>,
}

/// Whoever sends something: random, so that two are never taken for one.
pub type Claim = [u8; 16];

/// What became of what was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It went out, was given up, or turned out to be needless.
    Ended(DeliveryState),
    /// It is tried again at an instant. `uncertain`: nobody knows whether it went out.
    Again {
        /// When.
        at: Instant,
        /// Whether it goes out as the same message.
        uncertain: bool,
    },
    /// It waits for other settings.
    Held,
}

impl Reader<'_> {
    /// Deliveries that are not over, the oldest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn waiting(&self, channel: Channel) -> Result<Vec<Waiting>, LedgerError> {
        let sql = "SELECT alert_id, state = 'held', queued_at, due_at, attempts, message, claimed_until
            FROM deliveries WHERE channel = ?1 AND ended_at IS NULL ORDER BY queued_at, alert_id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([channel.as_str()], |row| {
            Ok(Waiting {
                alert_id: row.get(0)?,
                held: row.get(1)?,
                queued_at: Instant::from_micros(row.get(2)?),
                due_at: Instant::from_micros(row.get(3)?),
                attempts: row.get(4)?,
                message: row.get(5)?,
                claimed_until: row.get::<_, Option<i64>>(6)?.map(Instant::from_micros),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Deliveries, the newest first and no more than `most`.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn deliveries(&self, most: u32) -> Result<Vec<Delivery>, LedgerError> {
        let sql = "SELECT d.alert_id, a.alert_type, a.severity, a.message, d.channel, d.state, d.attempts, d.queued_at,
                d.due_at, d.ended_at, d.reply
            FROM deliveries d JOIN expense_alerts a ON a.id = d.alert_id
            ORDER BY d.queued_at DESC, d.alert_id, d.channel LIMIT ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([most])?;
        let mut deliveries = Vec::new();
        while let Some(row) = rows.next()? {
            deliveries.push(read(row)?);
        }
        Ok(deliveries)
    }

    /// What was shown in the last minutes: how much at a time.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn shown(&self, now: Instant) -> Result<Vec<Shown>, LedgerError> {
        let sql = "SELECT max(ended_at), count(*) FROM deliveries
            WHERE channel = 'desktop' AND state = 'sent' AND ended_at > ?1 GROUP BY message";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([now.micros() - PERIOD], |row| {
            let alerts = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
            Ok(Shown { at: Instant::from_micros(row.get(0)?), alerts })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Queues a delivery. One per alert and channel is ever queued.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn queue(&self, alert_id: &str, channel: Channel, now: Instant) -> Result<(), LedgerError> {
        let sql = "INSERT INTO deliveries (alert_id, channel, state, queued_at, due_at)
            VALUES (?1, ?2, 'waiting', ?3, ?3) ON CONFLICT DO NOTHING";
        self.transaction.prepare_cached(sql)?.execute((alert_id, channel.as_str(), now.micros()))?;
        Ok(())
    }

    /// Queues a delivery anew, as if none had been: its alert became more urgent. Whoever is sending the earlier words
    /// settles nothing any more.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn queue_again(&self, alert_id: &str, channel: Channel, now: Instant) -> Result<(), LedgerError> {
        let sql = "INSERT INTO deliveries (alert_id, channel, state, queued_at, due_at)
            VALUES (?1, ?2, 'waiting', ?3, ?3)
            ON CONFLICT DO UPDATE SET state = 'waiting', queued_at = ?3, due_at = ?3, attempts = 0, message = NULL,
                claim = NULL, claimed_until = NULL, reply = NULL, ended_at = NULL";
        self.transaction.prepare_cached(sql)?.execute((alert_id, channel.as_str(), now.micros()))?;
        Ok(())
    }

    /// Ends what is about alerts that somebody or something resolved, unless it is going out right now; tells how
    /// much that is. A limit of a month that is over by now was passed all the same, and is told yet.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn end_resolved(&self, channel: Channel, now: Instant) -> Result<usize, LedgerError> {
        let sql = "UPDATE deliveries SET state = 'over', ended_at = ?2, claim = NULL, claimed_until = NULL
            WHERE channel = ?1 AND ended_at IS NULL AND (claimed_until IS NULL OR claimed_until <= ?2 OR claimed_until > ?3)
            AND EXISTS (SELECT 1 FROM expense_alerts WHERE id = alert_id AND resolved = 1
                AND NOT (resolution = 'auto_resolved' AND substr(dedupe_key, 1, 7) < ?4
                    AND alert_type IN ('monthly_cap_warning', 'monthly_cap_reached')))";
        let latest = now.micros() + LEASE;
        let month = Month::containing(self.identity().zone.day_of(now)).to_string();
        let bound = (channel.as_str(), now.micros(), latest, month);
        Ok(self.transaction.prepare_cached(sql)?.execute(bound)?)
    }

    /// Claims what goes out as one message.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn claim(
        &self,
        alerts: &[String],
        channel: Channel,
        message: &str,
        claim: Claim,
        now: Instant,
    ) -> Result<(), LedgerError> {
        let sql =
            "UPDATE deliveries SET claim = ?3, claimed_until = ?4, message = ?5, attempts = attempts + 1
            WHERE alert_id = ?1 AND channel = ?2 AND ended_at IS NULL";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for alert in alerts {
            statement.execute(params![alert, channel.as_str(), claim, now.micros() + LEASE, message])?;
        }
        Ok(())
    }

    /// Settles what was claimed, with the words of the far end. Somebody else's claim stays.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn settle(
        &self,
        alert_id: &str,
        claim: Claim,
        outcome: &DeliveryOutcome,
        reply: &str,
        now: Instant,
    ) -> Result<(), LedgerError> {
        let (state, again, ended, kept) = match outcome {
            DeliveryOutcome::Ended(state) => (*state, None, Some(now.micros()), true),
            DeliveryOutcome::Again { at, uncertain } => {
                (DeliveryState::Waiting, Some(at.micros()), None, *uncertain)
            }
            DeliveryOutcome::Held => (DeliveryState::Held, None, None, false),
        };
        let sql =
            "UPDATE deliveries SET state = ?3, due_at = coalesce(?4, due_at), ended_at = ?5, reply = ?6,
                message = CASE WHEN ?7 THEN message END, claim = NULL, claimed_until = NULL
            WHERE alert_id = ?1 AND claim = ?2";
        let values = params![alert_id, claim, state.as_str(), again, ended, reply, kept];
        self.transaction.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Other settings: what waits or was given up and is still open is due now, as if it were new.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn requeue_mail(&self, now: Instant) -> Result<(), LedgerError> {
        let sql = "UPDATE deliveries SET state = 'waiting', queued_at = ?1, due_at = ?1, attempts = 0, ended_at = NULL
            WHERE channel = 'mail' AND state IN ('waiting', 'held', 'failed')
            AND (SELECT resolved FROM expense_alerts WHERE id = alert_id) = 0";
        self.transaction.execute(sql, [now.micros()])?;
        Ok(())
    }

    /// A user wants no mail any more: what waits for it about their alerts is over, unless it is going out right now.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn end_mail_of(&self, user: &str, reply: &str, now: Instant) -> Result<(), LedgerError> {
        let sql = "UPDATE deliveries SET state = 'over', ended_at = ?2, reply = ?3, claim = NULL, claimed_until = NULL
            WHERE channel = 'mail' AND ended_at IS NULL
            AND (claimed_until IS NULL OR claimed_until <= ?2 OR claimed_until > ?4)
            AND (SELECT user_id FROM expense_alerts WHERE id = alert_id) = ?1";
        self.transaction.execute(sql, params![user, now.micros(), reply, now.micros() + LEASE])?;
        Ok(())
    }

    /// A way is closed: what waits for it is over.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn end_channel(&self, channel: Channel, reply: &str, now: Instant) -> Result<(), LedgerError> {
        let sql = "UPDATE deliveries SET state = 'over', ended_at = ?2, reply = ?3, claim = NULL, claimed_until = NULL
            WHERE channel = ?1 AND ended_at IS NULL";
        self.transaction.execute(sql, (channel.as_str(), now.micros(), reply))?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Delivery, LedgerError> {
    let state: DeliveryState = word(row, 5, "state of a delivery")?;
    let waits = state == DeliveryState::Waiting;
    Ok(Delivery {
        alert_id: row.get(0)?,
        alert_type: word(row, 1, "alert type")?,
        severity: word(row, 2, "severity")?,
        alert: row.get(3)?,
        channel: word(row, 4, "channel")?,
        state,
        attempts: row.get(6)?,
        queued_at: Instant::from_micros(row.get(7)?),
        due_at: waits.then(|| row.get(8)).transpose()?.map(Instant::from_micros),
        ended_at: row.get::<_, Option<i64>>(9)?.map(Instant::from_micros),
        reply: row.get(10)?,
    })
}
