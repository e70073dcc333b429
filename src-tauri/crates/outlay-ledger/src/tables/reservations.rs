//! Reservations: what is held for calls that are about to be made, by the ledger's own clock.
//!
//! That clock is the system's, as long as it goes forward. When it was set back, whatever is open then keeps the time
//! that was left when the gate looked last, and what was seen to be over stays so. Whether there is room is decided in
//! `outlay_core::budget`.

use outlay_core::budget::Scope;
use outlay_core::instant::Instant;
use outlay_core::money::Money;
use outlay_core::text::UnknownWord;
use rusqlite::{Row, params};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// Money that is held, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Its id.
    pub id: Uuid,
    /// Whose budgets it counts against.
    pub user_id: String,
    /// The provider of the call; empty where it is not said.
    pub provider: String,
    /// The model of the call; empty where it is not said.
    pub model: String,
    /// How much.
    pub amount: Money,
    /// Since when.
    pub created_at: Instant,
    /// Until when, by the ledger's clock.
    pub expires_at: Instant,
    /// How it ended; `None` while nobody has seen it end.
    pub ended: Option<Ended>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// What it came to, of a settled one.
    pub cost: Option<Money>,
    /// The call that was recorded with it, of a settled one.
    pub generation: Option<Uuid>,
}

/// How a reservation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The call was made, and its cost is known.
    Settled,
    /// It was given back.
    Released,
    /// Its time was over.
    Expired,
}

impl Ended {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }
}

impl std::str::FromStr for Ended {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = [Self::Settled, Self::Released, Self::Expired];
        known.into_iter().find(|ended| ended.as_str() == text).ok_or_else(|| UnknownWord {
            what: "end of a reservation",
            text: text.to_owned(),
            expected: known.map(Self::as_str).join(", "),
        })
    }
}

const COLUMNS: &str =
    "SELECT id, user_id, provider, model, amount_nanos, created_at, expires_at, ended, ended_at,
    cost_nanos, generation_id FROM reservations";

impl Reader<'_> {
    /// The present as the gate counts it: never before what it has seen already, so that a clock that was set back
    /// revives nothing.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn gate_now(&self, now: Instant) -> Result<Instant, LedgerError> {
        let seen =
            self.connection.prepare_cached("SELECT gate_at FROM ledger")?.query_row([], |row| row.get(0))?;
        Ok(now.max(Instant::from_micros(seen)))
    }

    /// What is held of a user's budgets by calls of a scope.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn reserved(&self, user: &str, scope: &Scope, now: Instant) -> Result<Money, LedgerError> {
        let sql = "SELECT amount_nanos, provider, model FROM reservations
            WHERE user_id = ?1 AND ended IS NULL AND expires_at > ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query((user, self.gate_now(now)?.micros()))?;
        // More than a ledger holds is as good as all of it: without a limit, whoever asks may hold what they like.
        let mut held = Money::ZERO;
        let mut covers: FxHashMap<(String, String), bool> = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let call = (row.get(1)?, row.get(2)?);
            if *covers.entry(call).or_insert_with_key(|(provider, model)| scope.covers(provider, model)) {
                held = held.saturating_add(Money::from_nanos(row.get(0)?));
            }
        }
        Ok(held)
    }

    /// A user's reservations, the newest first: those that are open, or the `limit` newest.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn reservations(
        &self,
        user: &str,
        now: Instant,
        limit: Option<i64>,
    ) -> Result<Vec<Reservation>, LedgerError> {
        let open = "WHERE user_id = ?1 AND ended IS NULL AND expires_at > ?2 ORDER BY id DESC";
        let all = "WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2";
        let bound = match limit {
            Some(limit) => limit,
            None => self.gate_now(now)?.micros(),
        };
        let sql = format!("{COLUMNS} {}", if limit.is_some() { all } else { open });
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query((user, bound))?;
        let mut reservations = Vec::new();
        while let Some(row) = rows.next()? {
            reservations.push(read(row)?);
        }
        Ok(reservations)
    }

    /// The reservation with an id.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn reservation(&self, id: Uuid) -> Result<Reservation, LedgerError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        let mut rows = statement.query([id.as_bytes()])?;
        match rows.next()? {
            Some(row) => read(row),
            None => Err(LedgerError::NotFound { kind: "reservation", id: id.to_string() }),
        }
    }

    /// Grows with every reservation that comes or ends.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn reservation_changes(&self) -> Result<i64, LedgerError> {
        let sql = "SELECT reservation_changes FROM ledger";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Brings the gate to the present: what is over ends, and if the clock was set back, what is open keeps the time
    /// it had left. Says whether that changed any reservation.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn note_gate_time(&self, now: Instant) -> Result<bool, LedgerError> {
        let sql = "SELECT gate_at FROM ledger";
        let seen: i64 = self.transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        let set_back = seen.saturating_sub(now.micros());
        let mut changed = 0;
        if set_back > 0 {
            let sql = "UPDATE reservations SET expires_at = expires_at - ?1 WHERE ended IS NULL";
            changed = self.transaction.prepare_cached(sql)?.execute([set_back])?;
        }
        let sql = "UPDATE reservations SET ended = 'expired', ended_at = expires_at
            WHERE ended IS NULL AND expires_at <= ?1";
        changed += self.transaction.prepare_cached(sql)?.execute([now.micros()])?;
        let sql = "UPDATE ledger SET gate_at = ?1, reservation_changes = reservation_changes + ?2";
        self.transaction.prepare_cached(sql)?.execute((now.micros(), i64::from(changed > 0)))?;
        Ok(changed > 0)
    }

    /// Holds money. Whether there is room was decided before, in this transaction.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn reserve(&self, held: &Reservation) -> Result<(), LedgerError> {
        let sql =
            "INSERT INTO reservations (id, user_id, provider, model, amount_nanos, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.transaction.prepare_cached(sql)?.execute(params![
            held.id.as_bytes(),
            held.user_id,
            held.provider,
            held.model,
            held.amount.nanos(),
            held.created_at.micros(),
            held.expires_at.micros(),
        ])?;
        self.count_reservation_change()
    }

    /// Ends a reservation that is open or whose time was over.
    ///
    /// # Errors
    /// Those of SQLite; one that was settled or released does not end again.
    pub fn end_reservation(
        &self,
        id: Uuid,
        ended: Ended,
        cost: Option<Money>,
        generation: Option<Uuid>,
        now: Instant,
    ) -> Result<Reservation, LedgerError> {
        let sql = "UPDATE reservations SET ended = ?2, ended_at = ?3, cost_nanos = ?4, generation_id = ?5 WHERE id = ?1";
        self.transaction.prepare_cached(sql)?.execute(params![
            id.as_bytes(),
            ended.as_str(),
            now.micros(),
            cost.map(Money::nanos),
            generation.map(Uuid::into_bytes),
        ])?;
        self.count_reservation_change()?;
        self.reader().reservation(id)
    }

    fn count_reservation_change(&self) -> Result<(), LedgerError> {
        let sql = "UPDATE ledger SET reservation_changes = reservation_changes + 1";
        self.transaction.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Makes changes of reservations durable. No row and no limit was changed, so plans stay what they are.
    ///
    /// # Errors
    /// As [`Writer::commit`].
    pub fn commit_reservations(self) -> Result<(), LedgerError> {
        Ok(self.transaction.commit()?)
    }
}

fn read(row: &Row<'_>) -> Result<Reservation, LedgerError> {
    let ended: Option<String> = row.get(7)?;
    let word = |value: String| {
        let unreadable = |_| LedgerError::Unreadable { what: "end of a reservation", value: value.clone() };
        value.parse().map_err(unreadable)
    };
    let instant = |micros: Option<i64>| micros.map(Instant::from_micros);
    Ok(Reservation {
        id: Uuid::from_bytes(row.get(0)?),
        user_id: row.get(1)?,
        provider: row.get(2)?,
        model: row.get(3)?,
        amount: Money::from_nanos(row.get(4)?),
        created_at: Instant::from_micros(row.get(5)?),
        expires_at: Instant::from_micros(row.get(6)?),
        ended: ended.map(word).transpose()?,
        ended_at: instant(row.get(8)?),
        cost: row.get::<_, Option<i64>>(9)?.map(Money::from_nanos),
        generation: row.get::<_, Option<[u8; 16]>>(10)?.map(Uuid::from_bytes),
    })
}
