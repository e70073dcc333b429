//! A session bus of a test's own, on which only those speak whom the test has started: no service of the machine comes
//! by itself. The tests of the window and of the terminal share this file.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const RULES: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// A bus, which ends with the value, and with it whoever needs it.
pub(crate) struct Bus {
    daemon: Child,
    /// Where it is, as `DBUS_SESSION_BUS_ADDRESS` says it.
    pub(crate) address: String,
}

impl Bus {
    pub(crate) fn new() -> Self {
        let rules = tempfile::NamedTempFile::new().expect("a temporary file");
        fs_err::write(rules.path(), RULES).expect("a temporary file");
        let mut daemon = Command::new("dbus-daemon")
            .arg("--config-file")
            .arg(rules.path())
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts");
        let mut address = String::new();
        let output = daemon.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut address).expect("a bus says where it is");
        Self { daemon, address: address.trim().to_owned() }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
