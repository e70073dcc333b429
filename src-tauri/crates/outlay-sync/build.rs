//! Rebuilds the crate when a migration is added: the embedding macro alone sees only edits.

fn main() {
    #[expect(clippy::print_stdout, reason = "cargo reads a build script's stdout")]
    {
        println!("cargo:rerun-if-changed=../../../migrations/postgres");
    }
}
