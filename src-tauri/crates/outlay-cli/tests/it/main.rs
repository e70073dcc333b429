//! The terminal as a user and a script meet it: whole outputs and exit codes of the real binary.
//!
//! Figures themselves are tested where they are made; here it is what is printed, where, and with
//! which exit code.

mod adoption;
mod bad_input;
#[cfg(unix)]
mod bad_ledger;
mod books;
#[cfg(unix)]
mod browser;
#[cfg(target_os = "linux")]
#[path = "../../../../../tests/bus.rs"]
mod bus;
mod contract;
mod counted_once;
mod currencies;
mod explain;
mod export;
mod gate;
mod help;
mod help_examples;
mod import;
mod import_input;
#[cfg(target_os = "linux")]
mod interactive;
#[cfg(target_os = "linux")]
mod keychain;
#[cfg(unix)]
mod kill;
mod limits;
#[cfg(target_os = "linux")]
mod offline;
#[cfg(unix)]
mod private;
mod reconcile;
mod refusals;
mod safety;
#[cfg(target_os = "linux")]
#[path = "../../../../../tests/sealed.rs"]
mod sealed;
#[cfg(unix)]
mod serve;
mod start;
mod support;
mod terminal;
mod together;
