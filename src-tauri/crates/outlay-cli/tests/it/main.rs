//! The terminal as a user and a script meet it: whole outputs and exit codes of the real binary.
//!
//! Figures themselves are tested where they are made; here it is what is printed, where, and with
//! which exit code.

mod books;
mod contract;
mod export;
mod help;
mod help_examples;
mod import;
mod import_input;
#[cfg(target_os = "linux")]
mod interactive;
mod refusals;
mod safety;
mod start;
mod support;
mod terminal;
