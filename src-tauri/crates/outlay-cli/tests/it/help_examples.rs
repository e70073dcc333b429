//! Every example in every `--help` is run, in a folder with the files that it names.

use std::collections::BTreeSet;

use crate::support::{Home, words};

/// Verbs with examples, each run in a home of its own.
const VERBS: [&str; 75] = [
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
    "imports list",
    "imports show",
    "imports undo",
    "imports redo",
    "prices",
    "prices list",
    "prices unpriced",
    "prices show",
    "prices set",
    "prices same",
    "prices free",
    "prices ignore",
    "prices factor",
    "prices remove",
    "prices apply",
    "prices changes",
    "prices history",
    "prices undo",
    "prices redo",
    "prices export",
    "prices import",
    "quarantine",
    "quarantine list",
    "quarantine export",
    "applications",
    "applications list",
    "applications rename",
    "applications merge",
    "config",
    "config set",
    "budget",
    "budget list",
    "budget raise",
    "budget set",
    "budget check",
    "budget reserve",
    "budget settle",
    "budget release",
    "budget reservations",
    "run",
    "settings",
    "settings set",
    "alerts",
    "alerts list",
    "alerts check",
    "alerts snooze",
    "alerts wake",
    "alerts rules",
    "alerts rules set",
    "alerts rules preview",
    "alerts pause",
    "mail",
    "mail show",
    "mail set",
    "mail off",
    "mail log",
    "sync",
    "sync members",
    "export",
    "serve",
    "doctor",
    "backup",
    "restore",
    "completions",
    "man",
];

#[test]
fn every_example_runs() {
    let mut run = BTreeSet::new();
    for verb in VERBS {
        let help = Home::new().ok(&format!("{verb} --help")).stdout;
        let examples = examples(&help);
        assert!(!examples.is_empty(), "`outlay {verb} --help` has no example");
        let home = furnished();
        for example in examples {
            execute(&home, &example);
            run.insert(example);
        }
    }
    assert!(run.len() > 40, "only {} examples were found", run.len());
}

#[test]
fn every_verb_with_examples_is_tried() {
    let home = Home::new();
    let mut open: Vec<String> = vec![String::new()];
    while let Some(verb) = open.pop() {
        let help = home.ok(&format!("{verb} --help")).stdout;
        let commands =
            help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
        let names = commands.lines().filter_map(|line| line.split_whitespace().next());
        open.extend(names.map(|name| format!("{verb} {name}").trim().to_owned()));
        let is_tried = VERBS.contains(&verb.as_str());
        assert!(is_tried || examples(&help).is_empty(), "the examples of `{verb}` are not in VERBS");
    }
}

/// A home with the files, the calls and the import that examples speak of.
fn furnished() -> Home {
    let home = Home::with_calls();
    home.write("completions_usage.csv", crate::support::COMPLETIONS);
    home.write("openrouter_activity.csv", crate::support::OPENROUTER);
    home.write("my_calls.csv", "when,name,price\n2026-06-02T10:00:00Z,house-model,0.25\n");
    home.write("earlier.csv", crate::support::OPENROUTER.replace("gen-", "gen-earlier-"));
    home.write("tokens.csv", crate::support::ANTHROPIC_TOKENS);
    home.write("cost.csv", crate::support::ANTHROPIC_COST);
    home.ok("import tokens.csv cost.csv --yes");
    home.ok("import earlier.csv --yes");
    home.ok("log --type chat --model m --provider p --application proj_7f3a --input 1 --output 1 --cost 1");
    home.ok("log --type chat --model m --provider p --application Storefront --input 1 --output 1 --cost 1");
    home.ok("log --type chat --model reasoner-9 --provider acme --input 1000 --output 100");
    home.write("prices.json", "{\"schema\":\"outlay.prices/1\",\"prices\":[]}");
    home.ok("backup outlay-backup.db");
    home
}

/// The lines that begin with `$ outlay`, those that go on after a backslash in one.
fn examples(help: &str) -> Vec<String> {
    let joined = help.replace("\\\n", " ");
    let lines = joined.lines().filter_map(|line| line.trim().strip_prefix("$ outlay "));
    lines.map(str::to_owned).collect()
}

fn execute(home: &Home, example: &str) {
    let (example, output) =
        example.split_once(" > ").map_or((example, None), |(run, file)| (run, Some(file)));
    let (arguments, input) =
        example.split_once(" < ").map_or((example, None), |(run, file)| (run, Some(file)));
    let verb = words(arguments).remove(0);
    // A server runs until it is stopped.
    #[cfg(unix)]
    if verb == "serve" {
        assert_eq!(crate::browser::Serving::start(home, arguments).stop(), Some(0), "$ outlay {example}");
        return;
    }
    // The example of a backup writes the file from which the example of a restore reads.
    if verb == "backup" {
        fs_err::remove_file(home.path().join("outlay-backup.db")).expect("the backup");
    }
    let held = arguments.contains("$id").then(|| crate::gate::raw(home, "budget reserve --amount 0.01"));
    let alert = arguments.contains("$alert").then(|| open_alert(home));
    let call = arguments.contains("$call").then(|| crate::explain::newest_call(home));
    let arguments = arguments.replace("$alert", &alert.unwrap_or_default());
    let arguments = arguments.replace("$call", &call.unwrap_or_default());
    let arguments = &arguments.replace("$id", &held.unwrap_or_default());
    let run = home.piped(arguments, &input.map(|file| home.read(file)).unwrap_or_default());
    assert_eq!(run.code, 0, "$ outlay {example}\n{run}");
    assert!(output.is_none() || !run.stdout.is_empty(), "$ outlay {example} has nothing to write to a file");
}

/// The id of an alert that is not resolved: the calls of the home cost more than the default cap.
fn open_alert(home: &Home) -> String {
    let alerts: serde_json::Value =
        serde_json::from_str(&crate::gate::raw(home, "alerts list --snoozed --json")).expect("JSON");
    alerts["alerts"][0]["id"].as_str().expect("an alert").to_owned()
}
