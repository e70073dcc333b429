//! The menu: every view and command that the page has, with its shortcut. Choosing an item tells the page
//! where to go or which files to open; nothing is done here.

use std::sync::Arc;

use outlay_app::Event;
use tauri::menu::{AboutMetadata, Menu, MenuBuilder, MenuItem, MenuItemBuilder, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Manager as _, Result, Wry};
use tauri_plugin_dialog::DialogExt as _;

use crate::desk::Desk;

/// The views as they stand in the page's side bar: name, shortcut, address.
const VIEWS: [(&str, &str, &str); 3] = [
    ("Overview", "CmdOrCtrl+1", "#/overview"),
    ("Calls", "CmdOrCtrl+2", "#/calls"),
    ("Imports", "CmdOrCtrl+3", "#/imports"),
];
const SETTINGS: (&str, &str, &str) = ("Settings…", "CmdOrCtrl+,", "#/settings");
const SHORTCUTS: (&str, &str, &str) = ("Keyboard Shortcuts", "F1", "#/settings?section=keyboard");
const ABOUT: (&str, &str, &str) = ("About Outlay", "", "#/settings?section=about");
const IMPORT: (&str, &str, &str) = ("Import Files…", "CmdOrCtrl+O", "import");

/// What WebKitGTK calls the commands of the Edit menu; the page's own shortcuts go to the page.
#[cfg(target_os = "linux")]
const EDITING: [(&str, &str); 6] = [
    ("Undo", "Undo"),
    ("Redo", "Redo"),
    ("Cut", "Cut"),
    ("Copy", "Copy"),
    ("Paste", "Paste"),
    ("Select All", "SelectAll"),
];

/// The whole menu.
///
/// # Errors
/// When the system refuses a menu.
pub(crate) fn build(app: &AppHandle) -> Result<Menu<Wry>> {
    let menu = MenuBuilder::new(app);
    #[cfg(target_os = "macos")]
    let menu = menu.item(&application(app)?);
    menu.items(&[&file(app)?, &edit(app)?, &view(app)?, &window(app)?, &help(app)?]).build()
}

/// Does what an item stands for.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    match id {
        "import" => choose_files(app),
        address if address.starts_with('#') => tell(app, Event::Navigate { to: address.to_owned() }),
        other => editing(app, other),
    }
}

fn tell(app: &AppHandle, event: Event) {
    app.state::<Arc<Desk>>().tell(event);
}

fn choose_files(app: &AppHandle) {
    let window = app.clone();
    app.dialog().file().set_title("Import files").pick_files(move |chosen| {
        let chosen = chosen.into_iter().flatten();
        let paths: Vec<_> = chosen.filter_map(|file| file.into_path().ok()).collect();
        if !paths.is_empty() {
            tell(&window, Event::OpenFiles { paths });
        }
    });
}

fn item(app: &AppHandle, (name, shortcut, id): (&str, &str, &str)) -> Result<MenuItem<Wry>> {
    let item = MenuItemBuilder::with_id(id, name);
    if shortcut.is_empty() { item.build(app) } else { item.accelerator(shortcut).build(app) }
}

#[cfg(target_os = "macos")]
fn application(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "Outlay")
        .about(Some(about()))
        .separator()
        .item(&item(app, SETTINGS)?)
        .separator()
        .services()
        .separator()
        .hide()
        .hide_others()
        .show_all()
        .separator()
        .quit()
        .build()
}

fn file(app: &AppHandle) -> Result<Submenu<Wry>> {
    let menu = SubmenuBuilder::new(app, "File").item(&item(app, IMPORT)?).separator();
    if cfg!(target_os = "macos") {
        return menu.close_window().build();
    }
    menu.item(&item(app, SETTINGS)?).separator().close_window().quit().build()
}

#[cfg(not(target_os = "linux"))]
fn edit(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "Edit").undo().redo().separator().cut().copy().paste().select_all().build()
}

#[cfg(target_os = "linux")]
fn edit(app: &AppHandle) -> Result<Submenu<Wry>> {
    let mut menu = SubmenuBuilder::new(app, "Edit");
    for (name, command) in EDITING {
        menu = menu.item(&item(app, (name, "", command))?);
    }
    menu.build()
}

#[cfg(not(target_os = "linux"))]
fn editing(_app: &AppHandle, _command: &str) {}

/// GTK's own items of this kind do nothing in a webview.
#[cfg(target_os = "linux")]
fn editing(app: &AppHandle, command: &str) {
    use webkit2gtk::WebViewExt as _;
    let Some((_, command)) = EDITING.into_iter().find(|(_, known)| *known == command) else { return };
    if let Some(window) = app.get_webview_window(crate::window::LABEL) {
        // A window that is closing has nothing to edit.
        let _ = window.with_webview(move |webview| webview.inner().execute_editing_command(command));
    }
}

fn view(app: &AppHandle) -> Result<Submenu<Wry>> {
    let mut menu = SubmenuBuilder::new(app, "View");
    for view in VIEWS {
        menu = menu.item(&item(app, view)?);
    }
    if cfg!(target_os = "macos") { menu.separator().fullscreen().build() } else { menu.build() }
}

fn window(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "Window").minimize().maximize().build()
}

fn help(app: &AppHandle) -> Result<Submenu<Wry>> {
    let menu = SubmenuBuilder::new(app, "Help").item(&item(app, SHORTCUTS)?);
    if cfg!(target_os = "macos") { menu.build() } else { menu.item(&item(app, ABOUT)?).build() }
}
