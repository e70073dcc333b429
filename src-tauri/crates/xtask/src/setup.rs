//! What the tests need besides Rust: found, or installed, or named with the command that installs it.
//!
//! A missing piece is always a failure, on a desk as under CI: a test that was skipped proves nothing.
//! Toolchains are not fetched here; `rust-toolchain.toml` names the one that is needed.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::postgres;
use crate::process::{cargo, find, npm, program, run};

/// A piece that the tests need.
struct Piece {
    name: &'static str,
    is_there: fn() -> bool,
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
    /// The command that installs it on each other platform.
    mac: &'static str,
    windows: &'static str,
    linux: &'static str,
}

const COMPILER: Piece = Piece {
    name: "a C compiler",
    // On macOS and Windows Rust itself does not link without one.
    is_there: || !cfg!(target_os = "linux") || find("cc").is_some(),
    packages: &["gcc", "libc6-dev"],
    mac: "xcode-select --install",
    windows: "winget install Microsoft.VisualStudio.2022.BuildTools",
    linux: "the package gcc of your distribution",
};

const CXX_COMPILER: Piece = Piece {
    name: "a C++ compiler, for the fuzzer",
    is_there: || !cfg!(target_os = "linux") || find("c++").is_some(),
    packages: &["g++"],
    mac: "xcode-select --install",
    windows: "nothing: tables are made up on Linux and macOS",
    linux: "the package gcc-c++ of your distribution",
};

const POSTGRES: Piece = Piece {
    name: "a PostgreSQL server",
    is_there: || postgres::programs().is_some(),
    packages: &["postgresql"],
    mac: "brew install postgresql@17",
    windows: "winget install PostgreSQL.PostgreSQL.17",
    linux: "the package postgresql-server of your distribution",
};

const POOLER: Piece = Piece {
    name: "PgBouncer, behind which sync is tried",
    is_there: || cfg!(windows) || ["pgbouncer", "/usr/sbin/pgbouncer"].into_iter().any(is_program),
    packages: &["pgbouncer"],
    mac: "brew install pgbouncer",
    windows: "nothing: this is tried on Linux and macOS",
    linux: "the package pgbouncer of your distribution",
};

const SQLITE: Piece = Piece {
    name: "the sqlite3 program",
    is_there: || find("sqlite3").is_some(),
    packages: &["sqlite3"],
    mac: "brew install sqlite",
    windows: "winget install SQLite.SQLite",
    linux: "the package sqlite of your distribution",
};

const NODE: Piece = Piece {
    name: "Node.js with npm",
    is_there: || find("node").is_some() && npm().is_some(),
    packages: &["nodejs", "npm"],
    mac: "brew install node",
    windows: "winget install OpenJS.NodeJS.LTS",
    linux: "the packages nodejs and npm of your distribution",
};

const WINDOW: Piece = Piece {
    name: "WebKitGTK, which draws the window",
    // macOS and Windows bring their own.
    is_there: || !cfg!(target_os = "linux") || has_library("webkit2gtk-4.1"),
    packages: &["libwebkit2gtk-4.1-dev", "libgtk-3-dev", "libsoup-3.0-dev", "pkg-config"],
    mac: "nothing: macOS brings it",
    windows: "winget install Microsoft.EdgeWebView2Runtime",
    linux: "the packages webkit2gtk4.1-devel, gtk3-devel and libsoup3-devel of your distribution",
};

const WINDOW_DRIVER: Piece = Piece {
    name: "WebKitWebDriver, a screen that nobody sees, a session bus, and hands for keys and mouse",
    is_there: || {
        !cfg!(target_os = "linux")
            || ["WebKitWebDriver", "xvfb-run", "xauth", "dbus-daemon", "dbus-send", "xdotool"]
                .into_iter()
                .all(is_program)
    },
    packages: &["webkit2gtk-driver", "xvfb", "xauth", "dbus", "xdotool"],
    mac: "nothing: macOS has no driver for it",
    windows: "nothing: the window is tested on Linux",
    linux: "WebKitWebDriver, xvfb-run, xauth, dbus-daemon and xdotool of your distribution",
};

const KEYCHAIN: Piece = Piece {
    name: "a keychain for passwords of the tests",
    is_there: || !cfg!(target_os = "linux") || is_program("gnome-keyring-daemon"),
    packages: &["gnome-keyring", "dbus"],
    mac: "nothing: macOS brings one, and it is tested on Linux",
    windows: "nothing: Windows brings one, and it is tested on Linux",
    linux: "the package gnome-keyring of your distribution",
};

const ICONS: Piece = Piece {
    name: "libayatana-appindicator, which draws the icon beside the clock",
    is_there: || !cfg!(target_os = "linux") || is_loaded("libayatana-appindicator3.so.1"),
    packages: &["libayatana-appindicator3-1"],
    mac: "nothing: macOS brings it",
    windows: "nothing: Windows brings it",
    linux: "the package libayatana-appindicator-gtk3 of your distribution",
};

const TRACER: Piece = Piece {
    name: "strace and ip, which show that nothing tries to leave",
    is_there: || !cfg!(target_os = "linux") || ["strace", "ip"].into_iter().all(is_program),
    packages: &["strace", "iproute2"],
    mac: "nothing: this is shown on Linux",
    windows: "nothing: this is shown on Linux",
    linux: "the packages strace and iproute2 of your distribution",
};

const BROWSER: Piece = Piece {
    name: "Chromium",
    is_there: || browser().is_some(),
    packages: &["chromium"],
    mac: "brew install --cask chromium",
    windows: "winget install Hibbiki.Chromium",
    linux: "the package chromium of your distribution",
};

const WINDOWS_COMPILER: Piece = Piece {
    name: "a C compiler for Windows",
    is_there: || cfg!(windows) || find("x86_64-w64-mingw32-gcc").is_some(),
    packages: &["gcc-mingw-w64-x86-64-win32"],
    mac: "brew install mingw-w64",
    windows: "nothing: Windows compiles for itself",
    linux: "the package mingw64-gcc of your distribution",
};

/// What it takes to build the window and the page in it.
const FOR_WINDOW: [&Piece; 3] = [&COMPILER, &NODE, &WINDOW];

/// Makes sure that everything the tests need is there.
///
/// # Errors
/// When a piece is missing and cannot be installed here; the text says how to install it.
pub(crate) fn for_tests() -> Result<()> {
    for piece in FOR_WINDOW.into_iter().chain([
        &CXX_COMPILER,
        &POSTGRES,
        &POOLER,
        &TRACER,
        &WINDOW_DRIVER,
        &ICONS,
        &KEYCHAIN,
        &BROWSER,
    ]) {
        piece.require()?;
    }
    if find("cargo-nextest").is_none() {
        println!("installing cargo-nextest");
        run(cargo().args(["install", "--locked", "cargo-nextest"]))?;
    }
    Ok(())
}

/// Makes sure that the window and the page in it can be built.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_window() -> Result<()> {
    FOR_WINDOW.into_iter().try_for_each(Piece::require)
}

/// Makes sure that the window can be built, and driven on a screen that nobody sees.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_driven_window() -> Result<()> {
    for_window()?;
    [&WINDOW_DRIVER, &ICONS].into_iter().try_for_each(Piece::require)
}

/// Makes sure that the page can be built, and what serves it.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_page() -> Result<()> {
    [&COMPILER, &NODE].into_iter().try_for_each(Piece::require)
}

/// Makes sure that the page can be looked at.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_browser() -> Result<()> {
    BROWSER.require()
}

/// Makes sure that C code can be compiled for Windows.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_windows() -> Result<()> {
    WINDOWS_COMPILER.require()
}

/// Makes sure that the peers which the bench measures are there.
///
/// # Errors
/// As [`for_tests`].
pub(crate) fn for_bench() -> Result<()> {
    SQLITE.require()
}

impl Piece {
    fn require(&self) -> Result<()> {
        if (self.is_there)() {
            return Ok(());
        }
        let name = self.name;
        if cfg!(target_os = "macos") {
            bail!("{name} is missing; install it with: {}", self.mac);
        }
        if cfg!(windows) {
            bail!("{name} is missing; install it with: {}", self.windows);
        }
        if find("apt-get").is_none() {
            bail!("{name} is missing; install {}", self.linux);
        }
        let packages = self.packages.join(" ");
        println!("installing {name}: {packages}");
        install_from_debian(self.packages)
            .with_context(|| format!("{name} could not be installed; as root: apt-get install {packages}"))?;
        if !(self.is_there)() {
            bail!("{name} is still missing after installing {packages}");
        }
        Ok(())
    }
}

fn is_program(name: &str) -> bool {
    find(name).is_some()
}

/// Whether the compiler finds a system library.
fn has_library(name: &str) -> bool {
    crate::process::read(program("pkg-config").args(["--exists", name])).is_ok()
}

/// Whether programs find a library when they run.
fn is_loaded(name: &str) -> bool {
    // It is no command of everybody's.
    let list = ["ldconfig", "/sbin/ldconfig"].into_iter().find_map(find);
    list.and_then(|list| crate::process::read(Command::new(list).arg("-p")).ok())
        .is_some_and(|known| known.contains(name))
}

/// The system's Chromium or Chrome.
pub(crate) fn browser() -> Option<PathBuf> {
    let installed = ["chromium", "chromium-browser", "google-chrome", "chrome"].into_iter().find_map(find);
    let elsewhere = || BROWSERS.into_iter().map(PathBuf::from).find(|path| path.is_file());
    installed.or_else(elsewhere)
}

/// Where browsers lie that are not on the PATH.
const BROWSERS: [&str; 3] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

fn install_from_debian(packages: &[&str]) -> Result<()> {
    let mut prefix = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    if !is_root()? {
        prefix.insert(0, "sudo");
    }
    let apt = |arguments: &[&str]| run(program(prefix[0]).args(&prefix[1..]).args(arguments));
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

/// Whether this program runs as root, to whom PostgreSQL refuses its service.
///
/// # Errors
/// When `id` cannot be run.
pub(crate) fn is_root() -> Result<bool> {
    Ok(cfg!(unix) && crate::process::read(program("id").arg("-u"))?.trim() == "0")
}
