//! The program ends in the middle of its work: the ledger is as it was, or as it would have been.
//!
//! Instants are random and seeded, between the start and a little after the usual end.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::support::{Home, NOW, many_calls, words};

const ROWS: u32 = 20_000;

/// What the rows cost, and what they cost beside the calls that are there before.
const SPEND: &str = "200";
const SPEND_WITH_CALL: &str = "200.5";

const LOG: &str = "log --type chat --model gpt-5 --provider openai --input 10 --output 1 --cost 0.5";

fn home_with_export() -> Home {
    let home = Home::new();
    home.write("large.csv", many_calls(ROWS));
    home
}

fn start(home: &Home, arguments: &str) -> Child {
    let mut command = home.command();
    command.args(words(arguments)).args(["--now", NOW]).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
}

/// Runs `outlay` and kills it at an instant after its start, if it has not ended by then.
fn killed_after(home: &Home, instant: Duration, arguments: &str) {
    let mut child = start(home, arguments);
    let mut stdout = child.stdout.take().expect("standard output is piped");
    let (running, ended) = channel::<()>();
    let reader = std::thread::spawn(move || {
        let read = stdout.read_to_end(&mut Vec::new());
        drop(running);
        read
    });
    // Nothing is ever sent: this waits for the end of the program, but no longer than asked.
    let _ = ended.recv_timeout(instant);
    child.kill().expect("one's own process");
    child.wait().expect("it has ended");
    reader.join().expect("no panic").expect("a pipe");
}

/// Seeded instants up to a little more than `usual`.
fn instants(usual: Duration, seed: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let thousandth = u32::try_from((state >> 33) % 1100).expect("below 1100");
        usual * thousandth / 1000
    })
}

/// How many rows a ledger has that `doctor` finds nothing wrong with; none while it is only half born.
#[track_caller]
fn healthy_rows(home: &Home, folder: &str) -> u64 {
    let doctor = home.outlay(&format!("doctor --json --data-dir {folder}"));
    if doctor.code == 1 && doctor.stderr.contains("there is no ledger") {
        return 0;
    }
    assert_eq!(doctor.code, 0, "{doctor}");
    let health: serde_json::Value = serde_json::from_str(&doctor.stdout).expect("JSON");
    let unsound = |check: &&serde_json::Value| check["outcome"] != "good";
    let found = health["checks"].as_array().expect("checks").iter().find(unsound);
    assert_eq!(found, None, "{doctor}");
    health["rows"].as_u64().expect("a count")
}

fn imports(home: &Home, folder: &str) -> usize {
    let list = home.field(&format!("imports --data-dir {folder}"), "/imports");
    list.as_array().expect("a list").len()
}

fn spend(home: &Home, folder: &str) -> String {
    let spend = home.field(&format!("status --data-dir {folder}"), "/spend");
    spend.as_str().expect("a decimal string").to_owned()
}

#[test]
fn an_import_that_is_killed_is_whole_or_absent() {
    let home = home_with_export();
    let began = Instant::now();
    home.ok("import large.csv --yes --data-dir usual");
    let usual = began.elapsed();
    let mut whole = 0;
    for (number, instant) in instants(usual, 7).take(50).enumerate() {
        let folder = format!("ledger-{number}");
        // Every other ledger is there before, with a call in it; the rest are born when they are killed.
        let rows_before = u64::from(number % 2 == 1);
        if rows_before == 1 {
            home.ok(&format!("{LOG} --data-dir {folder}"));
        }
        killed_after(&home, instant, &format!("import large.csv --yes --data-dir {folder}"));
        let rows = healthy_rows(&home, &folder);
        let imported = imports(&home, &folder);
        assert_eq!(rows, rows_before + imported as u64 * u64::from(ROWS), "killed after {instant:?}");
        whole += imported;
        // Every fifth is brought to its end, so that all of this takes less than a minute.
        if number % 5 < 2 {
            home.ok(&format!("import large.csv --yes --data-dir {folder}"));
            assert_eq!(spend(&home, &folder), if rows_before == 1 { SPEND_WITH_CALL } else { SPEND });
            assert_eq!(imports(&home, &folder), 1);
        }
        if home.path().join(&folder).exists() {
            fs_err::remove_dir_all(home.path().join(&folder)).expect("one's own folder");
        }
    }
    assert!(whole < 50, "none was killed in time");
}

#[test]
fn an_undo_that_is_killed_is_whole_or_absent() {
    let home = home_with_export();
    home.ok("import large.csv --yes");
    let began = Instant::now();
    home.ok("imports undo latest --yes");
    let usual = began.elapsed();
    home.ok("imports redo latest --yes");
    for (number, instant) in instants(usual, 11).take(10).enumerate() {
        let (verb, wanted) = if number % 2 == 0 { ("undo", "0") } else { ("redo", SPEND) };
        let before = spend(&home, "ledger");
        killed_after(&home, instant, &format!("imports {verb} latest --yes"));
        assert_eq!(healthy_rows(&home, "ledger"), u64::from(ROWS));
        let after = spend(&home, "ledger");
        assert!(after == before || after == wanted, "{verb} killed after {instant:?}: {before} to {after}");
        if after != wanted {
            home.ok(&format!("imports {verb} latest --yes"));
        }
        assert_eq!(spend(&home, "ledger"), wanted);
    }
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let home = Home::new();
    home.write("large.csv", many_calls(3 * ROWS));
    home.ok(LOG);
    let files = || {
        let folder = fs_err::read_dir(home.path().join("ledger")).expect("the data folder");
        let names = folder.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
        let mut names: Vec<_> =
            names.filter(|name| !name.ends_with("-shm") && !name.ends_with("-wal")).collect();
        names.sort();
        names
    };
    let before = files();
    let child = start(&home, "import large.csv --yes");
    wait_until_it_writes(&home);
    let began = Instant::now();
    let sent = Command::new("sh").args(["-c", "kill -INT \"$0\"", &child.id().to_string()]).status();
    assert!(sent.expect("a shell starts").success(), "the import had ended already");
    let output = child.wait_with_output().expect("the binary ends");
    let took = began.elapsed();
    assert_eq!(output.status.code(), Some(130));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr), @r#"
    error: cancelled

    hint: nothing was written
    "#);
    // How long it takes is measured by the benchmark; here, that it does not go on to the end.
    assert!(took < Duration::from_secs(20), "it took {took:?} to stop");
    assert_eq!(files(), before);
    assert_eq!((healthy_rows(&home, "ledger"), imports(&home, "ledger")), (1, 0));
}

/// Tries to write until somebody else does.
fn wait_until_it_writes(home: &Home) {
    let watcher = rusqlite::Connection::open(home.ledger()).expect("the ledger");
    watcher.busy_timeout(Duration::ZERO).expect("no waiting");
    while watcher.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
        std::thread::yield_now();
    }
}
