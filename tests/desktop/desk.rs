//! A desk of a test's own: a home without anything in it, a session bus, and on it the window and the terminal.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use outlay_tests::project_root;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bus::Bus;
use crate::driver::{Driver, PATIENCE};
use crate::hands::Screen;

/// The present of all tests: the middle of the fixtures' month.
pub(crate) const NOW: &str = "2026-08-25T15:00:00Z";

/// A home and a session.
pub(crate) struct Desk {
    home: TempDir,
    pub(crate) bus: Bus,
    /// Where its windows are, if not where all tests' are.
    screen: Option<Screen>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        Self { home, bus: Bus::new(), screen: None }
    }

    /// A desk whose windows no other test's cover.
    pub(crate) fn with_screen() -> Self {
        let mut desk = Self::new();
        desk.screen = Some(Screen::new());
        desk
    }

    /// Moves the mouse and presses keys, in the words of `xdotool`.
    #[track_caller]
    pub(crate) fn act(&self, words: &str) {
        self.screen.as_ref().expect("a screen of its own").act(words);
    }

    /// Whether a window is seen whose title is `title`.
    pub(crate) fn sees(&self, title: &str) -> bool {
        self.screen.as_ref().expect("a screen of its own").sees(title)
    }

    /// Whether any window of Outlay is seen.
    pub(crate) fn sees_outlay(&self) -> bool {
        self.screen.as_ref().expect("a screen of its own").sees_outlay()
    }

    /// A path in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Where the platform keeps an application's data.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data/dev.outlay.desktop")
    }

    /// Opens the window.
    pub(crate) fn open(&self, arguments: &[&str]) -> Driver {
        self.open_program(&program("OUTLAY_DESKTOP"), arguments)
    }

    /// Opens the window as on a machine where a library is not installed.
    pub(crate) fn open_without(&self, library: &str) -> Driver {
        let script = self.path("without");
        // Only the window's program sees it covered; who is not root must first be let to.
        let text = format!(
            "#!/bin/sh\n[ \"$(id -u)\" = 0 ] || let_me='--map-current-user --keep-caps'\n\
             exec unshare $let_me -m sh -c 'for file in $(/sbin/ldconfig -p | grep -o \"/.*/{library}$\"); do \
             mount --bind /dev/null \"$file\"; done; exec \"$0\" \"$@\"' '{}' \"$@\"\n",
            program("OUTLAY_DESKTOP").display()
        );
        fs_err::write(&script, text).expect("a file in the home");
        fs_err::set_permissions(&script, Permissions::from_mode(0o700)).expect("a program");
        self.open_program(&script, &[])
    }

    fn open_program(&self, program: &Path, arguments: &[&str]) -> Driver {
        let arguments: Vec<String> =
            ["--now", NOW].iter().chain(arguments).map(|&word| word.into()).collect();
        let driver = Driver::open(program, &arguments, |command| {
            self.lend(command);
            // A file, not this test's own output: who is killed closes it late.
            command.stderr(fs_err::File::create(self.path("said")).expect("a file in the home").into_file());
        });
        driver.run(
            "if (document.readyState !== 'complete') await new Promise((on) => addEventListener('load', on))",
            &[],
        );
        driver
    }

    /// Ends a window's program as a session that ends does, and waits until it is gone.
    pub(crate) fn close(&self, window: Driver) {
        let process = self.owner().expect("the window is there");
        let asked = Command::new("kill").args(["-TERM", &process]).status().expect("kill starts");
        assert!(asked.success(), "the program can be asked to end");
        self.wait_until_gone();
        drop(window);
    }

    /// Waits until the window's program has ended.
    #[track_caller]
    pub(crate) fn wait_until_gone(&self) {
        let start = Instant::now();
        while self.owner().is_some() {
            assert!(start.elapsed() < PATIENCE, "the program outlives its window");
        }
    }

    /// The process whose window a second start would find.
    fn owner(&self) -> Option<String> {
        let mut command = Command::new("dbus-send");
        command.args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus"]);
        command.args(["/org/freedesktop/DBus", "org.freedesktop.DBus.GetConnectionUnixProcessID"]);
        command.arg("string:dev.outlay.desktop.SingleInstance");
        self.lend(&mut command);
        let answer = command.output().expect("dbus-send starts");
        let words = String::from_utf8_lossy(&answer.stdout).into_owned();
        answer.status.success().then(|| words.split_whitespace().last().unwrap_or_default().to_owned())
    }

    /// What the terminal answers, on the same home.
    #[track_caller]
    pub(crate) fn outlay(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(program("OUTLAY_TERMINAL"));
        command.args(["--json", "--now", NOW]).args(arguments);
        self.lend(&mut command);
        let output = command.output().expect("outlay starts");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "outlay {arguments:?}: {words}");
        serde_json::from_slice(&output.stdout).expect("outlay answers in JSON")
    }

    /// Starts the window's program a second time, which ends by itself once the first has heard of it.
    #[track_caller]
    pub(crate) fn start_again(&self, arguments: &[&str]) {
        let mut command = Command::new(program("OUTLAY_DESKTOP"));
        command.args(arguments).current_dir(self.home.path());
        self.lend(&mut command);
        assert!(command.status().expect("the program starts").success(), "the second start hands over");
    }

    /// Says on the bus what a desktop says when its colours change.
    pub(crate) fn choose_colours(&self, dark: bool) {
        let preference = format!("variant:uint32:{}", if dark { 1 } else { 2 });
        let mut command = Command::new("dbus-send");
        command.args(["--session", "--type=signal", "/org/freedesktop/portal/desktop"]);
        command.args(["org.freedesktop.portal.Settings.SettingChanged", "string:org.freedesktop.appearance"]);
        command.args(["string:color-scheme", &preference]);
        self.lend(&mut command);
        assert!(command.status().expect("dbus-send starts").success(), "the signal is sent");
    }

    fn lend(&self, command: &mut Command) {
        command.env("HOME", self.home.path()).env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
        if let Some(screen) = &self.screen {
            command.env("DISPLAY", &screen.name);
        }
        // Orca is not here.
        command
            .env("NO_AT_BRIDGE", "1")
            .env("USER", "ada")
            .env("TZ", "Europe/Berlin")
            .env_remove("OUTLAY_DATA_DIR");
        for (name, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache"), ("STATE", "state")]
        {
            command.env(format!("XDG_{name}_HOME"), self.path(folder));
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = fs_err::read_to_string(self.path("said")).unwrap_or_default();
            #[expect(clippy::print_stderr, reason = "what a test says when it fails")]
            {
                eprintln!("the window and its driver said: {said}");
            }
        }
    }
}

/// Calls a command of the list as the page does; a refusal comes back as `error`.
#[track_caller]
pub(crate) fn call(window: &Driver, name: &str, input: &Value) -> Value {
    let script = "return window.__TAURI_INTERNALS__.invoke('call', { name: arguments[0], input: arguments[1] })\
                  .catch((error) => ({ error }))";
    window.run(script, &[json!(name), input.clone()])
}

/// Waits until what is said of the page holds.
#[track_caller]
pub(crate) fn until(window: &Driver, condition: &str) {
    // Not all that happens to a window changes its page, so nothing can be listened to.
    let script = format!(
        "const end = performance.now() + 60_000;
        while (performance.now() < end) {{
            if ({condition}) return null;
            await new Promise((on) => setTimeout(on, 10));
        }}
        return location.hash + ': ' + document.body.innerText"
    );
    let instead = window.run(&script, &[]);
    assert!(instead.is_null(), "not {condition}, but {}", instead.as_str().unwrap_or_default());
}

/// Leads the page to a screen, and waits until its name stands above it.
#[track_caller]
pub(crate) fn go(window: &Driver, address: &str, title: &str) {
    window.run("location.hash = arguments[0]", &[json!(address)]);
    until(window, &format!("document.querySelector('h1')?.textContent === {}", json!(title)));
}

/// A file of the fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    project_root().join("tests/fixtures").join(name).canonicalize().expect("a fixture")
}

#[expect(clippy::disallowed_methods, reason = "what is tested was built by somebody else")]
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os(name);
    let path = path.unwrap_or_else(|| panic!("{name} names no program: run `cargo xtask test`"));
    Path::new(&path).to_path_buf()
}
