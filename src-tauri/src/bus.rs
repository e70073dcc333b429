//! What a Linux desktop does for programs over its session bus: it shows notifications, and icons beside the clock.
//!
//! Asked over the connection that GTK has anyway, so that it costs nothing before it is needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Once, PoisonError};

use gtk::gio::{BusType, Cancellable, DBusCallFlags, DBusConnection, DBusSignalFlags, bus_get_sync};
use gtk::glib::{self, Variant, prelude::ToVariant as _};
use outlay_app::alerts::snooze::snooze_today;
use outlay_app::notifications::{NotShown, Notification};
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;
use crate::window;

/// Who shows notifications, and by the same words what of him is asked.
const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";

/// Who knows the icons beside the clock.
const ICONS: &str = "org.kde.StatusNotifierWatcher";

/// How long a desktop may think, in milliseconds.
const PATIENCE: i32 = 5_000;

/// What an action is called that is a click on the notification itself.
const CLICK: &str = "default";

/// The action that leaves alone until tomorrow what the notification tells of.
const SNOOZE: &str = "snooze";

type Shown = Arc<Mutex<HashMap<u32, Vec<String>>>>;

/// The way to who shows notifications, and back when one is clicked.
pub(crate) struct Bulletin {
    app: AppHandle,
    /// Where a click leads.
    address: &'static str,
    /// The alerts that they tell of, by the numbers that they were given.
    shown: Shown,
    listens: Once,
}

impl Bulletin {
    pub(crate) fn new(app: AppHandle, address: &'static str) -> Self {
        Self { app, address, shown: Arc::default(), listens: Once::new() }
    }

    /// Shows a notification.
    ///
    /// # Errors
    /// Nobody is there who shows it, or he does not.
    pub(crate) fn show(&self, notification: &Notification) -> Result<(), NotShown> {
        let Notification { letter, alerts } = notification;
        let bus = bus_get_sync(BusType::Session, Cancellable::NONE).map_err(not_shown)?;
        let abilities = ask(&bus, "GetCapabilities", None)?;
        let abilities: Vec<String> = abilities.child_value(0).get().unwrap_or_default();
        let is_able = |ability: &str| abilities.iter().any(|known| known == ability);
        // What a file called a model or an application is no markup.
        let body = if is_able("body-markup") {
            glib::markup_escape_text(&letter.body).to_string()
        } else {
            letter.body.clone()
        };
        let actions = match (is_able("actions"), alerts.is_empty()) {
            (false, _) => Vec::new(),
            (true, true) => vec![CLICK, "Open"],
            (true, false) => vec![CLICK, "Open", SNOOZE, "Snooze today"],
        };
        self.listens.call_once(|| self.listen(bus.clone()));
        let hints = HashMap::from([("desktop-entry", "Outlay".to_variant())]);
        let (title, by_default) = (letter.subject.as_str(), -1_i32);
        let wanted =
            ("Outlay", 0_u32, "outlay-desktop", title, body, actions, hints, by_default).to_variant();
        let answer = ask(&bus, "Notify", Some(&wanted))?;
        let number = answer.child_value(0).get::<u32>();
        let shown = number.map(|number| (number, alerts.clone()));
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend(shown);
        Ok(())
    }

    /// Hears of clicks, on the thread of the window.
    fn listen(&self, bus: DBusConnection) {
        let (app, address, shown) = (self.app.clone(), self.address, Arc::clone(&self.shown));
        // A program that is ending needs no clicks.
        let _ = self.app.run_on_main_thread(move || {
            let all = DBusSignalFlags::NONE;
            let (name, path) = (Some(NOTIFICATIONS), Some(NOTIFICATIONS_PATH));
            bus.signal_subscribe(
                name,
                name,
                Some("ActionInvoked"),
                path,
                None,
                all,
                move |_, _, _, _, _, said| {
                    let number = said.child_value(0).get::<u32>().unwrap_or_default();
                    let action = said.child_value(1).get::<String>();
                    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
                    // Some tell every program of every click.
                    let Some(alerts) = shown.get(&number) else { return };
                    match action.as_deref() {
                        Some(SNOOZE) => snooze(&app, alerts.clone()),
                        _ => window::lead(&app, address),
                    }
                },
            );
        });
    }
}

/// On a thread of its own: the window does not wait for the ledger.
fn snooze(app: &AppHandle, alerts: Vec<String>) {
    let desk = Arc::clone(&app.state::<Arc<Desk>>());
    // Where it cannot be done, the alerts stay open, which is what the page shows.
    std::thread::spawn(move || drop(snooze_today(&desk.app, &alerts)));
}

fn ask(bus: &DBusConnection, method: &str, given: Option<&Variant>) -> Result<Variant, NotShown> {
    let (name, flags) = (Some(NOTIFICATIONS), DBusCallFlags::NONE);
    let path = NOTIFICATIONS_PATH;
    bus.call_sync(name, path, NOTIFICATIONS, method, given, None, flags, PATIENCE, Cancellable::NONE)
        .map_err(not_shown)
}

/// GIO puts the name of the bus's own error before the words.
fn not_shown(error: glib::Error) -> NotShown {
    let absent = ["ServiceUnknown", "NameHasNoOwner"];
    let words = error.message();
    let named = words.strip_prefix("GDBus.Error:org.freedesktop.DBus.Error.").unwrap_or_default();
    if absent.into_iter().any(|name| named.starts_with(name)) {
        NotShown::NoService
    } else {
        NotShown::Failed(words.to_owned())
    }
}

/// Whether the desktop shows icons beside the clock.
pub(crate) fn shows_icons() -> bool {
    let Ok(bus) = bus_get_sync(BusType::Session, Cancellable::NONE) else { return false };
    let (name, flags) = ("org.freedesktop.DBus", DBusCallFlags::NONE);
    let wanted = (ICONS,).to_variant();
    let (path, method) = ("/org/freedesktop/DBus", "NameHasOwner");
    bus.call_sync(Some(name), path, name, method, Some(&wanted), None, flags, PATIENCE, Cancellable::NONE)
        .is_ok_and(|answer| answer.child_value(0).get() == Some(true))
}
