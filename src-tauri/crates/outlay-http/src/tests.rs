//! The router as foreign pages, other programs and our own page meet it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, request};
use futures_util::StreamExt as _;
use outlay_app::{App, Event, Zone, api};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::events::Feed;
use crate::routes::{Host, router};
use crate::server::Stop;
use crate::session::OnceCode;

const OWN: &str = "127.0.0.1:7000";

/// A router over an empty data folder, whose token is `c0ffee` and whose code is `c0de`.
struct Stage {
    folder: TempDir,
    router: Router,
    feed: Feed,
    stop: Stop,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let counter = AtomicU64::new(1);
        let app = App::new(outlay_app::Host {
            data_dir: folder.path().join("data"),
            clock: Box::new(|| outlay_app::Instant::parse("2026-06-19T12:00:00Z").expect("an instant")),
            time_zone: Zone::UTC,
            time_zone_override: None,
            account_name: "ada".to_owned(),
            random: Box::new(move || u128::from(counter.fetch_add(1, Ordering::Relaxed)).to_le_bytes()),
            events: Box::new(drop),
            cancel: Arc::default(),
            free_bytes: Box::new(|_| None),
            secrets: Box::new(outlay_app::secrets::NoKeychain),
            passfile: None,
            mail: outlay_app::mail::offline(),
            notifier: None,
            tray: Box::new(|| outlay_app::tray::TrayPlace::NotHere),
        });
        let (feed, (stop, stopping)) = (Feed::default(), Stop::new());
        let router = router(Arc::new(Host {
            app: Arc::new(app),
            api: api(),
            feed: feed.clone(),
            code: Mutex::new(OnceCode::new("c0de".to_owned(), Instant::now())),
            token: "c0ffee".to_owned(),
            stopping,
        }));
        Self { folder, router, feed, stop }
    }

    async fn send(&self, request: request::Builder, body: impl Into<Body>) -> Response<Body> {
        let request = request.body(body.into()).expect("a request");
        self.router.clone().oneshot(request).await.expect("a router answers")
    }

    /// The status, and the code of the refusal.
    async fn refusal(&self, request: request::Builder, body: impl Into<Body>) -> (u16, String) {
        let response = self.send(request, body).await;
        let status = response.status();
        assert!(!status.is_success(), "it was answered");
        assert!(
            response.headers().keys().all(|name| !name.as_str().starts_with("access-control")),
            "no CORS"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        (status.as_u16(), value(response).await["code"].as_str().expect("an ApiError").to_owned())
    }
}

async fn value(response: Response<Body>) -> Value {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn get(path: &str) -> request::Builder {
    Request::get(path).header("host", OWN)
}

/// As a page that has no token yet posts.
fn post(path: &str) -> request::Builder {
    Request::post(path).header("host", OWN).header("content-type", "application/json")
}

/// As our page posts.
fn own(path: &str) -> request::Builder {
    post(path)
        .header("authorization", "Bearer c0ffee")
        .header("origin", "http://127.0.0.1:7000")
        .header("sec-fetch-site", "same-origin")
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn our_page_is_answered() {
    let stage = Stage::new();
    let response = stage.send(own("/api/status"), "{}").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(value(response).await["spend"], "0");
    let response = stage.send(own("/api/version"), "").await;
    assert_eq!(value(response).await["schema"], "outlay.version/1", "no body asks for nothing in particular");
}

#[tokio::test]
async fn foreign_names_are_refused_at_every_address() {
    let stage = Stage::new();
    for path in ["/", "/health", "/events", "/api/status", "/assets/index.js"] {
        let rebound = Request::get(path)
            .header("host", "rebound.example:7000")
            .header("authorization", "Bearer c0ffee");
        assert_eq!(stage.refusal(rebound, "").await, refused(403, "refused"), "{path}");
        let foreign = get(path).header("origin", "http://shop.example");
        assert_eq!(stage.refusal(foreign, "").await, refused(403, "refused"), "{path}");
        let embedded = get(path).header("sec-fetch-site", "cross-site");
        assert_eq!(stage.refusal(embedded, "").await, refused(403, "refused"), "{path}");
    }
    let no_host = Request::get("/health");
    assert_eq!(stage.refusal(no_host, "").await, refused(403, "refused"));
}

#[tokio::test]
async fn a_preflight_is_refused() {
    let stage = Stage::new();
    for path in ["/api/status", "/files", "/session", "/"] {
        let preflight =
            Request::options(path).header("host", OWN).header("access-control-request-method", "POST");
        assert_eq!(stage.refusal(preflight, "").await, refused(405, "usage"), "{path}");
    }
    assert_eq!(
        stage.refusal(get("/api/status").header("authorization", "Bearer c0ffee"), "").await,
        refused(405, "usage")
    );
    assert_eq!(stage.refusal(post("/"), "{}").await, refused(405, "usage"));
}

#[tokio::test]
async fn without_the_token_nothing_is_answered() {
    let stage = Stage::new();
    for path in ["/api/status", "/api/status?token=c0ffee", "/api/no_such_command", "/files"] {
        assert_eq!(stage.refusal(post(path), "{}").await, refused(401, "no_session"), "{path}");
        let wrong = post(path).header("authorization", "Bearer c0ffef");
        assert_eq!(stage.refusal(wrong, "{}").await, refused(401, "no_session"), "{path}");
    }
    let cookie = get("/events?token=c0ffee").header("cookie", "token=c0ffee");
    assert_eq!(stage.refusal(cookie, "").await, refused(401, "no_session"));
    assert!(!stage.folder.path().join("data").exists(), "a refusal leaves nothing");
}

#[tokio::test]
async fn only_json_of_some_length_is_a_request() {
    let stage = Stage::new();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let form = Request::post("/api/status").header("host", OWN).header("content-type", kind);
        let form = form.header("authorization", "Bearer c0ffee");
        assert_eq!(stage.refusal(form, "{}").await, refused(415, "usage"), "{kind}");
    }
    let none = Request::post("/session").header("host", OWN);
    assert_eq!(stage.refusal(none, r#"{"code":"c0de"}"#).await, refused(415, "usage"));
    assert_eq!(stage.refusal(own("/api/status"), "{").await, refused(400, "usage"));
    assert_eq!(stage.refusal(own("/api/status"), " ".repeat(1_000_001)).await, refused(413, "too_large"));
    assert_eq!(stage.refusal(own("/api/status"), r#"{"month":"June"}"#).await, refused(400, "usage"));
    assert_eq!(stage.refusal(own("/api/no_such_command"), "{}").await, refused(400, "usage"));
    let huge = own("/files").header("content-length", "2000000001");
    assert_eq!(stage.refusal(huge, "").await, refused(413, "too_large"));
}

#[tokio::test]
async fn what_commands_refuse_has_a_fitting_status() {
    let stage = Stage::new();
    let call = async |command: &str, request: Value| {
        stage.refusal(own(&format!("/api/{command}")), request.to_string()).await
    };
    assert_eq!(
        call("get_import", json!({"id": "00000000-0000-7000-8000-000000000001"})).await,
        refused(404, "not_found")
    );
    assert_eq!(call("plan_import", json!({"files": ["gone.csv"]})).await, refused(404, "no_such_file"));
    assert_eq!(
        call("plan_import", json!({"files": [stage.folder.path()]})).await,
        refused(422, "unreadable_input")
    );
    assert_eq!(call("doctor", json!({})).await, refused(409, "refused"));
}

#[tokio::test]
async fn the_code_of_the_link_opens_one_session() {
    let stage = Stage::new();
    assert_eq!(stage.refusal(post("/session"), r#"{"code":"wrong"}"#).await, refused(401, "no_session"));
    assert_eq!(stage.refusal(get("/session"), "").await, refused(405, "usage"));
    let response = stage.send(post("/session"), r#"{"code":"c0de"}"#).await;
    assert_eq!(value(response).await, json!({"token": "c0ffee"}));
    assert_eq!(stage.refusal(post("/session"), r#"{"code":"c0de"}"#).await, refused(401, "no_session"));
    assert_eq!(stage.refusal(post("/session?code=c0de"), "{}").await, refused(400, "usage"));
}

#[tokio::test]
async fn health_tells_the_version_and_nothing_else() {
    let response = Stage::new().send(get("/health"), "").await;
    assert_eq!(value(response).await, json!({"version": env!("CARGO_PKG_VERSION")}));
}

#[tokio::test]
async fn no_path_leads_out_of_the_page() {
    let stage = Stage::new();
    for path in [
        "/../Cargo.toml",
        "/assets/../../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
        "/..\\Cargo.toml",
        "/./index.html",
        "/.vite/manifest.json",
        "/src/main.ts",
        "/api",
        "/api/",
    ] {
        assert_eq!(stage.refusal(get(path), "").await, refused(404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn every_answer_is_sealed() {
    let stage = Stage::new();
    for request in [get("/"), get("/health"), get("/nowhere"), own("/api/status"), post("/api/status")] {
        let response = stage.send(request, "").await;
        let headers = response.headers();
        let sealed = [
            "cache-control",
            "x-content-type-options",
            "referrer-policy",
            "x-frame-options",
            "cross-origin-resource-policy",
        ];
        let seals: Vec<_> = sealed.iter().map(|name| headers[*name].to_str().expect("text")).collect();
        assert_eq!(seals, ["no-store", "nosniff", "no-referrer", "DENY", "same-origin"]);
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn a_file_is_held_under_its_name_below_the_data_folder() {
    let stage = Stage::new();
    for (name, kept) in [
        ("calls.csv", "calls.csv"),
        ("..%2F..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("%C3%9Cbersicht%202026.csv", "Übersicht 2026.csv"),
        ("..", "pasted.csv"),
    ] {
        let response = stage.send(own("/files").header("x-file-name", name), "a,b\n1,2\n").await;
        let path = std::path::PathBuf::from(value(response).await["path"].as_str().expect("a path"));
        assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(kept));
        assert!(path.starts_with(stage.folder.path().join("data/held")), "{}", path.display());
        assert_eq!(fs_err::read_to_string(&path).expect("the file"), "a,b\n1,2\n");
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_is_not_held() {
    let stage = Stage::new();
    let parts = [Ok("a,b\n"), Err(std::io::Error::other("the network is gone"))];
    let body = Body::from_stream(futures_util::stream::iter(parts));
    assert_eq!(stage.refusal(own("/files"), body).await, refused(400, "unreadable_input"));
}

#[tokio::test]
async fn events_arrive_until_the_server_stops() {
    let stage = Stage::new();
    let response = stage.send(get("/events").header("authorization", "Bearer c0ffee"), "").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut parts = response.into_body().into_data_stream();
    stage.feed.tell(Event::LedgerChanged);
    let first = parts.next().await.expect("an event").expect("a body");
    assert_eq!(first, "data: {\"type\":\"ledger_changed\"}\n\n");
    stage.stop.ask();
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn who_sleeps_is_told_that_something_happened() {
    let stage = Stage::new();
    let response = stage.send(get("/events").header("authorization", "Bearer c0ffee"), "").await;
    for _ in 0..100 {
        stage.feed.tell(Event::Navigate { to: "#/calls".to_owned() });
    }
    let first = response.into_body().into_data_stream().next().await.expect("an event").expect("a body");
    assert_eq!(first, "data: {\"type\":\"ledger_changed\"}\n\n");
}
