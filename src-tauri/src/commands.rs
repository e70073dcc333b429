//! What the page may invoke: one door to the list of commands, one for files that have no path, and one to say
//! that it listens. Work happens on threads of its own, so that the window never waits.

use std::sync::Arc;

use outlay_app::ApiError;
use outlay_app::held_files::{self, HeldFile};
use percent_encoding::percent_decode;
use serde_json::Value;
use tauri::State;
use tauri::async_runtime::spawn_blocking;
use tauri::ipc::{InvokeBody, Request};

use crate::desk::Desk;

/// Calls a command of the list.
///
/// # Errors
/// The command's.
#[tauri::command]
pub(crate) async fn call(desk: State<'_, Arc<Desk>>, name: String, input: Value) -> Result<Value, ApiError> {
    let desk = Arc::clone(&desk);
    aside(move || desk.call(&name, input)).await
}

/// Keeps the bytes of the body, a pasted or dropped file without a path, for a review. Its name stands
/// percent-encoded in the header `x-file-name`.
///
/// # Errors
/// When it cannot be written.
#[tauri::command]
pub(crate) async fn hold_file(
    desk: State<'_, Arc<Desk>>,
    request: Request<'_>,
) -> Result<HeldFile, ApiError> {
    let desk = Arc::clone(&desk);
    let name = request.headers().get("x-file-name").map(|name| name.as_bytes()).unwrap_or_default();
    let name = percent_decode(name).decode_utf8_lossy().into_owned();
    let bytes = bytes_of(request.body());
    aside(move || held_files::hold(&desk.app, &name, &bytes)).await
}

/// The page listens: what waited for it comes.
#[tauri::command]
pub(crate) fn listening(desk: State<'_, Arc<Desk>>) {
    desk.page_listens();
}

/// A webview that cannot send bytes sends them as numbers.
fn bytes_of(body: &InvokeBody) -> Vec<u8> {
    match body {
        InvokeBody::Raw(bytes) => bytes.clone(),
        InvokeBody::Json(value) => serde_json::from_value(value.clone()).unwrap_or_default(),
    }
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(value) => value,
        Err(tauri::Error::JoinError(failed)) if failed.is_panic() => {
            std::panic::resume_unwind(failed.into_panic())
        }
        Err(gone) => panic!("the program is ending: {gone}"),
    }
}
