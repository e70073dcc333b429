//! A world without routes, in which every attempt to reach another machine is written down.
//!
//! A test runs itself again in a network namespace that has loopback and nothing else, under `strace`, which sees
//! what the programs that it starts try too, also when it fails.

use std::path::Path;
use std::process::Command;

/// Says to a test that it is inside.
const INSIDE: &str = "OUTLAY_SEALED";

/// Runs `work` in there, and returns every address that was spoken to, in the words of `strace`. `name` is the
/// test's own path, such as `offline::nothing_leaves`; it must do nothing else.
pub(crate) fn addresses(name: &str, work: impl FnOnce()) -> Option<Vec<String>> {
    #[expect(clippy::disallowed_methods, reason = "a test that runs itself is a host of its own")]
    if std::env::var_os(INSIDE).is_some() {
        work();
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o"]).arg(&trace);
    // Who is not root needs a world of users too, to be root in it.
    strace.arg("unshare").args(if is_root() { ["-n", "--"] } else { ["-rn", "--"] });
    strace.args(["sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""]);
    strace.arg(std::env::current_exe().expect("a test")).args(["--exact", name, "--nocapture"]);
    let output =
        strace.env(INSIDE, "1").output().expect("strace starts; on Debian: apt-get install strace iproute2");
    let words = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{}", words.concat());
    assert!(words[0].contains("1 passed"), "there is no test {name}: {}", words[0]);
    Some(spoken_to(&trace))
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout.trim_ascii() == b"0"
}

/// The addresses in a trace: `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}`.
fn spoken_to(trace: &Path) -> Vec<String> {
    let text = fs_err::read_to_string(trace).expect("a trace");
    let addresses = text.lines().filter_map(|line| Some(line.split_once("{sa_family=")?.1));
    addresses.map(|rest| rest.split_inclusive('}').next().unwrap_or(rest).to_owned()).collect()
}

/// Whether an address is on this machine: a socket in a file, the kernel itself, or loopback.
pub(crate) fn stays(address: &str) -> bool {
    ["AF_UNIX", "AF_NETLINK"].iter().any(|family| address.starts_with(family))
        || address.starts_with("AF_INET,") && address.contains("inet_addr(\"127.")
        || address.starts_with("AF_INET6,") && address.contains("\"::1\"")
}
