//! A page that was built anew is embedded anew. A debug build reads it from its folder at every request.

#[expect(clippy::disallowed_methods, reason = "a build script is told by its environment")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../../../ui/dist");
    }
}
