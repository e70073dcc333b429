//! What is at which address. Everything comes past the guard, and all but the page, `/health` and
//! `/session` past the token.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use outlay_app::{Api, App};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::events::Feed;
use crate::refusal::Refusal;
use crate::server::Stopping;
use crate::session::OnceCode;
use crate::{files, guard, page};

/// The longest request of a command, in bytes. Files travel elsewhere.
const LONGEST: usize = 1_000_000;

/// What all requests share.
pub(crate) struct Host {
    pub(crate) app: Arc<App>,
    pub(crate) api: Api,
    pub(crate) feed: Feed,
    pub(crate) code: Mutex<OnceCode>,
    pub(crate) token: String,
    pub(crate) stopping: Stopping,
}

/// All routes.
pub(crate) fn router(host: Arc<Host>) -> Router {
    Router::new()
        .route("/api/{command}", post(call))
        .route("/events", get(events))
        .route("/files", post(files::hold))
        .route_layer(from_fn_with_state(Arc::clone(&host), with_token))
        .route("/session", post(session))
        .route("/health", get(health))
        .fallback(page)
        .method_not_allowed_fallback(async || Refusal::Method)
        .layer(from_fn(guarded))
        .with_state(host)
}

async fn guarded(request: Request, next: Next) -> Response {
    let mut response = match guard::admit(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    guard::seal(response.headers_mut());
    response
}

async fn with_token(State(host): State<Arc<Host>>, request: Request, next: Next) -> Response {
    match guard::authorise(request.headers(), &host.token) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// A command, on a thread that may wait for the disk.
async fn call(
    State(host): State<Arc<Host>>,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let request = json(&headers, body).await?;
    let answer = spawn_blocking(move || host.api.call(&host.app, &command, request)).await;
    Ok(Json(answer.map_err(|_| Refusal::Unanswered)??))
}

async fn events(State(host): State<Arc<Host>>) -> impl IntoResponse {
    host.feed.stream(host.stopping.clone())
}

/// The code of the link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionRequest {
    code: String,
}

/// What opens everything else.
#[derive(Serialize)]
struct Session {
    token: String,
}

async fn session(
    State(host): State<Arc<Host>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Session>, Refusal> {
    let SessionRequest { code } =
        serde_json::from_value(json(&headers, body).await?).map_err(Refusal::Malformed)?;
    let mut once = host.code.lock().unwrap_or_else(PoisonError::into_inner);
    once.redeem(&code, Instant::now())?;
    Ok(Json(Session { token: host.token.clone() }))
}

/// That the server is there, and which.
#[derive(Serialize)]
struct Health {
    version: &'static str,
}

async fn health() -> Json<Health> {
    Json(Health { version: env!("CARGO_PKG_VERSION") })
}

async fn page(request: Request) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => page::file(request.uri().path()),
        _ => Refusal::Method.into_response(),
    }
}

/// A body of JSON; an empty one asks for nothing in particular.
async fn json(headers: &HeaderMap, body: Body) -> Result<Value, Refusal> {
    guard::demand_json(headers)?;
    let bytes = to_bytes(body, LONGEST).await.map_err(|_| Refusal::TooLong(LONGEST as u64))?;
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes).map_err(Refusal::Malformed)
}
