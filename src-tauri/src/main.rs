//! The program `outlay-desktop`. What it does stands in the library beside it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    outlay_desktop::run()
}
