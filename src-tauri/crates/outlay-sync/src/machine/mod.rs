//! The local half of the mirror: this machine's ledger as the engine asks it. Each call opens a reader or a writer of
//! its own, and a change is one transaction.
//!
//! What rows mean, what counts and what waits is the ledger's; which rows travel when is the engine's. What alerts
//! follow from what was pulled is the host's to say, to [`Machine::finish`].

mod alerts;
mod arriving;
mod columns;
mod leaving;
mod lock;
mod names;
mod records;
mod reviewing;

use outlay_core::instant::Instant;
use outlay_ledger::sync::{CountedRows, NewStanding, News, Overlap};
use outlay_ledger::{Ledger, LedgerError, Reader, Writer};

use crate::digest::Digests;
use crate::local::{Aside, Change, Held, Local};
use crate::look::Look;
use crate::merge::{Alert, LocalRecord, RecordKey};
use crate::remote::Counted;
use crate::rows::{AlertBody, LedgerRow};
use crate::state::State;
use crate::table::{Bucket, Scope, Table};
use lock::Lock;
use names::Names;

/// Why this machine's ledger did not do it.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// Another program syncs the same ledger.
    #[error("another sync of this ledger is under way")]
    AlreadySyncing,
    /// The file beside the ledger cannot be used by which two syncs keep out of each other's way.
    #[error("the file {path} cannot be locked: {source}")]
    CannotLock {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What was kept of a record cannot be read.
    #[error("the ledger holds `{0}` as the base of a record, which this program cannot read")]
    Base(String),
    /// The ledger itself.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

pub use reviewing::{AsideRow, Reviewed};

type Done<T> = Result<T, MachineError>;

/// This machine's ledger and one of its remotes, for one sync. No other sync of the ledger can begin meanwhile.
pub struct Machine<'l> {
    ledger: &'l mut Ledger,
    remote: i64,
    now: Instant,
    overlaps: Vec<Overlap>,
    _lock: Lock,
}

impl<'l> Machine<'l> {
    /// Takes a ledger for a sync with the remote that has this number. `now` is what is written down as the time of
    /// what the sync does here.
    ///
    /// # Errors
    /// [`MachineError::AlreadySyncing`]; no such remote.
    pub fn open(ledger: &'l mut Ledger, remote: i64, now: Instant) -> Done<Self> {
        let lock = Lock::of(ledger.path())?;
        ledger.read(|reader| reader.remote(remote).map(drop))?;
        Ok(Self { ledger, remote, now, overlaps: Vec::new(), _lock: lock })
    }

    /// What came to overlap only because rows of several machines met, and how it was settled.
    pub fn overlaps(&self) -> &[Overlap] {
        &self.overlaps
    }

    /// Notes how much was moved, and lets alerts follow from what was pulled, all in one transaction. To be called
    /// after each sync, whatever its outcome, and before the next one if that was not done: what was pulled is kept
    /// for it. `evaluate` is called only if there is something new: rows, caps, ends of alerts, or bytes. It says whether
    /// anything followed.
    ///
    /// # Errors
    /// Those of `evaluate` and of the ledger; nothing is noted then.
    pub fn finish<E: From<LedgerError>>(
        &mut self,
        moved: u64,
        evaluate: impl FnOnce(&Writer<'_>, &News) -> Result<bool, E>,
    ) -> Result<(), E> {
        let news = self.ledger.read(|reader| reader.news())?;
        if moved == 0 && news.is_none() {
            return Ok(());
        }
        let writer = self.ledger.writer()?;
        writer.add_moved_bytes(moved, self.now)?;
        let is_news = news.is_some();
        let is_seen = evaluate(&writer, &news.unwrap_or_default())? || is_news;
        writer.forget_news()?;
        if is_seen {
            writer.commit()?
        } else {
            writer.commit_aside()?
        }
        Ok(())
    }

    fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Done<T>) -> Done<T> {
        self.ledger.read(read)
    }

    /// What the engine knows, and how the owner is called there; `None` before the first sync.
    fn names(&self, reader: &Reader<'_>) -> Done<Option<Names>> {
        let member = reader.remote(self.remote)?.state.member;
        let owner = reader.identity()?.owner;
        Ok(member.map(|member| Names { owner, member: member.user }))
    }
}

impl Local for Machine<'_> {
    type Row = LedgerRow;
    type Body = AlertBody;
    type Failure = MachineError;

    fn state(&mut self) -> Done<State> {
        self.read(|reader| Ok(reader.remote(self.remote)?.state))
    }

    fn keep(&mut self, mut change: Change<LedgerRow, AlertBody>) -> Done<Aside> {
        let (remote, now) = (self.remote, self.now);
        let mut writer = self.ledger.writer()?;
        if writer.reader().remote(remote)?.state.device != change.state.device {
            writer.become_device(change.state.device)?;
        }
        writer.keep_remote_state(remote, &change.state)?;
        writer.push_again(remote, change.again)?;
        let member = change.state.member.as_ref().map(|member| member.user.clone());
        let names = member.map(|member| Names { owner: writer.identity().owner.clone(), member });
        // A plan that somebody looks at is about rows and caps; what a server has is nothing to it.
        let is_seen = !change.rows.is_empty() || !change.alerts.is_empty() || change.record.is_some();
        let rows = std::mem::take(&mut change.rows);
        let aside = match names.filter(|_| !rows.is_empty()) {
            Some(names) => arriving::take(&writer, remote, &names, rows, now)?,
            None => Aside::default(),
        };
        stand(&writer, remote, &change, now)?;
        alerts::take(&writer, &change.alerts)?;
        if let Some(record) = &change.record {
            records::take(&mut writer, remote, record, &change.clashes, now)?;
        }
        if is_seen {
            writer.commit()?
        } else {
            writer.commit_aside()?
        }
        Ok(aside)
    }

    fn complete(&mut self) -> Done<()> {
        let writer = self.ledger.writer()?;
        let settled = writer.settle_overlaps(self.now)?;
        if settled.is_empty() {
            writer.commit_aside()?
        } else {
            writer.commit()?
        }
        self.overlaps.extend(settled);
        Ok(())
    }

    fn waiting(&mut self, table: Table, most: usize) -> Done<Vec<LedgerRow>> {
        if self.is_adopted()? {
            self.keep_back(table, most)?;
        }
        self.read(|reader| match self.names(reader)? {
            Some(names) => leaving::rows(reader, &reader.remote(self.remote)?, &names, table, most),
            None => Ok(Vec::new()),
        })
    }

    fn waiting_count(&mut self) -> Done<u64> {
        self.read(|reader| Ok(reader.waiting_row_count(self.remote)?))
    }

    fn digests(&mut self, table: Table, look: Look, scope: Scope) -> Done<Digests> {
        let since = match look {
            Look::Since(day) => Some(day),
            Look::All => None,
        };
        self.read(|reader| Ok(reader.digests(self.remote, table, since, scope)?))
    }

    fn held(&mut self, table: Table, bucket: Bucket) -> Done<Vec<Held>> {
        self.read(|reader| Ok(reader.held(self.remote, table, bucket)?))
    }

    fn alerts(&mut self) -> Done<Vec<Alert<AlertBody>>> {
        self.read(|reader| match self.names(reader)? {
            Some(names) => alerts::all(reader, &names),
            None => Ok(Vec::new()),
        })
    }

    fn records(&mut self) -> Done<Vec<(RecordKey, LocalRecord)>> {
        self.read(|reader| records::all(reader, self.remote))
    }

    fn counted(&mut self, scope: Scope) -> Done<Counted> {
        self.read(|reader| {
            let CountedRows { rows, spend } = reader.counted_rows(self.remote, scope)?;
            Ok(Counted { rows, spend })
        })
    }
}

/// Keeps what is known of rows. Of one that the server says otherwise only this side can be shown.
fn stand(writer: &Writer<'_>, remote: i64, change: &Change<LedgerRow, AlertBody>, now: Instant) -> Done<()> {
    let standings = change.standings.iter().map(|(row, standing, reason)| NewStanding {
        row: *row,
        standing: *standing,
        reason: reason.clone(),
    });
    let standings: Vec<NewStanding> = standings.collect();
    arriving::note_disputed(writer, remote, &standings, now)?;
    Ok(writer.stand(remote, &standings)?)
}
