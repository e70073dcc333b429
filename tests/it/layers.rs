//! Who may use whom: core <- ledger <- sync <- app <- { host, http } <- { desktop, cli }, and no window below.

use std::collections::{BTreeSet, HashMap};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use outlay_tests::project_root;

/// The root package, the only one that may know of a window.
const DESKTOP: &str = "outlay-desktop";

/// Every crate of the workspace, and those of ours that it may name in its `Cargo.toml`.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("outlay-core", &[]),
    ("outlay-ledger", &["outlay-core"]),
    ("outlay-sync", &["outlay-core", "outlay-ledger"]),
    ("outlay-app", &["outlay-core", "outlay-ledger", "outlay-sync"]),
    // What every host reads off the machine: the clock, the account, the data folder.
    ("outlay-host", &["outlay-app"]),
    ("outlay-http", &["outlay-app"]),
    (DESKTOP, &["outlay-app", "outlay-host", "outlay-http"]),
    ("outlay-cli", &["outlay-app", "outlay-host", "outlay-http"]),
    // It fills a ledger of ten million rows, and measures the commands and the programs as a user runs them.
    ("outlay-bench", &["outlay-core", "outlay-ledger", "outlay-app"]),
    (
        "outlay-tests",
        &[
            "outlay-core",
            "outlay-ledger",
            "outlay-sync",
            "outlay-app",
            "outlay-host",
            "outlay-http",
            "outlay-cli",
            "outlay-bench",
        ],
    ),
    ("xtask", &[]),
];

/// What reads files, clocks, networks or databases, and so has no place under `outlay-core`.
const NOT_IN_THE_CORE: [&str; 9] = [
    "rusqlite",
    "libsqlite3-sys",
    "postgres",
    "tokio",
    "tokio-postgres",
    "reqwest",
    "ureq",
    "fs-err",
    "directories",
];

#[test]
fn crates_use_only_what_lies_below_them() {
    let metadata = metadata();
    let ours: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let mut forbidden = Vec::new();
    for package in metadata.workspace_packages() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == package.name.as_str()) else {
            forbidden.push(format!("{} has no place yet: give it one in MAY_USE", package.name));
            continue;
        };
        let used = package.dependencies.iter().map(|dependency| dependency.name.as_str());
        let upward = used.filter(|name| ours.contains(name) && !allowed.contains(name));
        forbidden.extend(upward.map(|name| format!("{} may not use {name}", package.name)));
    }
    assert!(forbidden.is_empty(), "{forbidden:#?}");
}

#[test]
fn nothing_windowless_knows_of_a_window() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        if package.name.as_str() == DESKTOP {
            continue;
        }
        let everything = reachable(&metadata, &package.id, |_| true);
        let window =
            everything.iter().find(|name| name.starts_with("tauri") || ["wry", "tao"].contains(name));
        assert_eq!(window, None, "{} must build and run where there is no window", package.name);
    }
}

#[test]
fn the_core_is_arithmetic() {
    let metadata = metadata();
    let core =
        metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == "outlay-core");
    let used =
        reachable(&metadata, &core.expect("the core is a member").id, |kind| kind == DependencyKind::Normal);
    let outside: Vec<_> = NOT_IN_THE_CORE.iter().filter(|name| used.contains(*name)).collect();
    assert!(outside.is_empty(), "the core has no I/O, but uses {outside:?}");
}

/// The names of all packages that `from` needs, on any platform, over edges of the wanted kinds.
fn reachable<'a>(
    metadata: &'a Metadata,
    from: &'a PackageId,
    wanted: impl Fn(DependencyKind) -> bool,
) -> BTreeSet<&'a str> {
    let graph = metadata.resolve.as_ref().expect("the metadata holds the resolved graph");
    let nodes: HashMap<_, _> = graph.nodes.iter().map(|node| (&node.id, node)).collect();
    let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
    while let Some(id) = open.pop() {
        for dependency in &nodes[id].deps {
            let is_wanted = dependency.dep_kinds.iter().any(|kind| wanted(kind.kind));
            if is_wanted && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter().map(|id| metadata[id].name.as_str()).collect()
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(project_root().join("Cargo.toml")).other_options(["--locked".into()]);
    command.exec().expect("cargo metadata reads the workspace")
}
