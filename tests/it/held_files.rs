//! Files that a host holds: private while they are there, gone once nobody needs them.

use std::path::{Path, PathBuf};

use outlay_app::{App, held_files};
use serde_json::json;

use crate::stage::Stage;

const CSV: &str = "when,name,price\n2026-06-02T10:00:00Z,house-model,0.25\n";

#[track_caller]
fn held(app: &App, name: &str) -> PathBuf {
    held_files::hold(app, name, CSV.as_bytes()).expect("a writable folder").path
}

/// What lies in the data folder, but for the ledger and locks.
fn left(stage: &Stage) -> Vec<PathBuf> {
    let mut open = vec![stage.path("data/held")];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.retain(|path| !path.ends_with("lock"));
    files
}

#[test]
fn a_held_file_is_imported_under_its_name_and_gone_then() {
    let stage = Stage::empty();
    let (first, second) = (held(&stage.app, "calls.csv"), held(&stage.app, "../calls.csv"));
    assert_eq!(first.file_name(), second.file_name());
    let request =
        |path: &Path| json!({"files": [path], "map": ["created_at=when", "model=name", "cost=price"]});
    stage.answer("plan_import", request(&first));
    assert!(first.exists(), "it is read again by the commit");
    let done = stage.answer("commit_import", request(&first));
    assert_eq!(done["committed"], true);
    assert_eq!(left(&stage), std::slice::from_ref(&second), "only the one that went in");
    assert_eq!(stage.answer("list_imports", json!({}))["imports"][0]["file_name"], "calls.csv");
    stage.answer("commit_import", request(&second));
    assert!(left(&stage).is_empty(), "nobody needs what was imported before either");
}

#[test]
fn a_file_that_did_not_go_in_may_yet() {
    let stage = Stage::empty();
    let path = held_files::hold(&stage.app, "photo.csv", b"no table").expect("a writable folder").path;
    stage.refusal("commit_import", json!({"files": [path]}));
    assert!(path.exists());
}

#[test]
fn only_what_is_held_is_let_go() {
    let stage = Stage::filled();
    let path = held(&stage.app, "calls.csv");
    let beside = path.join("../../../../outlay.db");
    let folder = path.parent().expect("a folder of its own").to_owned();
    let asked = json!({"files": [beside, stage.ledger_file(), folder, "/etc/hostname", ""]});
    assert_eq!(stage.answer("release_files", asked)["files"], 0);
    assert!(path.exists() && stage.ledger_file().exists());
    assert_eq!(stage.answer("release_files", json!({"files": [path]}))["files"], 1);
    assert_eq!(left(&stage), [] as [PathBuf; 0]);
}

#[test]
fn the_next_start_clears_what_an_unfortunate_end_left() {
    let stage = Stage::empty();
    let running = held(&stage.app, "calls.csv");
    let killed = stage.path("data/held/of-another/1");
    fs_err::create_dir_all(&killed).expect("a folder");
    fs_err::write(killed.join("old.csv"), CSV).expect("a file");
    let folder = stage.path("");
    let starting = Stage::another(&folder);
    held_files::clear(&starting);
    assert!(running.exists() && killed.exists(), "somebody holds files at this moment");
    held_files::close(&stage.app);
    assert!(!running.exists(), "an end in order leaves nothing of its own");
    held_files::clear(&starting);
    assert!(!killed.exists());
}

#[test]
fn a_file_that_is_not_sent_to_its_end_is_no_file() {
    let stage = Stage::empty();
    let mut holding = held_files::begin(&stage.app, "calls.csv").expect("a writable folder");
    holding.write(CSV.as_bytes()).expect("a file");
    assert_eq!(left(&stage).len(), 1);
    drop(holding);
    assert!(left(&stage).is_empty());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::empty();
    let path = held(&stage.app, "calls.csv");
    let mode = |path: &Path| fs_err::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    for folder in path.ancestors().skip(1).take(3) {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
}
