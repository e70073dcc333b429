//! Tells Cargo that the migrations are part of this crate: a new SQL file must rebuild it.

fn main() {
    println!("cargo:rerun-if-changed=../../../migrations/sqlite");
}
