//! A window with one line of text and nothing behind it: what the toolkit costs by itself.
#![expect(clippy::exit, reason = "Tauri's own macro has a way out for what it cannot read")]

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("src-tauri/examples/empty/tauri.conf.json"))
}
