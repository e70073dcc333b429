//! What nobody else should see: secrets in summaries, and files of other people's modes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::support::{COMPLETIONS, Home};

const SECRET: &str = "sk-ant-api03-Zq7Xw9Lm2Kd8Rt4Vb6Nc1Hp5Js3Fg0Ya";

fn call_with(summary: &str) -> String {
    format!(
        "log --type chat --model gpt-5 --provider openai --input 1 --output 1 --input-summary \"{summary}\""
    )
}

/// Every file under a folder, and the folders.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs_err::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(everything(&path)) } else { found.push(path) }
    }
    found
}

fn holds(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn a_secret_in_a_summary_is_never_written() {
    let home = Home::with_calls();
    // While somebody reads, the log of the ledger is not folded into it and goes away.
    let reader = Connection::open(home.ledger()).expect("the ledger");
    reader.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").expect("a look");
    home.ok(&call_with(&format!("deploy with {SECRET} please")));
    // The cut would leave the beginning of the key, if it came first.
    for length in [180, 480, 495, 1_980, 3_980] {
        home.ok(&call_with(&format!("{}{SECRET}", "long text ".repeat(length / 10))));
    }
    assert_snapshot!(home.field("calls --limit 6", "/calls/5/input_summary"), @r#""long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text long text…""#);
    let files: Vec<_> =
        everything(&home.path().join("ledger")).into_iter().filter(|path| path.is_file()).collect();
    assert!(files.iter().any(|path| path.to_string_lossy().ends_with("-wal")), "{files:?}");
    for path in files {
        let bytes = fs_err::read(&path).expect("a file");
        for part in [SECRET, &SECRET[..20], &SECRET[12..]] {
            assert!(!holds(&bytes, part), "{} holds {part}", path.display());
        }
    }
    assert!(home.ok("export --format json").stdout.contains("[redacted]"));
}

/// The mask that gives everything to everybody, as some shells have it.
#[test]
fn whatever_is_made_is_its_owners_alone() {
    let home = Home::new();
    home.write("month.csv", COMPLETIONS);
    let open = |arguments: &str| {
        let run = home.limited("umask 000", arguments);
        assert_eq!(run.code, 0, "{run}");
    };
    let place = "--data-dir made/on/the/way";
    open(&format!("{} {place}", call_with("hello")));
    let reader = Connection::open(home.path().join("made/on/the/way/outlay.db")).expect("the ledger");
    reader.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").expect("a look");
    open(&format!("import month.csv --yes {place}"));
    open(&format!("backup made/copy.db {place}"));
    open(&format!("export -o made/rows.csv {place}"));
    open("restore made/copy.db --data-dir made/again");
    let made = everything(&home.path().join("made"));
    let modes = made.iter().map(|path| {
        let mode = fs_err::metadata(path).expect("it is there").permissions().mode() & 0o777;
        format!("{mode:03o} {}", path.strip_prefix(home.path()).expect("below").display())
    });
    let mut modes: Vec<_> = modes.collect();
    modes.sort();
    assert_snapshot!(modes.join("\n"), @r#"
    600 made/again/outlay.db
    600 made/again/outlay.db-shm
    600 made/again/outlay.db-wal
    600 made/copy.db
    600 made/copy.db-shm
    600 made/copy.db-wal
    600 made/on/the/way/outlay.db
    600 made/on/the/way/outlay.db-shm
    600 made/on/the/way/outlay.db-wal
    600 made/rows.csv
    700 made
    700 made/again
    700 made/on
    700 made/on/the
    700 made/on/the/way
    "#);
}
