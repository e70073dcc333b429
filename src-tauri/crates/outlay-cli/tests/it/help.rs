//! What `--help` says: of the program, and of every verb.

use insta::assert_snapshot;

use crate::support::Home;

const VERBS: [&str; 54] = [
    "status",
    "report",
    "report month",
    "report range",
    "reconcile",
    "calls",
    "explain",
    "log",
    "import",
    "imports",
    "imports undo",
    "imports redo",
    "prices",
    "prices set",
    "prices factor",
    "prices undo",
    "quarantine",
    "quarantine list",
    "quarantine export",
    "applications",
    "config",
    "budget",
    "budget set",
    "budget check",
    "budget reserve",
    "budget settle",
    "budget release",
    "budget reservations",
    "run",
    "settings",
    "alerts",
    "alerts check",
    "alerts resolve",
    "alerts expect",
    "mail",
    "mail set",
    "mail send",
    "mail log",
    "sync",
    "sync init",
    "sync connect",
    "sync adopt",
    "sync run",
    "sync set",
    "sync settle",
    "sync members",
    "sync leave",
    "export",
    "serve",
    "doctor",
    "backup",
    "restore",
    "completions",
    "man",
];

#[test]
fn the_program() {
    assert_snapshot!("outlay", Home::new().ok("--help").stdout);
}

#[test]
fn every_verb() {
    let home = Home::new();
    for verb in VERBS {
        let run = home.narrow(100, &format!("{verb} --help"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{verb}");
        assert_snapshot!(verb.replace(' ', "_"), run.stdout);
    }
}
