//! Several programs on one ledger at once: every row arrives, once, and the sums are exact.

use std::process::{Child, Stdio};

use crate::support::{Home, NOW, many_calls, words};

fn start(home: &Home, arguments: &str) -> Child {
    let mut command = home.command();
    command.args(words(arguments)).args(["--now", NOW]).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts")
}

/// A call whose cost ends in a digit of its own.
fn log(number: u32) -> String {
    format!(
        "log --type chat --model gpt-5 --provider openai --input {number} --output 1 --cost 0.1000000{number:02}"
    )
}

#[track_caller]
fn all_end_well(children: Vec<Child>) {
    for child in children {
        let output = child.wait_with_output().expect("the binary ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn twenty_at_once_on_a_ledger_that_is_not_there_yet() {
    let home = Home::new();
    all_end_well((1..=20).map(|number| start(&home, &log(number))).collect());
    assert_eq!(home.field("status", "/spend"), "2.00000021");
    assert_eq!(home.field("doctor", "/rows"), 20);
    assert_eq!(home.field("report month 2026-06", "/tokens_input"), 210);
}

#[test]
fn an_import_and_calls_at_once() {
    let home = Home::new();
    home.write("large.csv", many_calls(5_000));
    let mut children = vec![start(&home, "import large.csv --yes")];
    children.extend((1..=10).map(|number| start(&home, &log(number))));
    children.push(start(&home, "import large.csv --yes"));
    all_end_well(children);
    assert_eq!(home.field("status", "/spend"), "51.000000055");
    assert_eq!(home.field("doctor", "/rows"), 5_010);
    assert_eq!(home.field("imports", "/imports").as_array().expect("a list").len(), 1);
}
