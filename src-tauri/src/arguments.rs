//! What was typed, and which ledger it means. Only this file speaks to a terminal.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use outlay_app::{Instant, paths};
use tauri::Config;
use tauri::utils::config::AppDirectoriesOverride;

/// Opens Outlay's window.
#[derive(Debug, Parser)]
#[command(name = "outlay-desktop", version)]
pub(crate) struct Arguments {
    /// Files to import: their review opens, nothing is written before you agree
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The folder that holds the ledger, outlay.db [environment: OUTLAY_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The separate ledger of sample data, as `outlay --sample` fills it
    #[arg(long, conflicts_with = "data_dir")]
    sample: bool,
    /// Take this instant for the present
    #[arg(long, hide = true, value_name = "RFC3339", value_parser = instant)]
    pub(crate) now: Option<Instant>,
}

/// Why the window does not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("this account has no home folder; say where the ledger is with --data-dir DIR")]
    NoHome,
    #[error("there is no screen to open a window on; `outlay serve` shows the same page in a browser")]
    NoScreen,
    #[error("the window does not open: {0}")]
    Window(#[from] tauri::Error),
}

/// The folder of the ledger.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
}

impl Arguments {
    /// What this start was given; wrong usage and `--help` end the program.
    pub(crate) fn read() -> Self {
        Self { ..Self::parse() }.below(&std::env::current_dir().unwrap_or_default())
    }

    /// The files that a second start was given in its own folder. What it does not understand names none.
    pub(crate) fn of_second_start(typed: Vec<String>, folder: &str) -> Vec<PathBuf> {
        Self::try_parse_from(typed).map(|given| given.below(Path::new(folder)).files).unwrap_or_default()
    }

    fn below(mut self, folder: &Path) -> Self {
        self.files = self.files.into_iter().map(|file| folder.join(file)).collect();
        self
    }

    /// The ledger's folder, once it is sure that a window can be opened.
    ///
    /// # Errors
    /// When there is no screen or no home.
    pub(crate) fn folder(&self) -> Result<Folder, Problem> {
        let screens = ["DISPLAY", "WAYLAND_DISPLAY"];
        if cfg!(target_os = "linux") && screens.iter().all(|name| outlay_host::variable(name).is_none()) {
            return Err(Problem::NoScreen);
        }
        let chosen = || outlay_host::data_dir(self.data_dir.clone());
        let path = if self.sample { paths::sample_data_dir() } else { chosen() }.ok_or(Problem::NoHome)?;
        Ok(Folder { path: std::path::absolute(&path).unwrap_or(path) })
    }
}

impl Folder {
    /// Makes a window over another ledger another application to the desktop, so that a second start finds the
    /// window of its own ledger; what the webview and the window remember lies beside the ledger.
    pub(crate) fn claim(&self, config: &mut Config) {
        if paths::data_dir().is_none_or(|own| own != self.path) {
            let name = blake3::hash(self.path.as_os_str().as_encoded_bytes()).to_hex();
            config.identifier.push_str(&format!(".ledger-{}", &name[..16]));
        }
        config.app.app_directories_override = Some(AppDirectoriesOverride::Root(self.path.join("window")));
    }
}

/// Says why there is no window.
#[expect(clippy::print_stderr, reason = "this is the host: without a window there is only the terminal")]
pub(crate) fn refuse(problem: &Problem) -> ExitCode {
    eprintln!("error: {problem}");
    ExitCode::FAILURE
}

fn instant(text: &str) -> Result<Instant, clap::Error> {
    Instant::parse(text).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::ValueValidation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &[&str], expected: &[&str]) {
        let typed = ["outlay-desktop"].iter().chain(typed).map(|&word| word.to_owned()).collect();
        let files = Arguments::of_second_start(typed, "/home/me");
        assert_eq!(files, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }

    #[test]
    fn a_second_start_names_files_from_where_it_was_typed() {
        check(&[], &[]);
        check(&["usage.csv", "/tmp/cost.csv"], &["/home/me/usage.csv", "/tmp/cost.csv"]);
        check(&["--data-dir", "elsewhere", "usage.csv"], &["/home/me/usage.csv"]);
        check(&["--nonsense", "usage.csv"], &[]);
    }
}
