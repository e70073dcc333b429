//! What several test modules need. What one of them needs stays in it.

use std::path::PathBuf;

/// The folder of the workspace's `Cargo.toml`.
pub fn project_root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
