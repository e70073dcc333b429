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
    assert_snapshot!(home.outlay("backup copy.db"), @"");
    assert_snapshot!(home.outlay("restore copy.db --data-dir restored"), @"");
}

#[test]
fn nothing_to_back_up_is_a_refusal() {
    let home = Home::new();
    assert_snapshot!(home.outlay("backup copy.db"), @"");
    assert_snapshot!(home.outlay("restore nowhere.db"), @"");
    assert_snapshot!(home.outlay("doctor"), @"");
}

#[test]
fn a_sound_ledger_is_said_to_be_sound() {
    let home = Home::with_calls();
    assert_snapshot!(home.outlay("doctor"), @"");
    assert_snapshot!(home.outlay("doctor --rebuild"), @"");
}

#[test]
fn a_file_that_is_no_ledger_is_not_touched() {
    let home = Home::new();
    fs_err::create_dir(home.path().join("ledger")).expect("a folder");
    home.write(
        "ledger/outlay.db",
        "this is no database, but it is long enough to be looked at as if it were one",
    );
    assert_snapshot!(home.outlay("status"), @"");
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1"), @"");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_a_storage_error() {
    let home = Home::new();
    home.write("taken", "a file where the folder should be");
    assert_snapshot!(home.outlay("log --type chat --model m --input 1 --output 1 --data-dir taken"), @"");
}
