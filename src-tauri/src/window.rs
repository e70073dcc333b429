//! The window itself: made, shown, remembered, and kept where it can be seen. What is drawn in it is the page's.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::{Map, Value};
use std::sync::Arc;

use outlay_app::Event;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::window::Color;
use tauri::{
    AppHandle, Emitter as _, EventTarget, Manager as _, PhysicalPosition, PhysicalSize, Theme, Url,
    WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use tauri_plugin_window_state::StateFlags;

use crate::desk::Desk;
use crate::tray;

use crate::desk::FirstAnswers;

/// The window's name in `tauri.conf.json` and in the capabilities.
pub(crate) const LABEL: &str = "main";

/// Lets `WebKit` draw without the graphics card, unless the person said otherwise. Text, tables and small charts need
/// none; where there is none, pretending takes half of the webview's memory; and with some drivers a window that is
/// drawn by it stays empty. It must be said before the first window, while there is one thread.
#[cfg(target_os = "linux")]
pub(crate) fn draw_plainly() {
    // What cannot be said leaves the window as it would be.
    let _ = gtk::glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false);
}

/// How long the window waits for figures to begin with; a ledger that is slower comes after the window.
const PATIENCE: Duration = Duration::from_millis(40);

/// Opens the window of `tauri.conf.json`, with what its page would ask first.
///
/// # Errors
/// When the system refuses a window.
pub(crate) fn open(app: &AppHandle, first_answers: &Receiver<FirstAnswers>) -> tauri::Result<()> {
    let known = app.config().app.windows.iter().find(|window| window.label == LABEL);
    let config = known.ok_or(tauri::Error::WindowNotFound)?.clone();
    let window = WebviewWindowBuilder::from_config(app, &config)?
        .initialization_script(beginning(first_answers.recv_timeout(PATIENCE).unwrap_or_default()))
        .on_navigation(is_ours)
        // It begins with how many alerts nobody resolved; a window whose title cannot be set keeps the one it has.
        .on_document_title_changed(|window, title| drop(window.set_title(&title)))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, loaded| {
            if loaded.event() == PageLoadEvent::Finished {
                // A screen that cannot be asked leaves the window where it is.
                let _ = keep_visible(&window);
            }
        })
        .build()?;
    let asked = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event
            && tray::keeps_open(asked.app_handle())
        {
            api.prevent_close();
            // A window that cannot be hidden stays, which loses nothing.
            let _ = asked.hide();
        }
    });
    #[cfg(target_os = "linux")]
    tell_colours(app)?;
    // Until the page is drawn: its own ground, so that a dark desktop sees no flash of white.
    window.set_background_color(Some(ground(window.theme()?)))
}

/// The script before the page's own: figures to draw first. The page asks for them all the same.
fn beginning(first_answers: FirstAnswers) -> String {
    let by_question: Map<String, Value> =
        first_answers.into_iter().map(|(name, answer)| (format!("{name} {{}}"), answer)).collect();
    format!("window.OUTLAY_FIRST_ANSWERS = {}", Value::Object(by_question))
}

/// Tells the page when the system's colours change. GTK hears of it and tells no window, so nobody else does.
#[cfg(target_os = "linux")]
fn tell_colours(app: &AppHandle) -> tauri::Result<()> {
    use gtk::prelude::GtkSettingsExt as _;
    let page = app.clone();
    app.run_on_main_thread(move || {
        let Some(settings) = gtk::Settings::default() else { return };
        settings.connect_gtk_application_prefer_dark_theme_notify(move |settings| {
            let theme =
                if settings.is_gtk_application_prefer_dark_theme() { Theme::Dark } else { Theme::Light };
            // A window that is closing needs no colours.
            let _ = page.emit_to(EventTarget::window(LABEL), "tauri://theme-changed", theme);
        });
    })
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // A system that does not let programs come to the front shows that they want to.
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
}

/// Shows the window if it was closed to the icon.
pub(crate) fn uncover(app: &AppHandle) {
    let window = app.get_webview_window(LABEL);
    if window.is_some_and(|window| window.is_visible().is_ok_and(|is_visible| !is_visible)) {
        show(app);
    }
}

/// Brings the window to the front, and the page to one of its screens.
pub(crate) fn lead(app: &AppHandle, address: &str) {
    show(app);
    app.state::<Arc<Desk>>().tell(Event::Navigate { to: address.to_owned() });
}

/// Closes the window, which ends the program unless the icon beside the clock keeps it.
pub(crate) fn close(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // One that is closing already needs no second word.
        let _ = window.close();
    }
}

/// Remembers where the window was and how large.
pub(crate) fn remembered() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    let what = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    tauri_plugin_window_state::Builder::new().with_state_flags(what).with_filename("place.json").build()
}

/// Whether an address is one of the page's own. The page has no links to elsewhere, and none that came into it
/// by a file's content may lead there.
fn is_ours(address: &Url) -> bool {
    let is_page = match address.scheme() {
        "tauri" => address.host_str() == Some("localhost"),
        "http" | "https" => address.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    is_page || (tauri::is_dev() && address.host_str() == Some("127.0.0.1"))
}

/// `canvas` of the page's tokens.
fn ground(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x12, 0x14, 0x16, 0xff),
        _ => Color(0xf7, 0xf7, 0xf5, 0xff),
    }
}

/// An area of the desktop, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

fn area(position: PhysicalPosition<i32>, size: PhysicalSize<u32>) -> Area {
    let [width, height] = [size.width, size.height].map(|length| i32::try_from(length).unwrap_or(i32::MAX));
    Area { x: position.x, y: position.y, width, height }
}

/// Moves a window that was last seen on a screen which is gone, or larger than any, to where it can be used.
fn keep_visible(window: &WebviewWindow) -> tauri::Result<()> {
    let screens: Vec<Area> =
        window.available_monitors()?.iter().map(|screen| area(*screen.position(), *screen.size())).collect();
    let now = area(window.outer_position()?, window.outer_size()?);
    let Some(place) =
        within(now, &screens).filter(|place| *place != now && !window.is_maximized().unwrap_or(true))
    else {
        return Ok(());
    };
    if (place.width, place.height) != (now.width, now.height) {
        window.set_size(PhysicalSize::new(place.width, place.height))?;
    }
    window.set_position(PhysicalPosition::new(place.x, place.y))
}

/// Where a window belongs: wholly on the screen on which most of it is, or on the first. `None` without a screen.
fn within(window: Area, screens: &[Area]) -> Option<Area> {
    let screen = screens.iter().rev().max_by_key(|screen| shared(window, **screen))?;
    let (width, height) = (window.width.min(screen.width), window.height.min(screen.height));
    let x = window.x.clamp(screen.x, screen.x + screen.width - width);
    let y = window.y.clamp(screen.y, screen.y + screen.height - height);
    Some(Area { x, y, width, height })
}

/// How many pixels two areas share.
fn shared(one: Area, other: Area) -> i64 {
    let width = (one.x + one.width).min(other.x + other.width) - one.x.max(other.x);
    let height = (one.y + one.height).min(other.y + other.height) - one.y.max(other.y);
    i64::from(width.max(0)) * i64::from(height.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(x: i32, y: i32, width: i32, height: i32) -> Area {
        Area { x, y, width, height }
    }

    const LAPTOP: Area = at(0, 0, 1280, 800);
    const BESIDE: Area = at(1280, -200, 1920, 1080);

    #[track_caller]
    fn check(window: Area, screens: &[Area], expected: Option<Area>) {
        assert_eq!(within(window, screens), expected);
    }

    #[test]
    fn a_window_is_kept_where_it_can_be_seen() {
        check(at(40, 40, 1000, 700), &[LAPTOP, BESIDE], Some(at(40, 40, 1000, 700)));
        check(at(1300, 0, 1000, 700), &[LAPTOP, BESIDE], Some(at(1300, 0, 1000, 700)));
        // The second screen is gone.
        check(at(1300, -100, 1000, 700), &[LAPTOP], Some(at(280, 0, 1000, 700)));
        // It is larger than the screen that is left.
        check(at(1280, -200, 1900, 1000), &[LAPTOP], Some(LAPTOP));
        // It lies across two: most of it is on the second.
        check(at(1200, 0, 1000, 700), &[LAPTOP, BESIDE], Some(at(1280, 0, 1000, 700)));
        check(at(0, 0, 100, 100), &[], None);
    }

    #[test]
    fn answers_are_known_by_command_and_request() {
        let answers = vec![("overview", serde_json::json!({ "month": "2026-06" }))];
        let expected = r#"window.OUTLAY_FIRST_ANSWERS = {"overview {}":{"month":"2026-06"}}"#;
        assert_eq!(beginning(answers), expected, "as the page's queries name them");
        assert_eq!(beginning(Vec::new()), "window.OUTLAY_FIRST_ANSWERS = {}");
    }

    #[test]
    fn only_the_page_may_be_navigated_to() {
        let ours = |address: &str| is_ours(&address.parse().expect("an address"));
        assert!(ours("tauri://localhost/index.html#/calls"));
        assert!(ours("http://tauri.localhost/"));
        assert!(!ours("https://example.com/"));
        assert!(!ours("tauri://elsewhere/"));
        assert!(!ours("file:///etc/passwd"));
    }
}
