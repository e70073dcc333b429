//! A world without routes, in which every attempt to reach another machine is written down.
//!
//! A test runs itself again in a network namespace that has loopback and nothing else, under `strace`, which sees
//! what the programs that it starts try too, also when it fails. What they do there is the test's own matter: the
//! terminal's and the window's share this file.

use std::net::UdpSocket;
use std::path::Path;
use std::process::Command;

/// Says to a test that it is inside.
const INSIDE: &str = "OUTLAY_SEALED";

/// An address that is nobody's, in the words of `strace`.
const ATTEMPT: &str = r#"AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}"#;

/// Runs `work` in there, and fails if anything that it starts tried to leave. Returns every address that was spoken
/// to, in the words of `strace`; inside, `None`. `name` is the test's own path, such as `offline::nothing_leaves`.
#[track_caller]
pub(crate) fn nothing_leaves(name: &str, work: impl FnOnce()) -> Option<Vec<String>> {
    #[expect(clippy::disallowed_methods, reason = "a test that runs itself is a host of its own")]
    if std::env::var_os(INSIDE).is_some() {
        let attempt = UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.connect("192.0.2.1:9"));
        assert!(attempt.is_err(), "there is a way out");
        work();
        return None;
    }
    let addresses = addresses(name);
    let leaving: Vec<_> = addresses.iter().filter(|address| !stays(address)).collect();
    assert_eq!(leaving, [ATTEMPT], "one attempt is ours, to show that attempts are seen");
    Some(addresses)
}

/// Runs the test `name` in there.
fn addresses(name: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    // The filter stops a program at these calls only: all others run as fast as ever.
    strace
        .args(["-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o"])
        .arg(&trace);
    // Who is not root needs a world of users too, to be root in it.
    strace.arg("unshare").args(if is_root() { ["-n", "--"] } else { ["-rn", "--"] });
    strace.args(["sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""]);
    strace.arg(std::env::current_exe().expect("a test")).args(["--exact", name, "--nocapture"]);
    let output =
        strace.env(INSIDE, "1").output().expect("strace starts; on Debian: apt-get install strace iproute2");
    let words = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{}", words.concat());
    assert!(words[0].contains("1 passed"), "there is no test {name}: {}", words[0]);
    spoken_to(&trace)
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
fn stays(address: &str) -> bool {
    ["AF_UNIX", "AF_NETLINK"].iter().any(|family| address.starts_with(family))
        || address.starts_with("AF_INET,") && address.contains("inet_addr(\"127.")
        || address.starts_with("AF_INET6,") && address.contains("\"::1\"")
}

#[test]
fn what_leaves_is_recognised() {
    for address in [
        r#"AF_UNIX, sun_path="/run/bus"}"#,
        r"AF_NETLINK, nl_pid=0, nl_groups=00000000}",
        r#"AF_INET, sin_port=htons(47), sin_addr=inet_addr("127.0.0.1")}"#,
        r#"AF_INET6, sin6_port=htons(47), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}"#,
    ] {
        assert!(stays(address), "{address}");
    }
    for address in [
        r#"AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}"#,
        r#"AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.127.0.1")}"#,
        r#"AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}"#,
        "AF_VSOCK, svm_cid=2}",
    ] {
        assert!(!stays(address), "{address}");
    }
}
