//! What a desktop does for the programs on it, as far as the window asks: it shows notifications and icons beside
//! the clock. Here it only tells the test what it was asked.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Value};

use crate::desk::Desk;
use crate::driver::PATIENCE;

/// Long enough for a notification that must not come.
const A_WHILE: Duration = Duration::from_secs(3);

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";
const ICONS: &str = "org.kde.StatusNotifierWatcher";
const ICON: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// A notification that was asked for.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) actions: Vec<String>,
}

/// Who shows notifications.
pub(crate) struct Notices {
    bus: Connection,
    heard: Receiver<Notice>,
}

struct Shower {
    told: Sender<Notice>,
    number: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Shower {
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).into()
    }

    #[expect(clippy::too_many_arguments, reason = "these are the protocol's")]
    fn notify(
        &mut self,
        _program: &str,
        _replaces: u32,
        _icon: &str,
        title: String,
        text: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _for_so_long: i32,
    ) -> u32 {
        self.number += 1;
        // A test that has ended hears nothing.
        let _ = self.told.send(Notice { number: self.number, title, text, actions });
        self.number
    }
}

impl Notices {
    /// From now on notifications are shown on this desk.
    pub(crate) fn on(desk: &Desk) -> Self {
        let (told, heard) = channel();
        let bus = Builder::address(desk.bus.address.as_str())
            .and_then(|bus| bus.name(NOTIFICATIONS))
            .and_then(|bus| bus.serve_at(NOTIFICATIONS_PATH, Shower { told, number: 0 }))
            .and_then(Builder::build)
            .expect("a service of notifications");
        Self { bus, heard }
    }

    /// The next one.
    #[track_caller]
    pub(crate) fn next(&self) -> Notice {
        self.heard.recv_timeout(PATIENCE).expect("a notification comes")
    }

    #[track_caller]
    pub(crate) fn none_comes(&self) {
        let none = self.heard.recv_timeout(A_WHILE);
        assert!(none.is_err(), "{none:?}");
    }

    /// Clicks on one.
    pub(crate) fn click(&self, number: u32) {
        self.choose(number, "default");
    }

    /// Chooses one of its actions.
    pub(crate) fn choose(&self, number: u32, action: &str) {
        let said = (number, action);
        self.bus
            .emit_signal(None::<&str>, NOTIFICATIONS_PATH, NOTIFICATIONS, "ActionInvoked", &said)
            .expect("a click is told");
    }
}

/// Who shows icons beside the clock.
pub(crate) struct Icons {
    bus: Connection,
    heard: Receiver<(String, String)>,
}

struct Watcher(Sender<(String, String)>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, path: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let _ = self.0.send((sender, path));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// An icon beside the clock.
pub(crate) struct Icon {
    properties: Proxy<'static>,
    menu: Proxy<'static>,
}

impl Icons {
    /// From now on icons are shown on this desk.
    pub(crate) fn on(desk: &Desk) -> Self {
        let (told, heard) = channel();
        let bus = Builder::address(desk.bus.address.as_str())
            .and_then(|bus| bus.name(ICONS))
            .and_then(|bus| bus.serve_at("/StatusNotifierWatcher", Watcher(told)))
            .and_then(Builder::build)
            .expect("a service of icons");
        Self { bus, heard }
    }

    /// The next one that comes.
    #[track_caller]
    pub(crate) fn next(&self) -> Icon {
        let (program, path) = self.heard.recv_timeout(PATIENCE).expect("an icon comes");
        let at = |path: String, interface| Proxy::new(&self.bus, program.clone(), path, interface);
        let properties = at(path.clone(), ICON).expect("an icon");
        let menu = at(format!("{path}/Menu"), MENU).expect("its menu");
        Icon { properties, menu }
    }

    #[track_caller]
    pub(crate) fn none_comes(&self) {
        let none = self.heard.recv_timeout(A_WHILE);
        assert!(none.is_err(), "{none:?}");
    }
}

impl Icon {
    /// What it says of itself, such as `Status`; never what was said before.
    #[track_caller]
    pub(crate) fn property(&self, name: &str) -> String {
        let bus = self.properties.connection();
        let (program, path) = (self.properties.destination(), self.properties.path());
        let all = Some("org.freedesktop.DBus.Properties");
        let answer = bus.call_method(Some(program), path, all, "Get", &(ICON, name)).expect("a property");
        let value: OwnedValue = answer.body().deserialize().expect("a value");
        String::try_from(value).expect("text")
    }

    /// The menu's items, a separator being empty.
    #[track_caller]
    pub(crate) fn items(&self) -> Vec<String> {
        self.layout().into_iter().map(|(_, label)| label).collect()
    }

    /// Chooses an item.
    #[track_caller]
    pub(crate) fn choose(&self, label: &str) {
        let items = self.layout();
        let (number, _) =
            items.iter().find(|(_, known)| known == label).unwrap_or_else(|| panic!("{label}: {items:?}"));
        let event = (number, "clicked", Value::from(0_i32), 0_u32);
        self.menu.call_method("Event", &event).expect("the menu hears");
    }

    #[track_caller]
    fn layout(&self) -> Vec<(i32, String)> {
        let answer =
            self.menu.call_method("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new())).expect("a menu");
        type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let (_, (_, _, items)): (u32, Node) = answer.body().deserialize().expect("a layout");
        items.iter().map(item).collect()
    }
}

/// An item's number and its label.
fn item(value: &OwnedValue) -> (i32, String) {
    let Value::Structure(parts) = &**value else { panic!("an item: {value:?}") };
    let [Value::I32(number), Value::Dict(properties), _] = parts.fields() else {
        panic!("an item: {parts:?}")
    };
    let label: Option<String> = properties.get(&"label").ok().flatten();
    (*number, label.unwrap_or_default())
}
