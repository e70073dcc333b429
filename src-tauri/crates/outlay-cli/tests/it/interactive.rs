//! What only a real terminal and real signals show: colour, questions, Ctrl-C.
//!
//! The terminal is a pseudo-terminal by `script`, which every Linux has.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use crate::support::{Home, NOW, OPENROUTER, OUTLAY};

/// What a terminal shows when `answer` is typed.
fn in_a_terminal(home: &Home, environment: &[(&str, &str)], arguments: &str, answer: &str) -> String {
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{OUTLAY} {arguments} --now {NOW}"), "/dev/null"]);
    for (name, value) in home.command().get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.current_dir(home.path()).envs([("TERM", "xterm"), ("SHELL", "/bin/sh")]);
    command.envs(environment.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("script starts");
    let mut typed = child.stdin.take().expect("standard input is piped");
    typed.write_all(answer.as_bytes()).expect("script listens");
    let output = child.wait_with_output().expect("script ends");
    drop(typed);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn colour_is_for_those_who_see_it() {
    let home = Home::with_calls();
    let has_colour = |environment: &[(&str, &str)], arguments: &str| {
        let shown = in_a_terminal(&home, environment, arguments, "");
        assert!(shown.contains("June 2026"), "{shown}");
        shown.contains('\u{1b}')
    };
    assert!(has_colour(&[], "status"));
    assert!(has_colour(&[("NO_COLOR", "")], "status"));
    assert!(!has_colour(&[("NO_COLOR", "1")], "status"));
    assert!(!has_colour(&[("TERM", "dumb")], "status"));
    assert!(!has_colour(&[], "status --no-color"));
    assert!(!home.ok("status").stdout.contains('\u{1b}'), "a pipe is not a terminal");
}

#[test]
fn json_for_a_person_is_spread_out() {
    let home = Home::with_calls();
    assert!(in_a_terminal(&home, &[], "status --json", "").contains("{\r\n  \"schema\""));
}

#[test]
fn an_import_asks_once() {
    let home = Home::new();
    home.write("activity.csv", OPENROUTER);
    let refused = in_a_terminal(&home, &[], "import activity.csv", "n\n");
    assert!(
        refused.contains("Plan, nothing is written yet") && refused.contains("Import? [y/N]"),
        "{refused}"
    );
    assert!(home.ok("imports").stdout.contains("No imports yet"));
    let agreed = in_a_terminal(&home, &[], "import activity.csv", "y\n");
    assert!(agreed.contains("Imported"), "{agreed}");
    assert_eq!(home.ok("imports").stdout.lines().count(), 2);
    let undone = in_a_terminal(&home, &[], "imports undo latest", "y\n");
    assert!(undone.contains("Undo it? [y/N]") && undone.contains("is undone"), "{undone}");
}

#[test]
fn no_input_means_no_question() {
    let home = Home::new();
    home.write("activity.csv", OPENROUTER);
    let shown = in_a_terminal(&home, &[], "import activity.csv --no-input", "");
    assert!(shown.contains("--yes") && !shown.contains("[y/N]"), "{shown}");
}

#[test]
fn a_cancelled_import_leaves_nothing_behind() {
    let home = Home::new();
    home.write("large.csv", &large());
    let mut command = home.command();
    command.args(["import", "large.csv", "--yes", "--now", NOW]).stderr(Stdio::piped());
    let child = command.spawn().expect("the binary starts");
    // The ledger is there once the import has begun, and the import takes far longer than a look.
    while !home.ledger().exists() {
        std::thread::yield_now();
    }
    interrupt(&child);
    let output = child.wait_with_output().expect("the binary ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("cancelled"), "{said}");
    assert!(home.ok("imports").stdout.contains("No imports yet"));
    assert_eq!(home.outlay("doctor").code, 0);
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill starts").success(), "the import had ended already");
}

/// So many calls that importing them takes seconds.
fn large() -> String {
    let (header, _) = OPENROUTER.split_once('\n').expect("a header");
    let mut file = format!("{header}\n");
    for number in 0..60_000 {
        let (hour, minute, second) = (number / 3_600 % 24, number / 60 % 60, number % 60);
        writeln!(
            file,
            "gen-{number:06},2026-06-0{} {hour:02}:{minute:02}:{second:02}.000,0.01,100,10,0,0,openai/gpt-5-mini,\
             OpenAI,standard,false,shop,ci",
            1 + number / 86_400
        )
        .expect("a string takes all");
    }
    file
}
