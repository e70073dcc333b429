//! The shared ledgers that this one belongs to, and what is durably known about each. What follows from it is decided
//! in the sync engine.

use outlay_core::instant::Instant;
use rusqlite::{Row, params};
use uuid::Uuid;

use super::names::Scope;
use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// A shared ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRemote {
    /// Its number in this file.
    pub number: i64,
    /// Where it is, without a password.
    pub address: String,
    /// JSON: what the columns of an adopted database are called.
    pub mapping: String,
    /// Whether summaries are sent there.
    pub sends_summaries: bool,
    /// Since when.
    pub connected_at: Instant,
    /// What is known about it.
    pub state: RemoteState,
    /// When a sync came to its end last.
    pub last_ok_at: Option<Instant>,
    /// How far this machine's clock was ahead of the server's, in microseconds.
    pub clock_offset: Option<i64>,
}

/// What a machine keeps about a server between two syncs, in the transaction of the rows that it is about.
///
/// The counter grows with every statement that changes the server, in that statement: a server behind what is known
/// to have arrived was set back, one ahead of what was sent has met another copy of this ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteState {
    /// The team's ledger; `None` until the first sync.
    pub ledger: Option<Uuid>,
    /// This machine, to the server.
    pub device: Uuid,
    /// The greatest counter that is known to have arrived.
    pub acknowledged: u64,
    /// The greatest counter that was sent.
    pub sent: u64,
    /// What must be looked at.
    pub reconcile: Reconcile,
    /// Whom the server takes the owner for; `None` until the first sync.
    pub member: Option<Member>,
    /// The others' counters when everything was compared last.
    pub others: Option<u64>,
    /// When everything was compared last.
    pub compared_at: Option<Instant>,
    /// When everything was found to be identical last.
    pub verified_at: Option<Instant>,
    /// Whether the last sync found something that a person should look at.
    pub is_alarmed: bool,
}

impl RemoteState {
    /// A machine that never met a server. Its own rows stand as waiting.
    pub const fn new(device: Uuid) -> Self {
        Self {
            ledger: None,
            device,
            acknowledged: 0,
            sent: 0,
            reconcile: Reconcile::Compare,
            member: None,
            others: None,
            compared_at: None,
            verified_at: None,
            is_alarmed: false,
        }
    }

    /// Becomes another device: this file and another one are copies of each other.
    pub fn become_device(&mut self, fresh: Uuid) {
        self.device = fresh;
        (self.acknowledged, self.sent) = (0, 0);
        self.reconcile = self.reconcile.max(Reconcile::Compare);
    }
}

/// A login, as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name in the team's user column.
    pub user: String,
    /// What it may read.
    pub reads: Scope,
}

/// What must be looked at, from the least. It stays until the transaction that finishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reconcile {
    /// Nothing.
    Done,
    /// Everything is compared.
    Compare,
    /// Everything is compared, and own rows that the server lacks are pushed again.
    PushAgain,
}

impl Reconcile {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Done, "done"), (Self::Compare, "compare"), (Self::PushAgain, "push_again")];

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("compare", |(_, word)| word)
    }
}

const COLUMNS: &str = "SELECT number, address, mapping, sends_summaries, connected_at, last_ok_at, clock_offset,
    ledger_id, device_id, acknowledged, sent, need_reconcile, member, reads, others, compared_at, verified_at, is_alarmed
    FROM sync_remotes";

impl Reader<'_> {
    /// The shared ledgers, in the order in which they were connected.
    ///
    /// # Errors
    /// Those of SQLite, and a stored word that this program does not know.
    pub fn remotes(&self) -> Result<Vec<SyncRemote>, LedgerError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} ORDER BY number"))?;
        let mut rows = statement.query([])?;
        let mut remotes = Vec::new();
        while let Some(row) = rows.next()? {
            remotes.push(read(row)?);
        }
        Ok(remotes)
    }

    /// The shared ledger with a number.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    pub fn remote(&self, number: i64) -> Result<SyncRemote, LedgerError> {
        let found = self.remotes()?.into_iter().find(|remote| remote.number == number);
        found.ok_or_else(|| LedgerError::NotFound { kind: "shared ledger", id: number.to_string() })
    }
}

impl Writer<'_> {
    /// Keeps what is known about a remote, in the transaction of the rows that it is about.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; those of SQLite.
    pub fn keep_remote_state(&self, number: i64, state: &RemoteState) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_remotes SET ledger_id = ?2, device_id = ?3, acknowledged = ?4, sent = ?5,
                need_reconcile = ?6, member = ?7, reads = ?8, others = ?9, compared_at = ?10, verified_at = ?11,
                is_alarmed = ?12
            WHERE number = ?1";
        let (member, reads) =
            state.member.as_ref().map(|member| (&member.user, member.reads.as_str())).unzip();
        let changed = self.transaction.prepare_cached(sql)?.execute(params![
            number,
            state.ledger.map(Uuid::into_bytes),
            state.device.as_bytes(),
            state.acknowledged.cast_signed(),
            state.sent.cast_signed(),
            state.reconcile.as_str(),
            member,
            reads,
            state.others.map(u64::cast_signed),
            state.compared_at.map(Instant::micros),
            state.verified_at.map(Instant::micros),
            state.is_alarmed,
        ])?;
        expect_one(changed, number)
    }

    /// Notes that a sync came to its end, and how far this machine's clock was ahead, in microseconds.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; those of SQLite.
    pub fn note_sync(&self, number: i64, now: Instant, clock_offset: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_remotes SET last_ok_at = ?2, clock_offset = ?3 WHERE number = ?1";
        expect_one(self.transaction.execute(sql, (number, now.micros(), clock_offset))?, number)
    }

    /// Sends summaries to a remote from now on, or no longer. What was sent stays there.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; those of SQLite.
    pub fn send_summaries(&self, number: i64, sends: bool) -> Result<(), LedgerError> {
        let sql = "UPDATE sync_remotes SET sends_summaries = ?2 WHERE number = ?1";
        expect_one(self.transaction.execute(sql, (number, sends))?, number)
    }
}

fn expect_one(changed: usize, number: i64) -> Result<(), LedgerError> {
    match changed {
        1 => Ok(()),
        _ => Err(LedgerError::NotFound { kind: "shared ledger", id: number.to_string() }),
    }
}

fn read(row: &Row<'_>) -> Result<SyncRemote, LedgerError> {
    let instant =
        |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Instant::from_micros));
    let word: String = row.get(11)?;
    let known = Reconcile::ALL.into_iter().find(|(_, stored)| *stored == word);
    let Some((reconcile, _)) = known else {
        return Err(LedgerError::Unreadable { what: "need to reconcile", value: word });
    };
    let reads = |word: String| if word == Scope::Team.as_str() { Scope::Team } else { Scope::Mine };
    let state = RemoteState {
        ledger: row.get::<_, Option<[u8; 16]>>(7)?.map(Uuid::from_bytes),
        device: Uuid::from_bytes(row.get(8)?),
        acknowledged: row.get::<_, i64>(9)?.cast_unsigned(),
        sent: row.get::<_, i64>(10)?.cast_unsigned(),
        reconcile,
        member: row
            .get::<_, Option<String>>(12)?
            .zip(row.get::<_, Option<String>>(13)?.map(reads))
            .map(|(user, reads)| Member { user, reads }),
        others: row.get::<_, Option<i64>>(14)?.map(i64::cast_unsigned),
        compared_at: instant(15)?,
        verified_at: instant(16)?,
        is_alarmed: row.get(17)?,
    };
    Ok(SyncRemote {
        number: row.get(0)?,
        address: row.get(1)?,
        mapping: row.get(2)?,
        sends_summaries: row.get(3)?,
        connected_at: Instant::from_micros(row.get(4)?),
        state,
        last_ok_at: instant(5)?,
        clock_offset: row.get(6)?,
    })
}
