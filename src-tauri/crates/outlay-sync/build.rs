//! Rebuilds the crate when a migration is added: the embedding macro alone sees only edits.

fn main() {
    println!("cargo:rerun-if-changed=../../../migrations/postgres");
}
