//! Every fixture of every source, whole.

use outlay_core::import::ParseOptions;

use crate::collect::printed;

#[track_caller]
fn check(fixture: &str) {
    let path = format!("{}/../../../tests/fixtures/{fixture}.csv", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).expect("the fixture is there");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(fixture.replace('/', "__"), printed(&bytes, &ParseOptions::default()));
    });
}

#[test]
fn openrouter_log() {
    check("openrouter_log/every_case");
}
