//! A process of its own that syncs a ledger once, so that it can be killed: the test starts itself again, and says in
//! the environment what to do.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use outlay_ledger::{Access, Birth, Ledger};
use outlay_sync::Purpose;
use outlay_sync::server::Address;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::book::NOW;
use super::super::device::{Errand, once};

/// Says to the test what it is to do as a child.
const ERRAND: &str = "OUTLAY_CHAOS_ERRAND";
/// Before what a child says in the end.
const SAID: &str = "synced: ";

/// A sync under way.
pub(super) struct Running {
    child: Child,
    output: JoinHandle<String>,
    told: Receiver<()>,
}

impl Running {
    /// Starts it. `test` is the path of the test that begins with [`errand`]; by `told` it can be ended.
    pub(super) fn start(
        test: &str,
        ledger: &Path,
        remote: i64,
        errand: &Errand,
        (ended, told): (Sender<()>, Receiver<()>),
    ) -> Self {
        let said = json!({
            "ledger": ledger, "remote": remote, "address": errand.address.to_string(), "page": errand.page,
            "fresh": errand.fresh, "patience": errand.patience.as_millis() as u64,
        });
        let mut command = Command::new(std::env::current_exe().expect("a test"));
        command.args(["--exact", test, "--nocapture"]).env(ERRAND, said.to_string());
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the test starts itself");
        let mut stdout = child.stdout.take().expect("standard output is piped");
        let output = std::thread::spawn(move || {
            let mut text = String::new();
            // A killed process may have been in the middle of a letter.
            let _ = stdout.read_to_string(&mut text);
            // Nobody may be waiting any more.
            let _ = ended.send(());
            text
        });
        Self { child, output, told }
    }

    /// Kills it when it is told of, or after so long, unless it has ended. Returns what it said, if it came to that.
    pub(super) fn end(mut self, after: Duration) -> Option<Value> {
        let _ = self.told.recv_timeout(after);
        self.child.kill().expect("one's own process");
        self.child.wait().expect("it has ended");
        let output = self.output.join().expect("no panic");
        let said = output.lines().find_map(|line| line.split_once(SAID))?.1;
        Some(serde_json::from_str(said).expect("JSON"))
    }
}

/// Does what this process was started for, if it is such a child.
#[expect(clippy::print_stdout, reason = "the test reads what its child says")]
pub(super) fn errand() -> bool {
    #[expect(clippy::disallowed_methods, reason = "a test that runs itself is a host of its own")]
    let Ok(text) = std::env::var(ERRAND) else { return false };
    let said: Value = serde_json::from_str(&text).expect("JSON");
    let text = |name: &str| said[name].as_str().expect("a text").to_owned();
    let errand = Errand {
        address: text("address").parse::<Address>().expect("an address"),
        page: said["page"].as_u64().expect("a number") as usize,
        purpose: Purpose::Sync,
        fresh: text("fresh").parse::<Uuid>().expect("an id"),
        patience: Duration::from_millis(said["patience"].as_u64().expect("a number")),
    };
    let birth = Birth { owner: String::new(), time_zone: "UTC".into(), device_id: Uuid::nil(), now: NOW };
    let mut ledger = Ledger::open(text("ledger").as_ref(), &Access::Write(birth)).expect("the ledger");
    let done = once(&mut ledger, said["remote"].as_i64().expect("a number"), &errand);
    let (ended, notices) = match done {
        Err(error) => (format!("{error:?}"), Vec::new()),
        Ok((report, ended)) => {
            let notices = report.notices.iter().map(|notice| format!("{notice:?}")).collect();
            (ended.map_or_else(|error| format!("{error:?}"), |()| "well".into()), notices)
        }
    };
    println!("{SAID}{}", json!({"ended": ended, "notices": notices}));
    true
}
