//! Every example in every `--help` is run, in a folder with the files that it names.

use std::collections::BTreeSet;

use crate::support::{Home, words};

/// Verbs with examples, each run in a home of its own.
const VERBS: [&str; 30] = [
    "status",
    "report",
    "report month",
    "report range",
    "calls",
    "log",
    "import",
    "imports",
    "imports list",
    "imports show",
    "imports undo",
    "imports redo",
    "quarantine",
    "quarantine list",
    "quarantine export",
    "applications",
    "applications list",
    "applications rename",
    "applications merge",
    "config",
    "config set",
    "settings",
    "settings set",
    "alerts",
    "alerts list",
    "export",
    "doctor",
    "backup",
    "restore",
    "completions",
];
