//! The page's TypeScript is what the list of commands says it is, byte for byte.
//!
//! Refreshed with `UPDATE_BINDINGS=1 cargo nextest run -p outlay-tests bindings`.

use std::path::Path;

const HEADER: &str = "// Generated from the list of commands; refreshed with\n// UPDATE_BINDINGS=1 cargo nextest run -p outlay-tests bindings\n\n";

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test asks for the refresh")]
fn the_bindings_are_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/bindings.ts");
    let generated = format!("{HEADER}{}", outlay_app::api().typescript().expect("every type has TypeScript"));
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        fs_err::write(&file, &generated).expect("ui/src is writable");
    }
    let committed = fs_err::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == generated,
        "ui/src/bindings.ts is stale: UPDATE_BINDINGS=1 cargo nextest run -p outlay-tests bindings"
    );
}
