//! The handles through which the book is used: a [`Reader`] sees one moment, a [`Writer`] is one
//! transaction per use case. What they can do stands beside the tables, in `tables/` and `import/`.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use outlay_core::period::Zone;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::interning::{Details, Dimensions};
use crate::open::{self, Access, Birth};

/// An open ledger file.
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
}

/// Who the file is: needed by everything that writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// This installation's id.
    pub device_id: Uuid,
    /// The person whose spend this is.
    pub owner: String,
    /// The time zone in which the rollup counts days.
    pub zone: Zone,
    /// Grows with every committed change.
    pub revision: i64,
}

/// Reads the ledger as it stood when the reader was made.
pub struct Reader<'a> {
    pub(crate) connection: &'a Connection,
}

/// One transaction. Dropped without `commit`, it leaves no trace.
pub struct Writer<'a> {
    pub(crate) transaction: Transaction<'a>,
    pub(crate) identity: Identity,
    pub(crate) dimensions: RefCell<Dimensions>,
    pub(crate) details: RefCell<Details>,
}

impl Ledger {
    /// Opens the ledger at `path`, creating or migrating it when the access allows.
    ///
    /// # Errors
    /// A file that is not ours, newer, damaged, locked, or not accessible.
    pub fn open(path: &Path, access: &Access) -> Result<Self, LedgerError> {
        let connection = open::open(path, access, None)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// As [`Ledger::open`] to read, without waiting for others longer than `patience`.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn open_within(path: &Path, patience: Duration) -> Result<Self, LedgerError> {
        let connection = open::open(path, &Access::Read, Some(patience))?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// From now on it waits for others no longer than `patience`; as long as usual, if nothing is said.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn wait_at_most(&mut self, patience: Option<Duration>) -> Result<(), LedgerError> {
        open::wait_at_most(&mut self.connection, patience)
    }

    /// An empty ledger that is nowhere and forgets what is written to it: for reading before the first row.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn nowhere(birth: &Birth) -> Result<Self, LedgerError> {
        Ok(Self { connection: open::open_nowhere(birth)?, path: PathBuf::from(":memory:") })
    }

    /// The ledger's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `read` on one consistent state of the ledger.
    ///
    /// # Errors
    /// Those of `read`, and those of SQLite.
    pub fn read<T, E: From<LedgerError>>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let snapshot = self.connection.unchecked_transaction().map_err(|error| self.explain(error))?;
        let value = read(&Reader { connection: &snapshot })?;
        // Nothing of the ledger was written; what the connection noted for itself stays.
        snapshot.commit().map_err(|error| self.explain(error))?;
        Ok(value)
    }

    /// Begins a transaction that may write; other writers wait.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] when another process does not let go in five seconds.
    pub fn writer(&mut self) -> Result<Writer<'_>, LedgerError> {
        let path = self.path.clone();
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(|error| LedgerError::from(error).about(&path))?;
        let identity = Reader { connection: &transaction }.identity()?;
        Ok(Writer { transaction, identity, dimensions: RefCell::default(), details: RefCell::default() })
    }

    /// Makes every running and later statement stop with [`LedgerError::Cancelled`] once `cancel` is set.
    ///
    /// # Errors
    /// SQLite refuses the hook.
    pub fn cancel_when(&mut self, cancel: Arc<AtomicBool>) -> Result<(), LedgerError> {
        const STEPS_BETWEEN_LOOKS: i32 = 100_000;
        self.connection
            .progress_handler(STEPS_BETWEEN_LOOKS, Some(move || cancel.load(Ordering::Relaxed)))?;
        Ok(())
    }

    /// Gives back the memory that the last work needed, for hosts that live on after it.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn release_memory(&self) -> Result<(), LedgerError> {
        Ok(self.connection.execute_batch("PRAGMA shrink_memory")?)
    }

    /// Writes a consistent copy to a new file, while others may go on writing.
    ///
    /// # Errors
    /// The target exists or cannot be written; nothing is left behind then.
    pub fn backup(&self, target: &Path) -> Result<(), LedgerError> {
        open::copy_to(&self.connection, target).map(drop)
    }

    /// Brings the ledger in the file `backup` to `target`, where nothing lies yet.
    ///
    /// # Errors
    /// The backup cannot be opened as a ledger; the target exists or cannot be written.
    pub fn restore(backup: &Path, target: &Path) -> Result<(), LedgerError> {
        open::restore(backup, target)
    }

    fn explain(&self, error: rusqlite::Error) -> LedgerError {
        LedgerError::from(error).about(&self.path)
    }
}

impl Reader<'_> {
    /// Who the file is.
    ///
    /// # Errors
    /// The ledger's own row is missing or names an unknown time zone.
    pub fn identity(&self) -> Result<Identity, LedgerError> {
        let sql = "SELECT device_id, owner, rollup_zone, revision FROM ledger";
        let (device, owner, zone, revision) = self.connection.prepare_cached(sql)?.query_row([], |row| {
            Ok((row.get::<_, [u8; 16]>(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?))
        })?;
        let zone = zone.parse().map_err(|_| LedgerError::Unreadable { what: "time zone", value: zone })?;
        Ok(Identity { device_id: Uuid::from_bytes(device), owner, zone, revision })
    }
}

impl Writer<'_> {
    /// The same state for reading, this transaction's changes included.
    pub fn reader(&self) -> Reader<'_> {
        Reader { connection: &self.transaction }
    }

    /// Who the file is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Makes all changes of this transaction durable, at once.
    ///
    /// # Errors
    /// The disk is full or fails; then nothing of the transaction stays.
    pub fn commit(self) -> Result<(), LedgerError> {
        self.transaction.execute("UPDATE ledger SET revision = revision + 1", [])?;
        Ok(self.transaction.commit()?)
    }

    /// The same for what is about the ledger and not in it, such as what a server is known to have: no plan becomes
    /// stale by it.
    ///
    /// # Errors
    /// As of [`Writer::commit`].
    pub fn commit_aside(self) -> Result<(), LedgerError> {
        Ok(self.transaction.commit()?)
    }

    /// Runs `change` so that either all of it stays in this transaction or none of it.
    ///
    /// # Errors
    /// Those of `change`; its effects are gone then.
    pub fn attempt<T, E: From<LedgerError>>(&self, change: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let run = |sql| self.transaction.execute_batch(sql).map_err(LedgerError::from);
        run("SAVEPOINT attempt")?;
        let outcome = change();
        match &outcome {
            Ok(_) => run("RELEASE attempt")?,
            Err(_) => {
                // A cancelled or failed write may have ended the whole transaction already.
                if !self.transaction.is_autocommit() {
                    run("ROLLBACK TO attempt; RELEASE attempt")?;
                }
                // Numbers that were given inside are gone with it.
                self.dimensions.replace(Dimensions::default());
                self.details.replace(Details::default());
            }
        }
        outcome
    }
}
