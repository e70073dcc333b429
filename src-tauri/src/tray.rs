//! What is seen of Outlay without looking at its page: an icon beside the clock with the month's figures, and the number
//! of unresolved alerts at the window's own icon. That number in the window's title is the page's.
//!
//! The words come from the command `tray`. The icon is there only if the person wants it and the desktop has a place
//! for it; then closing the window leaves the program running.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use outlay_app::notifications::{Notification, PauseRequest, pause};
use outlay_app::tray::{Tray, TrayPlace};
use outlay_app::{App, Instant, Letter, Nothing, TrayWish, private};
use outlay_http::errand::{Errand, errand};
use tauri::image::Image;
use tauri::menu::{MenuBuilder, MenuItem, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager as _, Result, Wry};

use crate::desk::Desk;
use crate::{notify, window};

/// The page draws its figures first: nobody misses these for so long.
const AFTER_THE_PAGE: Duration = Duration::from_secs(1);

/// The folder for files of the window, below the ledger's.
const FOLDER: &str = "window";

/// A file that is there once it was said that closing does not end.
const SAID: &str = "closing-was-explained";

/// The icon, once there was one.
#[derive(Default)]
pub(crate) struct Corner(Mutex<Option<Icon>>);

/// The icon and what changes in its menu.
struct Icon {
    tray: TrayIcon<Wry>,
    month: MenuItem<Wry>,
    today: MenuItem<Wry>,
    month_end: MenuItem<Wry>,
    alerts: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    /// What choosing that item asks for.
    pause_request: PauseRequest,
    is_shown: bool,
}

/// Whether an icon could be seen.
pub(crate) fn place() -> TrayPlace {
    #[cfg(target_os = "linux")]
    if !crate::library::draws_icons() {
        return TrayPlace::NoLibrary;
    } else if !crate::bus::shows_icons() {
        return TrayPlace::NoPlace;
    }
    TrayPlace::Here
}

/// Keeps the icon and its number as the ledger is: at every call and on the hour.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn keep(handle: AppHandle, app: Arc<App>) -> std::io::Result<Errand> {
    errand("tray", AFTER_THE_PAGE, move || {
        let mut pause = until_the_hour(app.now());
        // Of a ledger that cannot be read the page tells.
        if let Ok(said) = outlay_app::tray::show(&app, Nothing {}) {
            // Then its menu says something else.
            let left = said.paused_until.map(|until| until.micros() - app.now().micros());
            pause = left.map_or(pause, |left| pause.min(Duration::from_micros(left.max(0).unsigned_abs())));
            let is_wanted = said.wish.is_some_and(|wish| wish != TrayWish::Off) && place() == TrayPlace::Here;
            let shown = handle.clone();
            // A program that is ending shows nothing; a desktop that refuses an icon has none.
            let _ = handle.run_on_main_thread(move || drop(show(&shown, &said, is_wanted)));
        }
        pause
    })
}

/// Pauses notifications for a while, or goes on with them, as the menu says.
pub(crate) fn choose_pause(handle: &AppHandle) {
    let request = lock(&handle.state::<Corner>()).as_ref().map(|icon| icon.pause_request.clone());
    let desk = Arc::clone(&handle.state::<Arc<Desk>>());
    // On a thread of its own: the menu does not wait for the ledger. What cannot be written leaves the menu as it is.
    std::thread::spawn(move || request.map(|request| drop(pause(&desk.app, request))));
}

/// Whether the program goes on without its window. The first time it says so.
pub(crate) fn keeps_open(handle: &AppHandle) -> bool {
    let corner = handle.state::<Corner>();
    let is_shown = lock(&corner).as_ref().is_some_and(|icon| icon.is_shown);
    // Nobody could call the window back where the icon is seen no more.
    let keeps = is_shown && place() == TrayPlace::Here;
    if keeps {
        let handle = handle.clone();
        // A desktop may take its time to show something.
        std::thread::spawn(move || explain_once(&handle));
    }
    keeps
}

fn explain_once(handle: &AppHandle) {
    let folder = handle.state::<Arc<Desk>>().app.data_dir().join(FOLDER);
    let said = folder.join(SAID);
    let letter = Letter {
        subject: "Outlay is still running".to_owned(),
        body: "Its icon stays beside the clock. Quit in its menu ends it; Settings turns the icon off."
            .to_owned(),
    };
    let notification = Notification { letter, alerts: Vec::new() };
    if !said.exists() && notify::notifier(handle.clone(), "#/settings")(&notification).is_ok() {
        // At worst it is said again.
        let _ = private::folder(&folder).and_then(|()| private::file(&said));
    }
}

fn show(handle: &AppHandle, said: &Tray, is_wanted: bool) -> Result<()> {
    if let Some(window) = handle.get_webview_window(window::LABEL) {
        // Desktops without such numbers refuse.
        let _ = window.set_badge_count(Some(said.unresolved.0).filter(|unresolved| *unresolved > 0));
    }
    let corner = handle.state::<Corner>();
    let mut icon = lock(&corner);
    if icon.is_none() && is_wanted {
        *icon = Some(Icon::new(handle, said)?);
    }
    match icon.as_mut() {
        Some(icon) => icon.say(said, is_wanted),
        None => Ok(()),
    }
}

impl Icon {
    fn new(handle: &AppHandle, said: &Tray) -> Result<Self> {
        let item = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).build(handle);
        let month = item("#/overview", &said.month)?;
        let today = item("#/overview", &said.today)?;
        let month_end = item("#/overview", &said.month_end)?;
        let alerts = item("#/alerts", &said.alerts)?;
        let pause = item("pause", &said.pause)?;
        let menu = MenuBuilder::new(handle)
            .items(&[&month, &today, &month_end])
            .separator()
            .items(&[&item("open", "Open")?, &item("#import", "Import…")?, &alerts, &pause])
            .item(&item("quit", "Quit")?)
            .build()?;
        let files = handle.state::<Arc<Desk>>().app.data_dir().join(FOLDER);
        let tray = TrayIconBuilder::with_id("outlay").menu(&menu).icon(picture()).temp_dir_path(files);
        // Windows: a click on the icon is for the window, the other button for the menu.
        let tray = tray.icon_as_template(true).show_menu_on_left_click(cfg!(not(windows)));
        let tray = tray.on_tray_icon_event(|icon, event| toggle(icon.app_handle(), &event)).build(handle)?;
        let pause_request = PauseRequest { minutes: said.pause_minutes };
        Ok(Self { tray, month, today, month_end, alerts, pause, pause_request, is_shown: true })
    }

    fn say(&mut self, said: &Tray, is_wanted: bool) -> Result<()> {
        // One that was taken away would come back under the same name before the desktop has forgotten it.
        if self.is_shown != is_wanted {
            self.tray.set_visible(is_wanted)?;
            self.is_shown = is_wanted;
            if !is_wanted {
                // Nothing else could bring a closed window back.
                window::uncover(self.tray.app_handle());
            }
        }
        self.month.set_text(&said.month)?;
        self.today.set_text(&said.today)?;
        self.month_end.set_text(&said.month_end)?;
        self.alerts.set_text(&said.alerts)?;
        self.pause.set_text(&said.pause)?;
        self.pause_request = PauseRequest { minutes: said.pause_minutes };
        // Each desktop shows what it has: text beside the icon, or words under the mouse.
        self.tray.set_title(Some(&said.title))?;
        self.tray.set_tooltip(Some(&said.label))
    }
}

/// macOS colours a shape itself, to fit the bar.
fn picture() -> Image<'static> {
    if cfg!(target_os = "macos") {
        tauri::include_image!("src-tauri/icons/tray.png")
    } else {
        tauri::include_image!("src-tauri/icons/32x32.png")
    }
}

fn toggle(handle: &AppHandle, event: &tauri::tray::TrayIconEvent) {
    use tauri::tray::{MouseButton, MouseButtonState, TrayIconEvent};
    let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event
    else {
        return;
    };
    let window = handle.get_webview_window(window::LABEL);
    match window.filter(|window| cfg!(windows) && window.is_visible().unwrap_or(false)) {
        Some(window) => drop(window.hide()),
        None if cfg!(windows) => window::show(handle),
        None => {}
    }
}

fn until_the_hour(now: Instant) -> Duration {
    const HOUR: i64 = 60 * 60 * 1_000_000;
    Duration::from_micros((HOUR - now.micros().rem_euclid(HOUR)).unsigned_abs())
}

fn lock(corner: &Corner) -> std::sync::MutexGuard<'_, Option<Icon>> {
    corner.0.lock().unwrap_or_else(PoisonError::into_inner)
}
