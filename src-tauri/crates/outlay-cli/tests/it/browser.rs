//! What a browser does with `outlay serve`, in a page of plain code: it starts it, opens the link, asks, listens.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Home, NOW, words};

/// A server that runs until it is stopped or dropped.
pub(crate) struct Serving {
    child: Child,
    port: u16,
    /// What it printed.
    pub(crate) announced: Value,
    /// The token, once the link was opened.
    token: String,
}

/// The status of an answer, and its body.
pub(crate) type Answer = (u16, Value);

impl Serving {
    /// Starts the server on the home's ledger; `arguments` as a shell would part them.
    pub(crate) fn start(home: &Home, arguments: &str) -> Self {
        let mut command = home.command();
        command.args(words(arguments)).args(["--json", "--now", NOW]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("standard output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let announced: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it printed {line:?}"));
        let address = announced["address"].as_str().expect("an address");
        let port =
            address.trim_start_matches("http://127.0.0.1:").trim_end_matches('/').parse().expect("a port");
        Self { child, port, announced, token: String::new() }
    }

    /// Starts the server, and opens its link.
    pub(crate) fn open(home: &Home) -> Self {
        let mut serving = Self::start(home, "serve");
        let (status, session) = serving.session();
        assert_eq!(status, 200, "{session}");
        session["token"].as_str().expect("a token").clone_into(&mut serving.token);
        serving
    }

    /// Opens the link.
    pub(crate) fn session(&self) -> Answer {
        let link = self.announced["link"].as_str().expect("a link");
        let (_, code) = link.split_once("/#once=").expect("a code");
        self.post("/session", &serde_json::json!({ "code": code }).to_string(), "")
    }

    /// Asks a command.
    pub(crate) fn call(&self, command: &str, request: &Value) -> Answer {
        self.post(&format!("/api/{command}"), &request.to_string(), &self.bearer())
    }

    /// Asks a command, which must be answered.
    #[track_caller]
    pub(crate) fn ok(&self, command: &str, request: &Value) -> Value {
        let (status, answer) = self.call(command, request);
        assert_eq!(status, 200, "{command}: {answer}");
        answer
    }

    /// Sends a file, and returns where it is held.
    pub(crate) fn hold(&self, name: &str, content: &str) -> Value {
        let headers = format!("{}x-file-name: {name}\r\n", self.bearer());
        let (status, held) = self.post("/files", content, &headers);
        assert_eq!(status, 200, "{held}");
        held["path"].clone()
    }

    /// What stands at a path, token or not, as text.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.exchange(&format!("GET {path} HTTP/1.1\r\n{}{}\r\n", self.host(), self.bearer()))
    }

    /// Listens to events.
    pub(crate) fn listen(&self) -> Listener {
        let mut stream = self.connect();
        let head = format!("GET /events HTTP/1.1\r\n{}{}\r\n", self.host(), self.bearer());
        stream.write_all(head.as_bytes()).expect("the server reads");
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(lines.read_line(&mut line).expect("the server writes") > 0, "no events");
        }
        Listener { lines }
    }

    /// Presses Ctrl-C, and returns the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let signal =
            Command::new("sh").args(["-c", "kill -INT \"$0\"", &self.child.id().to_string()]).status();
        assert!(signal.expect("a shell starts").success(), "it has ended already");
        self.child.wait().expect("it ends").code()
    }

    fn post(&self, path: &str, body: &str, headers: &str) -> Answer {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\n{}content-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n",
            self.host()
        );
        let (status, body) = self.exchange(&(head + body));
        (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{path} answers {body:?}")))
    }

    fn exchange(&self, request: &str) -> (u16, String) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the server answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.expect("a status"), body.to_owned())
    }

    fn host(&self) -> String {
        format!("host: 127.0.0.1:{}\r\nconnection: close\r\n", self.port)
    }

    fn bearer(&self) -> String {
        format!("authorization: Bearer {}\r\n", self.token)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        stream
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // One that was stopped has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Events of a server.
pub(crate) struct Listener {
    lines: BufReader<TcpStream>,
}

impl Iterator for Listener {
    type Item = Value;

    /// The next event; `None` once the server has stopped.
    fn next(&mut self) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("the server writes") == 0 {
                return None;
            }
            if let Some(event) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(event).expect("JSON"));
            }
        }
    }
}
