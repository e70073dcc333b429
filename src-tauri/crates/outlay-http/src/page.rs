//! The page, as it was built into the program. A debug build reads it from `ui/dist` at every request.
//!
//! The page decides by its own address what it shows, so every file has exactly one path here.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use rust_embed::Embed;

use crate::refusal::Refusal;

#[derive(Embed)]
#[folder = "../../../ui/dist"]
#[allow_missing = true]
struct Page;

/// What stands where the page would be.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Outlay</title>\
<h1>This build of Outlay has no page</h1>\
<p>Commands and events are served; what you would look at was not built.</p>\
<p>In the project's folder, <code>cargo xtask run</code> builds the page and serves it. It needs Node 20.</p></html>";

/// Whether the page was built.
pub(crate) fn is_there() -> bool {
    Page::get("index.html").is_some()
}

/// The file at a path of an address.
pub(crate) fn file(path: &str) -> Response {
    let path = path.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    // Names of our own files need no escapes, and lead nowhere but down.
    if path.contains(['%', '\\']) || path.split('/').any(|part| part.starts_with('.')) {
        return Refusal::NoSuchRoute.into_response();
    }
    match Page::get(path) {
        Some(file) => ([(CONTENT_TYPE, file.metadata.mimetype().to_owned())], file.data).into_response(),
        None if path == "index.html" => (StatusCode::SERVICE_UNAVAILABLE, Html(MISSING)).into_response(),
        None => Refusal::NoSuchRoute.into_response(),
    }
}
