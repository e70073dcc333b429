//! A window with one line of text and nothing behind it: what the toolkit costs by itself.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("src-tauri/examples/empty.conf.json"))
}
