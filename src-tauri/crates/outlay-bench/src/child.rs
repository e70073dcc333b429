//! One run of another program: how long it took and how much memory it held at most.
//!
//! Memory is read from `/proc` while the program runs, so it is known on Linux only.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What was seen of a run that ended well.
#[derive(Debug)]
pub(crate) struct Run {
    /// From start to end.
    pub(crate) time: Duration,
    /// The most memory it held, in bytes; `None` where the system does not tell.
    pub(crate) peak: Option<u64>,
    /// What it wrote to its standard output.
    pub(crate) output: String,
}

/// How long `command` takes from start to end; nothing watches it, so that nothing disturbs it.
///
/// # Errors
/// As [`run`].
pub(crate) fn time(mut command: Command) -> Result<Duration> {
    command.stdin(Stdio::null());
    let start = Instant::now();
    let output = command.output().context("could not start the program")?;
    let time = start.elapsed();
    if !output.status.success() {
        bail!("ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(time)
}

/// Runs `command` and watches it.
///
/// # Errors
/// When it cannot be started, or ends otherwise than well; then with its own words.
pub(crate) fn run(command: &mut Command) -> Result<Run> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let child = command.spawn().with_context(|| format!("could not start {name}"))?;
    let process = child.id();
    let watcher = thread::spawn(move || watch_memory(process));
    let output = child.wait_with_output()?;
    let time = start.elapsed();
    if !output.status.success() {
        bail!("{name} ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    let peak = watcher.join().unwrap_or_default();
    Ok(Run { time, peak, output: String::from_utf8_lossy(&output.stdout).into_owned() })
}

/// The last peak that the system told before the process ended.
fn watch_memory(process: u32) -> Option<u64> {
    let mut peak = None;
    // A process that has ended has no memory and so no such line. The system keeps the peak itself, so that a
    // look now and then is enough; looking takes a processor from what is measured.
    while let Some(now) = peak_memory(process) {
        peak = Some(now);
        thread::sleep(Duration::from_millis(25));
    }
    peak
}

fn peak_memory(process: u32) -> Option<u64> {
    memory_line(process, "VmHWM:")
}

/// The memory that a process holds now, in bytes; `None` where the system does not tell.
pub(crate) fn memory(process: u32) -> Option<u64> {
    memory_line(process, "VmRSS:")
}

fn memory_line(process: u32, name: &str) -> Option<u64> {
    let status = fs_err::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn sees_time_memory_and_words() {
        let run =
            run(Command::new("sh").args(["-c", "read line < /proc/self/status; sleep 0.05; echo $line"]));
        let run = run.expect("a shell");
        assert!(run.output.starts_with("Name:"), "{run:?}");
        assert!(run.time >= Duration::from_millis(50), "{run:?}");
        assert!(run.peak.is_some_and(|peak| peak > 100_000), "{run:?}");
    }

    #[test]
    fn a_failure_speaks_for_itself() {
        let error =
            run(Command::new("sh").args(["-c", "echo no such month >&2; exit 3"])).expect_err("exit 3");
        assert!(error.to_string().contains("no such month"), "{error}");
    }
}
