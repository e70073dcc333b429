//! Passwords in a real keychain: GNOME's Secret Service, on a session bus on which nobody else is.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::bus::Bus;
use crate::support::{Home, Run, words};

const SET: &str = "mail set --host smtp.example.com --user-name ada --from ada@example.com --password-stdin";
const PASSWORD: &str = "canary-2f9a-password";

/// Long enough for a keychain to begin.
const PATIENCE: Duration = Duration::from_secs(20);

/// A home with a session, in which a keychain lies.
struct Session {
    home: Home,
    bus: Bus,
}

impl Session {
    fn new() -> Self {
        let home = Home::with_calls();
        fs_err::create_dir(home.path().join("run")).expect("a folder");
        Self { home, bus: Bus::new() }
    }

    /// The same with the keychain opened, as it is after somebody logged in. It ends with its bus.
    fn unlocked() -> Self {
        let session = Self::new();
        let mut keychain = session.within(Command::new("gnome-keyring-daemon"));
        keychain.args(["--unlock", "--daemonize", "--components=secrets"]).stdin(Stdio::piped());
        let mut keychain = keychain.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut input = keychain.stdin.take().expect("standard input is piped");
        input.write_all(b"of the person who logged in").expect("it reads");
        drop(input);
        assert!(keychain.wait().expect("it goes into the background").success());
        let until = Instant::now() + PATIENCE;
        while !session.has_keychain() {
            assert!(Instant::now() < until, "no keychain came");
        }
        session
    }

    fn has_keychain(&self) -> bool {
        let mut ask = self.within(Command::new("dbus-send"));
        ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]);
        ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
        String::from_utf8_lossy(&ask.output().expect("dbus-send starts").stdout).contains("boolean true")
    }

    fn within(&self, mut command: Command) -> Command {
        command
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
        command
    }

    fn outlay(&self, arguments: &str, input: &str) -> Run {
        let mut command = self.within(self.home.command());
        self.home.run(command.args(words(arguments)), input)
    }

    fn password(&self) -> String {
        let shown = self.outlay("mail show --json", "").stdout;
        let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        shown["password"].as_str().unwrap_or_default().to_owned()
    }
}

#[test]
fn a_password_lies_in_the_keychain_and_nowhere_else() {
    let session = Session::unlocked();
    assert_eq!(session.outlay(SET, PASSWORD).code, 0);
    assert_eq!(session.password(), "keychain");
    let holds_it = |file: &std::path::Path| {
        let content = fs_err::read(file).expect("a file of the home");
        content.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes())
    };
    let files =
        Command::new("find").arg(session.home.path()).args(["-type", "f"]).output().expect("find starts");
    let files = String::from_utf8(files.stdout).expect("names");
    assert!(files.contains("keyrings/login.keyring"), "{files}");
    assert!(!files.lines().any(|file| holds_it(file.as_ref())), "{files}");
}

#[test]
fn a_password_goes_with_its_server() {
    let session = Session::unlocked();
    session.outlay(SET, PASSWORD);
    let other = SET.replace("smtp.example.com", "mail.example.org");
    assert_eq!(session.outlay(&other, "another").code, 0);
    assert_eq!(session.password(), "keychain");
    let without = SET.replace(" --password-stdin", " --no-input");
    let run = session.outlay(&without, "");
    assert_eq!(session.password(), "missing", "the first server's was forgotten with it\n{run}");
    session.outlay(SET, PASSWORD);
    assert_eq!(session.outlay("mail off", "").code, 0);
    session.outlay(&without, "");
    assert_eq!(session.password(), "missing", "mail was ended");
}

#[test]
fn without_a_keychain_nothing_is_changed_and_the_way_round_is_named() {
    let session = Session::new();
    insta::assert_snapshot!(session.outlay(SET, PASSWORD), @"
    exit 69
    --- stderr
    error: this machine has no keychain that can be reached (zbus error: org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided by any .service files)

    hint: Put the password into the environment variable OUTLAY_SMTP_PASSWORD of `outlay serve` and `outlay mail`, and set mail up without one. It was stored nowhere.
    ");
    assert_eq!(session.outlay("mail show --json", "").stdout.matches("smtp.example.com").count(), 0);
}
