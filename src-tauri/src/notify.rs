//! Notifications of the system, when the application says so. The page cannot ask for one: it has no permission to.

use outlay_app::notifications::Notifier;
use tauri::AppHandle;

/// Shows a title and a text. A click brings the window to the front, at `address` of its page.
///
/// The plugin sends from a task of its own that forgets what became of it, and says that the system lets it whatever
/// the system says. Linux often has nobody who shows notifications, so there the bus is asked, which answers.
#[cfg(target_os = "linux")]
pub(crate) fn notifier(app: AppHandle, address: &'static str) -> Notifier {
    let bulletin = crate::bus::Bulletin::new(app, address);
    Box::new(move |notification| bulletin.show(notification))
}

/// Shows a title and a text. A click brings the window to the front.
///
/// macOS and Windows always have somebody who shows notifications. Whether the person lets Outlay is theirs to know:
/// neither tells a program that asks by way of the plugin, and it has no actions but the click there.
#[cfg(not(target_os = "linux"))]
pub(crate) fn notifier(app: AppHandle, address: &'static str) -> Notifier {
    use outlay_app::notifications::NotShown;
    use tauri_plugin_notification::NotificationExt as _;

    let clicked = app.clone();
    // On desktops it never fails.
    let _ = app.notification().on_action(move |_| crate::window::lead(&clicked, address));
    Box::new(move |shown| {
        let letter = &shown.letter;
        let notification = app.notification().builder().title(&letter.subject).body(&letter.body);
        notification.show().map_err(|error| NotShown::Failed(error.to_string()))
    })
}
