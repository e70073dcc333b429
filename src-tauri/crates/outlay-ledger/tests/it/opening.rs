//! What lies at the path decides what opening says.

use outlay_ledger::{Access, Ledger, LedgerError};

use crate::book::Book;

fn open(path: &std::path::Path) -> Result<Ledger, LedgerError> {
    Ledger::open(path, &Book::access("UTC"))
}

#[track_caller]
fn file(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outlay.db");
    fs_err::write(&path, content).expect("a file");
    (folder, path)
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let (_folder, path) = file(b"date,cost\n2026-06-01,3\n");
    assert!(matches!(open(&path), Err(LedgerError::Corrupt { .. })));
    assert_eq!(fs_err::read(&path).expect("the file"), b"date,cost\n2026-06-01,3\n");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let (_folder, path) = file(b"");
    rusqlite::Connection::open(&path)
        .and_then(|other| other.execute_batch("CREATE TABLE notes (a)"))
        .expect("a table");
    assert!(matches!(open(&path), Err(LedgerError::Foreign(_))));
}

#[test]
fn a_newer_ledger_names_the_schema_it_needs() {
    let book = Book::new();
    let raw = rusqlite::Connection::open(book.ledger.path()).expect("the file");
    raw.pragma_update(None, "user_version", 99).expect("a version");
    assert!(matches!(open(book.ledger.path()), Err(LedgerError::Newer { found: 99, .. })));
}

#[test]
fn a_truncated_ledger_is_damaged() {
    let book = Book::new();
    let path = book.ledger.path().to_owned();
    let copy = book.folder.path().join("copy.db");
    book.ledger.backup(&copy).expect("a copy");
    let bytes = fs_err::read(&copy).expect("the copy");
    drop(book.ledger);
    fs_err::write(&path, &bytes[..bytes.len() / 3]).expect("half a file");
    let outcome = open(&path).and_then(|mut ledger| {
        let mut writer = ledger.writer()?;
        writer.rebuild(outlay_core::period::Zone::UTC).map(drop)
    });
    assert!(outcome.is_err(), "a damaged file is said to be damaged");
}

#[test]
fn reading_never_creates() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outlay.db");
    assert!(matches!(Ledger::open(&path, &Access::Read), Err(LedgerError::Missing(_))));
    assert!(!path.exists());
}

#[test]
fn a_second_writer_is_told_to_wait() {
    let mut book = Book::new();
    let mut other = open(book.ledger.path()).expect("the same ledger");
    let held = book.ledger.writer().expect("a writer");
    assert!(matches!(other.writer(), Err(LedgerError::Busy)));
    drop(held);
    assert!(other.writer().is_ok());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let book = Book::new();
    let copy = book.folder.path().join("copy.db");
    book.ledger.backup(&copy).expect("a copy");
    for path in [book.ledger.path(), &copy] {
        let mode = fs_err::metadata(path).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_backup_never_overwrites() {
    let book = Book::new();
    let copy = book.folder.path().join("copy.db");
    book.ledger.backup(&copy).expect("a copy");
    assert!(book.ledger.backup(&copy).is_err());
}
