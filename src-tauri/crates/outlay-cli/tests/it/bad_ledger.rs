//! Ledgers that cannot be used: locked, not writable, damaged, another program's, a newer one's, no disk.
//!
//! Each time: the words, the exit code, and that nothing was written.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::support::{Home, OPENROUTER, Run, many_calls};

const LOG: &str = "log --type chat --model gpt-5 --provider openai --input 10 --output 1 --cost 0.5";

/// Runs as somebody whom modes bind: the system does not ask root, unless it gives up what makes it root.
fn bound(home: &Home, arguments: &str) -> Run {
    let is_root = fs_err::metadata(home.path()).expect("the home").uid() == 0;
    if !is_root {
        return home.outlay(arguments);
    }
    let first = "exec setpriv --inh-caps=-all --bounding-set=-all -- \"$0\" \"$@\"";
    home.limited(first, arguments)
}

fn set_mode(home: &Home, name: &str, mode: u32) {
    let permissions = std::fs::Permissions::from_mode(mode);
    fs_err::set_permissions(home.path().join(name), permissions).expect("one's own file");
}

fn overwrite(home: &Home, from: u64, step: u64) {
    let path = home.ledger();
    let length = fs_err::metadata(&path).expect("the ledger").len();
    let mut file = fs_err::OpenOptions::new().write(true).open(path).expect("the ledger");
    for at in (from..length).step_by(usize::try_from(step).expect("a step")) {
        file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(&[0xa5; 4096])).expect("a page");
    }
}

#[test]
fn another_writer_is_waited_for_and_then_named() {
    let home = Home::with_calls();
    home.write("activity.csv", OPENROUTER);
    let other = Connection::open(home.ledger()).expect("the ledger");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    assert_snapshot!(home.outlay("import activity.csv --yes"), @r#"
    exit 74
    --- stderr
    error: another process is writing to the ledger

    hint: Nothing was written. Wait until the other Outlay has finished, or close it, and try again.
    "#);
    assert_snapshot!(home.ok("status").stdout, @"June 2026: at least $4.50, default cap $10.00, newest data 2026-06-18 23:30");
    other.execute_batch("ROLLBACK").expect("no lock");
    home.ok("import activity.csv --yes");
}

#[test]
fn a_file_that_may_only_be_read_is_read() {
    let home = Home::with_calls();
    let before = home.ok("status").stdout;
    set_mode(&home, "ledger/outlay.db", 0o400);
    assert_eq!(bound(&home, "status").stdout, before);
    assert_snapshot!(bound(&home, LOG), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db cannot be written

    hint: make its folder and all files in it writable (outlay.db, -wal, -shm), or choose another with --data-dir
    "#);
    assert_snapshot!(bound(&home, "doctor"), @r#"
    exit 1
    --- stdout
    [home]/ledger/outlay.db (5 rows)
      the file can be opened, and its pages are sound: good
      every row points to something: good
      totals are what the rows say: not checked
        the ledger [home]/ledger/outlay.db cannot be written
    "#);
}

#[test]
fn a_folder_that_may_only_be_read_says_so() {
    let home = Home::with_calls();
    set_mode(&home, "ledger", 0o500);
    assert_snapshot!(bound(&home, "status"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db cannot be written

    hint: make its folder and all files in it writable (outlay.db, -wal, -shm), or choose another with --data-dir
    "#);
    assert_snapshot!(bound(&home, LOG), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db cannot be written

    hint: make its folder and all files in it writable (outlay.db, -wal, -shm), or choose another with --data-dir
    "#);
    set_mode(&home, "ledger", 0o700);
    assert_eq!(bound(&home, LOG).code, 0, "what was read is not left unwritable");
}

#[test]
fn what_may_not_be_looked_at_is_not_missing() {
    let home = Home::with_calls();
    set_mode(&home, "ledger", 0o000);
    assert_snapshot!(bound(&home, "status"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db cannot be opened: failed to open file `[home]/ledger/outlay.db`: Permission denied (os error 13)

    hint: check who may read and write the folder, or choose another with --data-dir
    "#);
    assert_snapshot!(bound(&home, "doctor"), @r#"
    exit 74
    --- stdout
    [home]/ledger/outlay.db (0 rows)
      the file can be opened, and its pages are sound: BAD
        the ledger [home]/ledger/outlay.db cannot be opened: failed to open file `[home]/ledger/outlay.db`: Permission denied (os error 13)
        Check who may read and write the folder, or choose another with --data-dir.
    "#);
    assert_snapshot!(bound(&home, LOG), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db cannot be opened: failed to open file `[home]/ledger/outlay.db`: Permission denied (os error 13)

    hint: check who may read and write the folder, or choose another with --data-dir
    "#);
    assert_eq!(bound(&home, "backup copy.db").code, 74);
    set_mode(&home, "ledger", 0o700);
}

#[test]
fn a_folder_that_cannot_be_written_takes_no_new_file() {
    let home = Home::with_calls();
    fs_err::create_dir(home.path().join("fixed")).expect("a folder");
    set_mode(&home, "fixed", 0o500);
    assert_snapshot!(bound(&home, &format!("{LOG} --data-dir fixed/outlay")), @r#"
    exit 74
    --- stderr
    error: the ledger fixed/outlay/outlay.db cannot be opened: the folder fixed/outlay cannot be made: Permission denied (os error 13)

    hint: check who may read and write the folder, or choose another with --data-dir
    "#);
    assert_snapshot!(bound(&home, "backup fixed/copy.db"), @r#"
    exit 74
    --- stderr
    error: fixed/copy.db cannot be written: failed to open file `fixed/copy.db`: Permission denied (os error 13)

    hint: check that the folder is there, writable and not full
    "#);
    assert_snapshot!(bound(&home, "export -o fixed/rows.csv"), @r#"
    exit 74
    --- stderr
    error: cannot write fixed/rows.csv: permission denied

    hint: check that the folder is there, writable and not full
    "#);
    home.write("secret.csv", OPENROUTER);
    set_mode(&home, "secret.csv", 0o000);
    assert_snapshot!(bound(&home, "import secret.csv --yes"), @r#"
    exit 65
    --- stderr
    error: secret.csv cannot be read: failed to open file `secret.csv`: Permission denied (os error 13)

    hint: Check who may read the file. Nothing was written.
    "#);
}

#[test]
fn overwritten_pages_are_damage() {
    let home = Home::with_calls();
    overwrite(&home, 4096, 4096);
    assert_snapshot!(home.outlay("report"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: database disk image is malformed

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
    assert_snapshot!(home.outlay(LOG), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: database disk image is malformed

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
    assert_snapshot!(home.outlay("doctor"), @r#"
    exit 74
    --- stdout
    [home]/ledger/outlay.db (0 rows)
      the file can be opened, and its pages are sound: BAD
        the ledger [home]/ledger/outlay.db is damaged: database disk image is malformed
        Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
    assert_snapshot!(home.outlay("doctor --rebuild"), @r#"
    exit 74
    --- stdout
    [home]/ledger/outlay.db (0 rows)
      the file can be opened, and its pages are sound: BAD
        the ledger [home]/ledger/outlay.db is damaged: database disk image is malformed
        Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
}

#[test]
fn damage_that_a_report_does_not_see_is_seen_by_doctor_and_backup() {
    let home = Home::with_calls();
    let table = "SELECT rootpage FROM sqlite_schema WHERE name = 'details'";
    let sick = Connection::open(home.ledger()).expect("the ledger");
    let page: u32 = sick.query_row(table, [], |row| row.get(0)).expect("a page");
    drop(sick);
    overwrite(&home, (u64::from(page) - 1) * 4096, 1 << 40);
    assert_eq!(home.outlay("status").code, 0, "status reads other tables");
    assert_eq!(home.outlay("doctor").code, 74);
    assert_snapshot!(home.outlay("backup copy.db"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: database disk image is malformed

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
    assert!(!home.path().join("copy.db").exists());
}

#[test]
fn a_file_that_was_cut_off_is_damage() {
    let home = Home::with_calls();
    let file = fs_err::OpenOptions::new().write(true).open(home.ledger()).expect("the ledger");
    file.set_len(20_000).expect("a shorter file");
    assert_snapshot!(home.outlay("status"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: database disk image is malformed

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
    assert_eq!(home.outlay("doctor").code, 74);
}

#[test]
fn a_first_page_that_is_nonsense_is_damage() {
    let home = Home::with_calls();
    overwrite(&home, 20, 1 << 40);
    assert_snapshot!(home.outlay("status"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: file is not a database

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
}

#[test]
fn another_programs_database_is_not_touched() {
    let home = Home::new();
    fs_err::create_dir(home.path().join("ledger")).expect("a folder");
    let other = Connection::open(home.ledger()).expect("a file");
    other.execute_batch("CREATE TABLE notes (text TEXT)").expect("a table");
    drop(other);
    let before = fs_err::read(home.ledger()).expect("the file");
    assert_snapshot!(home.outlay(LOG), @r#"
    exit 74
    --- stderr
    error: [home]/ledger/outlay.db is not an Outlay ledger

    hint: It is another program's database and was not touched. Choose another folder with --data-dir.
    "#);
    assert_eq!(home.outlay("status").code, 74);
    assert_snapshot!(home.outlay("doctor"), @r#"
    exit 74
    --- stdout
    [home]/ledger/outlay.db (0 rows)
      the file can be opened, and its pages are sound: BAD
        [home]/ledger/outlay.db is not an Outlay ledger
        It is another program's database and was not touched. Choose another folder with --data-dir.
    "#);
    assert_eq!(fs_err::read(home.ledger()).expect("the file"), before);
}

#[test]
fn a_newer_outlays_ledger_is_not_touched() {
    let home = Home::with_calls();
    let newer = Connection::open(home.ledger()).expect("the ledger");
    newer.pragma_update(None, "user_version", 99).expect("a version");
    drop(newer);
    let before = fs_err::read(home.ledger()).expect("the file");
    assert_snapshot!(home.outlay(LOG), @"
    exit 74
    --- stderr
    error: the ledger needs schema 99, this program knows 7

    hint: A newer Outlay wrote this ledger: install that version or a later one. Nothing was written.
    ");
    assert_eq!(home.outlay("status").code, 74);
    assert_eq!(fs_err::read(home.ledger()).expect("the file"), before);
}

/// A limit on the length of files makes writing fail where the disk would be full: it is refused in the
/// middle, and the program is not ended for it.
#[test]
fn a_full_disk_leaves_the_old_state() {
    let home = Home::with_calls();
    let before = home.ok("report --json").stdout;
    home.write("large.csv", many_calls(8_000));
    let first = "trap '' XFSZ; ulimit -f 1000";
    assert_snapshot!(home.limited(first, "import large.csv --yes"), @r#"
    exit 74
    --- stderr
    error: the disk cannot be read or written: disk I/O error

    hint: Nothing was written. Check that the disk works and has space, within your quota too, and try again.
    "#);
    assert_eq!(home.ok("report --json").stdout, before);
    assert_eq!(home.ok("doctor").code, 0);
    assert_snapshot!(home.limited("trap '' XFSZ; ulimit -f 20", "backup copy.db"), @r#"
    exit 74
    --- stderr
    error: the disk cannot be read or written: disk I/O error

    hint: Nothing was written. Check that the disk works and has space, within your quota too, and try again.
    "#);
    assert!(!home.path().join("copy.db").exists(), "no half of a copy");
    home.ok("import large.csv --yes");
}

#[test]
fn a_disk_that_is_full_at_birth_leaves_what_can_be_born() {
    let home = Home::new();
    let run = home.limited("trap '' XFSZ; ulimit -f 20", LOG);
    assert_eq!(run.code, 74, "{run}");
    assert_eq!(home.ok("calls").stdout, "No rows\n");
    home.ok(LOG);
    assert_eq!(home.ok("doctor").code, 0);
}
