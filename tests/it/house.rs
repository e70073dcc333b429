//! The house rules of STYLE.md that a machine can check and no lint does.

use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use outlay_tests::project_root;

const LONGEST_FILE: usize = 400;

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "over {LONGEST_FILE} lines; make two rooms of each: {long:#?}");
}

#[test]
fn every_file_says_why_it_exists() {
    let silent: Vec<_> = sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).collect();
    let paths: Vec<_> = silent.iter().map(|(path, _)| path).collect();
    assert!(paths.is_empty(), "these must open with `//!`, what is here and what is not: {paths:#?}");
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not hold them.
    let marks = [["#[", "ignore"], ["TO", "DO"], ["FIX", "ME"]].map(|parts| parts.concat());
    for (path, text) in sources() {
        let found: Vec<_> = marks.iter().filter(|mark| text.contains(mark.as_str())).collect();
        assert!(found.is_empty(), "{} holds {found:?}: do it, or open an issue", path.display());
    }
}

#[test]
fn every_crate_obeys_the_lints() {
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(project_root().join("Cargo.toml")).no_deps().exec();
    for package in metadata.expect("cargo metadata reads the workspace").packages {
        let manifest = fs_err::read_to_string(&package.manifest_path).expect("a manifest");
        let obeys = manifest
            .split_once("[lints]")
            .is_some_and(|(_, rest)| rest.trim_start().starts_with("workspace = true"));
        assert!(obeys, "{} lacks `[lints] workspace = true`", package.name);
    }
}

/// Every Rust file of the project with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["src-tauri", "tests"] {
        collect(&project_root().join(folder), &mut files);
    }
    assert!(files.len() > 10, "the sources were not found");
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs_err::read_dir(folder).expect("a folder of the project").flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "target" {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs_err::read_to_string(&path).expect("a source file is UTF-8");
            files.push((path, text));
        }
    }
}
