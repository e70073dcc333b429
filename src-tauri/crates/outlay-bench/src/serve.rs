//! `outlay serve`: the memory that it holds once a page has been looked at, and how long its answers take.
//!
//! It is asked over its socket, as a browser does; the questions are those of the first screen and of the calls.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::child;
use crate::ledger;
use crate::table::{Line, Spread, memory, time};

/// What the screens ask.
const QUESTIONS: [(&str, &str); 6] = [
    ("overview", "{}"),
    ("coverage", "{}"),
    ("list_alerts", "{}"),
    ("list_imports", "{}"),
    ("list_generations", "{\"limit\":200}"),
    ("get_settings", "{}"),
];

/// How often all of them are asked.
const ROUNDS: usize = 20;

/// Measures it on the ledger in `folder`.
///
/// # Errors
/// The program fails, or refuses a question.
pub(crate) fn measure(outlay: &Path, folder: &Path) -> Result<Line> {
    eprintln!("outlay serve: {ROUNDS} rounds");
    let server = Server::start(outlay, folder)?;
    let before = child::memory(server.child.id());
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for (command, request) in QUESTIONS {
            let start = Instant::now();
            server.ask(command, request)?;
            times.extend((command == QUESTIONS[0].0).then(|| start.elapsed()));
        }
    }
    let after = child::memory(server.child.id());
    let spread = Spread::of(times).context("nothing was asked")?;
    let told = |bytes: Option<u64>| bytes.map_or("not measured".to_owned(), memory);
    Ok(Line {
        name: "outlay serve: memory after the screens were asked".to_owned(),
        asked: "30 MB".to_owned(),
        measured: told(after),
        beside: format!(
            "at its start {}; the overview takes {} (p95 {})",
            told(before),
            time(spread.median),
            time(spread.p95)
        ),
    })
}

/// A running server, which ends with this value.
struct Server {
    child: Child,
    port: u16,
    token: String,
}

impl Server {
    fn start(outlay: &Path, folder: &Path) -> Result<Self> {
        let now = ledger::present().to_utc().to_rfc3339();
        let mut command = Command::new(outlay);
        command.args(["serve", "--json", "--quiet", "--now", &now, "--data-dir"]).arg(folder);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().context("a pipe")?).read_line(&mut line)?;
        let mut server = Self { child, port: 0, token: String::new() };
        let told: Value = serde_json::from_str(&line).context("the server does not say where it is")?;
        let part =
            |name: &str| told[name].as_str().map(str::to_owned).context("the server does not say enough");
        let address = part("address")?;
        let (_, port) =
            address.trim_end_matches('/').rsplit_once(':').context("an address without a port")?;
        server.port = port.parse()?;
        server.token = fs_err::read_to_string(part("token_file")?)?;
        Ok(server)
    }

    fn ask(&self, command: &str, request: &str) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let Self { port, token, .. } = self;
        let length = request.len();
        let head = format!(
            "POST /api/{command} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all((head + request).as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{command}: {answer}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; the next start removes its token.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
