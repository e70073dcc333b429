//! Copies, checks, and ledgers that are not what they should be.

use insta::assert_snapshot;

use crate::support::Home;

#[test]
fn a_backup_comes_back_with_the_same_total() {
    let home = Home::with_calls();
    let before = home.ok("status --json").stdout;
    let backed_up = home.ok("backup copy.db");
    assert!(backed_up.stdout.starts_with("Backed up to copy.db ("), "{backed_up}");
    let restored = home.ok("restore copy.db --data-dir restored");
    assert!(restored.stdout.starts_with("Restored to restored/outlay.db ("), "{restored}");
    assert_eq!(home.ok("status --json --data-dir restored").stdout, before);
    assert_snapshot!(home.outlay("backup copy.db"), @r#"
    exit 1
    --- stderr
    error: copy.db is there already

    hint: nothing is overwritten: choose another name
    "#);
    assert_snapshot!(home.outlay("restore copy.db --data-dir restored"), @r#"
    exit 1
    --- stderr
    error: the data folder restored already has a ledger

    hint: a backup goes into an empty data folder: choose one with --data-dir, or move the ledger away
    "#);
}

#[test]
fn nothing_to_back_up_is_a_refusal() {
    let home = Home::new();
    assert_snapshot!(home.outlay("backup copy.db"), @r#"
    exit 1
    --- stderr
    error: there is no ledger yet at [home]/ledger/outlay.db

    hint: import a file or log a call first
    "#);
    assert_snapshot!(home.outlay("restore nowhere.db"), @r#"
    exit 66
    --- stderr
    error: the file nowhere.db is not there

    hint: check the path
    "#);
    assert_snapshot!(home.outlay("doctor"), @r#"
    exit 1
    --- stderr
    error: there is no ledger yet at [home]/ledger/outlay.db

    hint: import a file or log a call first
    "#);
}

#[test]
fn a_sound_ledger_is_said_to_be_sound() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("doctor"), @r#"
    exit 0
    --- stdout
    [home]/ledger/outlay.db (5 rows)
      the file can be opened, and its pages are sound: good
      every row points to something: good
      totals are what the rows say: good
    "#);
    assert_snapshot!(home.outlay("doctor --rebuild"), @r#"
    exit 0
    --- stdout
    [home]/ledger/outlay.db (5 rows)
      the file can be opened, and its pages are sound: good
      every row points to something: good
      totals are what the rows say: good
    "#);
}

#[test]
fn a_file_that_is_no_ledger_is_not_touched() {
    let home = Home::new();
    fs_err::create_dir(home.path().join("ledger")).expect("a folder");
    home.write(
        "ledger/outlay.db",
        "this is no database, but it is long enough to be looked at as if it were one",
    );
    assert_snapshot!(home.outlay("status"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: the file does not begin as an SQLite database does

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1"), @r#"
    exit 74
    --- stderr
    error: the ledger [home]/ledger/outlay.db is damaged: the file does not begin as an SQLite database does

    hint: Nothing was written. `outlay restore BACKUP` with --data-dir and an empty folder brings a backup back.
    "#);
}

#[test]
fn a_data_folder_that_cannot_be_written_is_a_storage_error() {
    let home = Home::new();
    home.write("taken", "a file where the folder should be");
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --data-dir taken"), @r#"
    exit 74
    --- stderr
    error: the ledger taken/outlay.db cannot be opened: failed to open file `taken/outlay.db`: Not a directory (os error 20)

    hint: check who may read and write the folder, or choose another with --data-dir
    "#);
}
