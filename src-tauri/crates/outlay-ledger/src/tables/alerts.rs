//! Alerts as they are stored, read and resolved. How one comes to be there stands in `raising`; when that is, is decided
//! by the rules in `outlay_core::alert`; the calls they look at are read in `costly_calls`.

use std::collections::BTreeSet;

use outlay_core::alert::{AlertType, Notice, OpenAlert, Resolution, Severity};
use outlay_core::delivery::Channel;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::period::Day;
use outlay_core::text::UnknownWord;
use rusqlite::Row;
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// An alert with the original's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// UUIDv5 of user, type and dedupe key.
    pub id: String,
    /// Whose spend it is about.
    pub user_id: String,
    /// What it is about.
    pub alert_type: AlertType,
    /// What makes it the same alert when it is noticed again.
    pub dedupe_key: String,
    /// How urgent it is.
    pub severity: Severity,
    /// The sentence, with the arithmetic in it.
    pub message: String,
    /// The limit, in dollars or bytes: a copy for display.
    pub threshold: Option<f64>,
    /// What was reached, in dollars or bytes: a copy for display.
    pub actual: Option<f64>,
    /// The limit, exactly, where it is money.
    pub threshold_money: Option<Money>,
    /// What was reached, exactly, where it is money.
    pub actual_money: Option<Money>,
    /// Whether it was resolved.
    pub resolved: bool,
    /// When.
    pub resolved_at: Option<Instant>,
    /// How.
    pub resolution: Option<Resolution>,
    /// Why it was foreseen, if somebody said so.
    pub expected: Option<String>,
    /// Until when it is left alone, or was, and why.
    pub snooze: Option<Snooze>,
    /// When it was raised.
    pub created_at: Instant,
}

/// A while in which an alert is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// When it is over.
    pub until: Instant,
    /// Why, if somebody said so.
    pub reason: Option<String>,
}

/// How many alerts a user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertCount {
    /// That are neither resolved nor left alone.
    pub open: i64,
    /// That are left alone for a while.
    pub snoozed: i64,
    /// When the newest of all was raised.
    pub newest: Option<Instant>,
}

const COLUMNS: &str =
    "SELECT id, user_id, alert_type, severity, message, threshold, actual, resolved, resolved_at,
    resolution, created_at, threshold_nanos, actual_nanos, dedupe_key, expected, snoozes.until, snoozes.reason
    FROM expense_alerts LEFT JOIN snoozes ON alert_id = id";

impl Alert {
    /// What the rules ask of it to say whether it is over.
    pub fn as_open(&self) -> OpenAlert<'_> {
        OpenAlert {
            alert_type: self.alert_type,
            dedupe_key: &self.dedupe_key,
            severity: self.severity,
            threshold: self.threshold_money,
            actual: self.actual_money,
        }
    }
}

/// The namespace of alert ids: two machines that notice the same raise one alert.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f75_746c_6179_416c_6572_7449_6473_0001);

pub(crate) fn id_of(user: &str, alert_type: AlertType, key: &str) -> String {
    let key = serde_json::json!([user, alert_type, key]).to_string();
    Uuid::new_v5(&NAMESPACE, key.as_bytes()).to_string()
}

/// Which of a user's alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertScope {
    /// Those that at this instant are neither resolved nor left alone.
    Open(Instant),
    /// Those that at this instant are left alone.
    Snoozed(Instant),
    /// Those that nobody resolved, left alone or not.
    Unresolved,
    /// All of them.
    All,
}

impl AlertScope {
    /// The condition, in which `?2` is the instant.
    const fn condition(self) -> (&'static str, i64) {
        match self {
            Self::Open(now) => {
                ("resolved = 0 AND coalesce(snoozes.since > ?2 OR snoozes.until <= ?2, 1)", now.micros())
            }
            Self::Snoozed(now) => {
                ("resolved = 0 AND snoozes.since <= ?2 AND snoozes.until > ?2", now.micros())
            }
            Self::Unresolved => ("resolved = ?2", 0),
            Self::All => ("resolved >= ?2", 0),
        }
    }
}

impl Reader<'_> {
    /// A user's alerts, the newest first.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn alerts(&self, user: &str, scope: AlertScope) -> Result<Vec<Alert>, LedgerError> {
        let (condition, now) = scope.condition();
        let sql = format!(
            "{COLUMNS} WHERE user_id = ?1 AND {condition} ORDER BY created_at DESC, expense_alerts.rowid DESC"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query((user, now))?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(read(row)?);
        }
        Ok(alerts)
    }

    /// A user's alerts that were raised in a range of time, its end excluded, the newest first and no more than `most`.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn alerts_raised(
        &self,
        user: &str,
        scope: AlertScope,
        (since, until): (Instant, Instant),
        most: u32,
    ) -> Result<Vec<Alert>, LedgerError> {
        let (condition, now) = scope.condition();
        let sql = format!(
            "{COLUMNS} WHERE user_id = ?1 AND {condition} AND created_at >= ?3 AND created_at < ?4
            ORDER BY created_at DESC, expense_alerts.rowid DESC LIMIT ?5"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query((user, now, since.micros(), until.micros(), most))?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(read(row)?);
        }
        Ok(alerts)
    }

    /// How many alerts a user has at an instant.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn alert_count(&self, user: &str, now: Instant) -> Result<AlertCount, LedgerError> {
        let sql = "SELECT count(*) FILTER (WHERE resolved = 0 AND coalesce(since > ?2 OR until <= ?2, 1)),
                count(*) FILTER (WHERE resolved = 0 AND since <= ?2 AND until > ?2), max(created_at)
            FROM expense_alerts LEFT JOIN snoozes ON alert_id = id WHERE user_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| {
            let newest = row.get::<_, Option<i64>>(2)?.map(Instant::from_micros);
            Ok(AlertCount { open: row.get(0)?, snoozed: row.get(1)?, newest })
        };
        Ok(statement.query_row((user, now.micros()), read)?)
    }

    /// How many of a user's alerts of a type nobody resolved.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn unresolved_of(&self, user: &str, alert_type: AlertType) -> Result<i64, LedgerError> {
        let sql =
            "SELECT count(*) FROM expense_alerts WHERE user_id = ?1 AND alert_type = ?2 AND resolved = 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row((user, alert_type.as_str()), |row| row.get(0))?)
    }

    /// The days of which a user foresaw the spike.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn expected_days(&self, user: &str) -> Result<BTreeSet<Day>, LedgerError> {
        let sql = "SELECT dedupe_key FROM expense_alerts
            WHERE user_id = ?1 AND alert_type = 'daily_spike' AND expected IS NOT NULL";
        self.days_of(sql, user)
    }

    /// The days of whose spike an alert tells or told a user, however it stands.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn told_days(&self, user: &str) -> Result<BTreeSet<Day>, LedgerError> {
        let sql = "SELECT dedupe_key FROM expense_alerts WHERE user_id = ?1 AND alert_type = 'daily_spike'";
        self.days_of(sql, user)
    }

    fn days_of(&self, sql: &str, user: &str) -> Result<BTreeSet<Day>, LedgerError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let keys = statement.query_map([user], |row| row.get::<_, String>(0))?;
        let mut days = BTreeSet::new();
        for key in keys {
            days.extend(key?.parse::<Day>().ok());
        }
        Ok(days)
    }

    /// Whom alerts can be about: the owner, whoever has rows in a range of days, and whoever has an alert that
    /// nobody resolved.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn alerted_users(&self, first: Day, last: Day) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT owner FROM ledger
            UNION SELECT user_id FROM rollup_totals WHERE day BETWEEN ?1 AND ?2
            UNION SELECT user_id FROM expense_alerts WHERE resolved = 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        let users = statement.query_map((first.number(), last.number()), |row| row.get(0))?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// Whether what an alert tells of went out since an instant on a channel, under an earlier of its keys, or may
    /// have.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn is_told(
        &self,
        alert: &Alert,
        notice: &Notice,
        channel: Channel,
        since: Instant,
    ) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM deliveries WHERE alert_id = ?1 AND channel = ?2
            AND (state = 'sent' OR message IS NOT NULL) AND coalesce(ended_at, queued_at) >= ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for key in notice.keys().take_while(|key| *key != alert.dedupe_key) {
            let id = id_of(&alert.user_id, alert.alert_type, &key);
            if statement.query_row((id, channel.as_str(), since.micros()), |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The alert with an id.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn alert(&self, id: &str) -> Result<Alert, LedgerError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => read(row),
            None => Err(LedgerError::NotFound { kind: "alert", id: id.to_owned() }),
        }
    }
}

impl Writer<'_> {
    /// Resolves an alert. Resolving is monotone: a resolved alert stays as it was resolved.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn resolve_alert(
        &self,
        id: &str,
        resolution: Resolution,
        now: Instant,
    ) -> Result<Alert, LedgerError> {
        let sql = "UPDATE expense_alerts SET resolved = 1, resolved_at = ?2, resolution = ?3 WHERE id = ?1 AND resolved = 0";
        self.transaction.execute(sql, (id, now.micros(), resolution.as_str()))?;
        self.reader().alert(id)
    }

    /// Remembers why an alert was foreseen, and resolves it as acknowledged if nobody resolved it before.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn expect_alert(&self, id: &str, reason: &str, now: Instant) -> Result<Alert, LedgerError> {
        self.transaction.execute("UPDATE expense_alerts SET expected = ?2 WHERE id = ?1", (id, reason))?;
        self.resolve_alert(id, Resolution::Acknowledged, now)
    }
}

fn read(row: &Row<'_>) -> Result<Alert, LedgerError> {
    Ok(Alert {
        id: row.get(0)?,
        user_id: row.get(1)?,
        alert_type: word(row, 2, "alert type")?,
        severity: word(row, 3, "severity")?,
        message: row.get(4)?,
        threshold: row.get(5)?,
        actual: row.get(6)?,
        resolved: row.get(7)?,
        resolved_at: row.get::<_, Option<i64>>(8)?.map(Instant::from_micros),
        resolution: match row.get::<_, Option<String>>(9)? {
            Some(_) => Some(word(row, 9, "resolution")?),
            None => None,
        },
        created_at: Instant::from_micros(row.get(10)?),
        threshold_money: row.get::<_, Option<i64>>(11)?.map(Money::from_nanos),
        actual_money: row.get::<_, Option<i64>>(12)?.map(Money::from_nanos),
        dedupe_key: row.get(13)?,
        expected: row.get(14)?,
        snooze: row
            .get::<_, Option<i64>>(15)?
            .map(|until| {
                Ok::<_, LedgerError>(Snooze { until: Instant::from_micros(until), reason: row.get(16)? })
            })
            .transpose()?,
    })
}

pub(super) fn word<Word: std::str::FromStr<Err = UnknownWord>>(
    row: &Row<'_>,
    column: usize,
    what: &'static str,
) -> Result<Word, LedgerError> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| LedgerError::Unreadable { what, value: text })
}
