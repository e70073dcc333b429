//! A WebDriver client, as far as the window's tests need one: a driver of its own for each window, so that
//! tests know nothing of each other.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// As long as the slowest machine may take for one answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A running driver and the window that it drives.
pub(crate) struct Driver {
    processes: Child,
    port: u16,
    session: String,
}

impl Driver {
    /// Starts a driver with the environment that `prepare` sets, and lets it open `program`.
    pub(crate) fn open(program: &Path, arguments: &[String], prepare: impl FnOnce(&mut Command)) -> Self {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let mut command = Command::new("WebKitWebDriver");
        command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        // A group of its own, so that window and web processes end with the driver.
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null());
        prepare(&mut command);
        let processes = command.spawn().expect("WebKitWebDriver starts");
        let mut driver = Self { processes, port, session: String::new() };
        driver.wait_until_it_listens();
        let options = json!({ "binary": program, "args": arguments });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": options,
            "timeouts": { "script": PATIENCE.as_millis() },
        } } });
        let opened = driver.ask("POST", "/session", &wanted);
        driver.session = opened["sessionId"].as_str().expect("a session").to_owned();
        driver
    }

    /// The window's answer to a question of the protocol, such as `GET` `/title`.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", &format!("/session/{}{path}", self.session), &Value::Null)
    }

    /// As [`Self::get`], with something to say.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("/session/{}{path}", self.session), body)
    }

    /// What the promise that `script` returns comes to. `arguments[0]` and so on are `given`.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, given: &[Value]) -> Value {
        let settled = format!(
            "const done = arguments[arguments.length - 1];\n\
             Promise.resolve((async function () {{ {script} }}).apply(null, arguments))\n\
             .then((value) => done({{ value }}), (error) => done({{ error: error?.stack ?? error }}));"
        );
        let mut outcome = self.post("/execute/async", &json!({ "script": settled, "args": given }));
        assert!(outcome["error"].is_null(), "the script failed: {}", outcome["error"]);
        outcome["value"].take()
    }

    fn wait_until_it_listens(&self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "WebKitWebDriver does not listen");
            std::thread::yield_now();
        }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = match self.exchange(method, path, body) {
            Ok(answer) => answer,
            Err(error) => panic!("{method} {path}: {error}"),
        };
        let (head, content) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        let mut content: Value = serde_json::from_str(content).expect("the driver answers in JSON");
        assert!(head.starts_with("HTTP/1.1 200"), "{method} {path}: {content}");
        content["value"].take()
    }

    fn exchange(&self, method: &str, path: &str, body: &Value) -> std::io::Result<String> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (port, length) = (self.port, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.processes.id());
        // Those that have ended are all the better.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.processes.wait();
    }
}
