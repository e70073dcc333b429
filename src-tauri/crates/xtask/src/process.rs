//! Starting other programs: found on the PATH, run at the project's root, their output passed through.
//!
//! Nothing here knows which programs there are.

use std::env;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

/// The command `cargo`, the one that runs this program where there is one.
pub(crate) fn cargo() -> Command {
    program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A command at the project's root.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(crate::project_root());
    command
}

/// Where `name` lies on the PATH.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&folders).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// Where `npm` lies, which is no executable on Windows.
pub(crate) fn npm() -> Option<PathBuf> {
    if !cfg!(windows) {
        return find("npm");
    }
    let node = find("node")?;
    Some(node.with_file_name("npm.cmd")).filter(|path| path.is_file())
}

/// Runs `command` with this program's own input and output.
///
/// # Errors
/// When it cannot be started, or ends otherwise than well.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs `command` unseen and returns what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started, or ends otherwise than well; then with what it wrote to its standard error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}\n{}", shown(command), output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a command that was watched has said, and whether it ended well.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The lines of both its streams, without colours.
    pub(crate) lines: Vec<String>,
    /// Whether it ended well.
    pub(crate) succeeded: bool,
}

/// Runs `command`, passes its output on as it comes, and keeps it.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn watch(command: &mut Command) -> Result<Watched> {
    if std::io::stderr().is_terminal() {
        // Programs that write into a pipe would drop their colours.
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", shown(command)))?;
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    let errors = thread::spawn(move || pass_on(errors, &mut std::io::stderr()));
    let mut lines = pass_on(output, &mut std::io::stdout());
    lines.extend(errors.join().unwrap_or_default());
    Ok(Watched { lines, succeeded: child.wait()?.success() })
}

/// Copies `from` to `to` line by line, and returns the lines without colours.
fn pass_on(from: Option<impl Read>, to: &mut impl Write) -> Vec<String> {
    let Some(from) = from else { return Vec::new() };
    let mut reader = BufReader::new(from);
    let mut lines = Vec::new();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A reader that went away (`| head`) must not stop the tests.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        lines.push(without_colours(&String::from_utf8_lossy(&line)));
        line.clear();
    }
    lines
}

/// Drops the escape sequences that colour a text (`ESC [ ... letter`).
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim_end();
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end =
            sequence.find(|letter: char| letter.is_ascii_alphabetic()).map_or(sequence.len(), |at| at + 1);
        rest = &sequence[end..];
    }
    plain + rest
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_dropped() {
        assert_eq!(
            without_colours("\u{1b}[32;1mSummary\u{1b}[0m [ 0.1s] 5 tests\n"),
            "Summary [ 0.1s] 5 tests"
        );
        assert_eq!(without_colours("plain"), "plain");
    }
}
