//! The menu: every view and command that the page has, with its shortcut. Choosing an item tells the page where
//! to go or what to do, by the address that `ui/src/shell/menu.ts` knows; nothing is done here.

#[cfg(target_os = "macos")]
use tauri::menu::AboutMetadata;
use tauri::menu::{Menu, MenuBuilder, MenuItem, MenuItemBuilder, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Manager as _, Result, Wry};

use crate::{tray, window};

/// An item: its name, its shortcut, and where it leads.
type Item = (&'static str, &'static str, &'static str);

const IMPORT: Item = ("Import Files…", "CmdOrCtrl+O", "#import");
const SETTINGS: Item = ("Settings…", "CmdOrCtrl+,", "#/settings");
const SHORTCUTS: Item = ("Keyboard Shortcuts", "F1", "#shortcuts");

/// macOS has its own of these two.
const CLOSE: Item = ("Close Window", "CmdOrCtrl+W", "close");
const QUIT: Item = ("Quit", "CmdOrCtrl+Q", "quit");

/// The screens as they stand in the page's side bar, and the ways between them.
const SCREENS: [Item; 7] = [
    ("Overview", "CmdOrCtrl+1", "#/overview"),
    ("Calls", "CmdOrCtrl+2", "#/calls"),
    ("Budgets", "CmdOrCtrl+3", "#/budgets"),
    ("Alerts", "CmdOrCtrl+4", "#/alerts"),
    ("Imports", "CmdOrCtrl+5", "#/imports"),
    ("Sync", "CmdOrCtrl+6", "#/sync"),
    ("Prices", "CmdOrCtrl+7", "#/prices"),
];
const BACK: Item = ("Back", if cfg!(target_os = "macos") { "Cmd+[" } else { "Alt+Left" }, "#back");
const FORWARD: Item = ("Forward", if cfg!(target_os = "macos") { "Cmd+]" } else { "Alt+Right" }, "#forward");
const REFRESH: Item = ("Refresh", "CmdOrCtrl+R", "#refresh");

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
    menu.items(&[&file(app)?, &edit(app)?, &view(app)?, &window_menu(app)?, &help(app)?]).build()
}

/// Does what an item stands for.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    match id {
        "quit" => app.exit(0),
        "open" => window::show(app),
        "close" => window::close(app),
        "pause" => tray::choose_pause(app),
        address if address.starts_with('#') => {
            window::lead(app, address);
        }
        command => editing(app, command),
    }
}

fn item(app: &AppHandle, (name, shortcut, id): Item) -> Result<MenuItem<Wry>> {
    let item = MenuItemBuilder::with_id(id, name);
    if shortcut.is_empty() { item.build(app) } else { item.accelerator(shortcut).build(app) }
}

#[cfg(target_os = "macos")]
fn application(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "Outlay")
        .about(Some(AboutMetadata::default()))
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
    let menu = SubmenuBuilder::new(app, "&File").item(&item(app, IMPORT)?).separator();
    if cfg!(target_os = "macos") {
        return menu.close_window().build();
    }
    menu.item(&item(app, SETTINGS)?).separator().item(&item(app, CLOSE)?).item(&item(app, QUIT)?).build()
}

#[cfg(not(target_os = "linux"))]
fn edit(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "&Edit").undo().redo().separator().cut().copy().paste().select_all().build()
}

#[cfg(target_os = "linux")]
fn edit(app: &AppHandle) -> Result<Submenu<Wry>> {
    let mut menu = SubmenuBuilder::new(app, "&Edit");
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
    if let Some(window) = app.get_webview_window(window::LABEL) {
        // A window that is closing has nothing to edit.
        let _ = window.with_webview(move |webview| webview.inner().execute_editing_command(command));
    }
}

fn view(app: &AppHandle) -> Result<Submenu<Wry>> {
    let mut menu = SubmenuBuilder::new(app, "&View");
    for screen in SCREENS {
        menu = menu.item(&item(app, screen)?);
    }
    menu = menu.separator().item(&item(app, BACK)?).item(&item(app, FORWARD)?);
    menu = menu.separator().item(&item(app, REFRESH)?);
    if cfg!(target_os = "macos") { menu.separator().fullscreen().build() } else { menu.build() }
}

fn window_menu(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "&Window").minimize().maximize().build()
}

fn help(app: &AppHandle) -> Result<Submenu<Wry>> {
    SubmenuBuilder::new(app, "&Help").item(&item(app, SHORTCUTS)?).build()
}
