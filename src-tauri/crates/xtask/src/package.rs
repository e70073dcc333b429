//! `cargo xtask package`: the installers of this platform, made by Tauri's own command line, and a try of the one
//! for Debian: installed, opened, uninstalled.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process::{cargo, program, read, run};
use crate::setup::{self, is_root};
use crate::{page, window};

/// Builds the installers; with `tried`, tries the Debian one on this machine.
///
/// # Errors
/// When something is missing, a build fails, or the installed window does not do what it should.
pub(crate) fn package(tried: bool) -> Result<()> {
    setup::for_window()?;
    page::install()?;
    let command_line = page::folder().join("node_modules/@tauri-apps/cli/tauri.js");
    run(program("node").arg(command_line).args(["build", "--bundles", bundles()]))?;
    if tried { attempt() } else { Ok(()) }
}

const fn bundles() -> &'static str {
    if cfg!(target_os = "macos") {
        "app,dmg"
    } else if cfg!(windows) {
        "nsis,msi"
    } else {
        "deb"
    }
}

fn attempt() -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "only the Debian package can be tried by itself");
    setup::for_tests()?;
    run(cargo().arg("build").args(window::WITHOUT).args(["--bin", "outlay"]))?;
    let file = newest_deb()?;
    println!("installing {}", file.display());
    run(as_root(&["dpkg", "--install"])?.arg(&file))?;
    let listed = read(program("dpkg-query").args(["--listfiles", "outlay"]))?;
    // The folders are other packages' too.
    let installed: Vec<&Path> = listed.lines().map(Path::new).filter(|path| path.is_file()).collect();
    let opened = open_installed(&installed);
    run(&mut as_root(&["dpkg", "--purge", "outlay"])?)?;
    opened?;
    let left: Vec<_> = installed.iter().filter(|path| path.exists()).collect();
    ensure!(left.is_empty(), "these files of the package are left behind: {left:?}");
    println!("installed, opened and uninstalled: all of its {} files are gone", installed.len());
    Ok(())
}

/// Opens what the package put on the PATH, and looks at its entry in the menu of programs.
fn open_installed(installed: &[&Path]) -> Result<()> {
    let entry = installed
        .iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "desktop"))
        .context("no entry in the menu of programs")?;
    let words = fs_err::read_to_string(entry)?;
    ensure!(words.contains("Exec=outlay-desktop %F"), "{} starts something else:\n{words}", entry.display());
    let binary = crate::process::find("outlay-desktop").context("the program is not on the PATH")?;
    run(&mut window::tests(&binary)?)
}

fn newest_deb() -> Result<PathBuf> {
    let folder = window::built("release")?.join("bundle/deb");
    let entries = fs_err::read_dir(folder)?.flatten().map(|entry| entry.path());
    let packages = entries.filter(|path| path.extension().is_some_and(|extension| extension == "deb"));
    packages
        .max_by_key(|path| fs_err::metadata(path).and_then(|file| file.modified()).ok())
        .context("no package")
}

fn as_root(words: &[&str]) -> Result<std::process::Command> {
    let words = if is_root()? { words.to_vec() } else { [&["sudo"], words].concat() };
    let mut command = program(words[0]);
    command.args(&words[1..]);
    Ok(command)
}
