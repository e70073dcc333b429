//! What Linux says of a program and of all that it has started: processor time, memory, when it began.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// `sysconf(_SC_CLK_TCK)` of every Linux.
const TICKS_PER_SECOND: u64 = 100;

/// The process that runs `program`.
pub(crate) fn process_of(program: &Path) -> u32 {
    let runs =
        |process: &u32| fs_err::read_link(format!("/proc/{process}/exe")).is_ok_and(|exe| exe == program);
    processes().into_iter().find(runs).expect("the program runs")
}

fn processes() -> Vec<u32> {
    let entries = fs_err::read_dir("/proc").expect("Linux").flatten();
    entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok()).collect()
}

/// The process and all that it has started.
fn family(process: u32) -> Vec<u32> {
    let mut found = vec![process];
    let all: Vec<(u32, u64)> =
        processes().into_iter().filter_map(|one| Some((one, field(one, 4)?))).collect();
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(all.iter().filter(|(_, of)| *of == u64::from(parent)).map(|(one, _)| *one));
        next += 1;
    }
    found
}

/// A field of `/proc/PROCESS/stat`, counted from 1 as its manual does.
fn field(process: u32, number: usize) -> Option<u64> {
    let line = fs_err::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything.
    let (_, after_name) = line.rsplit_once(')')?;
    after_name.split_whitespace().nth(number - 3)?.parse().ok()
}

/// Milliseconds that the process and all that it has started kept a processor busy.
pub(crate) fn processor_time(process: u32) -> u64 {
    let ticks = |one: u32| field(one, 14).unwrap_or_default() + field(one, 15).unwrap_or_default();
    family(process).into_iter().map(ticks).sum::<u64>() * 1000 / TICKS_PER_SECOND
}

/// Milliseconds since 1970 at which a process began, to ten milliseconds.
pub(crate) fn started_at(process: u32) -> i64 {
    let uptime = fs_err::read_to_string("/proc/uptime").expect("Linux");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let up = uptime.split(' ').next().and_then(|seconds| seconds.parse().ok()).expect("seconds");
    let began = Duration::from_millis(field(process, 22).expect("a start") * 1000 / TICKS_PER_SECOND);
    let age = Duration::from_secs_f64(up).saturating_sub(began).as_millis();
    (now - age) as i64
}

/// Bytes of memory of the process and all that it has started; what several share is counted once among them.
pub(crate) fn memory(process: u32) -> u64 {
    family(process).into_iter().map(pss).sum()
}

fn pss(process: u32) -> u64 {
    let rollup = fs_err::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or_default() * 1024
}
