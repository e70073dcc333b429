//! Makes what Tauri embeds: who may call what, and on Windows the icon and the manifest.

use tauri_build::{AppManifest, Attributes};

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    let commands = AppManifest::new().permissions_path_pattern("./src-tauri/permissions/*.toml");
    let attributes =
        Attributes::new().app_manifest(commands).capabilities_path_pattern("./src-tauri/capabilities/*.json");
    tauri_build::try_build(attributes).expect("tauri.conf.json, capabilities and permissions are valid");
}
