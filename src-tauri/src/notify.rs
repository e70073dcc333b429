//! Notifications of the system, when the application says so. The page cannot ask for one: it has no permission to.

use outlay_app::Letter;
use outlay_app::notifications::{NotShown, Notifier};
use tauri::AppHandle;
use tauri_plugin_notification::{NotificationExt as _, PermissionState};

/// Shows a title and a text.
pub(crate) fn notifier(app: AppHandle) -> Notifier {
    Box::new(move |letter| show(&app, letter))
}

fn show(app: &AppHandle, letter: &Letter) -> Result<(), NotShown> {
    let failed = |error: tauri_plugin_notification::Error| NotShown::Failed(error.to_string());
    let notification = app.notification();
    if notification.permission_state().map_err(failed)? == PermissionState::Denied {
        return Err(NotShown::NotAllowed);
    }
    notification.builder().title(&letter.subject).body(&letter.body).show().map_err(failed)
}
