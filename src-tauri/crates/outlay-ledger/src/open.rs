//! Opening the book: what is at the path, may we touch it, does it need a migration.
//!
//! Nothing here knows what is in the rows. A file that is not ours is never written to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use outlay_core::instant::Instant;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::private;
use crate::tables;

mod schema {
    refinery::embed_migrations!("../../../migrations/sqlite");
}

/// The newest schema that this program knows.
pub const LATEST_SCHEMA: i64 = 7;

/// "OUTL": marks the file as a ledger of Outlay.
const APPLICATION_ID: i64 = 0x4F55_544C;

/// How long a writer waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What the caller wants to do with the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Read and write; the ledger is created if it is not there.
    Write(Birth),
    /// Only read; a missing ledger is an error, and so is one of an earlier version.
    Read,
    /// Only look at the file as a whole: one of an earlier version stays what it is.
    Look,
}

/// What a new ledger is born with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// The person whose spend this is.
    pub owner: String,
    /// IANA name of the time zone in which days and months are counted.
    pub time_zone: String,
    /// This installation's id.
    pub device_id: Uuid,
    /// The instant of creation.
    pub now: Instant,
}

/// Opens the ledger at `path`.
///
/// # Errors
/// Every way in which the file can be not ours, not readable or not writable has its own variant.
pub(crate) fn open(
    path: &Path,
    access: &Access,
    patience: Option<Duration>,
) -> Result<Connection, LedgerError> {
    refuse_what_is_no_database(path)?;
    match access {
        Access::Read => open_for_reading(path, patience),
        Access::Look => open_as_it_is(path, patience).map(|(connection, _)| connection),
        Access::Write(birth) => open_for_writing(path, birth),
    }
    .map_err(|error| error.about(path))
}

/// An empty ledger that is nowhere: what a reader sees before the first row.
pub(crate) fn open_nowhere(birth: &Birth) -> Result<Connection, LedgerError> {
    let mut connection = Connection::open_in_memory()?;
    configure(&mut connection, None)?;
    migrate(&mut connection, Path::new(":memory:"), 0)?;
    register(&connection, birth)?;
    Ok(connection)
}

/// A copy of a backup at a path where nothing lies, in a folder that only its owner can read.
pub(crate) fn restore(backup: &Path, target: &Path) -> Result<(), LedgerError> {
    let source = open(backup, &Access::Look, None)?;
    if let Some(folder) = target.parent() {
        let failed = |source| LedgerError::CannotOpen { path: target.to_owned(), source };
        private::folder(folder).map_err(failed)?;
    }
    copy_to(&source, target).map(drop)
}

fn open_for_reading(path: &Path, patience: Option<Duration>) -> Result<Connection, LedgerError> {
    match open_as_it_is(path, patience)? {
        (_, found) if found < LATEST_SCHEMA => Err(LedgerError::Older { found, known: LATEST_SCHEMA }),
        (connection, _) => Ok(connection),
    }
}

/// The ledger, whatever version wrote it, and its schema.
fn open_as_it_is(path: &Path, patience: Option<Duration>) -> Result<(Connection, i64), LedgerError> {
    if matches!(path.try_exists(), Ok(false)) {
        return Err(LedgerError::Missing(path.to_owned()));
    }
    let connection = match look(path, patience) {
        // Somebody died while writing; who may write takes back what was not finished, as the dead would have.
        Err(error) if is_unfinished(&error) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            schema_of(&Connection::open_with_flags(path, flags)?, path)?;
            look(path, patience)?
        }
        looked => looked?,
    };
    match schema_of(&connection, path)? {
        0 => Err(LedgerError::Missing(path.to_owned())),
        _ if !is_registered(&connection)? => Err(LedgerError::Missing(path.to_owned())),
        found => Ok((connection, found)),
    }
}

/// A connection that cannot write, and has read something.
fn look(path: &Path, patience: Option<Duration>) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    configure(&mut connection, patience)?;
    // A reader that lives for days keeps what it read once; the system keeps the file's pages anyway.
    connection.pragma_update(None, "cache_size", -8_000)?;
    schema_of(&connection, path)?;
    Ok(connection)
}

/// Whether reading fails only because a journal must be rolled back first.
fn is_unfinished(error: &LedgerError) -> bool {
    let LedgerError::Sqlite(error) = error else { return false };
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

fn open_for_writing(path: &Path, birth: &Birth) -> Result<Connection, LedgerError> {
    create_private(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    configure(&mut connection, None)?;
    let found = schema_of(&connection, path)?;
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(LedgerError::ReadOnly(path.to_owned()));
    }
    patiently(|| {
        // Twice SQLite's default: half as many pages to find, split and log when a million rows come in.
        // It takes effect on a new file only.
        connection.pragma_update(None, "page_size", 8192)?;
        // WAL lets the app, the terminal and a report work on the file at the same time. A backup has none.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        if found < LATEST_SCHEMA {
            migrate(&mut connection, path, found)?;
        }
        register(&connection, birth)
    })?;
    Ok(connection)
}

/// Tries again while another process is being born into the same file: SQLite does not wait there itself.
fn patiently(mut attempt: impl FnMut() -> Result<(), LedgerError>) -> Result<(), LedgerError> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match attempt() {
            Err(LedgerError::Busy) if waited < BUSY_TIMEOUT => std::thread::sleep(PAUSE),
            outcome => return outcome,
        }
        waited += PAUSE;
    }
}

/// An SQLite file starts with its name; anything else that lies at the path is left alone.
fn refuse_what_is_no_database(path: &Path) -> Result<(), LedgerError> {
    use std::io::Read;
    let mut head = Vec::with_capacity(16);
    match fs_err::File::open(path) {
        Ok(file) => file.take(16).read_to_end(&mut head),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(LedgerError::CannotOpen { path: path.to_owned(), source }),
    }
    .map_err(|source| LedgerError::CannotOpen { path: path.to_owned(), source })?;
    if head.is_empty() || head == b"SQLite format 3\0" {
        return Ok(());
    }
    let detail = "the file does not begin as an SQLite database does".to_owned();
    Err(LedgerError::Corrupt { path: path.to_owned(), detail })
}

/// Makes the folder and the file readable by their owner only, before anything is written.
fn create_private(path: &Path) -> Result<(), LedgerError> {
    let failed = |source| LedgerError::CannotOpen { path: path.to_owned(), source };
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        private::folder(folder).map_err(failed)?;
    }
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(failed)
}

fn configure(connection: &mut Connection, patience: Option<Duration>) -> Result<(), LedgerError> {
    wait_at_most(connection, patience)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // FULL: a committed row survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A checkpoint waits for the disk several times, and falls on whoever commits then: at four times SQLite's default
    // that is one reservation of several hundred. Who closes the file last makes one, too.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    // Without it a statement from the cache is planned anew whenever it is used with other values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(tables::covered::TABLES)?;
    connection.execute_batch(tables::remembered::TABLES)?;
    Ok(())
}

/// How long a connection waits for others: as long as writers wait, if nothing else is said.
pub(crate) fn wait_at_most(
    connection: &mut Connection,
    patience: Option<Duration>,
) -> Result<(), LedgerError> {
    match patience {
        Some(patience) => connection.busy_timeout(patience)?,
        None => connection.busy_handler(Some(wait_for_others))?,
    }
    Ok(())
}

/// Waits while another process writes, up to [`BUSY_TIMEOUT`]. Most write for less than a millisecond, and who waits
/// much longer than that for its turn loses it again: so the first looks come soon after each other.
fn wait_for_others(looks: i32) -> bool {
    const SOON: (u32, Duration) = (100, Duration::from_micros(500));
    const LATER: Duration = Duration::from_millis(10);
    let looks = looks.unsigned_abs();
    std::thread::sleep(if looks < SOON.0 { SOON.1 } else { LATER });
    LATER * looks.saturating_sub(SOON.0) < BUSY_TIMEOUT
}

/// The file's schema: 0 for an empty file, an error for another program's or a newer Outlay's.
fn schema_of(connection: &Connection, path: &Path) -> Result<i64, LedgerError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    // A kill during the very first migration can leave the migrations' own table, and nothing else.
    let sql = "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'refinery_schema_history'";
    let tables: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    match (application, tables) {
        (APPLICATION_ID, _) if version > LATEST_SCHEMA => {
            Err(LedgerError::Newer { found: version, known: LATEST_SCHEMA })
        }
        (APPLICATION_ID, _) => Ok(version),
        (0, 0) => Ok(0),
        _ => Err(LedgerError::Foreign(path.to_owned())),
    }
}

/// Writes who the file is, unless it knows. A kill right after the first migration leaves that to the
/// next who opens it.
fn register(connection: &Connection, birth: &Birth) -> Result<(), LedgerError> {
    if is_registered(connection)? {
        return Ok(());
    }
    connection.execute(
        "INSERT INTO ledger (only_row, device_id, owner, rollup_zone, revision, created_at)
         VALUES (1, ?1, ?2, ?3, 0, ?4) ON CONFLICT DO NOTHING",
        (birth.device_id.as_bytes(), &birth.owner, &birth.time_zone, birth.now.micros()),
    )?;
    Ok(())
}

fn is_registered(connection: &Connection) -> Result<bool, LedgerError> {
    Ok(connection.prepare("SELECT 1 FROM ledger")?.exists([])?)
}

/// Brings the file to the newest schema in one transaction, after a copy of what was there.
fn migrate(connection: &mut Connection, path: &Path, found: i64) -> Result<(), LedgerError> {
    if found > 0 && !copy_before(connection, path)? {
        return Ok(());
    }
    if let Err(error) = schema::migrations::runner().set_grouped(true).run(connection) {
        // Another process may have done the same at the same moment, or be about to.
        if schema_of(connection, path)? < LATEST_SCHEMA {
            let cause =
                std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<rusqlite::Error>());
            let busy =
                cause.and_then(rusqlite::Error::sqlite_error_code) == Some(rusqlite::ErrorCode::DatabaseBusy);
            return Err(if busy { LedgerError::Busy } else { LedgerError::Migration(Box::new(error)) });
        }
    }
    Ok(())
}

/// Copies the ledger before its schema changes; `false` when another process has brought it to the newest by now.
/// Who copies holds the lock, so that the copy is never of what somebody else has begun to change.
fn copy_before(connection: &mut Connection, path: &Path) -> Result<bool, LedgerError> {
    let lock = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if schema_of(&lock, path)? >= LATEST_SCHEMA {
        return Ok(false);
    }
    let copy = path.with_extension(format!("before-schema-{LATEST_SCHEMA}.db"));
    let whole = copy.with_extension("part");
    // What an attempt left that did not come to its end.
    match fs_err::remove_file(&whole) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    copy_to(&look(path, None)?, &whole)?;
    fs_err::rename(&whole, &copy)?;
    Ok(true)
}

/// A consistent copy of the ledger in a new file that only its owner can read.
///
/// # Errors
/// The target exists, cannot be written, or the disk is full; then nothing is left behind.
pub(crate) fn copy_to(connection: &Connection, target: &Path) -> Result<PathBuf, LedgerError> {
    private::file(target)?;
    // A file of its own, which can be read where nothing may be written beside it.
    let copied = connection
        .backup(rusqlite::MAIN_DB, target, None::<fn(rusqlite::backup::Progress)>)
        .and_then(|()| Connection::open(target)?.pragma_update(None, "journal_mode", "DELETE"));
    if let Err(error) = copied {
        fs_err::remove_file(target)?;
        return Err(error.into());
    }
    Ok(target.to_owned())
}
