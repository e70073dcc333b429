//! Nothing that the terminal does tries to leave the machine: no price, no update, no name is looked up.

use std::net::UdpSocket;

use serde_json::json;

use crate::browser::Serving;
use crate::sealed::{addresses, stays};
use crate::support::{COMPLETIONS, Home, OPENROUTER};

/// An address that is nobody's.
const ATTEMPT: &str = r#"AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}"#;

#[test]
fn nothing_tries_to_leave() {
    let Some(addresses) = addresses("offline::nothing_tries_to_leave", a_day_with_outlay) else { return };
    let leaving: Vec<_> = addresses.iter().filter(|address| !stays(address)).collect();
    assert_eq!(leaving, [ATTEMPT], "one attempt is ours, to show that attempts are seen");
    assert!(
        addresses.iter().any(|address| address.contains("inet_addr(\"127.0.0.1\")")),
        "the page was asked for"
    );
}

fn a_day_with_outlay() {
    let attempt = UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.connect("192.0.2.1:9"));
    assert!(attempt.is_err(), "there is a way out");
    let home = Home::with_file(OPENROUTER);
    home.write("completions.csv", COMPLETIONS);
    home.ok("import activity.csv completions.csv --yes");
    for verb in
        ["status", "report", "report month 2026-06", "calls", "imports", "alerts", "settings", "doctor"]
    {
        home.ok(verb);
    }
    home.ok("log --type chat --model gpt-5 --provider openai --input 10 --output 1");
    home.ok("export --csv -o rows.csv");
    home.ok("backup copy.db");
    let serving = Serving::open(&home);
    serving.get("/");
    serving.ok("report_month", &json!({}));
    let file = serving.hold("calls.csv", &OPENROUTER.replace("gen-", "gen-later-"));
    serving.ok("commit_import", &json!({"files": [file]}));
    assert_eq!(serving.stop(), Some(0));
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
