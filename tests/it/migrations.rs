//! A migration that was released is never edited: somewhere a ledger has been through it.

use std::collections::{BTreeMap, BTreeSet};

use outlay_tests::project_root;

#[test]
fn migrations_are_as_they_were_released() {
    let released = released();
    let present = present();
    let mut faults = Vec::new();
    for (name, hash) in &present {
        match released.get(name) {
            None => {
                faults.push(format!("{name} is new: add this line to migrations/CHECKSUMS\n{hash}  {name}"))
            }
            Some(known) if known != hash => {
                faults.push(format!(
                    "{name} was released and may not change: undo the edit and write a new migration"
                ));
            }
            Some(_) => {}
        }
    }
    let gone = released.keys().filter(|name| !present.contains_key(*name));
    faults.extend(gone.map(|name| format!("{name} was released and may not go")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn versions_run_without_a_gap() {
    let mut versions: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for name in present().into_keys() {
        let (dialect, file) = name.split_once('/').expect("a file in the folder of its dialect");
        let version = file
            .strip_prefix('V')
            .and_then(|rest| rest.split_once("__"))
            .and_then(|(number, _)| number.parse().ok());
        let version = version.unwrap_or_else(|| panic!("{name} is not called like V0001__name.sql"));
        assert!(
            versions.entry(dialect.into()).or_default().insert(version),
            "{dialect} has version {version} twice"
        );
    }
    for (dialect, found) in versions {
        let expected: BTreeSet<usize> = (1..=found.len()).collect();
        assert_eq!(found, expected, "the versions of {dialect}");
    }
}

/// `migrations/CHECKSUMS`, in the format that `b3sum --check` reads: name and hash.
fn released() -> BTreeMap<String, String> {
    let text = fs_err::read_to_string(project_root().join("migrations/CHECKSUMS")).expect("the checksums");
    let lines = text.lines().map(|line| line.split_once("  ").expect("a hash, two spaces, a name"));
    lines.map(|(hash, name)| (name.into(), hash.into())).collect()
}

/// The migrations on disk: name and hash.
fn present() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for dialect in fs_err::read_dir(project_root().join("migrations")).expect("the migrations").flatten() {
        if !dialect.path().is_dir() {
            continue;
        }
        for file in fs_err::read_dir(dialect.path()).expect("a dialect's folder").flatten() {
            let name = [dialect.file_name(), file.file_name()]
                .map(|part| part.to_string_lossy().into_owned())
                .join("/");
            let content = fs_err::read(file.path()).expect("a migration");
            found.insert(name, blake3::hash(&content).to_hex().to_string());
        }
    }
    found
}
