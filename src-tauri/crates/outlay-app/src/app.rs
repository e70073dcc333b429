//! The application: what the host hands in, and the ledger that commands borrow.
//!
//! A command reads through one handle and writes through another, so that reading never creates or
//! changes the file. Before the first row a reader sees an empty ledger that is nowhere.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use outlay_core::instant::Instant;
use outlay_core::period::{Day, Zone};
use outlay_core::report::Count;
use outlay_ledger::{Access, Birth, Ledger, LedgerError, Reader, Writer};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{ApiError, AppError};
use crate::event::{Event, Events};
use crate::held_files::HeldFiles;
use crate::mail::{MailFailure, Outgoing, Post};
use crate::notifications::Notifier;
use crate::paths::{LEDGER_FILE, SAMPLE_FILE};
use crate::secrets::Secrets;
use crate::tray::{TrayPlace, TrayProbe};

/// Tells the free space on the disk of a folder, in bytes.
pub type FreeBytes = Box<dyn Fn(&Path) -> Option<u64> + Send + Sync>;

/// Tells the current instant.
pub type Clock = Box<dyn Fn() -> Instant + Send + Sync>;

/// What the shell knows and no command may find out by itself.
pub struct Host {
    /// The data folder; the ledger in it is `outlay.db`.
    pub data_dir: PathBuf,
    /// The current instant.
    pub clock: Clock,
    /// The time zone of this machine, which a new ledger takes.
    pub time_zone: Zone,
    /// The time zone for this call only, when the person named one.
    pub time_zone_override: Option<Zone>,
    /// The name of the person's account, which owns a new ledger.
    pub account_name: String,
    /// Random bytes for ids.
    pub random: Box<dyn Fn() -> [u8; 16] + Send + Sync>,
    /// Free space on the disk of a folder, in bytes; `None` where the machine does not tell.
    pub free_bytes: FreeBytes,
    /// Told what a page wants to know. Progress comes often: a host tells it on at the pace of [`crate::Pace`].
    pub events: Events,
    /// Keeps passwords.
    pub secrets: Box<dyn Secrets>,
    /// The file in which PostgreSQL's programs look for passwords; `None` where there is no such place.
    pub passfile: Option<PathBuf>,
    /// Hands mail to a server.
    pub mail: Post,
    /// Shows notifications; `None` where nobody would see them.
    pub notifier: Option<Notifier>,
    /// Tells whether an icon beside the clock could be seen.
    pub tray: TrayProbe,
    /// Set to stop long work, which then leaves no trace; work that begins clears it.
    pub cancel: Arc<AtomicBool>,
}

/// Everything that commands work with.
pub struct App {
    host: Arc<Host>,
    reading: Mutex<Option<Ledger>>,
    writing: Mutex<Option<Ledger>>,
    /// The ledger of sample data is shown in place of the own one.
    shows_sample: AtomicBool,
    pub(crate) held: HeldFiles,
    queued_mail: AtomicBool,
}

/// A request that says nothing.
#[derive(Debug, Clone, Copy, Default, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl App {
    /// Nothing is opened before a command needs it.
    pub fn new(host: Host) -> Self {
        Self::with(Arc::new(host))
    }

    fn with(host: Arc<Host>) -> Self {
        let held = HeldFiles::below(&host.data_dir);
        Self {
            host,
            reading: Mutex::default(),
            writing: Mutex::default(),
            shows_sample: AtomicBool::new(false),
            held,
            queued_mail: AtomicBool::new(false),
        }
    }

    /// The current instant, as the host tells it.
    pub fn now(&self) -> Instant {
        (self.host.clock)()
    }

    /// Tells the host how far long work is, in bytes.
    pub(crate) fn progress(&self, what: &str, done: u64, of: u64) {
        let [done, of] = [done, of].map(|bytes| Count(i64::try_from(bytes).unwrap_or(i64::MAX)));
        (self.host.events)(Event::Progress { what: what.to_owned(), done, of });
    }

    /// Whether anything that was done here was worth a mail: a host that sends none says who does.
    pub fn has_queued_mail(&self) -> bool {
        self.queued_mail.load(Ordering::Relaxed)
    }

    pub(crate) fn note_mail(&self) {
        self.queued_mail.store(true, Ordering::Relaxed);
    }

    pub(crate) fn secrets(&self) -> &dyn Secrets {
        &*self.host.secrets
    }

    /// The file in which PostgreSQL's programs look for passwords.
    pub(crate) fn passfile(&self) -> Option<&Path> {
        self.host.passfile.as_deref()
    }

    /// The clock, for work that goes on beside this.
    pub(crate) fn clock(&self) -> Clock {
        let host = Arc::clone(&self.host);
        Box::new(move || (host.clock)())
    }

    /// Whether the work that is going on was asked to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.host.cancel.load(Ordering::Relaxed)
    }

    pub(crate) fn post(&self, outgoing: &Outgoing<'_>) -> Result<String, MailFailure> {
        (self.host.mail)(outgoing)
    }

    pub(crate) fn notifier(&self) -> Option<&Notifier> {
        self.host.notifier.as_ref()
    }

    pub(crate) fn tray_place(&self) -> TrayPlace {
        (self.host.tray)()
    }

    /// Asks the work that is going on to stop.
    pub(crate) fn cancel_work(&self) {
        self.host.cancel.store(true, Ordering::Relaxed);
    }

    /// Another one after every change that is kept, whoever makes it, reservations too, of the ledger that is shown and
    /// of the person's own; -1 while there is none that can be read.
    pub fn revision(&self) -> i64 {
        let shown = self.shown_revision();
        if self.shows_sample() { shown.saturating_add(self.on_own(Self::shown_revision)) } else { shown }
    }

    fn shown_revision(&self) -> i64 {
        if !self.ledger_path().exists() {
            return -1;
        }
        let grown = |reader: &Reader<'_>| Ok(reader.identity()?.revision + reader.reservation_changes()?);
        self.read(grown).unwrap_or(-1)
    }

    /// The data folder, whether or not it is there.
    pub fn data_dir(&self) -> &Path {
        &self.host.data_dir
    }

    /// The ledger's file, whether or not it is there.
    pub fn ledger_path(&self) -> PathBuf {
        self.host.data_dir.join(if self.shows_sample() { SAMPLE_FILE } else { LEDGER_FILE })
    }

    /// Whether the ledger is the one of sample data beside the person's own.
    pub(crate) fn shows_sample(&self) -> bool {
        self.shows_sample.load(Ordering::Relaxed)
    }

    /// Refuses what would bring something of the person's into sample data.
    pub(crate) fn shows_own(&self) -> Result<(), AppError> {
        if self.shows_sample() { Err(AppError::SampleShown) } else { Ok(()) }
    }

    /// Works with the person's own ledger, also while the sample is shown in its place: time goes on in it, and what
    /// it has to tell is told.
    pub(crate) fn on_own<T>(&self, work: impl FnOnce(&Self) -> T) -> T {
        if self.shows_sample() { work(&Self::with(Arc::clone(&self.host))) } else { work(self) }
    }

    /// From now on the ledger is the one of sample data.
    pub(crate) fn show_sample(&self) {
        self.shows_sample.store(true, Ordering::Relaxed);
    }

    /// From now on the ledger is the own one; the sample is gone.
    pub(crate) fn remove_sample(&self) {
        self.shows_sample.store(false, Ordering::Relaxed);
        for slot in [&self.reading, &self.writing] {
            slot.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take_if(|open| open.path() != self.ledger_path());
        }
        for part in ["", "-wal", "-shm"] {
            // What another program still has open is removed with the next sample.
            let _ = fs_err::remove_file(self.host.data_dir.join(format!("{SAMPLE_FILE}{part}")));
        }
    }

    /// Tells the page that figures are others, where no write says so.
    pub(crate) fn tell_changed(&self) {
        (self.host.events)(Event::LedgerChanged);
    }

    /// Runs `read` on one consistent state of the ledger; on an empty one while there is no file.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, ApiError> {
        let mut slot = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.open_for_reading(&mut slot, None).and_then(|ledger| ledger.read(read));
        outcome.map_err(|error| self.explain(error))
    }

    /// As [`App::read`], without waiting for another process longer than `patience`.
    pub(crate) fn read_within<T>(
        &self,
        patience: Duration,
        read: impl FnOnce(&Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, ApiError> {
        let mut slot = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.open_for_reading(&mut slot, Some(patience)).and_then(|ledger| {
            ledger.wait_at_most(Some(patience))?;
            let outcome = ledger.read(read);
            ledger.wait_at_most(None)?;
            outcome
        });
        outcome.map_err(|error| self.explain(error))
    }

    /// Runs `read` on an empty ledger that is nowhere: what it says where the ledger cannot be read.
    pub(crate) fn read_nowhere<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, ApiError> {
        let nowhere = Ledger::nowhere(&self.birth()).map_err(AppError::from);
        nowhere.and_then(|ledger| ledger.read(read)).map_err(|error| self.explain(error))
    }

    /// Lends `write` one transaction, which leaves no trace unless `write` commits it.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(Writer<'_>) -> Result<T, AppError>,
    ) -> Result<T, ApiError> {
        let mut slot = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.begin_work();
        let outcome = self.open_for_writing(&mut slot).and_then(|ledger| write(ledger.writer()?));
        outcome.map_err(|error| self.explain(error))
    }

    /// As [`App::write`], for work that reads or writes much of the ledger: the memory it filled is given back. Short
    /// work keeps what it read, which the next of its kind reads again.
    pub(crate) fn write_much<T>(
        &self,
        write: impl FnOnce(Writer<'_>) -> Result<T, AppError>,
    ) -> Result<T, ApiError> {
        let outcome = self.write(write);
        if let Some(ledger) = &*self.writing.lock().unwrap_or_else(PoisonError::into_inner) {
            // What was done stays done, even if the memory stays too.
            let _ = ledger.release_memory();
        }
        outcome
    }

    /// Lends `plan` a transaction that is always dropped; while there is no ledger, on an empty one that is
    /// nowhere, so that a look at a plan creates nothing.
    pub(crate) fn plan<T>(
        &self,
        plan: impl FnOnce(Writer<'_>) -> Result<T, AppError>,
    ) -> Result<T, ApiError> {
        if self.ledger_path().exists() {
            return self.write_much(plan);
        }
        self.begin_work();
        let mut nowhere = Ledger::nowhere(&self.birth()).map_err(|error| self.explain(error.into()))?;
        let outcome = nowhere
            .cancel_when(Arc::clone(&self.host.cancel))
            .and_then(|()| nowhere.writer())
            .map_err(AppError::from)
            .and_then(plan);
        outcome.map_err(|error| self.explain(error))
    }

    /// The zone in which this call counts days.
    pub(crate) fn zone(&self, reader: &Reader<'_>) -> Result<Zone, AppError> {
        let ledger = reader.identity()?.zone;
        Ok(self.host.time_zone_override.unwrap_or(ledger))
    }

    /// The local day that it is now.
    pub(crate) fn today(&self, zone: Zone) -> Day {
        zone.day_of(self.now())
    }

    /// The newest instant that a row which counts speaks of; a bucket that is not over speaks until now.
    pub(crate) fn newest(&self, reader: &Reader<'_>) -> Result<Option<Instant>, AppError> {
        Ok(reader.newest()?.map(|newest| newest.min(self.now())))
    }

    /// Free space on the disk of the ledger, in bytes.
    pub(crate) fn free_bytes(&self) -> Option<i64> {
        (self.host.free_bytes)(&self.host.data_dir).map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX))
    }

    /// Random bytes, as the host draws them.
    pub fn random(&self) -> [u8; 16] {
        (self.host.random)()
    }

    /// A UUIDv7 for something that happened at `instant`.
    pub(crate) fn new_id(&self, instant: Instant) -> Uuid {
        let random = self.random();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        let millis = u64::try_from(instant.micros() / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    /// Who cancelled meant the work before.
    pub(crate) fn begin_work(&self) {
        self.host.cancel.store(false, Ordering::Relaxed);
    }

    fn open_for_reading<'slot>(
        &self,
        slot: &'slot mut Option<Ledger>,
        patience: Option<Duration>,
    ) -> Result<&'slot mut Ledger, AppError> {
        // A ledger that was nowhere may be somewhere by now.
        slot.take_if(|open| open.path() != self.ledger_path());
        match slot {
            Some(ledger) => Ok(ledger),
            empty @ None => Ok(empty.insert(match self.open_to_look(patience) {
                Err(LedgerError::Missing(_)) => Ledger::nowhere(&self.birth())?,
                opened => opened?,
            })),
        }
    }

    /// Opens the ledger for reading; one that an earlier version wrote is brought to the newest schema first.
    pub(crate) fn open_to_look(&self, patience: Option<Duration>) -> Result<Ledger, LedgerError> {
        let path = self.ledger_path();
        let opened = match patience {
            Some(patience) => Ledger::open_within(&path, patience),
            None => Ledger::open(&path, &Access::Read),
        };
        match opened {
            Err(LedgerError::Older { .. }) => {
                Ledger::open(&path, &Access::Write(self.birth()))?;
                Ledger::open(&path, &Access::Read)
            }
            opened => opened,
        }
    }

    fn open_for_writing<'slot>(
        &self,
        slot: &'slot mut Option<Ledger>,
    ) -> Result<&'slot mut Ledger, AppError> {
        slot.take_if(|open| open.path() != self.ledger_path());
        match slot {
            Some(ledger) => Ok(ledger),
            empty @ None => {
                let mut ledger = Ledger::open(&self.ledger_path(), &Access::Write(self.birth()))?;
                ledger.cancel_when(Arc::clone(&self.host.cancel))?;
                Ok(empty.insert(ledger))
            }
        }
    }

    fn birth(&self) -> Birth {
        let now = self.now();
        Birth {
            owner: self.host.account_name.clone(),
            time_zone: self.host.time_zone.name().to_owned(),
            device_id: self.new_id(now),
            now,
        }
    }

    fn explain(&self, error: AppError) -> ApiError {
        match error {
            AppError::Ledger(error) => AppError::Ledger(error.about(&self.ledger_path())).into(),
            other => other.into(),
        }
    }
}
