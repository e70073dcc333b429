//! `POST /files`: a file that a browser sends, streamed to where the application holds files.
//!
//! Its bytes never lie in memory as a whole, and a file whose end does not arrive is no file.

use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures_util::StreamExt as _;
use outlay_app::App;
use outlay_app::held_files::{self, HeldFile};
use percent_encoding::percent_decode_str;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::spawn_blocking;

use crate::refusal::Refusal;
use crate::routes::Host;

/// What goes to the thread that writes.
enum Part {
    Bytes(Bytes),
    End,
}

/// Parts that may wait for the disk.
const WAITING: usize = 8;

/// Holds a file; its name stands percent-encoded in the header `x-file-name`.
///
/// # Errors
/// It is too long, the disk is full, or the connection breaks.
pub(crate) async fn hold(
    State(host): State<Arc<Host>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<HeldFile>, Refusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let name = headers.get("x-file-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
    held_files::fits(Path::new(&name), length.unwrap_or_default())?;
    let (sender, receiver) = channel(WAITING);
    let writing = spawn_blocking(move || write(&host.app, &name, receiver));
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        // A writer that has gone says why below.
        if sender.send(Part::Bytes(part.map_err(|_| Refusal::BrokenOff)?)).await.is_err() {
            break;
        }
    }
    let _ = sender.send(Part::End).await;
    writing.await.map_err(|_| Refusal::Unanswered)?.map(Json)
}

fn write(app: &App, name: &str, mut parts: Receiver<Part>) -> Result<HeldFile, Refusal> {
    let mut holding = held_files::begin(app, name)?;
    loop {
        match parts.blocking_recv() {
            Some(Part::Bytes(bytes)) => holding.write(&bytes)?,
            Some(Part::End) => return Ok(holding.finish()),
            None => return Err(Refusal::BrokenOff),
        }
    }
}
